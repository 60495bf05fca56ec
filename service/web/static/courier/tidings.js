// @ts-check
// What others have done to the courier's work: the courier is told, once, what it was and about which job.

/**
 * @typedef {{ code: string, about?: string | null }} Tiding `about`: the job's reference, if it has one
 * @typedef {import("./work.js").Work} Work
 * @typedef {import("./work.js").Message} Message
 */

const TOLD = new Set(["canceled", "failed", "undeliverable"]); // the rest is the courier's own doing
const OVER = new Set(["open", "canceled", "failed", "delivered", "returned"]); // who has it no more was told so
const REACHED = new Set(["arrived_at_pickup", "arrived_at_dropoff", "arrived_at_return"]);
const DONE = new Set(["picked_up", "delivered", "returned"]);
const LEFT_COUNT_MAX = 20; // the latest
const OF_DUTY = new Set(["paused", "offline", "ending"]);
const DISPATCH = "ops"; // the service acts by itself as "system"

/** A job has a new status, which is in hand or was just now; of another only what others did.
 * @param {Work} work @param {Message} message @returns {Tiding | null} */
export function newsOfJob({ jobs, left }, { job_id, status, actor }) {
  const known = [...jobs, ...left].find((job) => job.job_id === job_id);
  if (known === undefined && !actor) return null;
  const about = known?.reference ?? null;
  if (status === "open") return actor ? { code: "job_left", about } : null; // without: as the courier said
  if (actor === DISPATCH && known?.status !== status) { // else the job has changed in something else
    if (REACHED.has(status)) return { code: "stop_reached_by_ops", about };
    if (DONE.has(status)) return { code: "stop_done_by_ops", about };
  }
  return TOLD.has(status) ? { code: `job_${status}`, about } : null;
}

/** The jobs that have left the route, and what became of them was not told yet: that follows.
 * @param {Work} work @param {Set<string>} inHand now */
export function leftBehind({ jobs, left }, inHand) {
  const gone = jobs.filter(({ job_id, status }) => !inHand.has(job_id) && !OVER.has(status));
  return [...left.filter(({ job_id }) => !inHand.has(job_id)), ...gone].slice(-LEFT_COUNT_MAX);
}

/** The duty has changed. @param {Work} work @param {Message} message @returns {Tiding | null} */
export function newsOfDuty({ status: before }, { status, actor }) {
  if (status === before || !(actor === DISPATCH || actor === "system")) return null;
  if (OF_DUTY.has(status)) return { code: `${status}_by_${actor}` };
  return status === "online" && before === "paused" ? { code: `online_by_${actor}` } : null;
}

/** A stop on the route asks for less than before. @param {Work} work @param {Record<string, any>} assignment
 * @returns {Tiding | null} */
export function newsOfRoute({ jobs, stops }, assignment) {
  for (const { stop_id, job_id, required_proofs: asked = [] } of assignment.stops) {
    const before = stops.find((stop) => stop.stop_id === stop_id)?.required_proofs ?? [];
    const isLess = before.some((/** @type {string} */ kind) => !asked.includes(kind));
    if (isLess) return { code: "proof_waived", about: jobs.find((job) => job.job_id === job_id)?.reference ?? null };
  }
  return null;
}

/**
 * The whole state is told anew, after a long silence: what has gone meanwhile without a word of the courier?
 * @param {Work} work @param {Record<string, any>} state @param {{ message: Message }[]} intents
 * @returns {Tiding | null}
 */
export function newsOfState({ status, jobs, stops }, { status: now, assignment }, intents) {
  if (status === "unknown") return null; // nothing was shown yet
  const own = new Set(intents.map(({ message }) => message.stop_id));
  const isOwn = (/** @type {string} */ jobId) => stops.some(({ stop_id, job_id }) => job_id === jobId && own.has(stop_id));
  const inHand = new Set(assignment.jobs.map((/** @type {{ job_id: string }} */ { job_id }) => job_id));
  const gone = jobs.find(({ job_id }) => !inHand.has(job_id) && !isOwn(job_id));
  if (gone !== undefined) return { code: "job_left", about: gone.reference ?? null };
  const isAsked = intents.some(({ message }) => message.type === "set_status");
  return now !== status && OF_DUTY.has(now) && !isAsked ? { code: `${now}_by_system` } : null;
}
