// @ts-check
// Code that comes behind the first content of a page, over networks that fail and from processes that restart.

const WAITS_MS = [1_000, 2_000, 4_000]; // before it is asked for once more

/**
 * Import, and ask again where that fails. Chromium fetches anew; a browser that remembers what failed fails again at once.
 * @template Code
 * @param {() => Promise<Code>} load @param {number[]} [waitsMs]
 * @returns {Promise<Code>} rejected with what the last import failed with
 */
export async function patiently(load, waitsMs = WAITS_MS) {
  for (const waitMs of waitsMs) {
    try {
      return await load();
    } catch (error) {
      console.warn("asked for once more:", error);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return load();
}
