// @ts-check
// Records around an instant, read a piece at a time, and a few pieces kept.

/** @typedef {import("./past.js").Piece} Piece */

export const PIECE_MS = 120_000; // of market time
const EVERY_S = 10;
const BEFORE_COUNT = 2; // pieces: an offer that is open, and the last tick, may be as old
const KEPT_COUNT_MAX = 12;
const AGAIN_MS = 3_000; // after a fault, of real time
const STALE_MS = 20_000; // of market time: a piece that ended with the record is read again when that has so much more

export class Records {
  /** @param {{ api: Pick<import("../shared/api.js").Api, "get"> }} options */
  constructor({ api }) {
    this.api = api;
    /** @type {Map<number, Piece>} */
    this.pieces = new Map(); // by number, the one used last comes last
    this.isAsking = false; // for one piece at a time: the service has places for a few reads
    this.version = 0; // grows with each piece
    /** @type {string | null} */
    this.trouble = null;
    this.restsUntilMs = -Infinity;
  }

  /**
   * Asks for what is missing around the instant, a piece each time; whether all of it is here that is needed now.
   * @param {number} atMs @param {number} endsMs where the record ends by now
   */
  reach(atMs, endsMs) {
    const here = Math.floor(atMs / PIECE_MS);
    const needed = numbersFrom(here - BEFORE_COUNT, here);
    for (const number of [...needed.reverse(), here + 1]) if (number * PIECE_MS < endsMs) this.fetch(number, endsMs);
    return needed.every((number) => this.pieces.has(number));
  }

  /** The pieces up to the instant that are here, in order. @param {number} atMs @returns {Piece[]} */
  around(atMs) {
    const here = Math.floor(atMs / PIECE_MS);
    return numbersFrom(here - BEFORE_COUNT, here).flatMap((number) => this.pieces.get(number) ?? []);
  }

  /** @param {number} number @param {number} endsMs */
  async fetch(number, endsMs) {
    const [from, to] = [number * PIECE_MS, Math.min((number + 1) * PIECE_MS, endsMs)];
    const known = this.pieces.get(number);
    if (known !== undefined) this.keep(number, known);
    if (known !== undefined && to - Date.parse(known.to_at) < STALE_MS) return;
    if (this.isAsking || performance.now() < this.restsUntilMs) return;
    this.isAsking = true;
    try {
      const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), every_s: EVERY_S };
      this.keep(number, await this.api.get("/v1/ops/record", query));
      this.trouble = null;
      this.version += 1;
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
      this.restsUntilMs = performance.now() + AGAIN_MS;
    }
    this.isAsking = false;
  }

  /** @param {number} number @param {Piece} piece */
  keep(number, piece) {
    this.pieces.delete(number);
    this.pieces.set(number, piece);
    if (this.pieces.size > KEPT_COUNT_MAX) this.pieces.delete(/** @type {number} */ (this.pieces.keys().next().value));
  }
}

/** @param {number} first @param {number} last */
function numbersFrom(first, last) {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
