// @ts-check
// Where what was said is kept on the phone, for each courier apart: two may share one, and nobody says
// again what the other has said. Who comes back within the day finds it.

import { fresh } from "./intents.js";

const KEPT = "hexhaul-courier-intents"; // and behind it whose; without: of a page of before
const WHO = "hexhaul-courier-id"; // who worked here last, for a start without a network

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Store */

export class Kept {
  /** @param {Store} store @param {() => number} now milliseconds since 1970 */
  constructor(store, now) {
    this.store = store;
    this.now = now;
    this.who = store.getItem(WHO);
    this.#forgetStale();
  }

  /** The service says who is here; returns whether that is news.
   * @param {string} courierId */
  belongTo(courierId) {
    if (this.who === courierId) return false;
    const unsigned = this.store.getItem(KEPT);
    if (this.who === null && unsigned !== null) this.store.setItem(`${KEPT} ${courierId}`, unsigned);
    this.store.removeItem(KEPT);
    this.who = courierId;
    this.store.setItem(WHO, courierId);
    return true;
  }

  /** @returns {import("./intents.js").Intent[]} */
  read() {
    return fresh(JSON.parse(this.store.getItem(this.#place) ?? "[]"), this.now());
  }

  /** @param {import("./intents.js").Intent[]} intents */
  write(intents) {
    if (intents.length > 0) this.store.setItem(this.#place, JSON.stringify(intents));
    else this.store.removeItem(this.#place);
  }

  /** Of who is here, when that courier logs out. */
  forget() {
    this.store.removeItem(this.#place);
    this.store.removeItem(WHO);
  }

  get #place() {
    return this.who === null ? KEPT : `${KEPT} ${this.who}`;
  }

  /** What couriers who did not come back have left. */
  #forgetStale() {
    const places = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    for (const place of places) {
      if (place === null || !place.startsWith(KEPT)) continue;
      if (fresh(JSON.parse(this.store.getItem(place) ?? "[]"), this.now()).length === 0) this.store.removeItem(place);
    }
  }
}
