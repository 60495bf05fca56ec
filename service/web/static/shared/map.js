// @ts-check
// A map, or none: pages go on without one where there is no WebGL, or the library was not brought.

import { repaint, styleOf } from "./basemap.js";
import { styled } from "./dom.js";
import { patiently } from "./patience.js";
import { addTileReader } from "./tiles.js";
import { onScheme } from "./tokens.js";

/** @typedef {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} LibraryMap */
/** @typedef {import("./basemap.js").Basemap} Basemap */

const SHEET = new URL("../vendor/maplibre-gl/maplibre-gl.css", import.meta.url); // of the library
const STYLE_MS_MAX = 10_000; // of the map, from elsewhere

/** Latitude first, as everywhere in the interfaces; only the library has it the other way. */
/** @typedef {{ lat_deg: number, lng_deg: number }} Place */

/** @param {Place} place @returns {[number, number]} */
export const lngLat = (place) => [place.lng_deg, place.lat_deg];

/**
 * Opens a map in the container and waits until things can be put on it.
 * @param {{ container: HTMLElement, basemap: Basemap, center: Place, zoom: number, controls?: boolean }} options
 * @returns {Promise<LibraryMap | null>} null: there is none on this machine
 */
export async function openMap({ container, basemap, center, zoom, controls = true }) {
  const map = await newMap(basemap, {
    container,
    style: styleOf(basemap),
    center: lngLat(center),
    zoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
  });
  if (map === null) return null;
  map.touchZoomRotate.disableRotation();
  map.on("error", ({ error }) => console.warn("map:", error?.message ?? error));
  const styling = isStyled(map);
  if (controls) await addControls(map, basemap);
  if (!(await styling)) await showLand(map); // the style is somebody else's, who is away: what moves is ours
  map.once("remove", onScheme(() => repaint(map)));
  return map;
}

/** @param {Basemap} basemap @param {any} options @returns {Promise<LibraryMap | null>} */
async function newMap(basemap, options) {
  try {
    const code = patiently(() => import("../vendor/maplibre-gl/maplibre-gl.mjs"));
    const [library] = await Promise.all([code, styled(SHEET)]);
    if (basemap.tiles_url && !basemap.style_url) await addTileReader(library);
    return new library.Map(options);
  } catch (error) {
    console.warn("no map:", error);
    return null;
  }
}

/** @param {LibraryMap} map @returns {Promise<boolean>} whether the style of the map has come */
function isStyled(map) {
  return new Promise((resolve) => {
    map.once("style.load", () => resolve(true));
    map.once("error", () => resolve(map.isStyleLoaded() === true));
    setTimeout(() => resolve(false), STYLE_MS_MAX);
  });
}

/** @param {LibraryMap} map */
async function showLand(map) {
  const shown = new Promise((resolve) => map.once("style.load", resolve));
  map.setStyle(styleOf({ style_url: null, tiles_url: null, tiles_kind: null, roads_url: null, attribution: "" }));
  await shown;
}

/** @param {LibraryMap} map @param {Basemap} basemap */
async function addControls(map, basemap) {
  const { AttributionControl, NavigationControl } = await import("../vendor/maplibre-gl/maplibre-gl.mjs");
  map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  if (basemap.attribution || basemap.style_url) map.addControl(new AttributionControl({ compact: false }));
}

/** @param {Place[]} places @param {Record<string, any>[]} [properties] */
export function points(places, properties = []) {
  return collection(
    places.map((place, index) => feature({ type: "Point", coordinates: lngLat(place) }, properties[index] ?? {})),
  );
}

/** @param {Place[]} places @param {Record<string, any>} properties */
export function line(places, properties) {
  return feature({ type: "LineString", coordinates: places.map(lngLat) }, properties);
}

/** @param {any} geometry @param {Record<string, any>} properties */
export function feature(geometry, properties) {
  return { type: "Feature", geometry, properties };
}

/** @param {any[]} features @returns {any} */
export function collection(features) {
  return { type: "FeatureCollection", features };
}
