// @ts-check
// Whether a job is late, and how that is said: one rule for lists and drawers.

import { duration, when } from "../shared/format.js";
import { deadlineOf } from "./model.js";

/** @typedef {import("./model.js").Job} Job */

/** @param {Job} job @param {number} nowMs market time */
export function isLate(job, nowMs) {
  return job.ended_at === null && Date.parse(deadlineOf(job)) <= nowMs;
}

/** @param {Job} job @param {number} nowMs market time */
export function dueInWords(job, nowMs) {
  const leftMs = Date.parse(deadlineOf(job)) - nowMs;
  const parts = [when(deadlineOf(job))];
  if (job.ended_at === null) parts.push(isLate(job, nowMs) ? `${duration(-leftMs)} late` : `in ${duration(leftMs)}`);
  if (job.extended_until) parts.push(`${when(job.due_at)} was promised`);
  return parts.join(", ");
}
