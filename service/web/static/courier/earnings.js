// @ts-check
// The day's earnings: read when somebody begins to look at them, and anew while they look on.

const PATH = "/v1/courier/statement";
const PAGES_COUNT_MAX = 10;
const RENEWED_MS = 30_000;
const RENEWED_SOON_MS = 2_000; // where the work has changed: it may have been paid for

/**
 * @typedef {{ totals: Record<string, any>[], lines: Record<string, any>[] }} OfDay newest first
 * @param {import("./session.js").Session} session @param {number} nowMs market time
 * @returns {Promise<OfDay>}
 */
export async function fetchEarnings(session, nowMs) {
  const from = new Date(nowMs);
  from.setHours(0, 0, 0, 0); // of the phone's zone, where the courier is
  const to = new Date(from);
  to.setDate(to.getDate() + 1); // a day may have 23 hours, or 25
  const query = new URLSearchParams({
    from: from.toISOString(),
    to: to.toISOString(),
    limit: "100",
  });
  const first = await session.call("GET", `${PATH}?${query}`);
  const lines = [...first.lines];
  let cursor = first.next_cursor;
  for (let page = 1; cursor !== null && page < PAGES_COUNT_MAX; page++) {
    query.set("cursor", cursor);
    const next = await session.call("GET", `${PATH}?${query}`);
    lines.push(...next.lines);
    cursor = next.next_cursor;
  }
  return { totals: first.totals ?? [], lines: lines.reverse() };
}

export class Earnings {
  /** @param {{ fetch: () => Promise<OfDay>, changed: () => void }} options */
  constructor({ fetch, changed }) {
    this.fetch = fetch;
    this.changed = changed;
    /** @type {OfDay | null} */
    this.ofDay = null;
    this.hasFailed = false; // the last reading of them
    this.readAtMs = -Infinity;
    this.isReading = false;
    /** @type {unknown} */
    this.work = null;
  }

  /**
   * Somebody looks at them: reads them if that is due.
   * @param {number} nowMs of a steady clock @param {unknown} work another object as soon as it has changed
   */
  look(nowMs, work) {
    const renewedMs = work === this.work ? RENEWED_MS : RENEWED_SOON_MS;
    if (!this.isReading && nowMs - this.readAtMs >= renewedMs) void this.read(nowMs, work);
  }

  /** Somebody asks for them, and is to see that they are being read. @param {number} nowMs @param {unknown} work */
  again(nowMs, work) {
    void this.read(nowMs, work);
    this.changed();
  }

  /** One reading at a time, or an older one could have the last word. @param {number} nowMs @param {unknown} work */
  async read(nowMs, work) {
    if (this.isReading) return;
    [this.readAtMs, this.work, this.isReading] = [nowMs, work, true];
    try {
      this.ofDay = await this.fetch();
      this.hasFailed = false;
    } catch {
      this.hasFailed = true;
    }
    this.isReading = false;
    this.changed();
  }
}
