// @ts-check
// The charts beside the map, drawn anew while they are looked at.

import { el } from "../shared/dom.js";
import { chartFigure, orCut } from "./chart_figure.js";
import { Figures } from "./figures.js";
import { jobsOf, supplyOf } from "./market_charts.js";
import { acceptanceOf, cellsOf, earningsOf, pickupsOf, punctualityOf } from "./period_charts.js";

const PERIODS_H = /** @type {[number, string][]} */ ([[1, "Last hour"], [6, "6 hours"], [24, "24 hours"]]);

/** @param {import("./console.js").Desk} desk */
export function chartsView(desk) {
  const figures = new Figures({ api: desk.api, clock: desk.clock });
  const supply = chartFigure("Supply and demand");
  const jobs = chartFigure("Jobs an hour");
  const acceptance = chartFigure("Time to accept");
  const pickups = chartFigure("Wait at pickup");
  const punctuality = chartFigure("On time");
  const cells = chartFigure("Supply against demand by cell, now");
  const earnings = chartFigure("Earnings per hour on duty");
  const trouble = el("p.notice.bad", { role: "status", hidden: true });
  const periods = PERIODS_H.map(([hours, text]) =>
    el(
      "button.tab",
      { type: "button", "aria-pressed": String(hours === figures.hours), data: { hours: String(hours) }, onclick: () => choose(hours) },
      text,
    ),
  );
  const ofPeriod = [supply, jobs, acceptance, pickups, punctuality, earnings].map((figure) => figure.element);
  const element = el(
    "section.view",
    null,
    el("div.bar", null, el("div.tabs.small", { role: "group", "aria-label": "period" }, periods)),
    el("div.charts", null, trouble, ofPeriod, cells.element),
  );
  let shownVersion = 0;

  /** @param {number} hours */
  function choose(hours) {
    figures.reach(hours);
    for (const button of periods) button.setAttribute("aria-pressed", String(button.dataset.hours === String(hours)));
    draw(); // nothing of the old period stays below the new one's button
    update();
  }

  function update() {
    figures.read(performance.now());
    if (figures.version !== shownVersion) draw();
  }

  function draw() {
    shownVersion = figures.version;
    trouble.hidden = figures.trouble === null;
    trouble.textContent = figures.trouble ?? "";
    const { found } = figures;
    supply.show(found.supply && orCut(supplyOf(figures.slots("supply")), found.supply));
    jobs.show(found.jobs && orCut(jobsOf(figures.slots("jobs"), found.jobs), found.jobs));
    acceptance.show(found.acceptance && orCut(acceptanceOf(figures.slots("acceptance")), found.acceptance));
    pickups.show(found.pickups && orCut(pickupsOf(figures.slots("pickups")), found.pickups));
    punctuality.show(found.punctuality && orCut(punctualityOf(figures.slots("punctuality")), found.punctuality));
    cells.show(found.cells && cellsOf(found.cells));
    earnings.show(found.earnings && earningsOf(found.earnings, desk.currency));
    element.dataset.read = String(figures.version);
  }

  return { element, update };
}
