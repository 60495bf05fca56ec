// @ts-check
// The live map: draws what the model knows, and says which part of the city is looked at.

import { setPaint } from "../shared/basemap.js";
import { counted } from "../shared/cost.js";
import { collection, lngLat, openMap } from "../shared/map.js";
import { onScheme } from "../shared/tokens.js";
import { cellFeatures, courierFeatures, lineFeatures, stopFeatures } from "./features.js";
import { Glide } from "./glide.js";
import { layers, SOURCES } from "./layers.js";

/** @typedef {import("./model.js").Place} Place */
/** @typedef {import("./live.js").Box} Box */
/** @typedef {{ model: import("./model.js").Model, selection: import("./features.js").Selection }} Scene */

const DRAW_MS = 60; // between two frames of gliding couriers
const TILE_ZOOMS = 1; // the library's tiles have 512 pixels, those of the interface 256
const NEAR_ZOOM = 14.5;
const FAR_ZOOM = 3;

/**
 * @param {{ container: HTMLElement, basemap: any, center: Place, zoom: number, scene: Scene,
 *   look: (box: Box) => void, pick: (selection: import("./features.js").Selection) => void }} options
 * @returns {Promise<MapView | null>} null: there is no map on this machine
 */
export async function openMapView({ container, basemap, center, zoom, scene, look, pick }) {
  const map = await openMap({ container, basemap, center, zoom });
  if (map === null) return null;
  const { cellToBoundary } = await import("../vendor/h3-js/h3-js.es.js");
  const outlines = new Map();
  const outlineOf = (/** @type {string} */ cell) => {
    if (!outlines.has(cell)) outlines.set(cell, cellToBoundary(cell, true));
    return outlines.get(cell);
  };
  return new MapView({ map, scene, outlineOf, look, pick });
}

export class MapView {
  /** @param {any} options */
  constructor({ map, scene, outlineOf, look, pick }) {
    this.map = map;
    this.scene = /** @type {Scene} */ (scene);
    this.outlineOf = outlineOf;
    this.glide = new Glide();
    this.drawnAtMs = 0;
    this.frame = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    for (const id of SOURCES) map.addSource(id, { type: "geojson", data: collection([]) });
    for (const layer of layers()) map.addLayer(layer);
    onScheme(() => layers().forEach((layer) => setPaint(map, layer)));
    const tell = () => {
      document.body.dataset.center = placeIn(map.getCenter()); // where it has come to rest
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
      if (hit.layer.id === "cells") map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 1.5 });
      else pick(hit.layer.id === "couriers" ? { courierId: hit.properties.id } : { jobId: hit.properties.id });
    });
    for (const layer of ["couriers", "stops", "cells"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
  }

  /** Something has changed: all of it is drawn again, and couriers begin to glide. */
  update() {
    const { model, selection } = this.scene;
    const nowMs = performance.now();
    this.glide.aim(model.positions, nowMs);
    if (this.calm.matches) this.glide.settle();
    this.map.getSource("cells").setData(cellFeatures(model, this.outlineOf));
    this.map.getSource("stops").setData(stopFeatures(model, selection));
    this.draw(nowMs);
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
    const { model, selection } = this.scene;
    const places = this.glide.at(nowMs);
    this.map.getSource("couriers").setData(courierFeatures(model, places, selection));
    this.say(places);
    this.map.getSource("lines").setData(lineFeatures(model, places, selection));
    this.drawnAtMs = nowMs;
  }

  /** Says what is drawn, to those who cannot see a canvas: tests, and whoever looks for a fault. @param {Map<string, Place>} places */
  say(places) {
    const [first] = places.values();
    const { cells } = this.scene.model;
    const [cell] = cells.keys();
    Object.assign(document.body.dataset, {
      couriers: String(places.size),
      cells: String(cells.size),
      resolution: cell ? String(resolutionOf(cell)) : "",
      place: first ? `${first.lat_deg.toFixed(6)} ${first.lng_deg.toFixed(6)}` : "",
    });
  }

  /** @param {Place} place */
  flyTo(place) {
    this.map.flyTo({ center: lngLat(place), zoom: Math.max(this.map.getZoom(), NEAR_ZOOM), duration: this.calm.matches ? 0 : 700 });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.map.remove();
  }
}

/** @param {any} map @returns {Box} */
function boxOf(map) {
  const bounds = map.getBounds();
  const wrap = (/** @type {number} */ lng) => ((((lng + 180) % 360) + 360) % 360) - 180;
  const isWhole = map.getZoom() < FAR_ZOOM;
  return {
    south_deg: Math.max(-90, bounds.getSouth()),
    west_deg: isWhole ? -180 : wrap(bounds.getWest()),
    north_deg: Math.min(90, bounds.getNorth()),
    east_deg: isWhole ? 180 : wrap(bounds.getEast()),
    zoom: Math.min(22, Math.max(0, map.getZoom() + TILE_ZOOMS)),
  };
}

/** @param {{ lat: number, lng: number }} place */
const placeIn = ({ lat, lng }) => `${lat.toFixed(6)} ${lng.toFixed(6)}`;

/** It stands in the second digit of a cell's name. @param {string} cell */
const resolutionOf = (cell) => parseInt(cell[1], 16);

/** A finger is not as fine as a mouse. @param {{ x: number, y: number }} point */
function around({ x, y }) {
  return [[x - 6, y - 6], [x + 6, y + 6]];
}
