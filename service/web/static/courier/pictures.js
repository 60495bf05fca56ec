// @ts-check
// The pictures of a stop that is not over: kept on the phone, and sent before the stop is done.
//
// Each has an id of ours, so that to send it again after a lost answer changes nothing. They are
// kept through tunnels and reloads, as what was said is; here without a page, a network or a disk.

import { Refusal } from "../shared/api.js";
import { KEPT_MS_MAX } from "./intents.js";

export const UPLOAD_MS_MAX = 90_000;

// Refusals that say "not now"; so do faults on the way and log-ins that are over. All others are for good.
const PASSING = new Set(["unreachable", "unavailable", "overloaded", "lock_contention", "rate_limited"]);

/** @param {Refusal} refusal */
const isPassing = ({ status, code }) => PASSING.has(code) || status === 401 || status === 408 || status >= 500;

/**
 * @typedef {{ id: string, stopId: string, kind: string, blob: Blob, isSent: boolean,
 *             courierId?: string | null, takenAt?: number }} Picture
 *   `takenAt` is milliseconds since 1970, by this phone
 * @typedef {{ all: () => Promise<Picture[]>, put: (picture: Picture) => Promise<unknown>,
 *             delete: (id: string) => Promise<unknown> }} Shelf
 */

export class Pictures {
  /**
   * @param {{ shelf: Shelf, put: (path: string, blob: Blob) => Promise<unknown>,
   *           newId: () => string, changed: () => void }} means
   */
  constructor({ shelf, put, newId, changed }) {
    this.shelf = shelf;
    this.put = put;
    this.newId = newId;
    this.changed = changed;
    /** @type {Map<string, Picture>} */
    this.kept = new Map();
    this.sendingCount = 0;
    /** @type {string | null} */
    this.courierId = null; // who takes them: others may work with this phone too
  }

  /** What a reload has left; what is of another day goes. */
  async load() {
    const oldest = Date.now() - KEPT_MS_MAX;
    for (const picture of await this.shelf.all()) {
      if ((picture.takenAt ?? oldest) < oldest) await this.shelf.delete(picture.id);
      else this.kept.set(picture.id, picture);
    }
  }

  /** @param {string} stopId */
  of(stopId) {
    return [...this.kept.values()].filter((picture) => picture.stopId === stopId);
  }

  /** Keep a picture in the place of the one before it.
   * @param {string} stopId @param {string} kind @param {Blob} blob */
  async keep(stopId, kind, blob) {
    const { courierId } = this;
    const picture = { id: this.newId(), stopId, kind, blob, isSent: false, courierId, takenAt: Date.now() };
    const before = this.of(stopId).find((one) => one.kind === kind);
    this.kept.set(picture.id, picture);
    await this.shelf.put(picture);
    if (before !== undefined) await this.#forget(before.id);
  }

  /**
   * Send those of these that were not; one at a time, for the network is bad.
   * @param {string[]} ids
   * @returns {Promise<"sent" | "later" | Refusal>} a refusal is for good
   */
  async send(ids) {
    const waiting = ids.map((id) => this.kept.get(id)).filter((one) => one !== undefined && !one.isSent);
    for (const [index, picture] of /** @type {Picture[]} */ (waiting).entries()) {
      this.#count(waiting.length - index);
      const outcome = await this.#sendOne(picture);
      this.#count(0);
      if (outcome !== "sent") return outcome;
    }
    return "sent";
  }

  /** @param {Picture} picture @returns {Promise<"sent" | "later" | Refusal>} */
  async #sendOne(picture) {
    const path = `/v1/courier/stops/${picture.stopId}/proofs/${picture.id}?kind=${picture.kind}`;
    try {
      await this.put(path, picture.blob);
    } catch (error) {
      const isForGood = error instanceof Refusal && !isPassing(error);
      if (isForGood) await this.#forget(picture.id);
      return isForGood ? error : "later";
    }
    picture.isSent = true;
    await this.shelf.put(picture);
    return "sent";
  }

  /** Of this courier's. @param {string[]} stopIds those that are not over */
  async forgetAllBut(stopIds) {
    const own = [...this.kept.values()].filter(({ courierId }) => !courierId || courierId === this.courierId);
    const over = own.filter(({ stopId }) => !stopIds.includes(stopId));
    for (const { id } of over) await this.#forget(id);
  }

  /** @param {string} id */
  async #forget(id) {
    this.kept.delete(id);
    await this.shelf.delete(id);
  }

  /** @param {number} count */
  #count(count) {
    this.sendingCount = count;
    this.changed();
  }
}
