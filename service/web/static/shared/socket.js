// @ts-check
// A stream in a browser: a `Link` over real sockets, with a one-time ticket for each.

import { Link } from "./link.js";
import { Refusal } from "./api.js";
import { watch as watchOfAll } from "./clock.js";

/** @typedef {import("./link.js").Message} Message */
/** @typedef {"connecting" | "live" | "away" | "ended"} SocketState */

// Pages do not see pings. After this long without a frame a page asks for a renewal, to hear whether
// anybody is there, and after twice as long the connection is dead.
const SILENCE_MS_MAX = 30_000;
const OPENING_MS_MAX = 10_000; // also of a close that nobody answers
const REPLACED = 4409;

export class Stream {
  /**
   * @param {{
   *   path: string,
   *   fetchTicket: () => Promise<string>,
   *   hear: (message: Message) => void,
   *   tell?: (state: SocketState, reason: "refused" | "replaced" | null) => void,
   *   watch?: import("./clock.js").Watch,
   * }} options `hear` gets each message in order; `tell` how the connection is
   */
  constructor({ path, fetchTicket, hear, tell = () => {}, watch = watchOfAll }) {
    this.path = path;
    this.fetchTicket = fetchTicket;
    this.hear = hear;
    this.tell = tell;
    this.watch = watch;
    this.leapsCount = watch.leapsCount; // after which the server has told what time it is, or will
    this.link = new Link({ jitter: Math.random });
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isStopped = false;
    this.wake = () => {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.heardAtMs = 0;
    this.hurry = () => this.dialNow();
    this.woken = () => this.askTime();
  }

  /** Runs until `stop()`, or until the server says not to come back. */
  async run() {
    addEventListener("online", this.hurry);
    addEventListener("visibilitychange", this.woken);
    let reason = null;
    while (!this.isStopped && this.link.dialsAtMs !== Infinity) {
      const pauseMs = this.link.dialsAtMs - performance.now();
      if (pauseMs > 0) {
        await this.rest(pauseMs);
        continue;
      }
      this.tell("connecting", null);
      const code = await this.listenOnce();
      this.link.closed(code, performance.now());
      reason = code === REPLACED ? /** @type {const} */ ("replaced") : /** @type {const} */ ("refused");
      if (!this.isStopped) this.tell("away", null);
    }
    removeEventListener("online", this.hurry);
    removeEventListener("visibilitychange", this.woken);
    this.tell("ended", this.isStopped ? null : reason);
  }

  /** @param {Message} message @returns {boolean} false: there is no connection, and it is not kept */
  send(message) {
    const effects = this.link.send(message);
    this.carryOut(effects);
    return effects.length > 0;
  }

  stop() {
    this.isStopped = true;
    this.socket?.close(1000);
    this.giveUp(); // whether or not anybody answers that
    this.wake();
  }

  dialNow() {
    if (this.link.dialsAtMs !== Infinity) this.link.dialsAtMs = 0;
    this.wake();
  }

  /** After a sleep, or where a clock was set: `hello` says what time it is. All is told anew with it, as
   * what was missed would not say how long that which is open stands. */
  askTime() {
    this.watch.nowMs();
    if (this.leapsCount === this.watch.leapsCount) return;
    this.leapsCount = this.watch.leapsCount;
    this.link.epoch = this.link.seq = null;
    this.giveUp();
  }

  /** @param {number} ms */
  rest(ms) {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => (clearTimeout(timer), resolve());
      })
    );
  }

  /** Opens a socket and reads it to its end. @returns {Promise<number | null>} the close code */
  async listenOnce() {
    const ticket = await this.fetchTicket().catch((error) => error);
    if (this.isStopped) return null;
    if (typeof ticket !== "string") return isFinal(ticket) ? 4403 : null;
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("ticket", ticket);
    const socket = (this.socket = new WebSocket(url));
    const code = await new Promise((resolve) => {
      socket.onopen = () => this.step(() => (this.link.opened(performance.now()), []));
      socket.onmessage = ({ data }) =>
        this.step(() => ((this.heardAtMs = performance.now()), this.link.received(data, performance.now())));
      socket.onclose = (event) => resolve(event.code === 1006 ? null : event.code);
      this.giveUp = () => resolve(null); // a close that nobody answers takes a browser a minute
      this.heardAtMs = performance.now();
      this.rearm();
    });
    clearTimeout(this.timer);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.socket = null;
    return code;
  }

  giveUp = () => {};

  /** @param {() => import("./link.js").Effect[]} happens */
  step(happens) {
    const wasLive = this.link.isLive;
    const effects = happens();
    if (!wasLive && this.link.isLive) this.tell("live", null); // before the snapshot is heard
    this.carryOut(effects);
    this.rearm();
  }

  rearm() {
    clearTimeout(this.timer);
    const nowMs = performance.now();
    const patienceMs = this.link.isOpen ? 2 * SILENCE_MS_MAX : OPENING_MS_MAX;
    if (nowMs >= this.heardAtMs + patienceMs) return this.giveUp();
    const looksAtMs = Math.max(this.heardAtMs + SILENCE_MS_MAX, nowMs + 1_000);
    const wakesAtMs = Math.min(this.link.wakesAtMs, looksAtMs, this.heardAtMs + patienceMs);
    this.timer = setTimeout(() => this.step(() => this.look(performance.now())), Math.max(0, wakesAtMs - nowMs));
  }

  /** @param {number} nowMs */
  look(nowMs) {
    this.askTime();
    const isSilent = nowMs - this.heardAtMs >= SILENCE_MS_MAX;
    if (isSilent) this.link.renewsAtMs = Math.min(this.link.renewsAtMs, nowMs + 10_000);
    return this.link.tick(nowMs);
  }

  /** @param {import("./link.js").Effect[]} effects */
  carryOut(effects) {
    for (const effect of effects) {
      if (effect.do === "transmit") this.socket?.send(JSON.stringify(effect.message));
      else if (effect.do === "deliver") this.hear(effect.message);
      else if (effect.do === "hangUp") this.socket?.close(effect.code);
      else this.renew();
    }
  }

  async renew() {
    const ticket = await this.fetchTicket().catch(() => null); // null: the link asks again
    if (ticket !== null) this.carryOut(this.link.renew(ticket));
  }
}

/** @param {unknown} error */
function isFinal(error) {
  return error instanceof Refusal && (error.status === 401 || error.status === 403);
}
