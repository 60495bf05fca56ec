// @ts-check
// What is drawn on the map and what it means, and which layer of cells lies below it.

import { el } from "../shared/dom.js";
import { CELL_LAYERS } from "./cells.js";

/** @typedef {import("./cells.js").LayerName} LayerName */

const ITEMS = [
  ["dot.idle", "free courier"], ["dot.offered", "has an offer"], ["dot.busy", "busy"], ["dot.away", "takes no offers"],
  ["dot.wanted", "open job"], ["ring", "drop-off"],
  ["way", "on the way"], ["way.later", "and after that"], ["way.offer", "asked to go"],
];

/** @param {{ scene: { layer: LayerName }, changed: () => void }} options */
export function legend({ scene, changed }) {
  const text = el("p", { role: "status" }, CELL_LAYERS[scene.layer].text);
  const names = /** @type {LayerName[]} */ (Object.keys(CELL_LAYERS));
  const buttons = names.map((name) =>
    el(
      "button.tab",
      { type: "button", "aria-pressed": String(name === scene.layer), data: { layer: name }, onclick: () => choose(name) },
      CELL_LAYERS[name].label,
    ),
  );

  /** @param {LayerName} name */
  function choose(name) {
    scene.layer = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.layer === name));
    text.textContent = CELL_LAYERS[name].text;
    changed();
  }

  return el(
    "section.legend.card",
    { "aria-label": "legend" },
    el("div.cells", null, el("div.tabs.small", { role: "group", "aria-label": "cells" }, buttons), text),
    el("ul", { "aria-label": "signs" }, ITEMS.map(([sign, meaning]) => el("li", null, el(`i.${sign}`, null), meaning))),
  );
}
