// @ts-check
// The live map: draws what the model knows, and says which part of the city is looked at.

import { setPaint } from "../shared/basemap.js";
import { counted } from "../shared/cost.js";
import { collection, lngLat, openMap } from "../shared/map.js";
import { patiently } from "../shared/patience.js";
import { onScheme } from "../shared/tokens.js";
import { addedUp, cellFeatures, loadsOf, resolutionAt } from "./cells.js";
import { courierFeatures, lineFeatures, stopFeatures } from "./features.js";
import { Glide } from "./glide.js";
import { layers, SOURCES } from "./layers.js";
import { boxOf, sightOf } from "./sight.js";

/** @typedef {import("./model.js").Place} Place */
/** @typedef {import("./live.js").Box} Box */
/** @typedef {{ model: import("./model.js").Model, selection: import("./features.js").Selection,
 *   layer: import("./cells.js").LayerName, isPast: boolean }} Scene */

/** @typedef {import("./drawer.js").Rectangle} Covered pixels from each side */

const DRAW_MS = 60; // between two frames of gliding couriers
const NEAR_ZOOM = 14.5;

/**
 * @param {{ container: HTMLElement, basemap: any, center: Place, zoom: number, scene: Scene, nowMs: () => number,
 *   look: (box: Box) => void, coveredPx: () => Covered, pick: (selection: import("./features.js").Selection) => void }} options
 * @returns {Promise<MapView | null>} null: there is no map on this machine
 */
export async function openMapView({ container, basemap, center, zoom, scene, nowMs, look, coveredPx, pick }) {
  const cells = patiently(() => import("../vendor/h3-js/h3-js.es.js")).catch(() => null);
  const [map, library] = await Promise.all([openMap({ container, basemap, center, zoom }), cells]);
  if (map === null || library === null) return map?.remove() ?? null;
  const { cellToBoundary, latLngToCell } = library;
  const outlines = new Map();
  const outlineOf = (/** @type {string} */ cell) => {
    if (!outlines.has(cell)) outlines.set(cell, cellToBoundary(cell, true));
    return outlines.get(cell);
  };
  const cellOf = (/** @type {Place} */ { lat_deg, lng_deg }) => latLngToCell(lat_deg, lng_deg, resolutionAt(map.getZoom()));
  return new MapView({ map, scene, nowMs, outlineOf, cellOf, look, coveredPx, pick });
}

export class MapView {
  /** @param {any} options */
  constructor({ map, scene, nowMs, outlineOf, cellOf, look, coveredPx, pick }) {
    this.map = map;
    this.scene = /** @type {Scene} */ (scene);
    this.model = this.scene.model; // as it is drawn
    this.nowMs = /** @type {() => number} of the scene */ (nowMs);
    this.outlineOf = outlineOf;
    this.cellOf = cellOf;
    this.coveredPx = /** @type {() => Covered} */ (coveredPx);
    this.glide = new Glide();
    this.drawnAtMs = 0;
    this.frame = 0;
    this.drawn = /** @type {Map<string, string>} by source */ (new Map());
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    for (const id of SOURCES) map.addSource(id, { type: "geojson", data: collection([]) });
    for (const layer of layers()) map.addLayer(layer);
    map.once("remove", onScheme(() => layers().forEach((layer) => setPaint(map, layer))));
    const tell = () => {
      document.body.dataset.center = placeIn(this.middle()); // where it has come to rest
      look(boxOf(map));
    };
    map.on("moveend", tell);
    tell();
    this.bindClicks(pick);
  }

  /** @param {(selection: import("./features.js").Selection) => void} pick */
  bindClicks(pick) {
    const { map } = this;
    map.on("click", (/** @type {any} */ event) => {
      const [hit] = map.queryRenderedFeatures(around(event.point), { layers: ["couriers", "stops", "cells"] });
      if (hit === undefined) return;
      if (hit.layer.id === "cells") this.comeCloser(event.lngLat);
      else pick(hit.layer.id === "couriers" ? { courierId: hit.properties.id } : { jobId: hit.properties.id });
    });
    for (const layer of ["couriers", "stops", "cells"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = layer !== "cells" || this.isFar() ? "pointer" : ""));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
  }

  /** Cells are told instead of couriers. */
  isFar() {
    return this.model.cells.size > 0;
  }

  /** @param {any} center of the library */
  comeCloser(center) {
    if (this.isFar()) this.map.easeTo({ center, zoom: this.map.getZoom() + 1.5 });
  }

  /** What each cell holds: close in only where a layer was chosen. */
  loads() {
    const { model, scene } = this;
    return this.isFar() || scene.layer === "balance" ? model.cells.values() : loadsOf(model, this.cellOf, this.nowMs());
  }

  /** Something has changed: all of it is drawn again, and couriers begin to glide. */
  update() {
    const { model, selection, layer, isPast } = this.scene;
    const nowMs = performance.now();
    const at = { zoom: this.map.getZoom(), cellOf: this.cellOf, nowMs: this.nowMs() };
    this.model = isPast ? addedUp(model, at) : model;
    this.glide.aim(this.model.positions, nowMs);
    if (this.calm.matches) this.glide.settle();
    this.put("cells", cellFeatures(this.loads(), this.outlineOf, layer));
    this.put("stops", stopFeatures(this.model, selection, sightOf(this.map)));
    this.drawnAtMs = -Infinity; // the next frame draws, whoever glides
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.animate());
  }

  animate() {
    const nowMs = performance.now();
    if (nowMs - this.drawnAtMs >= DRAW_MS) counted("glide", () => this.draw(nowMs));
    if (nowMs < this.glide.restsAtMs + DRAW_MS) this.frame = requestAnimationFrame(() => this.animate());
  }

  /** @param {number} nowMs */
  draw(nowMs) {
    const { model, scene: { selection } } = this;
    const places = this.glide.at(nowMs);
    this.put("couriers", courierFeatures(model, places, selection));
    this.say(places);
    this.put("lines", lineFeatures(model, places, selection));
    this.drawnAtMs = nowMs;
  }

  /** What is drawn already is not drawn again: the library would sort and paint all of it. @param {string} source @param {any} data */
  put(source, data) {
    const text = JSON.stringify(data);
    if (this.drawn.get(source) === text) return;
    this.drawn.set(source, text);
    this.map.getSource(source).setData(data);
  }

  /** Says what is drawn, to those who cannot see a canvas: tests, and whoever looks for a fault. @param {Map<string, Place>} places */
  say(places) {
    const [first] = places.values();
    const { cells } = this.model;
    const [cell] = cells.keys();
    Object.assign(document.body.dataset, {
      couriers: String(places.size),
      cells: String(cells.size),
      resolution: cell ? String(resolutionOf(cell)) : "",
      place: first ? `${first.lat_deg.toFixed(6)} ${first.lng_deg.toFixed(6)}` : "",
    });
  }

  /** The place in the middle of what is not covered. */
  middle() {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const [right, down] = middleOf(this.coveredPx());
    return this.map.unproject([clientWidth / 2 + right, clientHeight / 2 + down]);
  }

  /** To where it is seen beside what covers the map. @param {Place} place */
  flyTo(place) {
    const [zoom, duration] = [Math.max(this.map.getZoom(), NEAR_ZOOM), this.calm.matches ? 0 : 700];
    this.map.flyTo({ center: lngLat(place), zoom, offset: middleOf(this.coveredPx()), duration });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.map.remove();
  }
}

/** Of what is not covered, from the middle of the map. @param {Covered} covered pixels @returns {[number, number]} */
function middleOf({ left, top, right, bottom }) {
  return [(left - right) / 2, (top - bottom) / 2];
}

/** @param {{ lat: number, lng: number }} place */
const placeIn = ({ lat, lng }) => `${lat.toFixed(6)} ${lng.toFixed(6)}`;

/** It stands in the second digit of a cell's name. @param {string} cell */
const resolutionOf = (cell) => parseInt(cell[1], 16);

/** A finger is not as fine as a mouse. @param {{ x: number, y: number }} point */
function around({ x, y }) {
  return [[x - 6, y - 6], [x + 6, y + 6]];
}
