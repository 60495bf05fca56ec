// @ts-check
// What a page's own work costs, by name: sums that cost nothing to keep, for whoever measures.

/** @typedef {{ count: number, ms: number, ms_max: number }} Cost */

/** @type {Record<string, Cost>} */
const costs = {};

/** Does the work, and adds the time it took. @template T @param {string} name @param {() => T} work @returns {T} */
export function counted(name, work) {
  const sinceMs = performance.now();
  try {
    return work();
  } finally {
    const ms = performance.now() - sinceMs;
    const cost = (costs[name] ??= { count: 0, ms: 0, ms_max: 0 });
    cost.count += 1;
    cost.ms += ms;
    cost.ms_max = Math.max(cost.ms_max, ms);
  }
}

/** What it came to since the page was loaded. @returns {Record<string, Cost>} */
export function costsSoFar() {
  return structuredClone(costs);
}
