// @ts-check
// Which things are over for good, the latest of them: a row that was read before is older than that.

const KEPT_COUNT_MAX = 1_000; // more than end while a listing is read

export class Over {
  constructor() {
    /** @type {Set<string>} */
    this.ids = new Set(); // in the order in which they were told
  }

  /** Takes it from what is open, for good. @param {string} id @param {Map<string, unknown>} open */
  end(id, open) {
    open.delete(id);
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > KEPT_COUNT_MAX) this.ids.delete(oldest);
  }

  /** @param {string} id */
  has(id) {
    return this.ids.has(id);
  }
}
