// @ts-check
// Supply, demand and wait by H3 cell: told by the service far out, added up here close in.

import { collection, feature } from "../shared/map.js";
import { Model } from "./model.js";
import { waitingJobs, waitMs } from "./waiting.js";

/** @typedef {import("./model.js").CellLoad} CellLoad */
/** @typedef {"balance" | "supply" | "demand" | "wait"} LayerName */
/** `weight` is from 0 (faint) to 1. @typedef {{ tone: string, weight: number, label: string }} Look */

/** @type {Record<LayerName, { label: string, text: string, look: (load: CellLoad) => Look | null }>} */
export const CELL_LAYERS = {
  balance: { label: "Balance", text: "Cells, seen far out: couriers to open jobs, and which of them are more.", look: balance },
  supply: { label: "Supply", text: "Cells: couriers there.", look: supply },
  demand: { label: "Demand", text: "Cells: open jobs to be picked up there and on offer to nobody.", look: demand },
  wait: { label: "Wait", text: "Cells: for how long the oldest open job there has been searched for.", look: wait },
};

const FULL_COUNT = 10; // couriers or jobs: more look alike
const FULL_WAIT_S = 900;
const [COARSE, FINE, FINE_ZOOM] = [8, 9, 13.5]; // resolutions close in: edges of 530 m and 200 m
const FAR_ZOOM = 11; // farther out couriers are dots on dots
const ZOOMS_PER_RESOLUTION = Math.log2(7) / 2; // a zoom doubles lengths, a resolution makes 7 cells of one

/** @param {CellLoad} load @returns {Look} */
function balance({ couriers_count: couriers, open_jobs_count: jobs }) {
  const label = jobs > 0 ? `${couriers} : ${jobs}` : String(couriers);
  return { tone: jobs > couriers ? "wanted" : "idle", weight: part(Math.abs(jobs - couriers), FULL_COUNT), label };
}

/** @param {CellLoad} load */
function supply({ couriers_count: count }) {
  return count === 0 ? null : { tone: "idle", weight: part(count, FULL_COUNT), label: String(count) };
}

/** @param {CellLoad} load */
function demand({ open_jobs_count: count }) {
  return count === 0 ? null : { tone: "wanted", weight: part(count, FULL_COUNT), label: String(count) };
}

/** @param {CellLoad} load */
function wait({ open_jobs_count: count, longest_wait_s: waitS }) {
  return count === 0 ? null : { tone: "offered", weight: part(waitS, FULL_WAIT_S), label: `${Math.round(waitS / 60)} min` };
}

/** @param {number} value @param {number} full */
const part = (value, full) => Math.min(1, value / full);

/** @param {Iterable<CellLoad>} loads @param {(cell: string) => [number, number][]} outlineOf longitude first @param {LayerName} [layer] */
export function cellFeatures(loads, outlineOf, layer = "balance") {
  const { look } = CELL_LAYERS[layer];
  return collection(
    [...loads].flatMap((load) => {
      const seen = look(load);
      return seen === null ? [] : [feature({ type: "Polygon", coordinates: [outlineOf(load.cell)] }, { cell: load.cell, ...seen })];
    }),
  );
}

/** @param {number} zoom of the map's library */
export function resolutionAt(zoom) {
  if (zoom >= FINE_ZOOM) return FINE;
  const coarserBy = Math.max(0, Math.round((FAR_ZOOM - zoom) / ZOOMS_PER_RESOLUTION));
  return Math.max(0, COARSE - coarserBy);
}

/**
 * The past as the present is told: far out by cells. Of the past there are only places.
 * @param {Model} model @param {{ zoom: number, cellOf: (place: import("./model.js").Place) => string, nowMs: number }} at
 * @returns {Model}
 */
export function addedUp(model, { zoom, cellOf, nowMs }) {
  if (zoom >= FAR_ZOOM) return model;
  const cells = new Map([...loadsOf(model, cellOf, nowMs)].map((load) => [load.cell, load]));
  return Object.assign(new Model(), model, { positions: new Map(), cells });
}

/**
 * What the couriers in sight and the open jobs make of each cell.
 * @param {Model} model @param {(place: import("./model.js").Place) => string} cellOf @param {number} nowMs market time
 * @returns {Iterable<CellLoad>}
 */
export function loadsOf(model, cellOf, nowMs) {
  /** @type {Map<string, CellLoad>} */
  const loads = new Map();
  const at = (/** @type {import("./model.js").Place} */ place) => {
    const cell = cellOf(place);
    const { lat_deg, lng_deg } = place;
    const load = loads.get(cell) ?? { cell, lat_deg, lng_deg, couriers_count: 0, open_jobs_count: 0, longest_wait_s: 0, mean_wait_s: 0 };
    loads.set(cell, load);
    return load;
  };
  for (const place of model.positions.values()) at(place).couriers_count += 1;
  for (const job of waitingJobs(model)) {
    const [load, waitS] = [at(job.stops[0]), waitMs(job, nowMs) / 1_000];
    load.mean_wait_s += (waitS - load.mean_wait_s) / ++load.open_jobs_count;
    load.longest_wait_s = Math.max(load.longest_wait_s, waitS);
  }
  return loads.values();
}
