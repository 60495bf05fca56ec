// A client of Hexhaul's streams, written from the README's protocol guide and /schema/asyncapi.json.
//
// `Link`, which the pages use too, is what a client does without the socket.
// `Connection` is a link over real sockets, by the package `ws`.

import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { Link } from "./link.js";

export { Link };

const HANDSHAKE_MS_MAX = 10_000;
const SILENCE_MS_MAX = 60_000;
const LEAVING = 1000;
const SOCKET_OPTIONS = { perMessageDeflate: false, handshakeTimeout: 10_000, closeTimeout: 500 };

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
