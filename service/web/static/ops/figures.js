// @ts-check
// The figures of a period, read while somebody looks at them.

/** @typedef {"supply" | "jobs" | "acceptance" | "pickups" | "punctuality" | "earnings"} OfPeriod */
/** @typedef {import("./slots.js").Slot} Slot */

const READ_MS = 20_000; // again after so long; the period ends now
const OF_PERIOD = /** @type {OfPeriod[]} */ (["supply", "jobs", "acceptance", "pickups", "punctuality", "earnings"]);

export class Figures {
  /** @param {{ api: Pick<import("../shared/api.js").Api, "get">, clock: import("../shared/clock.js").MarketClock }} options */
  constructor({ api, clock }) {
    this.api = api;
    this.clock = clock;
    this.hours = 1;
    this.readAtMs = -Infinity;
    this.version = 0; // grows with all that is read
    /** @type {string | null} */
    this.trouble = null;
    /** @type {Record<string, any>} */
    this.found = {};
    this.period = { fromMs: 0, toMs: 0 };
  }

  /** @param {number} hours how far the period reaches back */
  reach(hours) {
    this.hours = hours;
    this.found = { cells: this.found.cells }; // of now, whatever the period
    this.readAtMs = -Infinity;
  }

  /** Reads what is due. @param {number} nowMs of this machine's steady clock */
  async read(nowMs) {
    if (nowMs - this.readAtMs < READ_MS) return;
    this.readAtMs = nowMs;
    const { hours } = this;
    const toMs = this.clock.nowMs();
    const fromMs = toMs - hours * 3_600_000;
    const query = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    try {
      // One after the other: the service has places for a few reads at a time, and consoles are many.
      const cells = await this.api.get("/v1/ops/figures/cells").catch(() => undefined); // away with Redis; the others are not
      const found = /** @type {Record<string, any>} */ ({ cells });
      for (const name of OF_PERIOD) {
        if (hours !== this.hours) return; // another period was chosen meanwhile
        found[name] = await this.api.get(`/v1/ops/figures/${name}`, query);
      }
      if (hours !== this.hours) return;
      this.period = { fromMs, toMs };
      this.found = found;
      this.trouble = null;
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
    }
    this.version += 1;
  }

  /** Every span of the period in order, those without anything too. @param {Exclude<OfPeriod, "earnings">} name @returns {Slot[]} */
  slots(name) {
    const found = this.found[name];
    return found ? slotsOf(found, this.period) : [];
  }
}

/**
 * @param {{ span_s: number, spans: any[] }} found @param {{ fromMs: number, toMs: number }} period
 * @returns {Slot[]}
 */
export function slotsOf({ span_s, spans }, { fromMs, toMs }) {
  const stepMs = 1_000 * span_s;
  const rowOf = new Map(spans.map((row) => [Math.round((Date.parse(row.from_at) - fromMs) / stepMs), row]));
  return Array.from({ length: Math.ceil((toMs - fromMs) / stepMs - 1e-6) }, (_, number) => ({
    atMs: fromMs + number * stepMs,
    row: rowOf.get(number) ?? null,
  }));
}
