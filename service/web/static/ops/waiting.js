// @ts-check
// Which jobs wait, and since when: the same as the service counts by cell.

/** @typedef {import("./model.js").Job} Job */

/** Open jobs that are on offer to nobody. @param {import("./model.js").Model} model */
export function waitingJobs(model) {
  const offered = new Set([...model.offers.values()].flatMap((offer) => offer.job_ids));
  return model.liveJobs().filter((job) => job.status === "open" && !offered.has(job.id));
}

/** From the opening of the search, which may be long after the job was posted. @param {Job} job @param {number} nowMs market time */
export function waitMs(job, nowMs) {
  return Math.max(0, nowMs - Date.parse(job.opened_at ?? job.created_at));
}
