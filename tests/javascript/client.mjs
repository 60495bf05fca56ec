// A client of Hexhaul's streams, written from the README's protocol guide and /schema/asyncapi.json.
//
// `Link` is what a client does, without the socket: frames and time in, effects out.
// `Connection` is a link over real sockets, by the package `ws`.

import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

const HANDSHAKE_MS_MAX = 10_000;
const STEADY_MS = 5_000;
const RENEW_AGAIN_MS = 10_000;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 3_000;
const SILENCE_MS_MAX = 60_000;
const LEAVING = 1000;
const SOCKET_OPTIONS = { perMessageDeflate: false, handshakeTimeout: 10_000, closeTimeout: 500 };
const STAY_AWAY = new Set([1009, 4400, 4403, 4409]);
const TOO_MANY_MESSAGES = 4429;

export class Link {
  constructor({ jitter }) {
    this.jitter = jitter;
    this.epoch = null;
    this.seq = null; // of the last event received
    this.isLive = false; // between the snapshot and the end of a socket
    this.dialsAtMs = 0; // Infinity: stay away
    this.isOpen = false;
    this.failures = 0; // sockets in a row that were not steady
    this.silentUntilMs = 0;
    this.forgetSocket();
  }

  forgetSocket() {
    this.isOpen = this.isLive = false;
    this.liveSinceMs = this.givesUpAtMs = this.renewsAtMs = this.leavesAtMs = Infinity;
  }

  get wakesAtMs() {
    return this.isOpen ? Math.min(this.givesUpAtMs, this.renewsAtMs, this.leavesAtMs) : Infinity;
  }

  opened(nowMs) {
    this.isOpen = true;
    this.givesUpAtMs = nowMs + HANDSHAKE_MS_MAX;
  }

  received(text, nowMs) {
    if (!this.isOpen) return [];
    const message = parse(text);
    if (message === null) return this.hangUp();
    const deliver = [{ do: "deliver", message }];
    switch (message.type) {
      case "hello":
        this.beginSession(message.session_ms, nowMs);
        return [transmit({ type: "resume", epoch: this.epoch, after_seq: this.seq }), ...deliver];
      case "snapshot":
        if (!message.recovered) [this.epoch, this.seq] = [message.epoch, message.seq];
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

  numbered(seq, deliver) {
    if (this.seq === null || seq > this.seq + 1) return this.hangUp(); // a gap: resume before it
    if (seq <= this.seq) return []; // it came before
    this.seq = seq;
    return deliver;
  }

  tick(nowMs) {
    if (!this.isOpen) return [];
    if (Math.min(this.givesUpAtMs, this.leavesAtMs) <= nowMs) return this.hangUp();
    if (this.renewsAtMs > nowMs) return [];
    this.renewsAtMs = nowMs + RENEW_AGAIN_MS;
    return [{ do: "fetchTicket" }];
  }

  renew(ticket) {
    return this.isLive ? [transmit({ type: "authenticate", ticket })] : [];
  }

  // Nothing is kept for later: what matters is said again after the next snapshot.
  send(message) {
    return this.isLive ? [transmit(message)] : [];
  }

  cut(silentMs, nowMs) {
    this.silentUntilMs = nowMs + silentMs;
    this.dialsAtMs = Math.max(this.dialsAtMs, this.silentUntilMs);
    this.isOpen = this.isLive = false;
  }

  closed(code, nowMs) {
    this.failures = nowMs - this.liveSinceMs >= STEADY_MS ? 1 : this.failures + 1;
    const drainsAtMs = this.leavesAtMs;
    this.forgetSocket();
    if (STAY_AWAY.has(code)) {
      this.dialsAtMs = Infinity;
    } else if (drainsAtMs <= nowMs) {
      this.dialsAtMs = Math.max(nowMs, this.silentUntilMs);
    } else {
      const askedMs = drainsAtMs === Infinity ? 0 : drainsAtMs;
      this.dialsAtMs = Math.max(nowMs + this.pauseMs(code), askedMs, this.silentUntilMs);
    }
  }

  pauseMs(code) {
    const doubled = PAUSE_MS_MIN * 2 ** Math.min(this.failures - 1, 10);
    const longest = code === TOO_MANY_MESSAGES ? PAUSE_MS_MAX : Math.min(doubled, PAUSE_MS_MAX);
    return longest * (0.5 + 0.5 * this.jitter());
  }

  beginSession(sessionMs, nowMs) {
    this.renewsAtMs = nowMs + sessionMs * (0.75 + 0.1 * this.jitter());
  }

  hangUp() {
    this.isOpen = this.isLive = false;
    return [{ do: "hangUp", code: LEAVING }];
  }
}

const transmit = (message) => ({ do: "transmit", message });

function parse(text) {
  try {
    const message = JSON.parse(text);
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}

export class KeyRefused extends Error {}

// Runs from `run()` to `stop()`, or until the server says not to come back.
//   address: async (signal) => the websocket's URL with a fresh ticket; fetchTicket: async (signal) => a ticket;
//   both throw `KeyRefused` if there will never be one, anything else if there is none now; `signal` ends the wait
//   hear: called with each message, in order
export class Connection {
  constructor({ address, fetchTicket, hear }) {
    Object.assign(this, { address, fetchTicket, hear });
    this.link = new Link({ jitter: Math.random });
    this.socket = null;
    this.stopping = new AbortController();
  }

  async run() {
    const { signal } = this.stopping;
    while (!signal.aborted && this.link.dialsAtMs !== Infinity) {
      const pauseMs = this.link.dialsAtMs - performance.now();
      if (pauseMs > 0) {
        await sleep(pauseMs, null, { signal }).catch(() => {}); // `stop` ends the pause
        continue;
      }
      const code = await this.listenOnce();
      this.link.closed(code, performance.now());
    }
  }

  send(message) {
    const effects = this.link.send(message);
    this.carryOut(effects);
    return effects.length > 0;
  }

  cut(silentMs) {
    this.link.cut(silentMs, performance.now());
    this.socket?.terminate();
  }

  stop() {
    this.stopping.abort();
    this.socket?.close(LEAVING);
  }

  // Opens a socket and reads it to its end; resolves to the close code, null if there was none.
  async listenOnce() {
    const url = await this.address(this.patience()).catch((error) => error);
    if (this.stopping.signal.aborted) return null;
    if (typeof url !== "string") return url instanceof KeyRefused ? 4403 : null;
    const socket = new WebSocket(url, SOCKET_OPTIONS);
    this.socket = socket;
    const heard = () => {
      clearTimeout(this.silence);
      this.silence = setTimeout(() => socket.terminate(), SILENCE_MS_MAX);
    };
    socket.on("open", () => {
      this.link.opened(performance.now());
      this.rearm();
    });
    socket.on("message", (data) => {
      heard();
      this.carryOut(this.link.received(data.toString(), performance.now()));
      this.rearm();
    });
    socket.on("ping", heard);
    socket.on("error", () => {}); // it is followed by "close"
    const code = await new Promise((resolve) => socket.on("close", resolve));
    clearTimeout(this.silence);
    clearTimeout(this.timer);
    this.socket = null;
    return code === 1006 ? null : code;
  }

  patience() {
    return AbortSignal.any([this.stopping.signal, AbortSignal.timeout(HANDSHAKE_MS_MAX)]);
  }

  rearm() {
    clearTimeout(this.timer);
    const pauseMs = this.link.wakesAtMs - performance.now();
    if (pauseMs === Infinity) return;
    this.timer = setTimeout(() => {
      this.carryOut(this.link.tick(performance.now()));
      this.rearm();
    }, Math.max(0, pauseMs));
  }

  carryOut(effects) {
    for (const effect of effects) {
      if (effect.do === "transmit") this.socket?.send(JSON.stringify(effect.message));
      else if (effect.do === "deliver") this.hear(effect.message);
      else if (effect.do === "hangUp") this.socket?.close(effect.code);
      else this.renew();
    }
  }

  async renew() {
    const ticket = await this.fetchTicket(this.patience()).catch(() => null); // null: the link asks again
    if (ticket !== null) this.carryOut(this.link.renew(ticket));
  }
}
