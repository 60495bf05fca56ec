// @ts-check
// A courier at work: the stream, what it told, what was said, and where the phone is. No page.
//
// This is what a native app has to do: hear each message (`work`), keep what was said until it is confirmed (`intents`), say where it is.

import { MarketClock, watch } from "../shared/clock.js";
import { Stream } from "../shared/socket.js";
import { answerTo, confirmed, foreseen, placed, said, settled, unconfirmed } from "./intents.js";
import { Kept } from "./kept.js";
import { Positions } from "./positions.js";
import { PutOff } from "./put_off.js";
import { Telling } from "./telling.js";
import { NOTHING, elapse, hear, withShift, withoutOffer } from "./work.js";

/** @typedef {{ state: import("../shared/socket.js").SocketState, reason: "refused" | "replaced" | null }} Connection */

export class Courier {
  /**
   * @param {{ session: import("./session.js").Session, store: Storage,
   *           pictures: import("./pictures.js").Pictures,
   *           geolocation: Geolocation | undefined, isSeen: () => boolean, changed: () => void,
   *           warn: (refusal: import("./intents.js").Refusal) => void }} means
   *   `isSeen`: the app is before the courier's eyes and the phone not in the pocket; `changed` is
   *   called after each change, `warn` when something that was said is refused for good
   */
  constructor({ session, store, pictures, geolocation, isSeen, changed, warn }) {
    this.session = session;
    this.pictures = pictures;
    this.telling = new Telling({
      pictures,
      unconfirmed: () => unconfirmed(this.intents),
      send: (message) => this.stream.send(message),
      refuse: (ref, { code, message }) => this.#confirm({ type: "refused", ref, code, detail: message }),
    });
    this.putOff = new PutOff(() => void this.#sayAgain());
    this.kept = new Kept(store, () => Date.now());
    this.isSeen = isSeen;
    this.changed = changed;
    this.warn = warn;
    this.clock = new MarketClock();
    this.work = NOTHING;
    this.intents = this.kept.read();
    pictures.courierId = this.kept.who;
    /** @type {Connection} */
    this.connection = { state: "connecting", reason: null };
    this.positionsMs = 4_000;
    this.positions = new Positions({ geolocation, changed, send: (message) => this.isOnDuty && this.stream.send(message) });
    this.leaving = /** @type {Promise<unknown>} */ (Promise.resolve()); // a log-out, until the service has heard of it
    this.stream = new Stream({
      path: "/v1/courier",
      fetchTicket: () => session.fetchTicket(),
      hear: (message) => this.#hear(message),
      tell: (state, reason) => {
        this.connection = { state, reason };
        changed();
      },
    });
  }

  get isLive() {
    return this.connection.state === "live";
  }

  get isOnDuty() {
    return this.work.status !== "unknown" && this.work.status !== "offline";
  }

  /** The stops still to be done, as they will be when all that was said is confirmed. */
  get stops() {
    return foreseen(this.work.stops, this.intents);
  }

  /** How many things the server has not heard, or not confirmed. */
  get unconfirmedCount() {
    return unconfirmed(this.intents).length;
  }

  /** @param {string} offerId */
  answerTo(offerId) {
    return answerTo(this.intents, offerId);
  }

  /** Work until logged out, here and at the service; or replaced by another window, or refused. */
  async run() {
    const hangUp = () => this.stream.giveUp(); // a phone knows of a tunnel before the socket does
    addEventListener("offline", hangUp);
    await this.stream.run();
    removeEventListener("offline", hangUp);
    await this.leaving; // what comes next loads the page anew, and would cut it
  }

  /** Say something that has to be heard: now, and after each snapshot until it is confirmed.
   * @param {{ type: string, [field: string]: any }} message */
  say(message) {
    const intent = this.#note(message);
    if (message.stop_id !== undefined) this.telling.tell();
    else this.stream.send(intent.message);
  }

  /** The stop is done; its pictures go first. @param {string} stopId @param {string | null} code */
  complete(stopId, code) {
    const ids = this.pictures.of(stopId).map(({ id }) => id);
    const hasProof = code !== null || ids.length > 0;
    this.say({ type: "complete_stop", stop_id: stopId, ...(hasProof ? { proof: { code, ids } } : {}) });
  }

  /** An arrival is believed by a position reported before, or by where it was said. @param {string} stopId */
  async arrive(stopId) {
    const { ref } = this.#note({ type: "arrive_at_stop", stop_id: stopId }); // a reading may take seconds
    await this.positions.report();
    this.#keep(placed(this.intents, ref, this.positions.place));
    this.telling.tell();
  }

  /** Say that the offer is here: the time to answer runs. Said again when it is seen later. */
  acknowledge() {
    if (this.work.offer === null) return;
    const { offer_id } = this.work.offer.offer;
    this.stream.send({ type: "ack", offer_id, shown: this.isSeen() });
  }

  /** What time alone changes. */
  tick() {
    this.stream.askTime();
    const { offer } = this.work;
    if (offer !== null && this.answerTo(offer.offer.offer_id) !== null) return;
    const after = elapse(this.work, watch.nowMs());
    if (after === this.work) return;
    this.work = after;
    this.changed();
  }

  /** `run` ends when that is done. */
  logOut() {
    this.stream.stop();
    this.positions.stop();
    this.kept.forget();
    this.leaving = Promise.allSettled([this.leaving, this.session.logOut(), this.pictures.forgetAllBut([])]);
  }

  /** @param {import("../shared/link.js").Message} message */
  #hear(message) {
    if (message.type === "hello") {
      this.clock.set(message.server_time, message.time_scale);
      this.positionsMs = message.position_interval_ms;
      if (this.kept.belongTo(message.courier_id)) this.intents = this.kept.read(); // two may share a phone
      this.pictures.courierId = this.kept.who;
    }
    this.work = hear(this.work, message, watch.nowMs(), this.intents);
    if (message.type === "snapshot" || message.type === "assignment_changed") this.#forgetPictures();
    this.#confirm(message);
    this.positions.follow(this.isOnDuty, this.positionsMs);
    if (message.type === "snapshot") this.putOff.now();
    if (message.type === "snapshot" || message.type === "offer_made") this.acknowledge();
    this.changed();
  }

  /** @param {import("../shared/link.js").Message} message */
  #confirm(message) {
    const before = this.intents.find(({ ref }) => ref === message.ref);
    const { intents, refusal, againInMs } = confirmed(this.intents, message);
    this.#keep(settled(intents, this.work.stops));
    if (message.type === "done" && before !== undefined) this.work = withShift(this.work, before.message);
    if (againInMs !== null) this.putOff.later(againInMs);
    else if (before?.message.offer_id) this.work = withoutOffer(this.work, before.message.offer_id);
    this.changed(); // an offer's card is gone by then, and what is said is seen
    if (refusal !== null) this.warn(refusal);
    if (againInMs === null && before?.message.stop_id !== undefined) this.telling.tell();
  }

  /** An arrival is believed only with a position of this connection before it. */
  async #sayAgain() {
    const isArriving = unconfirmed(this.intents).some(({ message }) => message.type === "arrive_at_stop");
    if (isArriving) await this.positions.report();
    for (const { message } of unconfirmed(this.intents)) {
      if (message.stop_id === undefined) this.stream.send(message);
    }
    this.telling.beginAgain();
  }

  /** Those of stops that are over. */
  #forgetPictures() {
    if (this.work.status === "unknown") return; // nothing was told yet
    void this.pictures.forgetAllBut(this.work.stops.map(({ stop_id }) => stop_id));
  }

  /** @param {{ type: string, [field: string]: any }} message */
  #note(message) {
    this.#keep(said(this.intents, message, crypto.randomUUID(), Date.now()));
    this.changed();
    return this.intents[this.intents.length - 1];
  }

  /** @param {import("./intents.js").Intent[]} intents */
  #keep(intents) {
    if (intents === this.intents) return;
    this.intents = intents;
    this.kept.write(intents);
  }
}
