// @ts-check
// What the courier has said and the server has not confirmed: kept through tunnels and reloads.
//
// The protocol asks for no more than this: say it again after each snapshot, until `done` or a
// refusal. To say it twice changes nothing. Positions are not kept, but for the one that shows an
// arrival: when that is heard at last, the courier is elsewhere.

/**
 * @typedef {{ lat_deg: number, lng_deg: number, accuracy_m: number, at: number }} Place
 * @typedef {{ ref: string, message: Record<string, any> & { type: string }, saidAt: number,
 *             isDone: boolean, place?: Place | null }} Intent
 *   `saidAt` and `at` are milliseconds since 1970, by this phone; `isDone`: confirmed, but the
 *   route that shows it is still on its way; `place`: where it was said.
 * @typedef {{ code: string, detail: string, intent: Intent }} Refusal
 */

const INTENTS_COUNT_MAX = 50;
const NOW_MS_MAX = 10_000; // so long the position that is reported anyway says where it was
export const KEPT_MS_MAX = 12 * 3_600_000; // older ones are of another day

/**
 * The intents with one more. Of the same kind for the same thing the last word counts.
 * @param {Intent[]} intents @param {Intent["message"]} message @param {string} ref @param {number} saidAt
 * @param {Place | null} place @returns {Intent[]}
 */
export function said(intents, message, ref, saidAt, place = null) {
  const kept = intents.filter((intent) => !isSameMatter(intent.message, message));
  const intent = { ref, message: { ...message, ref }, saidAt, isDone: false, place };
  return [...kept, intent].slice(-INTENTS_COUNT_MAX);
}

/** The intents with the place at which one of them was said, if it is still there.
 * @param {Intent[]} intents @param {string} ref @param {Place | null} place @returns {Intent[]} */
export const placed = (intents, ref, place) => intents.map((intent) => (intent.ref === ref ? { ...intent, place } : intent));

/** What goes out now for something that was said: with the place, if that was some time ago.
 * @param {Intent} intent @param {number} now milliseconds since 1970 @returns {Intent["message"]} */
export function wordsOf({ message, place }, now) {
  if (!place || now - place.at < NOW_MS_MAX) return message;
  const { at, ...where } = place;
  const age_ms = Math.round(Math.min(KEPT_MS_MAX, now - at)); // a phone's clock may be set
  return { ...message, fix: { ...where, age_ms } };
}

/**
 * The intents after a server's message, and the refusal for good that it may be.
 * @param {Intent[]} intents @param {Record<string, any> & { type: string }} message
 * @returns {{ intents: Intent[], refusal: Refusal | null, againInMs: number | null }}
 *   `againInMs`: "not now" was said; after so long it is to be said again.
 */
export function confirmed(intents, message) {
  const intent = intents.find(({ ref }) => ref === message.ref);
  if (intent === undefined) return { intents, refusal: null, againInMs: null };
  if (message.type === "refused" && message.retry_in_ms) {
    return { intents, refusal: null, againInMs: message.retry_in_ms };
  }
  const left = intents.filter(({ ref }) => ref !== message.ref);
  if (message.type === "done") {
    const isOfStop = intent.message.stop_id !== undefined;
    const after = isOfStop ? intents.map((one) => (one === intent ? { ...one, isDone: true } : one)) : left;
    return { intents: after, refusal: null, againInMs: null };
  }
  if (message.type !== "refused") return { intents, refusal: null, againInMs: null };
  const refusal = { code: message.code, detail: message.detail, intent };
  // What was built upon it falls with it: nobody completes a stop that was not reached.
  const stopId = intent.message.stop_id;
  const standing = left.filter(({ message: { stop_id } }) => stopId === undefined || stop_id !== stopId);
  return { intents: standing, refusal, againInMs: null };
}

/** The intents without those that the server's route shows by now.
 * @param {Intent[]} intents @param {{ stop_id: string, status: string }[]} stops */
export function settled(intents, stops) {
  const statusOf = new Map(stops.map(({ stop_id, status }) => [stop_id, status]));
  const left = intents.filter(({ isDone, message: { type, stop_id } }) => {
    const status = statusOf.get(stop_id);
    const isShown = status === undefined || (type === "arrive_at_stop" && status === "arrived");
    return !(isDone && isShown);
  });
  return left.length === intents.length ? intents : left;
}

/** What is to be said again after a snapshot, in order.
 * @param {Intent[]} intents */
export const unconfirmed = (intents) => intents.filter(({ isDone }) => !isDone);

/** Those that are still worth keeping.
 * @param {Intent[]} intents @param {number} now milliseconds since 1970 */
export function fresh(intents, now) {
  return intents.filter(({ saidAt }) => now - saidAt < KEPT_MS_MAX);
}

/**
 * The stops as they will be once everything is confirmed, so that work goes on in a tunnel.
 * @template {{ stop_id: string, status: string }} S
 * @param {S[]} stops @param {Intent[]} intents @returns {S[]}
 */
export function foreseen(stops, intents) {
  const saidOf = (/** @type {string} */ type, /** @type {string} */ stopId) =>
    intents.some(({ message }) => message.type === type && message.stop_id === stopId);
  return stops
    .filter(({ stop_id }) => !saidOf("complete_stop", stop_id) && !saidOf("fail_stop", stop_id))
    .map((stop) => (saidOf("arrive_at_stop", stop.stop_id) ? { ...stop, status: "arrived" } : stop));
}

/** What was said of this offer, or null.
 * @param {Intent[]} intents @param {string} offerId @returns {"accept_offer" | "decline_offer" | null} */
export function answerTo(intents, offerId) {
  const intent = intents.findLast(({ message }) => message.offer_id === offerId);
  return intent === undefined ? null : /** @type {any} */ (intent.message.type);
}

const ANSWERS = new Set(["accept_offer", "decline_offer"]);

/** @param {Record<string, any>} one @param {Record<string, any>} other */
function isSameMatter(one, other) {
  if (one.type === "send_message") return false; // each is a word of its own
  if (ANSWERS.has(one.type) && ANSWERS.has(other.type)) return one.offer_id === other.offer_id;
  return one.type === other.type && one.stop_id === other.stop_id;
}
