// @ts-check
// Charts as plain SVG: lines over time, and bars. Colours are classes, so the scheme may change.

import { svg } from "../shared/dom.js";

const WIDTH = 360;
const HEIGHT = 130;
const LEFT = 30;
const BOTTOM = 18;
const TOP = 8;

/** A round number at or above the largest value. @param {number} value */
export function roundUp(value) {
  if (value <= 4) return 4;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((top) => top >= value) ?? value;
}

/** @param {number} value @param {number} top */
const yOf = (value, top) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);

/** @param {string} label @param {number} top */
function frame(label, top) {
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart" });
  for (const value of [0, top / 2, top]) {
    chart.append(
      svg("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: yOf(value, top), y2: yOf(value, top) }),
      svg("text", { class: "axis", x: LEFT - 5, y: yOf(value, top) + 3, "text-anchor": "end" }, String(Number(value.toPrecision(3)))),
    );
  }
  return chart;
}

/**
 * Runs of values between gaps, each with the index of its first.
 * @param {(number | null)[]} values @returns {{ first: number, values: number[] }[]}
 */
export function runsOf(values) {
  /** @type {{ first: number, values: number[] }[]} */
  const runs = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (index > 0 && values[index - 1] !== null) runs[runs.length - 1].values.push(value);
    else runs.push({ first: index, values: [value] });
  });
  return runs;
}

/**
 * @param {{ label: string, series: { name: string, values: (number | null)[] }[], from: string, to: string, top?: number }} options
 *   `name` is a class of the style sheet, and of the legend; null is a gap
 */
export function lineChart({ label, series, from, to, top: wanted }) {
  const top = wanted ?? roundUp(Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const chart = frame(label, top);
  for (const { name, values } of series) {
    const step = (WIDTH - LEFT) / Math.max(1, values.length - 1);
    for (const run of runsOf(values)) {
      const places = run.values.map((value, index) => `${(LEFT + (run.first + index) * step).toFixed(1)},${yOf(value, top).toFixed(1)}`);
      const [alone] = places[0].split(",").map(Number);
      if (places.length === 1) chart.append(svg("circle", { class: `point ${name}`, cx: alone, cy: yOf(run.values[0], top), r: 2.5 }));
      else chart.append(svg("polyline", { class: `series ${name}`, points: places.join(" ") }));
    }
  }
  chart.append(
    svg("text", { class: "axis", x: LEFT, y: HEIGHT - 4 }, from),
    svg("text", { class: "axis", x: WIDTH, y: HEIGHT - 4, "text-anchor": "end" }, to),
  );
  return chart;
}

/**
 * @param {{ label: string, names: string[], bars: { label: string, values: number[] }[] }} options
 *   each bar has a value for each of the names, side by side
 */
export function barChart({ label, names, bars }) {
  const top = roundUp(Math.max(1, ...bars.flatMap(({ values }) => values)));
  const chart = frame(label, top);
  const width = (WIDTH - LEFT) / bars.length;
  const each = Math.min(36, (width - 6) / names.length);
  bars.forEach((bar, index) => {
    const middle = LEFT + (index + 0.5) * width;
    bar.values.forEach((value, place) => {
      const x = middle + (place - names.length / 2) * each;
      const height = HEIGHT - BOTTOM - yOf(value, top);
      chart.append(svg("rect", { class: `bar ${names[place]}`, x, y: yOf(value, top), width: each, height, rx: 2 }));
    });
    chart.append(svg("text", { class: "axis", x: middle, y: HEIGHT - 4, "text-anchor": "middle" }, bar.label));
  });
  return chart;
}
