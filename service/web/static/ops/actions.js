// @ts-check
// What may be done by hand, as tables: when, with which reasons, and by which call.

import { deadlineOf } from "./model.js";

/** @typedef {import("./model.js").Job} Job */
/**
 * `done` is what can be taken back for a while; `only` says on what condition.
 * @typedef {{ id: string, label: string, confirm: string, text: string,
 *   isDanger?: boolean, done?: string, statuses: string[], reasons: string[], path: (job: Job) => string,
 *   only?: (job: Job) => object }} Action */

const BEFORE_CUSTODY = ["assigned", "enroute_to_pickup", "arrived_at_pickup"];
const IN_CUSTODY = ["picked_up", "enroute_to_dropoff", "arrived_at_dropoff", "undeliverable", "enroute_to_return", "arrived_at_return"];

export const OFFER_BY_HAND = { label: "Offer to a courier …", statuses: ["open"] };

/** @type {Action[]} */
export const ACTIONS = [
  {
    id: "reassignment", label: "Re-open …", confirm: "Re-open for others",
    text:
      "The courier is free of it, and the matching looks for another one at once. " +
      "To undo it is to offer it to the same courier again, as long as nobody else was asked.",
    done: "Re-opened",
    statuses: BEFORE_CUSTODY,
    reasons: ["courier_issue", "courier_no_progress", "wrong_transport_type", "technical_issue"],
    path: (job) => `/v1/ops/jobs/${job.id}/reassignment`,
    only: (job) => ({ attempt: job.attempt }),
  },
  {
    id: "cancellation", label: "Cancel …", confirm: "Cancel the job", isDanger: true,
    text: "This cannot be undone. The merchant is told, and nothing is charged.",
    statuses: ["scheduled", "open", ...BEFORE_CUSTODY],
    reasons: [
      "customer_cancellation_requested", "duplicate_job", "address_error", "package_not_ready", "pickup_closed", "technical_issue",
    ],
    path: (job) => `/v1/ops/jobs/${job.id}/cancellation`,
  },
  {
    id: "failure", label: "Give up …", confirm: "Give the job up", isDanger: true,
    text: "For parcels that are lost, damaged or not brought back. This cannot be undone.",
    statuses: IN_CUSTODY,
    reasons: ["package_damaged", "failed_to_return", "courier_issue", "recipient_unreachable", "recipient_refused", "address_error"],
    path: (job) => `/v1/ops/jobs/${job.id}/failure`,
  },
];

/** @param {Job} job @param {string[]} rights @returns {Action[]} */
export function actionsFor(job, rights) {
  if (!rights.includes("ops:dispatch")) return [];
  return ACTIONS.filter((action) => action.statuses.includes(job.status));
}

/** @param {Job} job @param {string[]} rights */
export function canOfferByHand(job, rights) {
  return rights.includes("ops:dispatch") && OFFER_BY_HAND.statuses.includes(job.status);
}

/** How a courier is taken off the matching. */
export const COURIER_ORDERS = [
  {
    status: "paused", label: "Pause …", confirm: "Pause the courier",
    text: "No more offers; what is in hand is finished. The courier is told, and may go online again.",
    done: "Paused",
    statuses: ["online", "busy"], // who is ending takes no more anyway
  },
  {
    status: "offline", label: "End shift …", confirm: "End the shift",
    text: "No more offers; the shift ends with what is in hand. The courier is told. This cannot be undone.",
    statuses: ["online", "busy", "paused"],
  },
];
export const COURIER_REASONS = ["courier_issue", "courier_no_progress", "wrong_transport_type", "technical_issue"];

/** @type {Record<string, string>} */
export const SUSPENSION_REASONS = {
  under_review: "Under review", conduct: "Conduct", document_expired: "A document has expired", parcel_missing: "A parcel is missing",
  safety: "Safety", courier_request: "The courier asks for it",
};
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** How long: market time, and null until somebody ends it. @type {[string, number | null][]} */
export const SUSPENSION_LENGTHS = [
  ["until somebody ends it", null], ["1 hour", HOUR_MS], ["8 hours", 8 * HOUR_MS],
  ["1 day", DAY_MS], ["7 days", 7 * DAY_MS], ["30 days", 30 * DAY_MS],
];

/** Beyond what was promised, in minutes. */
const EXTENSIONS_MIN = [15, 30, 45, 60, 90, 120];
const EXTENSION_REASONS = ["technical_issue", "courier_issue", "package_not_ready", "recipient_unreachable", "address_error"];
export const EXTEND = {
  label: "Extend deadline …", reasons: EXTENSION_REASONS, statuses: ["scheduled", "open", ...BEFORE_CUSTODY, ...IN_CUSTODY],
};

/**
 * Deadlines that are still to come, other than the present one.
 * @param {Job} job @param {number} nowMs market time @returns {{ at: string, minutes: number }[]}
 */
export function extensionsOf(job, nowMs) {
  const promisedMs = Date.parse(job.due_at);
  const present = Date.parse(deadlineOf(job));
  return [0, ...EXTENSIONS_MIN]
    .map((minutes) => ({ at: promisedMs + minutes * 60_000, minutes }))
    .filter(({ at }) => at > nowMs && at !== present)
    .map(({ at, minutes }) => ({ at: new Date(at).toISOString(), minutes }));
}

/** @param {Job} job @param {string[]} rights @param {number} nowMs market time */
export function canExtend(job, rights, nowMs) {
  return rights.includes("ops:dispatch") && EXTEND.statuses.includes(job.status) && extensionsOf(job, nowMs).length > 0;
}

/** What a courier has with them. @param {Job[]} jobs */
export function aboard(jobs) {
  return jobs.filter((job) => IN_CUSTODY.includes(job.status));
}

/** @param {import("./model.js").Courier} courier @param {string[]} rights */
export function ordersFor(courier, rights) {
  return rights.includes("ops:dispatch") ? COURIER_ORDERS.filter((order) => order.statuses.includes(courier.status)) : [];
}

/** Those of a courier's jobs that others can still fetch. @param {Job[]} jobs */
export function movable(jobs) {
  return jobs.filter((job) => BEFORE_CUSTODY.includes(job.status));
}
