// @ts-check
// What a client of the streams does, without the socket: frames and time in, effects out.
//
// Written from the protocol guide in README.md; it plays the stories of tests/transcripts.

/** @typedef {{ type: string, seq?: number, [field: string]: any }} Message */
/** @typedef {{ do: "transmit" | "deliver", message: Message }
 *    | { do: "hangUp", code: number }
 *    | { do: "fetchTicket" }} Effect */

const HANDSHAKE_MS_MAX = 10_000;
const STEADY_MS = 5_000;
const RENEW_AGAIN_MS = 10_000;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 3_000;
const LEAVING = 1000;
const STAY_AWAY = new Set([1009, 4400, 4403, 4409]);
const TOO_MANY_MESSAGES = 4429;

export class Link {
  /** @param {{ jitter: () => number }} options `jitter` draws from 0 to 1 */
  constructor({ jitter }) {
    this.jitter = jitter;
    /** @type {string | null} */
    this.epoch = null;
    /** @type {number | null} */
    this.seq = null; // of the last event received
    this.isLive = false; // between the snapshot and the end of a socket
    this.dialsAtMs = 0; // Infinity: stay away
    this.isOpen = false;
    this.failures = 0; // sockets in a row that were not steady
    this.silentUntilMs = 0;
    this.liveSinceMs = this.givesUpAtMs = this.renewsAtMs = this.leavesAtMs = Infinity;
  }

  forgetSocket() {
    this.isOpen = this.isLive = false;
    this.liveSinceMs = this.givesUpAtMs = this.renewsAtMs = this.leavesAtMs = Infinity;
  }

  get wakesAtMs() {
    return this.isOpen ? Math.min(this.givesUpAtMs, this.renewsAtMs, this.leavesAtMs) : Infinity;
  }

  /** @param {number} nowMs */
  opened(nowMs) {
    this.isOpen = true;
    this.givesUpAtMs = nowMs + HANDSHAKE_MS_MAX;
  }

  /** @param {string} text @param {number} nowMs @returns {Effect[]} */
  received(text, nowMs) {
    if (!this.isOpen) return [];
    const message = parse(text);
    if (message === null) return this.hangUp();
    /** @type {Effect[]} */
    const deliver = [{ do: "deliver", message }];
    switch (message.type) {
      case "hello":
        this.beginSession(message.session_ms, nowMs);
        return [transmit({ type: "resume", epoch: this.epoch, after_seq: this.seq }), ...deliver];
      case "snapshot":
        if (!message.recovered) [this.epoch, this.seq] = [message.epoch, message.seq ?? null];
        this.isLive = true;
        this.liveSinceMs = nowMs;
        this.givesUpAtMs = Infinity;
        return deliver;
      case "authenticated":
        this.beginSession(message.session_ms, nowMs);
        return [];
      case "drain":
        this.leavesAtMs = nowMs + message.reconnect_in_ms;
        return [];
      default:
        return message.seq === undefined ? deliver : this.numbered(message.seq, deliver);
    }
  }

  /** @param {number} seq @param {Effect[]} deliver @returns {Effect[]} */
  numbered(seq, deliver) {
    if (this.seq === null || seq > this.seq + 1) return this.hangUp(); // a gap: resume before it
    if (seq <= this.seq) return []; // it came before
    this.seq = seq;
    return deliver;
  }

  /** @param {number} nowMs @returns {Effect[]} */
  tick(nowMs) {
    if (!this.isOpen) return [];
    if (Math.min(this.givesUpAtMs, this.leavesAtMs) <= nowMs) return this.hangUp();
    if (this.renewsAtMs > nowMs) return [];
    this.renewsAtMs = nowMs + RENEW_AGAIN_MS;
    return [{ do: "fetchTicket" }];
  }

  /** @param {string} ticket @returns {Effect[]} */
  renew(ticket) {
    return this.isLive ? [transmit({ type: "authenticate", ticket })] : [];
  }

  /**
   * Nothing is kept for later: what matters is said again after the next snapshot.
   * @param {Message} message @returns {Effect[]}
   */
  send(message) {
    return this.isLive ? [transmit(message)] : [];
  }

  /** @param {number} silentMs @param {number} nowMs */
  cut(silentMs, nowMs) {
    this.silentUntilMs = nowMs + silentMs;
    this.dialsAtMs = Math.max(this.dialsAtMs, this.silentUntilMs);
    this.isOpen = this.isLive = false;
  }

  /** @param {number | null} code of the close frame; null: there was none @param {number} nowMs */
  closed(code, nowMs) {
    this.failures = nowMs - this.liveSinceMs >= STEADY_MS ? 1 : this.failures + 1;
    const drainsAtMs = this.leavesAtMs;
    this.forgetSocket();
    if (code !== null && STAY_AWAY.has(code)) {
      this.dialsAtMs = Infinity;
    } else if (drainsAtMs <= nowMs) {
      this.dialsAtMs = Math.max(nowMs, this.silentUntilMs);
    } else {
      const askedMs = drainsAtMs === Infinity ? 0 : drainsAtMs;
      this.dialsAtMs = Math.max(nowMs + this.pauseMs(code), askedMs, this.silentUntilMs);
    }
  }

  /** @param {number | null} code */
  pauseMs(code) {
    const doubled = PAUSE_MS_MIN * 2 ** Math.min(this.failures - 1, 10);
    const longest = code === TOO_MANY_MESSAGES ? PAUSE_MS_MAX : Math.min(doubled, PAUSE_MS_MAX);
    return longest * (0.5 + 0.5 * this.jitter());
  }

  /** @param {number} sessionMs @param {number} nowMs */
  beginSession(sessionMs, nowMs) {
    this.renewsAtMs = nowMs + sessionMs * (0.75 + 0.1 * this.jitter());
  }

  /** @returns {Effect[]} */
  hangUp() {
    this.isOpen = this.isLive = false;
    return [{ do: "hangUp", code: LEAVING }];
  }
}

/** @param {Message} message @returns {Effect} */
const transmit = (message) => ({ do: "transmit", message });

/** @param {string} text @returns {Message | null} */
function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
