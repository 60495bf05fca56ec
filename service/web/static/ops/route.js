// @ts-check
// The way of a courier: the stops that are still to be made, of all jobs in hand, in order.

import { when } from "../shared/format.js";

/** @typedef {import("./model.js").Job} Job */
/** @typedef {import("./model.js").Stop} Stop */

const RANK = /** @type {Record<string, number>} */ ({ arrived: 0, enroute: 1, pending: 2 }); // others are over

/**
 * As the matching has ordered them; where that is not known yet, job by job.
 * @param {Job[]} jobs of one courier @returns {{ job: Job, stop: Stop }[]}
 */
export function routeOf(jobs) {
  return jobs
    .flatMap((job) => job.stops.filter(({ status }) => status in RANK).map((stop) => ({ job, stop })))
    .sort(({ stop: one }, { stop: other }) => RANK[one.status] - RANK[other.status] || placeOf(one) - placeOf(other));
}

/** @param {Stop} stop */
function placeOf({ route_position: position }) {
  return position ?? Number.MAX_SAFE_INTEGER;
}

/** Whether its courier has set off. @param {Job} job */
export function isUnderWay(job) {
  return job.stops.some((stop) => stop.status === "enroute" || stop.status === "arrived");
}

/** Facts do not tell the order, which stays as it was. @param {Job} known @param {Job} job the same, newer @returns {Stop[]} */
export function inKnownOrder(known, job) {
  if (known.courier_id !== job.courier_id) return job.stops;
  const placeOfStop = new Map(known.stops.map((stop) => [stop.id, stop.route_position]));
  return job.stops.map((stop) => ({ route_position: placeOfStop.get(stop.id), ...stop }));
}

/** When the stop was done or reached; where a phone told that late, when it was reached and when the service learned it.
 * @param {Stop} stop */
export function reachedInWords({ arrived_at: arrivedAt, completed_at: completedAt, reached_at: reachedAt }) {
  const here = !arrivedAt ? "" : reachedAt ? `here ${when(reachedAt)}, told ${when(arrivedAt)}` : `here ${when(arrivedAt)}`;
  if (!completedAt) return here;
  return reachedAt ? `${when(completedAt)}, ${here}` : when(completedAt);
}

/** @type {WeakMap<Job, Stop>} */
const nextStops = new WeakMap(); // a job that changes is another object, and thousands are asked several times a second

/** The stop that is next on the way, or the drop-off of a job that is over. @param {Job} job */
export function nextStop(job) {
  const known = nextStops.get(job);
  if (known !== undefined) return known;
  const next = job.stops.find((stop) => stop.status === "enroute" || stop.status === "arrived") ??
    job.stops.find((stop) => stop.status === "pending") ?? job.stops[job.stops.length - 1];
  nextStops.set(job, next);
  return next;
}
