// @ts-check
// The stop that is next, with all that is needed to do it; below it those that follow.

import { el } from "../shared/dom.js";
import { plural } from "../shared/format.js";
import { fromNow, timeOfDay } from "./times.js";
import { DONE, PROOFS, REQUIREMENTS, SIZES, STOPS } from "./words.js";

/**
 * @typedef {import("./work.js").Stop} Stop
 * @typedef {import("./work.js").Job} Job
 * @typedef {{
 *   stops: Stop[], jobs: Job[], clock: import("../shared/clock.js").MarketClock,
 *   arrive: (stop: Stop) => void, complete: (stop: Stop) => void, fail: (stop: Stop) => void,
 * }} Shown
 * @param {Shown} shown at least one stop
 */
export function routeView(shown) {
  const [next, ...later] = shown.stops;
  const jobOf = new Map(shown.jobs.map((job) => [job.job_id, job]));
  return [
    kept(shown.jobs),
    nextStop(next, jobOf.get(next.job_id), shown),
    later.length === 0 ? null : el("h2.later-title", null, "After that"),
    el("ol.legs.later", null, later.map((stop, index) => laterStop(stop, index, shown.clock))),
  ];
}

/** Parcels that stay aboard until dispatch has decided are no stops. @param {Job[]} jobs */
function kept(jobs) {
  const waiting = jobs.filter(({ status }) => status === "undeliverable");
  if (waiting.length === 0) return null;
  const names = waiting.flatMap(({ reference }) => (reference ? `No. ${reference}` : [])).join(", ");
  const which = names === "" ? plural(waiting.length, "parcel") : names;
  return el("p.notice", { role: "status" }, `Keep aboard: ${which}. Dispatch decides what happens next.`);
}

/** @param {Stop} stop @param {Job | undefined} job @param {Shown} shown */
function nextStop(stop, job, shown) {
  const isThere = stop.status === "arrived";
  return el(
    "section.card.stop",
    { "aria-labelledby": "stop-title", data: { stop: stop.stop_id, status: stop.status } },
    el(
      "header",
      null,
      el(`span.chip.${stop.kind === "pickup" ? "accent" : "good"}`, null, STOPS[stop.kind] ?? stop.kind),
      el("span.faint", null, deadline(stop, shown.clock)),
    ),
    el("h1", { id: "stop-title" }, stop.address),
    isThere ? null : el("div.sketch-frame", { id: "next-map" }), // drawn by itself: it changes often
    contact(stop),
    wishes(stop),
    parcel(job),
    proofs(stop),
    isThere ? null : el("a.button.large", { href: navigationUrl(stop) }, "Navigate"),
    doing(stop, isThere, shown),
  );
}

/** @param {Stop} stop @param {boolean} isThere @param {Shown} shown */
function doing(stop, isThere, { arrive, complete, fail }) {
  return el(
    "div.doing",
    null,
    isThere
      ? el("button.button.primary.large", { type: "button", id: "complete", onclick: () => complete(stop) }, DONE[stop.kind] ?? "Done")
      : el("button.button.primary.large", { type: "button", id: "arrive", onclick: () => arrive(stop) }, "I am here"),
    el("button.button.quiet.large", { type: "button", id: "fail", onclick: () => fail(stop) }, "It cannot be done"),
  );
}

/** @param {Stop} stop */
function contact({ contact_name, contact_phone }) {
  if (!contact_name && !contact_phone) return null;
  const call = contact_phone ? el("a.button", { href: `tel:${contact_phone}` }, "Call") : null;
  return el("div.contact", null, el("span", null, contact_name ?? contact_phone), call);
}

/** What the shop says of the place, and what the recipient asks for.
 * @param {Stop} stop */
function wishes({ instructions, recipient_instructions, safe_place }) {
  const rows = [
    ["From the sender", instructions],
    ["From the recipient", recipient_instructions],
    ["May be left", safe_place],
  ].filter(([, text]) => text);
  if (rows.length === 0) return null;
  return el(
    "dl.wishes",
    null,
    rows.map(([from, text]) => el("div", null, el("dt", null, from), el("dd", null, text))),
  );
}

/** @param {Job | undefined} job */
function parcel(job) {
  if (job === undefined) return null;
  const kilograms = (job.weight_g / 1_000).toFixed(job.weight_g < 9_950 ? 1 : 0);
  const facts = [
    plural(job.items_count, "item"),
    `${SIZES[job.size_class] ?? job.size_class}, ${kilograms} kg`,
    job.reference ? `No. ${job.reference}` : null,
  ];
  return el(
    "p.parcel",
    null,
    facts.filter((fact) => fact !== null).map((fact) => el("span.chip", null, fact)),
    job.requirements.map((/** @type {string} */ code) => el("span.chip.warn", null, REQUIREMENTS[code] ?? code)),
  );
}

/** What has to be brought from there. @param {Stop} stop */
function proofs({ required_proofs = [] }) {
  if (required_proofs.length === 0) return null;
  const words = required_proofs.map((/** @type {string} */ kind) => PROOFS[kind] ?? kind);
  const chips = words.map((/** @type {string} */ word) => el("span.chip.accent", null, word));
  return el("p.parcel", null, el("span.faint", null, "Asked for:"), chips);
}

/** @param {Stop} stop @param {number} index @param {Shown["clock"]} clock */
function laterStop(stop, index, clock) {
  return el(
    "li",
    null,
    el(`span.number.${stop.kind}`, { "aria-hidden": "true" }, index + 2),
    el(
      "div",
      null,
      el("b", null, `${STOPS[stop.kind] ?? stop.kind} · ${stop.address}`),
      el("p.faint", null, deadline(stop, clock)),
    ),
  );
}

/** @param {Stop} stop @param {Shown["clock"]} clock */
function deadline({ ready_at, due_at }, clock) {
  if (due_at) return `by ${timeOfDay(due_at)}, ${fromNow(clock, due_at)}`;
  return ready_at && clock.ageMs(ready_at) < 0 ? `ready ${fromNow(clock, ready_at)}` : "";
}

/** The phone's own map: where to is in the link, and nothing is loaded by this page.
 * @param {Stop} stop */
function navigationUrl({ lat_deg, lng_deg }) {
  const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
  const place = `${lat_deg},${lng_deg}`;
  return isApple ? `maps:?daddr=${place}` : `geo:${place}?q=${place}`;
}
