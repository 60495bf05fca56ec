// @ts-check
// Reads all of a market, page by page: what has come is shown, and after a failure it goes on from there.

/** @typedef {import("../shared/api.js").Api} Api */
/** One listing or one answer; `field` is where a page has its rows, and none has what is no listing.
 * @typedef {{ path: string, field?: string, query?: Record<string, string | number | string[]>, pagesMax?: number,
 *   take: (found: any) => void }} Part rows of a page, or the answer */

const PAGE_COUNT = 100;
const PAGES_COUNT_MAX = 200; // of one listing
const HURRIED_COUNT = 40; // pages read as fast as they come
const PAUSE_MS = 100; // before each of the others: half of what the service allows is left for what people do

export class Reading {
  /**
   * @param {Api} api @param {Part[]} parts
   * @param {{ isWanted: () => boolean, pause?: (ms: number) => Promise<unknown> }} options nothing is taken that is not
   *   wanted any more
   */
  constructor(api, parts, { isWanted, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }) {
    this.api = api;
    const unread = { cursor: /** @type {string | null} */ (null), pagesCount: 0, isDone: false, isCut: false };
    this.parts = parts.map((part) => ({ ...part, ...unread }));
    this.isWanted = isWanted;
    this.pause = pause;
    this.askedCount = 0;
    this.turn = Promise.resolve(/** @type {unknown} */ (null)); // pauses come one after the other
  }

  /** Reads on; throws what kept it from being done, after all that could be read has been. */
  async goOn() {
    const ends = await Promise.allSettled(this.parts.map((part) => this.readPart(part)));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** In words, what there is too much of; null: all has been read. */
  cutInWords() {
    const cut = [...new Set(this.parts.filter((part) => part.isCut).map((part) => part.field))].join(" and ");
    return cut === "" ? null : `More ${cut} than this page takes: only ${PAGE_COUNT * PAGES_COUNT_MAX} of each were read.`;
  }

  /** @param {Reading["parts"][0]} part */
  async readPart(part) {
    const { path, field, query = {}, pagesMax = PAGES_COUNT_MAX, take } = part;
    while (!part.isDone) {
      await this.pace();
      const listed = field === undefined ? query : { ...query, limit: PAGE_COUNT, ...(part.cursor ? { cursor: part.cursor } : {}) };
      const answer = this.isWanted() ? await this.api.get(path, listed) : null;
      if (!this.isWanted()) return;
      take(field === undefined ? answer : answer[field]);
      part.cursor = answer.next_cursor ?? null;
      part.pagesCount += 1;
      part.isDone = part.cursor === null || part.pagesCount >= pagesMax;
      part.isCut = part.cursor !== null && part.pagesCount >= PAGES_COUNT_MAX;
    }
  }

  /** @returns {Promise<unknown>} */
  pace() {
    this.askedCount += 1;
    if (this.askedCount > HURRIED_COUNT) this.turn = this.turn.then(() => this.pause(PAUSE_MS));
    return this.turn;
  }
}
