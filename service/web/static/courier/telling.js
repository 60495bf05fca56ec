// @ts-check
// What was said of stops is told in order, each thing when its pictures are with the server.
//
// The server takes the next stop only when the one before it is done, so one waits for the other.

import { wordsOf } from "./intents.js";

const AGAIN_MS = 3_000; // after a picture that was not taken

/** @typedef {import("./intents.js").Intent} Intent */

export class Telling {
  /**
   * @param {{ pictures: Pick<import("./pictures.js").Pictures, "send">, unconfirmed: () => Intent[],
   *           send: (message: Intent["message"]) => boolean,
   *           refuse: (ref: string, why: import("../shared/api.js").Refusal) => void }} means
   *   `send` returns false without a connection; `refuse` hears of a picture that is no good
   */
  constructor({ pictures, unconfirmed, send, refuse }) {
    this.pictures = pictures;
    this.unconfirmed = unconfirmed;
    this.send = send;
    this.refuse = refuse;
    /** @type {Set<string>} references of what was told on this connection */
    this.told = new Set();
    this.round = Promise.resolve();
  }

  /** A new connection has heard nothing yet. */
  beginAgain() {
    this.told.clear();
    this.tell();
  }

  /** Tell what is next; called again whenever something was confirmed. Rounds follow one another. */
  tell() {
    this.round = this.round.then(() => this.#tellNext()).catch(() => void setTimeout(() => this.tell(), AGAIN_MS));
  }

  /** The first that is not confirmed: what comes after it is heard only when that is done. */
  async #tellNext() {
    const intent = this.unconfirmed().find(({ message }) => message.stop_id !== undefined);
    if (intent === undefined || this.told.has(intent.ref)) return;
    const outcome = await this.pictures.send(intent.message.proof?.ids ?? []);
    if (outcome === "later") return void setTimeout(() => this.tell(), AGAIN_MS);
    if (outcome === "sent") {
      if (this.send(wordsOf(intent, Date.now()))) this.told.add(intent.ref);
      return;
    }
    this.refuse(intent.ref, outcome);
    this.tell();
  }
}
