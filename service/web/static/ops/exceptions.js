// @ts-check
// Exceptions in words: what each kind asks for, what is suggested, and what that would bring.

import { duration, when } from "../shared/format.js";
import { movable } from "./actions.js";

/** @typedef {import("./model.js").Exception} Exception */
/** @typedef {import("./model.js").Job} Job */
/** @typedef {{ courier_id: string | null, pickup_at: string | null, door_at: string | null, otherwise_at: string | null,
 *   gain_s: number | null, lateness_s: number | null }} Effect */
/** @typedef {{ action: string, effect: Effect | null }} Suggestion */
/** @typedef {{ label: string, text?: string, isDanger?: boolean }} Decision */

const RANK = /** @type {Record<string, number>} */ ({ critical: 0, warning: 1, info: 2 });

/** What may be decided, by its name on the wire; an offer is made by another call. @type {Record<string, Decision>} */
export const DECISIONS = {
  retry: { label: "Try again" },
  fail: { label: "Give up", text: "The job ends here, and its courier is free of it. This cannot be undone.", isDanger: true },
  reassign: {
    label: "Re-open for others",
    text: "What has not been picked up goes to others; the matching looks for them at once.",
  },
  offer: { label: "Offer by hand", text: "Whatever the matching says. The courier still decides." },
  dismiss: { label: "Dismiss", text: "If it lasts, it is told again in a quarter of an hour; at once if it gets worse." },
};

/** @type {Record<string, { advice: string, decisions: string[] }>} */
const KINDS = {
  attempt_failed: { advice: "The parcel is with its courier. Try the door again, or give the job up.", decisions: ["retry", "fail"] },
  courier_moving_away: { advice: "The courier goes away from the next stop.", decisions: ["reassign", "dismiss"] },
  courier_not_moving: { advice: "On the way to a stop, and in one place for minutes.", decisions: ["reassign", "dismiss"] },
  courier_silent: { advice: "No position for a while, with parcels aboard.", decisions: ["dismiss"] },
  fact_untold: {
    advice: "An event could not be told: the merchant's server or a phone may not know. The record has it; look at the relay's log.",
    decisions: ["dismiss"],
  },
  index_drift: {
    advice: "The live index said other than the database. It was repaired; if it comes again, look at the relay's log.",
    decisions: ["dismiss"],
  },
  late_risk: { advice: "As things are, it comes too late.", decisions: ["reassign", "dismiss"] },
  matching_fault: {
    advice: "The matching fails with this and leaves it out, a minute at a time. Offer it by hand; see the logs of dispatch and relay.",
    decisions: ["dismiss"],
  },
  no_courier: { advice: "Nobody was found in time, and the search has ended.", decisions: ["dismiss"] },
  no_courier_near: { advice: "The search goes on, and nobody near can take it.", decisions: ["dismiss"] },
  pickup_wait: { advice: "The courier waits, and the parcel was to be ready.", decisions: ["reassign", "dismiss"] },
  position_doubtful: {
    advice:
      "The phone's positions look made up; tunnels and bad receivers do that too. Look at the trail and ask the courier. " +
      "Nothing follows by itself; the log of the api says what was seen.",
    decisions: ["dismiss"],
  },
  proof_attempts_exhausted: {
    advice:
      "The courier is at the stop, and said too many wrong codes. Call sender or recipient, whose numbers stand at the job; " +
      "then give new tries, or waive the code.",
    decisions: ["dismiss"],
  },
  webhook_disabled: { advice: "The merchant's server has failed for days and is told nothing more.", decisions: ["dismiss"] },
  webhook_failing: { advice: "The merchant's server fails call after call. Events wait and are tried again.", decisions: ["dismiss"] },
};

/** What is suggested, in a few words. @type {Record<string, string>} */
const ACTIONS = {
  call_courier: "Write to the courier",
  call_merchant: "Call the merchant",
  fail: "Give the job up",
  offer: "Offer it by hand",
  reassign: "Re-open it for others",
  retry: "Try the door again",
  wait: "Wait",
};

/**
 * What is picked up stays with its courier, and what nobody has, nobody can give back. Of a parcel that was not
 * delivered something has to be decided.
 * @param {Exception} exception @param {Job | undefined} job that it is about, if it is known
 * @param {Set<string | null>} movers couriers with something that others could fetch
 */
export function decisionsOn(exception, job, movers) {
  const decisions = KINDS[exception.kind]?.decisions ?? ["dismiss"];
  const canBeFreed = exception.job_id === null ? movers.has(exception.courier_id) : job === undefined || movable([job]).length > 0;
  const waits = job?.status === "undeliverable";
  return decisions.filter((one) => (one !== "reassign" || canBeFreed) && (one !== "dismiss" || !waits));
}

/** Couriers with something that others could fetch. @param {Job[]} jobs */
export function moversOf(jobs) {
  return new Set(movable(jobs).map((job) => job.courier_id));
}

/** @param {string} kind perhaps one that this page is too old to know */
export function adviceOn(kind) {
  return KINDS[kind]?.advice ?? "";
}

/** The decision that carries out what is suggested; null: it is for people to do. @param {Suggestion | undefined} suggestion */
export function decisionOf(suggestion) {
  return suggestion !== undefined && suggestion.action in DECISIONS ? suggestion.action : null;
}

/** @param {Suggestion} suggestion @param {(id: string) => string} nameOf @param {number} nowMs market time */
export function suggestionText({ action, effect }, nameOf, nowMs) {
  const parts = [];
  if (effect?.courier_id && effect.pickup_at) {
    parts.push(`${nameOf(effect.courier_id)} is free, ${duration(Date.parse(effect.pickup_at) - nowMs)} from the pickup`);
  }
  if (effect?.door_at) parts.push(`at the door ${when(effect.door_at)}${gain(effect)}${lateness(effect)}`);
  return [ACTIONS[action] ?? action, parts.join("; ")].filter((part) => part !== "").join(": ");
}

/** @param {Effect} effect */
function gain({ gain_s }) {
  if (gain_s === null) return "";
  return `, ${duration(Math.abs(gain_s) * 1_000)} ${gain_s < 0 ? "later" : "earlier"} than now`;
}

/** @param {Effect} effect */
function lateness({ lateness_s }) {
  if (lateness_s === null) return "";
  return lateness_s > 0 ? `, ${duration(lateness_s * 1_000)} too late` : ", in time";
}

/** How long there is time, for a clock that ticks. @param {string} dueAt @param {number} nowMs market time */
export function dueText(dueAt, nowMs) {
  const leftMs = Date.parse(dueAt) - nowMs;
  return leftMs > 0 ? `${duration(leftMs)} left` : `over for ${duration(-leftMs)}`;
}

/** The worst and oldest first. @param {Exception[]} exceptions */
export function inOrder(exceptions) {
  return [...exceptions].sort(
    (one, other) => RANK[one.severity] - RANK[other.severity] || Date.parse(one.opened_at) - Date.parse(other.opened_at),
  );
}
