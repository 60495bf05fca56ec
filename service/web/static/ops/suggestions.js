// @ts-check
// What the service suggests about the exceptions that are looked at: asked one after the other, and
// again after a while, because couriers move.

/** @typedef {import("./exceptions.js").Suggestion} Suggestion */

const ASKED_COUNT_MAX = 12; // those at the top of the queue
const ASKED_AGAIN_MS = 20_000;

export class Suggestions {
  /** @param {(id: string) => Promise<Suggestion>} ask @param {() => number} [nowMs] */
  constructor(ask, nowMs = () => performance.now()) {
    this.ask = ask;
    this.nowMs = nowMs;
    /** @type {Map<string, { askedMs: number, suggestion: Suggestion | undefined }>} */
    this.known = new Map();
    this.isAsking = false;
  }

  /** @param {string} id @returns {Suggestion | undefined} */
  of(id) {
    return this.known.get(id)?.suggestion;
  }

  /** Asks about the first of these, and forgets all others. @param {string[]} ids the most urgent first */
  async want(ids) {
    const wanted = new Set(ids.slice(0, ASKED_COUNT_MAX));
    for (const id of this.known.keys()) if (!wanted.has(id)) this.known.delete(id);
    if (this.isAsking) return;
    this.isAsking = true;
    for (const id of wanted) if (this.isDue(id)) await this.read(id);
    this.isAsking = false;
  }

  /** @param {string} id */
  isDue(id) {
    const known = this.known.get(id);
    return known === undefined || this.nowMs() - known.askedMs >= ASKED_AGAIN_MS;
  }

  /** @param {string} id */
  async read(id) {
    const before = this.of(id);
    const suggestion = await this.ask(id).catch(() => before); // it is asked again
    this.known.set(id, { askedMs: this.nowMs(), suggestion });
  }
}
