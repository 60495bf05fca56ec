// @ts-check
// The matching feed on the page: ticks and offers as they happen, with a filter and a pause.

import { el, fill } from "../shared/dom.js";
import { distance, duration, milliseconds, money, percent, plural, sentence, when, words } from "../shared/format.js";
import { listOf } from "../shared/list.js";
import { links } from "./links.js";
import { costText, reasonsView } from "./reasons_view.js";

/** @typedef {import("./feed.js").Entry} Entry */
/** @typedef {import("./feed.js").Filter} Filter */

const SHOWN_COUNT_MAX = 120;
const SHOWN_MS = 500; // an offer that is made, seen and answered meanwhile is one row, drawn once
const MISSED = "answered meanwhile, or gone";
const GAP = "no matching of single jobs costs less than ours by more than this";
const FILTERS = /** @type {[Filter, string][]} */ ([["all", "All"], ["offers", "Offers"], ["ticks", "Ticks"], ["trouble", "Trouble"]]);
const TONE = /** @type {Record<string, string>} */ ({
  pending: "", seen: "warn", accepted: "good", declined: "bad", expired: "bad", unreachable: "bad", revoked: "",
});

/** @param {{ desk: import("./console.js").Desk }} options */
export function feedView({ desk }) {
  const { model, scene, currency } = desk;
  /** @type {Filter} */
  let filter = "all";
  const list = el("ol.feed", { "aria-label": "matching feed, newest first" });
  const pause = el("button.button.small", { type: "button", "aria-pressed": "false", onclick: toggle }, "Pause");
  const filters = FILTERS.map(([name, text]) =>
    el(
      "button.tab",
      { type: "button", "aria-pressed": String(name === filter), data: { filter: name }, onclick: () => choose(name) },
      text,
    ),
  );
  const to = links(desk);
  const show = listOf(list, { key: (/** @type {Entry} */ entry) => entry.id, render });
  const bar = el("div.bar", null, el("div.tabs.small", { role: "group", "aria-label": "filter" }, filters), pause);
  const element = el("section.view", null, bar, list);

  /** @param {Filter} name */
  function choose(name) {
    filter = name;
    for (const button of filters) button.setAttribute("aria-pressed", String(button.dataset.filter === name));
    update(true);
  }

  function toggle() {
    if (scene.feed.isPaused) scene.feed.resume();
    else scene.feed.pause();
    update(true);
  }

  /** @param {Entry} entry */
  function render(entry) {
    if (entry.kind === "tick") return tickRow(entry);
    if (entry.kind === "offer") return offerRow(entry);
    return exceptionRow(entry);
  }

  /** @param {import("./feed.js").ExceptionEntry} entry */
  function exceptionRow({ exception, at, isMissed = false }) {
    const state = exception.resolved_at ? "it is resolved" : isMissed ? "resolved meanwhile, or open" : "an exception is open";
    const { job_id: jobId, courier_id: courierId } = exception;
    return el(
      "li.entry.trouble",
      null,
      head(exception.resolved_at ? "" : "bad", sentence(exception.kind), at),
      el(
        "p.who",
        null,
        jobId ? to.job(jobId) : null,
        courierId ? to.courier(courierId) : null,
        el("span.faint", null, state),
      ),
    );
  }

  /** @param {import("./feed.js").OfferEntry} entry */
  function offerRow({ offer, reasons, at, isMissed = false }) {
    const [first] = offer.job_ids;
    const jobs = offer.job_ids.map(to.job);
    const why = el("div", { hidden: true, data: { own: "" } });
    const whyButton = el(
      "button.button.quiet.small",
      { type: "button", "aria-expanded": "false", data: { own: "" }, onclick: fold },
      "Why?",
    );
    function fold() {
      why.hidden = !why.hidden;
      whyButton.setAttribute("aria-expanded", String(!why.hidden));
      if (!why.hidden) fill(why, reasonsView(reasons, model));
    }
    const tone = isMissed ? "" : TONE[offer.status];
    const answerMs = offer.answered_at === null ? null : Date.parse(offer.answered_at) - Date.parse(offer.created_at);
    return el(
      "li.entry.offer",
      { data: { status: offer.status, job: first } },
      head(tone, sentence(isMissed ? MISSED : offer.status), at, answerMs === null ? null : duration(answerMs)),
      el("p.who", null, jobs, el("span.faint", { "aria-label": "to" }, "→"), to.courier(offer.courier_id)),
      el(
        "p.numbers",
        null,
        el("span", null, money(offer.pay.total_cents, currency)),
        jobs.length > 1 ? el("span.chip.accent", null, `bundle of ${jobs.length}`) : null,
        reasons ? el("span", null, `${distance(reasons.deadhead_m)} empty`) : el("span.chip", null, words(offer.mode)),
        reasons ? el("span", null, `cost ${costText(reasons.cost)}`) : null,
        reasons ? whyButton : null,
      ),
      why,
    );
  }

  let shownAtMs = -Infinity;

  /** @param {boolean} [isAsked] */
  function update(isAsked = false) {
    if (!isAsked && performance.now() < shownAtMs + SHOWN_MS) return;
    shownAtMs = performance.now();
    const { feed } = scene;
    pause.hidden = scene.model !== model; // the past has a pause of its own
    pause.textContent = feed.isPaused ? `Go on (${feed.newInWords(filter)})` : "Pause";
    pause.setAttribute("aria-pressed", String(feed.isPaused));
    const entries = feed.seen(filter).slice(0, SHOWN_COUNT_MAX);
    list.dataset.empty = String(entries.length === 0);
    show(entries);
    to.update();
  }

  return { element, update: () => update() };
}

/** @param {string} at */
function timeOf(at) {
  return el("time.faint", { dateTime: at }, when(at, true));
}

/** @param {string} tone @param {string} title @param {string} at @param {string | null} [more] */
function head(tone, title, at, more = null) {
  return el(
    "p.head",
    null,
    el(`span.chip${tone ? `.${tone}` : ""}`, null, title),
    more ? el("span.faint", null, more) : null,
    timeOf(at),
  );
}

/** @param {import("./feed.js").TickEntry} entry */
function tickRow({ tick, at, quietCount }) {
  if (quietCount > 0) {
    const text = quietCount === 1 ? "Nothing to decide" : `Nothing to decide in ${quietCount} ticks`;
    return el("li.entry.quiet", null, el("span", null, text), timeOf(at));
  }
  const counts = [
    plural(tick.jobs_count, "job"), plural(tick.couriers_count, "courier"),
    plural(tick.pairs_count, "pair"), plural(tick.offers_count, "offer"),
    ...(tick.bundled_jobs_count > 0 ? [`${tick.bundled_jobs_count} bundled`] : []),
    ...(tick.held_count > 0 ? [`${tick.held_count} held`] : []),
  ];
  return el(
    "li.entry.tick",
    { data: { offers: String(tick.offers_count) } },
    el(
      "p.head",
      null,
      el("strong", null, tick.tick_id === null ? "Tick" : `Tick ${tick.tick_id}`),
      el("span.faint", { title: GAP }, `gap ≤ ${percent(tick.gap_share)}`),
      timeOf(at),
    ),
    el("p.numbers", null, counts.map((text) => el("span", null, text))),
    stages(tick),
  );
}

/** How long each stage took, in real time. @param {any} tick */
function stages({ gather_ms, solve_ms, commit_ms }) {
  const parts = /** @type {[string, number][]} */ ([["gather", gather_ms], ["solve", solve_ms], ["commit", commit_ms]]);
  const text = parts.map(([name, ms]) => `${name} ${milliseconds(ms)}`).join(", ");
  return el(
    "p.stages",
    { title: text, "aria-label": text },
    el("span.bars", { "aria-hidden": "true" }, parts.map(([name, ms]) => {
      const bar = el(`i.${name}`, null);
      bar.style.flexGrow = String(Math.max(ms, 0.1));
      return bar;
    })),
    el("span.faint", null, milliseconds(gather_ms + solve_ms + commit_ms)),
  );
}
