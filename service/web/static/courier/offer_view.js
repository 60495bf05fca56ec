// @ts-check
// An offer in full: what it pays and why, each leg, the map, and the time that is left to answer.

import { el, svg } from "../shared/dom.js";
import { distance, money, plural } from "../shared/format.js";
import { timeLeft } from "./countdown.js";
import { sketchView } from "../shared/sketch_view.js";
import { fromNow, timeOfDay } from "./times.js";
import { STOPS } from "./words.js";

const RING_RADIUS = 20;
const RING_LENGTH = 2 * Math.PI * RING_RADIUS;
const URGENT_S = 5;

/** @type {[string, string][]} of a pay, in the order of its fields */
const PARTS = [
  ["base_cents", "Base"],
  ["distance_cents", "Distance"],
  ["wait_cents", "Waiting"],
  ["surge_cents", "High demand"],
  ["tip_cents", "Tip"],
];

/**
 * @param {{
 *   open: import("./work.js").OpenOffer, isAccepted: boolean, isLive: boolean,
 *   clock: import("../shared/clock.js").MarketClock,
 *   here: import("../shared/sketch.js").Place | null, roads: import("../shared/roads.js").Roads | null,
 *   accept: () => void, decline: () => void,
 * }} shown `isAccepted`: said, and not confirmed yet
 */
export function offerView({ open, isAccepted, isLive, clock, here, roads, accept, decline }) {
  const { offer } = open;
  const distanceM = offer.legs.reduce((/** @type {number} */ sum, /** @type {any} */ leg) => sum + leg.distance_m, 0);
  const last = offer.legs.at(-1);
  const facts = [
    plural(offer.job_ids.length, "job"),
    distance(distanceM),
    last === undefined ? null : `done ${fromNow(clock, last.arrival_at)}`,
  ];
  return [
    el(
      "header.offer-head",
      null,
      el(
        "div",
        null,
        el("h2.pay", { id: "offer-title" }, money(offer.pay.total_cents, offer.pay.currency)),
        el("p.faint", null, facts.filter((fact) => fact !== null).join(" · ")),
      ),
      countdownRing(),
    ),
    payParts(offer.pay),
    el("div.sketch-frame", null, sketchView({ stops: offer.legs, here, roads })),
    el("ol.legs", null, offer.legs.map((/** @type {any} */ leg, /** @type {number} */ index) => legRow(leg, index, clock))),
    isAccepted ? waiting(isLive) : answers(accept, decline),
  ];
}

/** Draw the time that is left; called often, and touches nothing else.
 * @param {Element} card @param {import("./work.js").OpenOffer} open @param {number} nowMs */
export function drawTimeLeft(card, open, nowMs) {
  const ring = card.querySelector(".ring");
  if (ring === null) return;
  const { leftS, share } = timeLeft(open, nowMs);
  ring.querySelector(".left")?.setAttribute("stroke-dashoffset", String(RING_LENGTH * (1 - share)));
  const text = ring.querySelector("text");
  if (text !== null && text.textContent !== String(leftS)) text.textContent = String(leftS);
  ring.classList.toggle("urgent", leftS <= URGENT_S);
}

function countdownRing() {
  const circle = { cx: 24, cy: 24, r: RING_RADIUS };
  return svg(
    "svg",
    { class: "ring", viewBox: "0 0 48 48", role: "timer", "aria-label": "Seconds left to answer" },
    svg("circle", { class: "whole", ...circle }),
    svg("circle", { class: "left", ...circle, "stroke-dasharray": RING_LENGTH, transform: "rotate(-90 24 24)" }),
    svg("text", { x: 24, y: 29, "text-anchor": "middle" }),
  );
}

/** @param {Record<string, any>} pay */
function payParts(pay) {
  const rows = PARTS.filter(([field]) => (pay[field] ?? 0) !== 0);
  return el(
    "dl.parts",
    { "aria-label": "What the pay is made of" },
    rows.map(([field, words]) =>
      el("div", null, el("dt", null, words), el("dd", null, money(pay[field], pay.currency))),
    ),
  );
}

/** @param {any} leg @param {number} index @param {import("../shared/clock.js").MarketClock} clock */
function legRow(leg, index, clock) {
  const due = leg.due_at === null || leg.due_at === undefined ? null : `by ${timeOfDay(leg.due_at)}`;
  const facts = [distance(leg.distance_m), `there ${fromNow(clock, leg.arrival_at)}`, due];
  return el(
    "li",
    null,
    el(`span.number.${leg.kind}`, { "aria-hidden": "true" }, index + 1),
    el(
      "div",
      null,
      el("b", null, `${STOPS[leg.kind] ?? leg.kind} · ${leg.address}`),
      el("p.faint", null, facts.filter((fact) => fact !== null).join(" · ")),
    ),
  );
}

/** @param {() => void} accept @param {() => void} decline */
function answers(accept, decline) {
  return el(
    "div.answers",
    null,
    el("button.button.large", { type: "button", id: "decline", onclick: decline }, "Decline"),
    el("button.button.primary.large", { type: "button", id: "accept", onclick: accept }, "Accept"),
  );
}

/** @param {boolean} isLive */
function waiting(isLive) {
  const words = isLive ? "Accepting …" : "Accepted. It is told as soon as there is a network.";
  return el("p.notice", { role: "status" }, words);
}
