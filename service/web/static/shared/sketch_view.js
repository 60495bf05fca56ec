// @ts-check
// The small map on a card: stops in order, the way between them, and the phone's own place.

import { svg } from "./dom.js";
import { distance } from "./format.js";
import { linesWithin, sketch } from "./sketch.js";

const BOX = { width: 360, height: 170, padding: 30 };

/**
 * @typedef {import("./sketch.js").Place} Place
 * @typedef {import("./roads.js").Roads} Roads
 * @param {{ stops: (Place & { kind: string, label?: string })[], here: Place | null, roads: Roads | null }} shown
 */
export function sketchView({ stops, here, roads }) {
  const places = here === null ? stops : [here, ...stops];
  const sketched = sketch(places, BOX);
  const { width, height } = BOX;
  const way = places.map(sketched.place);
  const pins = stops.map((stop, index) => pin(sketched.place(stop), stop.kind, stop.label ?? String(index + 1)));
  const own = here === null ? [] : [ownPlace(sketched.place(here))];
  return svg(
    "svg",
    { class: "sketch", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": wordsFor(stops) },
    svg("rect", { class: "land", width, height }),
    ...ground(roads, sketched),
    svg("polyline", { class: "way", points: way.map(({ x, y }) => `${x},${y}`).join(" ") }),
    ...own,
    ...pins,
    scaleBar(sketched.scale),
    attribution(roads),
  );
}

/** @param {Roads | null} roads @param {import("./sketch.js").Sketch} sketched */
function ground(roads, sketched) {
  if (roads === null) return [];
  const streets = pathOf(linesWithin(roads.lines, sketched, BOX));
  return [
    svg("path", { class: "water", d: pathOf(linesWithin(roads.waters, sketched, BOX)) }),
    svg("path", { class: "street-edge", d: streets }),
    svg("path", { class: "street", d: streets }),
  ];
}

/** @param {import("./sketch.js").Pixel[][]} lines */
function pathOf(lines) {
  const point = (/** @type {import("./sketch.js").Pixel} */ { x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return lines.map((pixels) => `M${pixels.map(point).join("L")}`).join("");
}

/** @param {import("./sketch.js").Pixel} at @param {string} kind @param {string} label */
function pin({ x, y }, kind, label) {
  return svg(
    "g",
    { class: `pin ${kind}`, transform: `translate(${x} ${y})` },
    svg("circle", { r: 11 }),
    svg("text", { y: 4, "text-anchor": "middle" }, label),
  );
}

/** @param {import("./sketch.js").Pixel} at */
function ownPlace({ x, y }) {
  return svg(
    "g",
    { class: "own", transform: `translate(${x} ${y})` },
    svg("circle", { class: "halo", r: 12 }),
    svg("circle", { r: 6 }),
  );
}

/** @param {{ metres: number, pixels: number }} scale */
function scaleBar({ metres, pixels }) {
  const y = BOX.height - 12;
  return svg(
    "g",
    { class: "scale" },
    svg("path", { d: `M12 ${y - 4}v4h${pixels}v-4` }),
    svg("text", { x: 18 + pixels, y }, distance(metres)),
  );
}

/** @param {Roads | null} roads */
function attribution(roads) {
  const text = roads?.attribution ?? "";
  return svg("text", { class: "attribution", x: BOX.width - 6, y: BOX.height - 6, "text-anchor": "end" }, text);
}

/** @param {{ kind: string }[]} stops */
function wordsFor(stops) {
  const kinds = stops.map(({ kind }) => (kind === "pickup" ? "pick-up" : kind === "dropoff" ? "drop-off" : "return"));
  return `Map of the stops, in order: ${kinds.join(", ")}`;
}
