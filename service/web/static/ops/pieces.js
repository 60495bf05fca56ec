// @ts-check
// Small pieces that many views are made of, alike everywhere.

import { el } from "../shared/dom.js";
import { sentence, when, words } from "../shared/format.js";
import { stateOf } from "./model.js";

const JOB_TONE = /** @type {Record<string, string>} */ ({
  open: "bad", scheduled: "", delivered: "good", returned: "warn", undeliverable: "bad", failed: "bad", expired: "bad", canceled: "",
});
const STATE_TONE = { idle: "good", offered: "warn", busy: "accent", away: "" };

/** @param {import("./model.js").Job} job */
export function jobChip(job) {
  return chip(JOB_TONE[job.status] ?? "accent", words(job.status));
}

/** @param {import("./model.js").Courier} courier @param {boolean} isOffered */
export function courierChip(courier, isOffered) {
  const state = stateOf(courier, isOffered);
  return chip(STATE_TONE[state], state === "offered" ? "has an offer" : words(courier.status));
}

/** @param {string} tone @param {string} text */
export function chip(tone, text) {
  return el(`span.chip${tone ? `.${tone}` : ""}`, null, text);
}

/** A term and what it is here, for lists of facts. @param {string} name @param {string} value */
export function fact(name, value) {
  return el("div", null, el("dt", null, name), el("dd", null, value));
}

const STARS_COUNT = 5;

/** What the recipient thought, without words; it ranks nobody. @param {{ score: number, tags: string[] } | null | undefined} rating */
export function ratingView(rating) {
  if (!rating) return null;
  return section(
    "Rating",
    el(
      "p.rating",
      null,
      el(
        "span.stars",
        { role: "img", "aria-label": `${rating.score} of ${STARS_COUNT} stars` },
        "★".repeat(rating.score) + "☆".repeat(STARS_COUNT - rating.score),
      ),
      rating.tags.map((tag) => chip("", words(tag))),
    ),
    el("p.faint", null, "By the recipient. It counts in no ranking."),
  );
}

/** @param {string} title @param {...any} children */
export function section(title, ...children) {
  return el("section", null, el("h3", null, title), ...children);
}

/** @param {string} label @param {() => void} onclick @param {string} [tone] a class, such as ".danger" */
export function smallButton(label, onclick, tone = "") {
  return el(`button.button.small${tone}`, { type: "button", onclick }, label);
}

/** @param {any} job as an event tells it */
function reason(job) {
  return job?.reason ? el("span.faint", null, `: ${words(job.reason)}`) : null;
}

/** What happened, and why, with who did it. @param {any[]} events */
export function timeline(events) {
  return section(
    "Timeline",
    el("ol.timeline", null, events.map((event) =>
      el(
        "li",
        null,
        el("time.faint", { dateTime: event.created_at }, when(event.created_at, true)),
        el("span", null, sentence(event.type.replace("job.", "")), reason(event.data)),
        el("span.faint", null, event.actor),
      ),
    )),
  );
}
