// @ts-check
// How things look on the console's map; colours are those of theme.css.

import { token } from "../shared/tokens.js";

export const SOURCES = ["cells", "lines", "stops", "couriers"];

/** @param {string} property @param {string[]} states each is drawn in the token of its name @returns {any} */
function byState(property, states) {
  return ["match", ["get", property], ...states.flatMap((state) => [state, token(state)]), token("away")];
}

/** @param {any} wanted @param {any} otherwise @returns {any} */
const ifSelected = (wanted, otherwise) => ["case", ["==", ["get", "isSelected"], true], wanted, otherwise];

/** @param {any} wanted @param {any} otherwise @returns {any} */
const ifLater = (wanted, otherwise) => ["case", ["==", ["get", "isLater"], true], wanted, otherwise];

/** @returns {any[]} */
export function layers() {
  return [
    {
      id: "cells", type: "fill", source: "cells",
      paint: {
        "fill-color": byState("tone", ["idle", "wanted", "offered"]),
        "fill-opacity": ["interpolate", ["linear"], ["get", "weight"], 0, 0.1, 0.2, 0.25, 1, 0.5],
      },
    },
    {
      id: "cell-edges", type: "line", source: "cells",
      paint: { "line-color": token("line-strong"), "line-width": 1 },
    },
    {
      id: "cell-labels", type: "symbol", source: "cells",
      layout: { "text-field": ["get", "label"], "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 1.5 },
    },
    {
      id: "lines", type: "line", source: "lines", layout: { "line-cap": "round" },
      filter: ["!=", ["get", "state"], "offered"],
      paint: {
        "line-color": ["match", ["get", "state"], "selected", token("accent"), token("busy")],
        "line-width": ["match", ["get", "state"], "selected", 3, 1.5],
        "line-opacity": ifLater(["match", ["get", "state"], "selected", 0.6, 0.2], ["match", ["get", "state"], "selected", 0.95, 0.5]),
      },
    },
    {
      id: "offer-lines", type: "line", source: "lines",
      filter: ["==", ["get", "state"], "offered"],
      paint: { "line-color": token("offered"), "line-width": 2, "line-dasharray": [2, 1.5] },
    },
    {
      id: "stops", type: "circle", source: "stops",
      paint: {
        "circle-radius": ifSelected(7, ["match", ["get", "state"], "wanted", 5, 3.5]),
        "circle-color": ["case", ["==", ["get", "kind"], "dropoff"], token("surface"), byState("state", ["wanted", "busy"])],
        "circle-stroke-color": byState("state", ["wanted", "busy"]),
        "circle-stroke-width": ifSelected(3, 1.5),
      },
    },
    {
      id: "couriers", type: "circle", source: "couriers",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, ifSelected(8, 4), 15, ifSelected(10, 7)],
        "circle-color": byState("state", ["idle", "offered", "busy"]),
        "circle-stroke-color": ifSelected(token("ink"), token("surface")),
        "circle-stroke-width": ifSelected(3, 1.75),
      },
    },
  ];
}
