// @ts-check
// Why an offer was made, or none: the dispatcher's own record, for people.

import { el } from "../shared/dom.js";
import { distance, plural, sentence, words } from "../shared/format.js";
import { fact } from "./pieces.js";

/** @typedef {import("./model.js").Model} Model */

const NEAREST_COUNT_MAX = 6;

/** Costs are in seconds of one parcel's waiting. @param {number | null | undefined} cost */
export const costText = (cost) => (cost === null || cost === undefined ? "–" : `${Math.round(cost)} s`);

/** @param {any} reasons @param {Model} model @returns {HTMLElement} */
export function reasonsView(reasons, model) {
  const best = reasons.best ? [fact("best placed", `${model.nameOf(reasons.best.courier_id)}, ${costText(reasons.best.cost)}`)] : [];
  const runnerUp = reasons.runner_up;
  return el(
    "div.reasons",
    null,
    el(
      "dl.facts",
      null,
      fact("cost", costText(reasons.cost)),
      best,
      fact("runner-up", runnerUp ? `${model.nameOf(runnerUp.courier_id)}, ${costText(runnerUp.cost)}` : "nobody else"),
      reasons.deadhead_m === undefined ? null : fact("empty way", distance(reasons.deadhead_m)),
      reasons.saved_m > 0 ? fact("saved by bundling", distance(reasons.saved_m)) : null,
      fact("policy", `version ${reasons.policy_version}`),
    ),
    terms(reasons.cost_terms ?? {}),
    reasons.jobs.map((/** @type {any} */ job) => field(job, model)),
  );
}

/** The cost's parts as bars, the largest first. @param {Record<string, number>} costTerms */
function terms(costTerms) {
  const parts = Object.entries(costTerms).filter(([, value]) => Math.abs(value) >= 0.5);
  if (parts.length === 0) return null;
  parts.sort(([, one], [, other]) => Math.abs(other) - Math.abs(one));
  const most = Math.abs(parts[0][1]);
  return el(
    "ul.terms",
    { "aria-label": "parts of the cost" },
    parts.map(([name, value]) => {
      const bar = el(`i${value < 0 ? ".gain" : ""}`, { "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.abs(value) / most));
      return el("li", null, el("span", null, words(name)), bar, el("span", null, costText(value)));
    }),
  );
}

/** @param {any} job */
function considered({ considered_count: count, radius_m: radiusM, search_round: round }) {
  return `${plural(count, "courier")} considered within ${distance(radiusM)}, round ${round}`;
}

/** Who was considered for one job, and what removed whom. @param {any} job @param {Model} model */
function field(job, model) {
  const removed = Object.entries(job.removed_count_by_filter).filter(([, count]) => Number(count) > 0);
  return el(
    "section.considered",
    null,
    el("h3", null, `${model.titleOf(model.jobs.get(job.job_id), job.job_id)}: ${considered(job)}`),
    removed.length === 0 ? null : el("p.chips", null, removed.map(([name, count]) => el("span.chip", null, `${words(name)} ${count}`))),
    el(
      "ol.nearest",
      null,
      job.nearest.slice(0, NEAREST_COUNT_MAX).map((/** @type {any} */ one) =>
        el(
          `li${one.removed_by === null ? "" : ".removed"}`,
          null,
          el("span", null, model.nameOf(one.courier_id)),
          el("span", null, one.removed_by === null ? costText(one.cost) : sentence(one.removed_by)),
        ),
      ),
    ),
  );
}
