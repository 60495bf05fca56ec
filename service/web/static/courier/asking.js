// @ts-check
// What a courier is asked about a stop before it is done or given up: one sheet, and only while the stop
// is as it was when the sheet came.

import { askProofs } from "./proofs_view.js";
import { askReason } from "./reasons.js";
import { FAILURES } from "./words.js";

/** @typedef {import("./work.js").Stop} Stop */

/** Whether a question about a stop still is one: it is on the route, and asks for the same.
 * @param {Stop} stop as it was @param {Stop[]} stops as they are */
export function isStanding(stop, stops) {
  const now = stops.find(({ stop_id }) => stop_id === stop.stop_id);
  return now !== undefined && proofsOf(now) === proofsOf(stop);
}

/** @param {Stop} stop */
const proofsOf = ({ required_proofs = [] }) => [...required_proofs].sort().join(" ");

export class Asking {
  /** @param {import("./courier.js").Courier} courier */
  constructor(courier) {
    this.courier = courier;
    /** @type {{ stop: Stop, sheet: AbortController } | null} */
    this.open = null;
  }

  /** Take the sheet away whose stop is not what it was: the job was canceled, a proof was waived. */
  follow() {
    if (this.open !== null && !isStanding(this.open.stop, this.courier.stops)) this.open.sheet.abort();
  }

  /** @param {Stop} stop */
  async complete(stop) {
    const { stop_id: stopId, kind, required_proofs: required = [] } = stop;
    if (required.length === 0) return this.courier.complete(stopId, null);
    const { pictures } = this.courier;
    const given = await this.#about(stop, (signal) => askProofs({ stopId, kind, required, pictures, signal }));
    if (given !== null) this.courier.complete(stopId, given.code);
  }

  /** @param {Stop} stop */
  async fail(stop) {
    const reason = await this.#about(stop, (signal) =>
      askReason({
        title: "What is the matter?",
        note: "The sender and dispatch are told.",
        reasons: FAILURES[stop.kind],
        signal,
      }),
    );
    if (reason !== null) this.courier.say({ type: "fail_stop", stop_id: stop.stop_id, reason });
  }

  /** @template T @param {Stop} stop @param {(signal: AbortSignal) => Promise<T>} ask */
  async #about(stop, ask) {
    const sheet = new AbortController();
    this.open = { stop, sheet };
    try {
      return await ask(sheet.signal);
    } finally {
      this.open = null;
    }
  }
}
