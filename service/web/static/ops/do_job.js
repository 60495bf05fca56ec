// @ts-check
// Carries out what is decided by hand about a job: asks, calls, and says what was refused.

import { ask, choice } from "../shared/dialog.js";
import { distance, sentence } from "../shared/format.js";
import { canBeOffered } from "./actions.js";

/** @typedef {import("./console.js").Desk} Desk */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Job} Job */

const CHOICES_COUNT_MAX = 40;
const DEGREE_M = 111_195;

/** @param {Desk} desk @param {Job} job @param {import("./actions.js").Action} action */
export function doAction({ api, model, undo }, job, action) {
  const reason = choice("Reason", action.reasons.map((code) => [code, sentence(code)]));
  return ask({
    title: `${action.confirm}: ${model.titleOf(job)}`,
    text: action.text,
    fields: [reason.element],
    confirm: action.confirm,
    isDanger: action.isDanger,
    submit: async () => {
      const { body, requestId } = await api.act("POST", action.path(job), { reason: reason.select.value });
      model.takeJob(body);
      if (action.done) undo.offer(`${action.done}: ${model.titleOf(job)}.`, requestId);
    },
  });
}

/** Couriers who could be asked, the nearest to the pickup first. @param {Model} model @param {Job} job @param {number} nowMs market time */
export function nearest(model, job, nowMs) {
  const offered = model.offeredTo();
  const [pickup] = job.stops;
  return [...model.couriers.values()]
    .filter((courier) => canBeOffered(courier, offered.has(courier.id), nowMs))
    .map((courier) => ({ courier, m: distanceM(pickup, model.placeOf(courier.id)) }))
    .sort((one, other) => one.m - other.m)
    .slice(0, CHOICES_COUNT_MAX);
}

/** @param {import("./model.js").Place} here @param {import("./model.js").Place | null} there */
function distanceM(here, there) {
  if (there === null) return Infinity;
  const east = (there.lng_deg - here.lng_deg) * Math.cos((here.lat_deg * Math.PI) / 180);
  return Math.hypot(east, there.lat_deg - here.lat_deg) * DEGREE_M;
}

/** @param {Desk} desk @param {Job} job */
export function offerByHand({ api, model, clock, undo }, job) {
  const couriers = choice(
    "Courier, the nearest first",
    nearest(model, job, clock.nowMs()).map(({ courier, m }) => [
      courier.id,
      [
        model.nameOf(courier.id),
        courier.vehicle,
        m === Infinity ? "not seen" : distance(m),
        courier.live_jobs_count > 0 ? `${courier.live_jobs_count} in hand` : "free",
      ].join(", "),
    ]),
  );
  return ask({
    title: `Offer ${model.titleOf(job)} to a courier`,
    text: "Whatever the matching says. The courier still decides.",
    fields: [couriers.element],
    confirm: "Make the offer",
    submit: async () => {
      const courierId = couriers.select.value;
      const { body, requestId } = await api.act("POST", `/v1/ops/jobs/${job.id}/assignment`, { courier_id: courierId });
      model.takeOffer(body);
      undo.offer(`${model.titleOf(job)} is offered to ${model.nameOf(courierId)}.`, requestId);
    },
  });
}
