// @ts-check
// The words of the page for the codes of the protocol. An unknown code is shown as it is.

/** @type {Record<string, string>} */
const REFUSALS = {
  offer_expired: "Too late: the time to answer was over.",
  offer_revoked: "The offer was taken back.",
  offer_taken: "Somebody else has the job.",
  capacity_exceeded: "That is more than you can carry now.",
  vehicle_not_available: "This vehicle does not suit.",
  courier_suspended: "Your account is not active. Ask your dispatcher.",
  too_far_from_stop: "You are not there yet, as your phone's position says.",
  stale_position: "Your phone's position is too old or too vague. Wait for a better one.",
  invalid_state_transition: "This step is not possible now.",
  invalid_params: "Something in that was not right.",
  not_found: "It is no longer yours.",
  proof_required: "This stop asks for a proof. Take it, and say so again.",
  proof_mismatch: "That is not the code. Ask for it once more.",
  proof_attempts_exhausted: "Too many wrong codes. Dispatch has been told and gets in touch.",
  proof_invalid: "That picture will not do. Take another one.",
  idempotency_mismatch: "That picture will not do. Take another one.",
  forbidden: "You may not do this.",
  market_paused: "The market is paused for the moment.",
};

/** @type {Record<string, string>} */
const NEWS = {
  offer_expired: "The offer ran out.",
  offer_unreachable: "The offer ran out.",
  job_canceled: "A job was canceled. It is off your route.",
  job_left: "A job is off your route. Somebody else will do it.",
  stop_reached_by_ops: "Dispatch has noted that you are at your stop.",
  stop_done_by_ops: "Dispatch has marked a stop of yours as done.",
  proof_waived: "Dispatch asks for less at a stop of yours.",
  paused_by_ops: "Dispatch has paused you. No more offers until you go on.",
  offline_by_ops: "Dispatch has ended your shift.",
  ending_by_ops: "Dispatch ends your shift with the jobs in hand.",
  online_by_ops: "Dispatch has put you back online.",
  paused_by_system: "You are paused.",
  offline_by_system: "You are offline: your shift was over, or your phone was not heard for long.",
  ending_by_system: "No more offers: your shift is over, or your phone was not heard for long.",
  job_failed: "A job was ended by dispatch.",
  job_undeliverable: "Keep the parcel: dispatch decides what happens next.",
  message: "A message about your job.",
  suspended: "Your account is suspended.",
  reinstated: "Your account is active again.",
};

/** @type {Record<string, string>} */
export const SUSPENSIONS = {
  conduct: "Your conduct is being looked into.",
  courier_request: "You asked for it.",
  document_expired: "A document of yours has expired.",
  parcel_missing: "A parcel is missing.",
  safety: "It is about safety.",
  under_review: "Your account is under review.",
};

/** @type {Record<string, string>} */
export const SENDERS = { ops: "Dispatch", merchant: "The sender", courier: "You" };

/** @type {Record<string, string>} */
export const VEHICLES = { foot: "On foot", bike: "Bike", scooter: "Scooter", car: "Car", van: "Van" };

/** The most that each may declare: kilograms, litres, jobs at once.
 * @type {Record<string, { weightKg: number, volumeL: number, jobsCount: number }>} */
export const CAPACITY_MAX = {
  foot: { weightKg: 10, volumeL: 25, jobsCount: 4 },
  bike: { weightKg: 16, volumeL: 60, jobsCount: 6 },
  scooter: { weightKg: 25, volumeL: 90, jobsCount: 8 },
  car: { weightKg: 200, volumeL: 500, jobsCount: 15 },
  van: { weightKg: 900, volumeL: 4_000, jobsCount: 15 },
};

/** @type {Record<string, string>} */
export const STATUSES = {
  unknown: "Connecting",
  offline: "Offline",
  online: "Online",
  paused: "Paused",
  busy: "On the job",
  ending: "Last jobs",
};

/** @type {Record<string, string>} */
export const REQUIREMENTS = {
  age_restricted: "Check the age",
  cold_bag: "Cold bag",
  fragile: "Fragile",
  two_person: "Two people",
  upright: "Keep upright",
};

/** @type {Record<string, string>} */
export const PROOFS = { code: "Code", photo: "Photo", signature: "Signature" };

/** @type {Record<string, string>} */
export const SIZES = { small: "Small", medium: "Medium", large: "Large", xlarge: "Extra large" };

/** @type {Record<string, string>} */
export const STOPS = { pickup: "Pick up", dropoff: "Drop off", return: "Bring back" };

/** @type {Record<string, string>} what is said of a stop that is done */
export const DONE = { pickup: "I have the parcel", dropoff: "Delivered", return: "Given back" };

// Why a stop cannot be done, in the order of how often that is, by kind of stop.
/** @type {Record<string, Record<string, string>>} */
export const FAILURES = {
  pickup: {
    package_not_ready: "Not ready",
    pickup_closed: "Closed",
    incorrect_package: "Wrong parcel",
    package_damaged: "Damaged",
    address_error: "Wrong address",
    wrong_transport_type: "Does not fit my vehicle",
    courier_issue: "Something happened to me",
  },
  dropoff: {
    recipient_unreachable: "Nobody there",
    recipient_refused: "Refused",
    address_error: "Wrong address",
    package_damaged: "Damaged",
    courier_issue: "Something happened to me",
  },
  return: {
    pickup_closed: "Closed",
    failed_to_return: "Nobody takes it back",
    courier_issue: "Something happened to me",
  },
};

// Why an offer is declined. It has no consequence for the courier; it helps to make better ones.
/** @type {Record<string, string>} */
export const DECLINES = {
  too_far: "Too far",
  pay_too_low: "Pay too low",
  too_heavy: "Too heavy or bulky",
  area: "Not this area",
  break: "Taking a break",
};

/** @type {Record<string, string>} */
export const TRANSFERS = {
  pay: "Delivery",
  extra_pay: "Extra pay",
  deduction: "Deduction",
};

/** @param {string} code */
export const refusalWords = (code) => REFUSALS[code] ?? `Not possible: ${code}`;

// Why something that was written was not sent.
/** @type {Record<string, string>} */
const UNSENT = {
  capacity_exceeded: "Your message was not sent: enough was said about this job.",
  invalid_state_transition: "Your message was not sent: the job has been over for too long.",
  not_found: "Your message was not sent: the job is no longer yours.",
};

/** @param {string} code */
export const unsentWords = (code) => UNSENT[code] ?? "Your message was not sent.";

/** @param {{ code: string, about?: string | null }} news `about`: the reference of the job */
export function newsWords({ code, about }) {
  const words = NEWS[code] ?? REFUSALS[code] ?? (code.startsWith("offer_") ? "The offer was taken back." : code);
  return about ? `No. ${about}: ${words}` : words;
}
