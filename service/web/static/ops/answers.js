// @ts-check
// How soon the offers that this page has seen were accepted.

const ANSWERS_COUNT_MAX = 400; // the newest

export class Answers {
  constructor() {
    /** @type {number[]} */
    this.acceptedAfterS = [];
  }

  /** @param {import("../shared/link.js").Message} message */
  hear(message) {
    if (message.type !== "event" || message.event.type !== "offer.accepted") return;
    const { created_at, answered_at } = message.event.data;
    this.acceptedAfterS.push((Date.parse(answered_at) - Date.parse(created_at)) / 1_000);
    if (this.acceptedAfterS.length > ANSWERS_COUNT_MAX) this.acceptedAfterS.shift();
  }
}

/** @param {number[]} values @param {number} share 0 to 1 @returns {number | null} */
export function quantile(values, share) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
