// @ts-check
// The matching feed: each tick and each offer as an entry, the newest first. Entries are never
// changed but replaced, so whoever shows them sees by identity which are new.

/** @typedef {import("../shared/link.js").Message} Message */
/** @typedef {{ id: string, kind: "tick", at: string, tick: any, quietCount: number }} TickEntry */
/** @typedef {{ id: string, kind: "offer", at: string, offer: any, reasons: any, tickId: number | null }} OfferEntry */
/** @typedef {{ id: string, kind: "exception", at: string, exception: any }} ExceptionEntry */
/** @typedef {TickEntry | OfferEntry | ExceptionEntry} Entry */
/** @typedef {"all" | "offers" | "ticks" | "trouble"} Filter */

const ENTRIES_COUNT_MAX = 250;
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
    if (message.type !== "event") return false;
    const { data } = message.event;
    if (data.type === "offer") return this.takeOffer(message.event);
    if (message.event.type !== "exception.opened") return false;
    this.put({ id: data.id, kind: "exception", at: message.event.created_at, exception: data });
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
      this.entries[place] = { ...known, offer: data };
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

/** @param {Entry} entry @param {Filter} filter */
function isOf(entry, filter) {
  if (filter === "offers") return entry.kind === "offer";
  if (filter === "ticks") return entry.kind === "tick" && entry.quietCount === 0;
  if (filter === "trouble") return entry.kind === "exception" || (entry.kind === "offer" && TROUBLE.has(entry.offer.status));
  return true;
}
