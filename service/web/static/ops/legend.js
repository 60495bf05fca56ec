// @ts-check
// What the colours on the map mean.

import { el } from "../shared/dom.js";

const ITEMS = [["idle", "free courier"], ["offered", "has an offer"], ["busy", "busy"], ["wanted", "open job"]];

export function legend() {
  return el("ul.legend.card", { "aria-label": "colours" }, ITEMS.map(([name, text]) => el("li", null, el(`i.dot.${name}`, null), text)));
}
