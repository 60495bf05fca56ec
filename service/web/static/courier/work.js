// @ts-check
// What a courier has before him, as the server tells it: messages in, a new value out.
//
// Nothing here knows a socket, a clock or a page, so every rule can be tested by a list of
// messages. What the courier said and the server has not confirmed stands in `intents.js`.

import { aboutJobs, withMessage } from "./talk.js";
import { leftBehind, newsOfDuty, newsOfJob, newsOfRoute, newsOfState } from "./tidings.js";

/**
 * @typedef {Record<string, any> & { type: string }} Message one of /schema/asyncapi.json
 * @typedef {Record<string, any> & { offer_id: string, job_ids: string[] }} Offer
 * @typedef {{ offer: Offer, endsAtMs: number, wholeMs: number }} OpenOffer
 * @typedef {Record<string, any> & { stop_id: string, job_id: string, kind: string, status: string,
 *             lat_deg: number, lng_deg: number }} Stop
 * @typedef {Record<string, any> & { job_id: string, status: string }} Job
 * @typedef {import("../shared/suspension.js").Suspension} Suspension
 * @typedef {{
 *   status: string, vehicle: string | null, capacity: Record<string, number> | null,
 *   shiftEndsAt: string | null, jobs: Job[], stops: Stop[], offer: OpenOffer | null,
 *   hint: { lat_deg: number, lng_deg: number, endsAtMs: number } | null,
 *   news: { code: string, at: number, about?: string | null } | null, suspension: Suspension | null,
 *   messages: import("./talk.js").Message[], left: Job[],
 * }} Work
 *   `status` is "unknown" until the first snapshot; `news` is what a person should hear of, once;
 *   `left` are jobs that the route left out before it was told what became of them.
 */

/** @type {Work} */
export const NOTHING = Object.freeze({
  status: "unknown",
  vehicle: null,
  capacity: null,
  shiftEndsAt: null,
  jobs: [],
  stops: [],
  offer: null,
  hint: null,
  news: null,
  suspension: null,
  messages: [],
  left: [],
});

/**
 * What the courier has before him after a message.
 * @param {Work} work @param {Message} message @param {number} nowMs
 * @param {{ message: Message }[]} intents what the courier has said: the doing of others is news
 * @returns {Work}
 */
export function hear(work, message, nowMs, intents = []) {
  switch (message.type) {
    case "snapshot": // `state` is the truth; without one, what was missed follows by itself
      if (message.state === null || message.state === undefined) return work;
      return tiding(begin(work, message.state, nowMs), newsOfState(work, message.state, intents), nowMs);
    case "offer_made":
      return { ...work, offer: opened(message, nowMs) };
    case "offer_revoked":
      if (work.offer?.offer.offer_id !== message.offer_id) return work;
      if (message.reason === "declined") return { ...work, offer: null }; // in another window
      return { ...work, offer: null, news: news(`offer_${message.reason}`, nowMs) };
    case "assignment_changed":
      return tiding(assigned(work, message.assignment), newsOfRoute(work, message.assignment), nowMs);
    case "job_updated":
      return updated(work, message, nowMs);
    case "job_message":
      return spoken(work, message.message, nowMs);
    case "notice":
      return noticed(work, message, nowMs);
    case "hint":
      return { ...work, hint: { ...placeOf(message), endsAtMs: nowMs + message.expires_in_ms } };
    default:
      return work;
  }
}

/** @param {Work} work @param {import("./talk.js").Message} message @param {number} nowMs @returns {Work} */
function spoken(work, message, nowMs) {
  const messages = withMessage(work.messages, message);
  const isNew = messages !== work.messages && message.sender !== "courier";
  return { ...work, messages, news: isNew ? news("message", nowMs) : work.news };
}

/** The work with what a person should hear of, if that is something.
 * @param {Work} work @param {{ code: string, about?: string | null } | null} told @param {number} nowMs @returns {Work} */
const tiding = (work, told, nowMs) => (told === null ? work : { ...work, news: { ...told, at: nowMs } });

/** @param {Work} work @param {Message} message @param {number} nowMs @returns {Work} */
function noticed(work, message, nowMs) {
  const { notice, status, suspension } = message;
  if (notice !== "suspended" && notice !== "reinstated") {
    return tiding({ ...work, status }, newsOfDuty(work, message), nowMs);
  }
  return { ...work, status, suspension: suspensionOfWire(suspension), news: news(notice, nowMs) };
}

/** Take an offer off the screen whose time is over, and a hint that is.
 * @param {Work} work @param {number} nowMs @returns {Work} */
export function elapse(work, nowMs) {
  let after = work;
  if (work.offer !== null && work.offer.endsAtMs <= nowMs) {
    after = { ...after, offer: null, news: news("offer_expired", nowMs) };
  }
  if (work.hint !== null && work.hint.endsAtMs <= nowMs) after = { ...after, hint: null };
  return after;
}

/** The offer is answered: it leaves the screen.
 * @param {Work} work @param {string} offerId @returns {Work} */
export function withoutOffer(work, offerId) {
  return work.offer?.offer.offer_id === offerId ? { ...work, offer: null } : work;
}

/** The server has taken what was said about duty: with a shift, that is the one it knows now.
 * @param {Work} work @param {Message} message of the courier @returns {Work} */
export function withShift(work, { type, status, vehicle, capacity, shift_ends_at }) {
  if (type !== "set_status" || status !== "online") return work;
  return { ...work, vehicle, capacity, shiftEndsAt: shift_ends_at };
}

/** @param {Work} work @param {Record<string, any>} state @param {number} nowMs @returns {Work} */
function begin(work, state, nowMs) {
  return assigned(
    {
      ...NOTHING,
      jobs: work.jobs,
      left: work.left,
      status: state.status,
      vehicle: state.vehicle,
      capacity: state.capacity,
      shiftEndsAt: state.shift_ends_at ?? null,
      suspension: suspensionOfWire(state.suspension),
      messages: state.messages ?? [],
      offer: state.offer === null || state.offer === undefined ? null : opened(state.offer, nowMs),
    },
    state.assignment,
  );
}

/** @param {any} suspension @returns {Suspension | null} */
const suspensionOfWire = (suspension) => (suspension ? { reason: suspension.reason, until: suspension.until ?? null } : null);

/** The time counts from our acknowledgement, which follows at once: never longer than this.
 * @param {any} offer @param {number} nowMs @returns {OpenOffer} */
function opened(offer, nowMs) {
  return { offer, endsAtMs: nowMs + offer.expires_in_ms, wholeMs: offer.expires_in_ms };
}

/** @param {Work} work @param {Record<string, any>} assignment @returns {Work} */
function assigned(work, assignment) {
  const { status, jobs, stops } = assignment;
  const inHand = new Set(jobs.map((/** @type {Job} */ job) => job.job_id));
  const isTaken = work.offer?.offer.job_ids.some((id) => inHand.has(id)) ?? false;
  return {
    ...work,
    status,
    jobs,
    stops,
    left: leftBehind(work, inHand),
    messages: aboutJobs(work.messages, jobs),
    offer: isTaken ? null : work.offer,
    hint: jobs.length > 0 ? null : work.hint,
  };
}

/** The word of a job may come after the route without it: a route is told as it is by now.
 * @param {Work} work @param {Message} message @param {number} nowMs @returns {Work} */
function updated(work, message, nowMs) {
  const { job_id, status } = message;
  const told = newsOfJob(work, message);
  if (told === null && ![...work.jobs, ...work.left].some((job) => job.job_id === job_id)) return work;
  const jobs = work.jobs.map((job) => (job.job_id === job_id ? { ...job, status } : job));
  const left = work.left.filter((job) => job.job_id !== job_id);
  return tiding({ ...work, jobs, left }, told, nowMs);
}

/** @param {string} code @param {number} at */
const news = (code, at) => ({ code, at });

/** @param {any} message */
const placeOf = ({ lat_deg, lng_deg }) => ({ lat_deg, lng_deg });
