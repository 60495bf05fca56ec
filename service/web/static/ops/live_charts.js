// @ts-check
// The charts of what this page has seen itself: supply and demand by tick, jobs an hour.

import { clockTime } from "../shared/format.js";
import { chartFigure } from "./chart_figure.js";
import { lineChart } from "./charts.js";

const ROWS_COUNT_MAX = 24; // of a table: the newest

/** @param {import("./history.js").History} history @param {import("../shared/clock.js").MarketClock} clock */
export function liveCharts(history, clock) {
  const supply = chartFigure("Supply and demand");
  const rates = chartFigure("Jobs an hour");

  function update() {
    if (history.samples.length > 1) supply.show(supplyOf(history.samples));
    const spans = history.rates(clock.nowMs());
    if (spans.length > 1) rates.show(ratesOf(spans));
  }

  return { elements: [supply.element, rates.element], update };
}

/** @param {import("./history.js").Sample[]} samples @returns {import("./chart_figure.js").Shown} */
function supplyOf(samples) {
  const last = samples[samples.length - 1];
  const text = `Now ${last.supply} free couriers and ${last.demand} open jobs.`;
  return {
    chart: lineChart({
      label: `Free couriers and open jobs by tick. ${text}`,
      series: [
        { name: "idle", values: samples.map((sample) => sample.supply) },
        { name: "wanted", values: samples.map((sample) => sample.demand) },
      ],
      from: clockTime(samples[0].atMs, true),
      to: clockTime(last.atMs, true),
    }),
    text,
    keys: [["idle", "free couriers"], ["wanted", "open jobs"]],
    head: ["Tick", "Free couriers", "Open jobs"],
    rows: samples.slice(-ROWS_COUNT_MAX).map(({ atMs, supply, demand }) => [clockTime(atMs, true), String(supply), String(demand)]),
  };
}

/** @param {{ atMs: number, posted: number, delivered: number }[]} spans @returns {import("./chart_figure.js").Shown} */
function ratesOf(spans) {
  const last = spans[spans.length - 1];
  const text = `In the ten minutes from ${clockTime(last.atMs)} ${last.posted} jobs an hour were posted and ${last.delivered} delivered.`;
  return {
    chart: lineChart({
      label: `Jobs posted and delivered an hour, by ten minutes. ${text}`,
      series: [
        { name: "accent", values: spans.map((span) => span.posted) },
        { name: "idle", values: spans.map((span) => span.delivered) },
      ],
      from: clockTime(spans[0].atMs),
      to: clockTime(last.atMs),
    }),
    text,
    keys: [["accent", "posted"], ["idle", "delivered"]],
    head: ["From", "Posted", "Delivered"],
    rows: spans.map(({ atMs, posted, delivered }) => [clockTime(atMs), String(posted), String(delivered)]),
  };
}
