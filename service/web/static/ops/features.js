// @ts-check
// What the console draws on its map, as GeoJSON: plain functions over what it knows.

import { collection, feature, line, lngLat } from "../shared/map.js";
import { stateOf } from "./model.js";
import { isUnderWay, nextStop, routeOf } from "./route.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Place} Place */
/** @typedef {{ jobId?: string | null, courierId?: string | null }} Selection */

/** @param {Model} model @param {Map<string, Place>} places where couriers are drawn now @param {Selection} selected */
export function courierFeatures(model, places, { courierId }) {
  const offered = model.offeredTo();
  return collection(
    [...places].map(([id, place]) =>
      feature(
        { type: "Point", coordinates: lngLat(place) },
        { id, state: stateOf(model.couriers.get(id), offered.has(id)), isSelected: id === courierId },
      ),
    ),
  );
}

/**
 * Where parcels wait, and where those under way go next.
 * @param {Model} model @param {Selection} selected @param {(place: Place) => boolean} [isInSight] all of a market are many
 */
export function stopFeatures(model, { jobId }, isInSight = () => true) {
  const features = [];
  const isFar = model.cells.size > 0; // then cells count what would only be a heap of dots
  for (const job of model.liveJobs()) {
    const isSelected = job.id === jobId;
    if (isFar && !isSelected) continue;
    const stops = isSelected ? job.stops.filter((stop) => stop.status !== "skipped") : [nextStop(job)];
    const state = job.courier_id === null ? "wanted" : "busy";
    for (const stop of isSelected ? stops : stops.filter(isInSight)) {
      features.push(feature({ type: "Point", coordinates: lngLat(stop) }, { id: job.id, state, kind: stop.kind, isSelected }));
    }
  }
  return collection(features);
}

/**
 * Lines from couriers to what they go to (`busy`) and on through what is to be done after that
 * (`isLater`), to what they are asked for (`offered`), and the way of the job that is looked at
 * (`selected`).
 * @param {Model} model @param {Map<string, Place>} places @param {Selection} selected
 */
export function lineFeatures(model, places, { jobId, courierId }) {
  const features = [];
  for (const offer of model.offers.values()) {
    const from = places.get(offer.courier_id);
    const stops = offer.job_ids.map((id) => model.jobs.get(id)).flatMap((job) => (job ? [nextStop(job)] : []));
    if (from && stops.length > 0) features.push(line([from, ...stops], { state: "offered" }));
  }
  const selected = jobId ? model.jobs.get(jobId) : undefined;
  if (selected !== undefined && selected.ended_at === null) features.push(line(selected.stops, { state: "selected" }));
  for (const [id, jobs] of inHand(model, places)) {
    const from = /** @type {Place} */ (places.get(id));
    if (!jobs.some(isUnderWay)) continue;
    const [state, stops] = [id === courierId ? "selected" : "busy", routeOf(jobs).map(({ stop }) => stop)];
    features.push(line([from, stops[0]], { state }));
    if (stops.length > 1) features.push(line(stops, { state, isLater: true }));
  }
  return collection(features);
}

/**
 * Jobs in hand, by courier; of those who are drawn.
 * @param {Model} model @param {Map<string, Place>} places @returns {Map<string, import("./model.js").Job[]>}
 */
function inHand(model, places) {
  /** @type {Map<string, import("./model.js").Job[]>} */
  const jobs = new Map();
  for (const job of model.liveJobs()) {
    const { courier_id: id } = job;
    if (id === null || !places.has(id)) continue;
    const others = jobs.get(id);
    if (others === undefined) jobs.set(id, [job]);
    else others.push(job);
  }
  return jobs;
}
