// @ts-check
// What the charts are drawn from: samples of now, and counts by market time.

/** @typedef {import("../shared/link.js").Message} Message */
/** @typedef {{ atMs: number, supply: number, demand: number }} Sample */

const SAMPLES_COUNT_MAX = 240;
const ANSWERS_COUNT_MAX = 400;
const SPANS_COUNT_MAX = 24;
const SPAN_MS = 600_000; // ten minutes of market time
const COUNTED_COUNT_MAX = 20_000;

export class History {
  constructor() {
    /** @type {Sample[]} */
    this.samples = []; // by tick, the oldest first
    /** @type {Map<number, { posted: number, delivered: number }>} */
    this.spans = new Map(); // by number of ten minutes since 1970
    /** @type {number[]} */
    this.acceptedAfterS = [];
    /** @type {Set<string>} */
    this.counted = new Set(); // job and what was counted of it: a fact may come twice, as row and event
  }

  /** @param {Message} message @param {import("./model.js").Model} model */
  hear(message, model) {
    if (message.type === "tick") this.sample(message, model);
    if (message.type !== "event") return;
    const { type, data } = message.event;
    if (data.type === "job") this.takeJob(data);
    if (type === "offer.accepted") this.takeAnswer(data);
  }

  /** @param {any} job a row or a fact */
  takeJob(job) {
    this.count(`${job.id} posted`, job.created_at, "posted");
    if (job.status === "delivered") this.count(`${job.id} delivered`, job.ended_at, "delivered");
  }

  /** @param {string} what @param {string} at @param {"posted" | "delivered"} kind */
  count(what, at, kind) {
    if (this.counted.has(what)) return;
    this.counted.add(what);
    if (this.counted.size > COUNTED_COUNT_MAX) this.counted.delete(/** @type {string} */ (this.counted.values().next().value));
    const number = Math.floor(Date.parse(at) / SPAN_MS);
    const span = this.spans.get(number) ?? { posted: 0, delivered: 0 };
    span[kind] += 1;
    this.spans.set(number, span);
    const oldest = Math.max(...this.spans.keys()) - SPANS_COUNT_MAX;
    for (const key of this.spans.keys()) if (key <= oldest) this.spans.delete(key);
  }

  /** @param {any} offer */
  takeAnswer(offer) {
    this.acceptedAfterS.push((Date.parse(offer.answered_at) - Date.parse(offer.created_at)) / 1_000);
    if (this.acceptedAfterS.length > ANSWERS_COUNT_MAX) this.acceptedAfterS.shift();
  }

  /** @param {Message} message @param {import("./model.js").Model} model */
  sample({ at }, model) {
    const supply = [...model.couriers.values()].filter((courier) => courier.status === "online").length;
    const demand = [...model.jobs.values()].filter((job) => job.status === "open").length;
    this.samples.push({ atMs: Date.parse(at), supply, demand });
    if (this.samples.length > SAMPLES_COUNT_MAX) this.samples.shift();
  }

  /**
   * Jobs an hour in each whole ten minutes, without gaps, the oldest first.
   * @param {number} nowMs market time, whose own ten minutes are not over
   */
  rates(nowMs) {
    const last = Math.floor(nowMs / SPAN_MS) - 1;
    const first = Math.max(Math.min(...this.spans.keys()), last - SPANS_COUNT_MAX + 1);
    if (this.spans.size === 0 || first > last) return [];
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const span = this.spans.get(first + index) ?? { posted: 0, delivered: 0 };
      return { atMs: (first + index) * SPAN_MS, posted: span.posted * 6, delivered: span.delivered * 6 };
    });
  }
}

/** @param {number[]} values @param {number} share 0 to 1 @returns {number | null} */
export function quantile(values, share) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
