// @ts-check
// The few numbers that say how the market is.

import { el } from "../shared/dom.js";
import { duration } from "../shared/format.js";
import { quantile } from "./answers.js";
import { stateOf } from "./model.js";
import { waitingJobs, waitMs } from "./waiting.js";

const COUNTED_MS = 1_000; // all couriers and jobs are gone through

/** @param {{ desk: import("./console.js").Desk, answers: import("./answers.js").Answers }} options */
export function keyFigures({ desk, answers }) {
  const { model, clock } = desk;
  /** @type {Record<string, HTMLElement>} */
  const values = {};
  const figure = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ dot) =>
    el(
      "div.figure",
      null,
      el("dt", null, dot ? el(`i.dot.${dot}`, null) : null, label),
      (values[name] = el("dd", { data: { figure: name } }, "–")),
    );
  const element = el(
    "dl.figures.card",
    { "aria-label": "key figures" },
    figure("idle", "free", "idle"),
    figure("offered", "asked", "offered"),
    figure("busy", "busy", "busy"),
    figure("open", "open jobs", "wanted"),
    figure("waits", "longest wait", ""),
    figure("live", "under way", ""),
    figure("accept", "time to accept", ""),
  );

  let countedAtMs = -Infinity;

  function update() {
    if (performance.now() < countedAtMs + COUNTED_MS) return;
    countedAtMs = performance.now();
    const offered = model.offeredTo();
    const counts = { idle: 0, offered: 0, busy: 0, away: 0 };
    for (const courier of model.couriers.values()) counts[stateOf(courier, offered.has(courier.id))] += 1;
    const live = model.liveJobs();
    const open = live.filter((job) => job.status === "open");
    const waits = waitingJobs(model).map((job) => waitMs(job, clock.nowMs()));
    const median = quantile(answers.acceptedAfterS, 0.5);
    const texts = {
      idle: counts.idle, offered: counts.offered, busy: counts.busy, open: open.length,
      waits: waits.length === 0 ? "–" : duration(waits.reduce((one, other) => Math.max(one, other))),
      live: live.length - open.length,
      accept: median === null ? "–" : duration(median * 1_000),
    };
    for (const [name, value] of Object.entries(texts)) values[name].textContent = String(value);
  }

  return { element, update };
}
