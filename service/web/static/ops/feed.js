// @ts-check
// The matching feed: each tick and each offer as an entry, the newest first. Entries are never
// changed but replaced, so whoever shows them sees by identity which are new.

/** @typedef {import("../shared/link.js").Message} Message */
/** @typedef {{ id: string, kind: "tick", at: string, tick: any, quietCount: number }} TickEntry */
/** @typedef {{ id: string, kind: "offer", at: string, offer: any, reasons: any, tickId: number | null, isMissed?: boolean }} OfferEntry */
/** Of what `isMissed` nobody has told what became of it.
 * @typedef {{ id: string, kind: "exception", at: string, exception: any, isMissed?: boolean }} ExceptionEntry */
/** @typedef {TickEntry | OfferEntry | ExceptionEntry} Entry */
/** @typedef {"all" | "offers" | "ticks" | "trouble"} Filter */

const ENTRIES_COUNT_MAX = 250;
const WAITING = new Set(["pending", "seen"]);
const TROUBLE = new Set(["declined", "expired", "unreachable", "revoked"]);

export class Feed {
  constructor() {
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Entry[] | null} */
    this.held = null; // what is shown during a pause; the rest goes on, and is bounded as ever
  }

  get isPaused() {
    return this.held !== null;
  }

  /** @param {Message} message @returns {boolean} whether there is something new to see */
  hear(message) {
    if (message.type === "tick") return this.takeTick(message);
    if (message.type === "snapshot") return !message.recovered && this.miss();
    if (message.type === "rows") return this.find(message.rows);
    if (message.type !== "event") return false;
    const { data } = message.event;
    if (data.type === "offer") return this.takeOffer(message.event);
    return data.type === "exception" && this.takeException(message.event);
  }

  /** What was open when facts were lost may be over, and nobody tells. */
  miss() {
    this.entries = this.entries.map((entry) => (isOpen(entry) ? { ...entry, isMissed: true } : entry));
    return true;
  }

  /** What is still open has been read. @param {{ id: string }[]} rows */
  find(rows) {
    const ids = new Set(rows.map(({ id }) => id));
    const isFound = (/** @type {Entry} */ entry) => isOpen(entry) && entry.isMissed && ids.has(entry.id);
    this.entries = this.entries.map((entry) => (isFound(entry) ? { ...entry, isMissed: false } : entry));
    return true;
  }

  /** @param {any} fact */
  takeException({ type, created_at, data }) {
    const place = this.entries.findIndex((entry) => entry.id === data.id);
    const known = /** @type {ExceptionEntry | undefined} */ (this.entries[place]);
    if (known !== undefined) this.entries[place] = { ...known, exception: data, isMissed: false };
    else if (type === "exception.opened") this.put({ id: data.id, kind: "exception", at: created_at, exception: data });
    return true;
  }

  /** Ticks without a job to decide on follow one another all night: they share an entry. @param {Message} message */
  takeTick({ at, tick }) {
    const [last] = this.entries;
    const isQuiet = tick.jobs_count === 0;
    if (isQuiet && last?.kind === "tick" && last.quietCount > 0) {
      this.entries[0] = { ...last, at, tick, quietCount: last.quietCount + 1 };
    } else {
      this.put({ id: `tick ${at}`, kind: "tick", at, tick, quietCount: isQuiet ? 1 : 0 });
    }
    return true;
  }

  /** @param {any} fact */
  takeOffer({ type, created_at, data, reasons }) {
    const place = this.entries.findIndex((entry) => entry.id === data.id);
    const known = /** @type {OfferEntry | undefined} */ (this.entries[place]);
    if (known !== undefined) {
      this.entries[place] = { ...known, offer: data, isMissed: false };
    } else if (type === "offer.made") {
      this.put({ id: data.id, kind: "offer", at: created_at, offer: data, reasons: reasons ?? null, tickId: data.tick_id });
    }
    return true;
  }

  /** @param {Entry} entry */
  put(entry) {
    this.entries.unshift(entry);
    this.entries.length = Math.min(this.entries.length, ENTRIES_COUNT_MAX);
  }

  pause() {
    this.held ??= [...this.entries];
  }

  resume() {
    this.held = null;
  }

  /** @param {Filter} filter */
  seen(filter) {
    return (this.held ?? this.entries).filter((entry) => isOf(entry, filter));
  }

  /** Entries that the end of a pause would show, in words: of a long one the oldest are gone. @param {Filter} filter */
  newInWords(filter) {
    const held = new Set(this.held?.map((entry) => entry.id));
    const fresh = this.entries.filter((entry) => !held.has(entry.id));
    const mayBeMore = fresh.length === ENTRIES_COUNT_MAX ? "+" : "";
    return `${fresh.filter((entry) => isOf(entry, filter)).length}${mayBeMore} new`;
  }
}

/** Whether something is still to come of it. @param {Entry} entry @returns {entry is OfferEntry | ExceptionEntry} */
function isOpen(entry) {
  if (entry.kind === "offer") return WAITING.has(entry.offer.status);
  return entry.kind === "exception" && !entry.exception.resolved_at;
}

/** @param {Entry} entry @param {Filter} filter */
function isOf(entry, filter) {
  if (filter === "offers") return entry.kind === "offer";
  if (filter === "ticks") return entry.kind === "tick" && entry.quietCount === 0;
  if (filter === "trouble") return entry.kind === "exception" || (entry.kind === "offer" && TROUBLE.has(entry.offer.status));
  return true;
}
