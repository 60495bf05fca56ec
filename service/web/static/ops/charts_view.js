// @ts-check
// The charts beside the map, drawn anew while they are looked at.

import { el } from "../shared/dom.js";
import { chartFigure } from "./chart_figure.js";
import { Figures } from "./figures.js";
import { liveCharts } from "./live_charts.js";
import { acceptanceOf, cellsOf, earningsOf, pickupsOf, punctualityOf } from "./period_charts.js";

const DRAW_MS = 2_000;
const PERIODS_H = /** @type {[number, string][]} */ ([[1, "Last hour"], [6, "6 hours"], [24, "24 hours"]]);

/** @param {{ history: import("./history.js").History, desk: import("./console.js").Desk }} options */
export function chartsView({ history, desk }) {
  const figures = new Figures({ api: desk.api, clock: desk.clock });
  const live = liveCharts(history, desk.clock);
  const acceptance = chartFigure("Time to accept");
  const pickups = chartFigure("Wait at pickup");
  const punctuality = chartFigure("On time");
  const cells = chartFigure("Supply against demand by cell, now");
  const earnings = chartFigure("Earnings per hour on duty");
  const trouble = el("p.notice.bad", { role: "alert", hidden: true });
  const periods = PERIODS_H.map(([hours, text]) =>
    el(
      "button.tab",
      { type: "button", "aria-pressed": String(hours === figures.hours), data: { hours: String(hours) }, onclick: () => choose(hours) },
      text,
    ),
  );
  const ofPeriod = [acceptance, pickups, punctuality, earnings].map((figure) => figure.element);
  const element = el(
    "section.view",
    null,
    el("div.bar", null, el("div.tabs.small", { role: "group", "aria-label": "period" }, periods)),
    el("div.charts", null, trouble, ofPeriod, cells.element, live.elements),
  );
  let drawsAtMs = 0;
  let shownVersion = 0;

  /** @param {number} hours */
  function choose(hours) {
    figures.reach(hours);
    for (const button of periods) button.setAttribute("aria-pressed", String(button.dataset.hours === String(hours)));
    update();
  }

  function update() {
    const nowMs = performance.now();
    figures.read(nowMs);
    if (figures.version !== shownVersion) drawPeriod();
    if (nowMs < drawsAtMs) return;
    drawsAtMs = nowMs + DRAW_MS;
    live.update();
  }

  function drawPeriod() {
    shownVersion = figures.version;
    trouble.hidden = figures.trouble === null;
    trouble.textContent = figures.trouble ?? "";
    acceptance.show(acceptanceOf(figures.slots("acceptance")));
    pickups.show(pickupsOf(figures.slots("pickups")));
    punctuality.show(punctualityOf(figures.slots("punctuality")));
    cells.show(cellsOf(figures.found.cells));
    earnings.show(earningsOf(figures.found.earnings, desk.currency));
    element.dataset.read = String(figures.version);
  }

  return { element, update };
}
