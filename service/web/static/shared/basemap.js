// @ts-check
// The style of the map below all things: a style from elsewhere, tiles, or roads and water of one GeoJSON.

import { tileStyle, vectorLayers } from "./tile_style.js";
import { token } from "./tokens.js";

/** @typedef {{ style_url: string | null, tiles_url: string | null, tiles_kind: "vector" | "raster" | null,
 *   roads_url: string | null, attribution: string }} Basemap */

const SOURCE = "roads";
const BASE = "basemap-";

// Road files name their classes in one of two ways: by word, or 0 (motorway) to 5 (path).
const RANK = [
  "match",
  ["to-string", ["coalesce", ["get", "class"], ["get", "k"], ""]],
  ["avenue", "0", "1"], 2,
  ["street", "2", "3", "4"], 1,
  0,
];
const NAME = ["coalesce", ["get", "name"], ["get", "n"], ""];
const IS_LINE = ["==", ["geometry-type"], "LineString"];

/** @param {number} extra pixels beyond the road itself @returns {any} */
function width(extra) {
  const at = (/** @type {number[]} */ [avenue, street, path]) => [
    "+", extra, ["match", RANK, 2, avenue, 1, street, path],
  ];
  return [
    "interpolate", ["exponential", 1.5], ["zoom"],
    10, at([1.4, 0.5, 0.2]), 13, at([3.5, 1.6, 0.6]), 16, at([14, 9, 3]),
  ];
}

/** @returns {any[]} */
function layers() {
  const line = { type: "line", source: SOURCE, filter: IS_LINE, layout: { "line-cap": "round", "line-join": "round" } };
  return [
    { id: `${BASE}land`, type: "background", paint: { "background-color": token("map-land") } },
    {
      id: `${BASE}water`, type: "fill", source: SOURCE, filter: ["==", ["get", "class"], "water"],
      paint: { "fill-color": token("map-water") },
    },
    { ...line, id: `${BASE}edges`, minzoom: 11.5, paint: { "line-color": byRank("edge"), "line-width": width(1.6) } },
    { ...line, id: `${BASE}streets`, paint: { "line-color": byRank(null), "line-width": width(0) } },
    {
      id: `${BASE}names`, type: "symbol", source: SOURCE, filter: IS_LINE, minzoom: 13.5,
      layout: { "symbol-placement": "line", "text-field": NAME, "text-size": 11, "symbol-spacing": 320 },
      paint: { "text-color": token("map-name"), "text-halo-color": token("map-halo"), "text-halo-width": 1.4 },
    },
  ];
}

/** @param {"edge" | null} part @returns {any} */
function byRank(part) {
  const suffix = part === null ? "" : `-${part}`;
  return ["match", RANK, 2, token(`map-avenue${suffix}`), token(`map-street${suffix}`)];
}

/** @param {Basemap} basemap @returns {any} a style, or the address of one */
export function styleOf(basemap) {
  const { style_url, tiles_url } = basemap;
  if (style_url) return style_url;
  if (tiles_url) return tileStyle({ ...basemap, tiles_url });
  const land = { version: 8, sources: {}, layers: layers().slice(0, 1) };
  if (!basemap.roads_url) return land;
  const data = new URL(basemap.roads_url, location.href).href;
  const roads = { type: "geojson", data, attribution: basemap.attribution };
  return { ...land, sources: { [SOURCE]: roads }, layers: layers() };
}

/** Sets the colours of the scheme that is on now. @param {any} map */
export function repaint(map) {
  for (const layer of [...layers(), ...vectorLayers()].filter((one) => map.getLayer(one.id))) setPaint(map, layer);
}

/** @param {any} map @param {any} layer a layer that is on the map, as it is to look now */
export function setPaint(map, layer) {
  for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name, value);
}
