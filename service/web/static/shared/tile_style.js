// @ts-check
// How the tiles of a PMTiles archive look: pictures as they are, vectors of the Protomaps basemap in our colours.

import { token } from "./tokens.js";

const SOURCE = "tiles";
const BASE = "basemap-tiles-";
const NAME = ["coalesce", ["get", "name:en"], ["get", "name"], ""];

// Of the layer "roads" of that schema (github.com/protomaps/basemaps, version 4).
const AVENUES = ["highway", "major_road"];
const STREETS = ["minor_road"];

/** @param {string[]} kinds */
const ofKinds = (kinds) => ["in", ["get", "kind"], ["literal", kinds]];

/** @param {number} near pixels at zoom 16 @returns {any} */
const width = (near) => ["interpolate", ["exponential", 1.5], ["zoom"], 9, near / 14, 13, near / 4, 16, near];

/** @returns {any[]} */
export function vectorLayers() {
  const line = { type: "line", source: SOURCE, "source-layer": "roads", layout: { "line-cap": "round", "line-join": "round" } };
  const text = { type: "symbol", source: SOURCE };
  const ink = { "text-color": token("map-name"), "text-halo-color": token("map-halo"), "text-halo-width": 1.4 };
  return [
    { id: `${BASE}land`, type: "background", paint: { "background-color": token("map-land") } },
    {
      id: `${BASE}water`, type: "fill", source: SOURCE, "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": token("map-water") },
    },
    {
      ...line, id: `${BASE}street-edges`, minzoom: 12, filter: ofKinds(STREETS),
      paint: { "line-color": token("map-street-edge"), "line-width": width(11) },
    },
    {
      ...line, id: `${BASE}avenue-edges`, minzoom: 10, filter: ofKinds(AVENUES),
      paint: { "line-color": token("map-avenue-edge"), "line-width": width(16) },
    },
    { ...line, id: `${BASE}streets`, filter: ofKinds(STREETS), paint: { "line-color": token("map-street"), "line-width": width(9) } },
    { ...line, id: `${BASE}avenues`, filter: ofKinds(AVENUES), paint: { "line-color": token("map-avenue"), "line-width": width(14) } },
    {
      ...text, id: `${BASE}street-names`, "source-layer": "roads", minzoom: 14,
      layout: { "symbol-placement": "line", "text-field": NAME, "text-size": 11, "symbol-spacing": 320 }, paint: ink,
    },
    { ...text, id: `${BASE}places`, "source-layer": "places", layout: { "text-field": NAME, "text-size": 12 }, paint: ink },
  ];
}

/** @param {{ tiles_url: string, tiles_kind: "vector" | "raster" | null, attribution: string }} basemap @returns {any} */
export function tileStyle({ tiles_url, tiles_kind, attribution }) {
  const source = { type: tiles_kind, url: `pmtiles://${new URL(tiles_url, location.href).href}`, attribution };
  const layers = tiles_kind === "vector" ? vectorLayers() : [{ id: `${BASE}pictures`, type: "raster", source: SOURCE }];
  return { version: 8, sources: { [SOURCE]: source }, layers };
}
