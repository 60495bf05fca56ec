// @ts-check
// One courier: what is in hand, where they go next, and what can be done about it.

import { el } from "../shared/dom.js";
import { duration, sentence, when, words } from "../shared/format.js";
import { inForce } from "../shared/suspension.js";
import { ordersFor } from "./actions.js";
import { giveOrder, moveAll, reinstate, suspend, suspensionInWords } from "./do_courier.js";
import { deadlineOf } from "./model.js";
import { part } from "./part.js";
import { courierChip, fact, jobChip, section, smallButton } from "./pieces.js";
import { routeOf } from "./route.js";

/** @typedef {import("./model.js").Courier} Courier */
/** @typedef {import("./model.js").Job} Job */
/** @typedef {import("./model.js").Suspension} Suspension */
/** @typedef {{ offers_count: number, accepted_count: number, declined_count: number, expired_seen_count: number }} Answers */

const READ_MS = 5_000; // of who is not told of: positions come only from the part of the map that is looked at
const READ_AGAIN_MS = 60_000; // of others

/** @param {import("./console.js").Desk} desk @param {string} courierId */
export function courierDrawer(desk, courierId) {
  const { api, model, clock, session } = desk;
  const [top, doing, hand] = [part("div.top"), part(), part("div.hand")];
  const element = el("article", { data: { courier: courierId } }, top.element, doing.element, hand.element);
  let readAtMs = -Infinity;
  let answers = /** @type {Answers | null} */ (null);

  function update() {
    const courier = model.couriers.get(courierId);
    const position = model.positions.get(courierId);
    const pauseMs = courier && position && answers ? READ_AGAIN_MS : READ_MS;
    if (performance.now() >= readAtMs + pauseMs) void read();
    if (courier !== undefined) show(courier, position?.at ?? courier.position_at ?? null);
  }

  /** Who is off duty is in no list. */
  async function read() {
    readAtMs = performance.now();
    try {
      const row = await api.get(`/v1/ops/couriers/${courierId}`);
      answers = row.answers;
      model.takeCourier(row);
      update();
    } catch (error) {
      if (!model.couriers.has(courierId)) top.draw(String(error), () => el("p.notice.bad", null, /** @type {Error} */ (error).message));
    }
  }

  /** @param {Courier} courier @param {string | null} seenAt */
  function show(courier, seenAt) {
    const jobs = model.jobsOf(courierId);
    const seen = seenAt ? `${duration(clock.ageMs(seenAt))} ago` : "–";
    const isOffered = model.offeredTo().has(courierId);
    const suspension = inForce(courier.suspension, clock.nowMs());
    top.draw([courier, isOffered, seen, suspension, answers], () => head(courier, isOffered, seen, suspension));
    doing.draw([courier.status, jobs.length, suspension], () => actions(courier, jobs, suspension));
    hand.draw(jobs.map((job) => [job.id, job.version, job.stops]), () => inHand(jobs));
  }

  /** @param {Courier} courier @param {boolean} isOffered @param {string} seen @param {Suspension | null} suspension */
  function head(courier, isOffered, seen, suspension) {
    const suspended = suspension ? el("span.chip.bad", null, "suspended") : null;
    return el(
      "header",
      null,
      el("h2", null, model.nameOf(courierId)),
      el("p.chips", null, courierChip(courier, isOffered), suspended, el("span.chip", null, courier.vehicle)),
      el(
        "dl.facts",
        null,
        fact("shift ends", courier.shift_ends_at ? when(courier.shift_ends_at) : "–"),
        fact("in hand", String(courier.live_jobs_count)),
        fact("last seen", seen),
        answers === null ? null : fact("offers", answersInWords(answers)),
        suspension ? fact("suspended", suspensionInWords(suspension)) : null,
      ),
    );
  }

  /** @param {Courier} courier @param {Job[]} jobs @param {Suspension | null} suspension */
  function actions(courier, jobs, suspension) {
    const buttons = [smallButton("Show on the map", fly)];
    if (suspension === null) {
      for (const order of ordersFor(courier, session.rights)) {
        buttons.push(smallButton(order.label, () => giveOrder(desk, courierId, order).then(desk.changed)));
      }
    }
    if (session.rights.includes("ops:dispatch")) {
      if (jobs.length > 0) buttons.push(smallButton("Drops out: move all …", () => moveAll(desk, courierId).then(desk.changed)));
      if (suspension === null) buttons.push(smallButton("Suspend …", () => suspend(desk, courierId).then(desk.changed), ".danger"));
      else buttons.push(smallButton("Reinstate …", () => reinstate(desk, courierId).then(desk.changed)));
    }
    return el("div.buttons", { role: "group", "aria-label": "actions" }, buttons);
  }

  function fly() {
    const position = model.placeOf(courierId);
    if (position) desk.flyTo(position);
  }

  /** @param {Job[]} jobs */
  function inHand(jobs) {
    if (jobs.length === 0) return el("p.empty", null, "Nothing in hand.");
    const stops = routeOf(jobs).map(stopRow);
    return [section(`Jobs (${jobs.length})`, el("ol.rows", null, jobs.map(jobRow))), section("Route", el("ol.stops", null, stops))];
  }

  /** @param {{ job: Job, stop: import("./model.js").Stop }} at */
  function stopRow({ job, stop }) {
    return el(
      `li.${stop.kind}.${stop.status}`,
      null,
      el("button.link", { type: "button", onclick: () => desk.flyTo(stop) }, sentence(stop.kind)),
      el("span", null, model.titleOf(job)),
      el("span.faint", null, words(stop.status)),
    );
  }

  /** @param {Job} job */
  function jobRow(job) {
    const open = el("button.link", { type: "button", onclick: () => desk.openJob(job.id) }, model.titleOf(job));
    return el("li.row", null, open, jobChip(job), el("span.faint", null, `due ${when(deadlineOf(job))}`));
  }

  return { element, update };
}

/** For people to know: it ranks nobody. @param {Answers} answers of the last thirty days */
function answersInWords({ offers_count: made, accepted_count: accepted, expired_seen_count: unanswered }) {
  if (made === 0) return "none in 30 days";
  const left = unanswered > 0 ? `, looked at ${unanswered} and let them run out` : "";
  return `accepted ${accepted} of ${made} in 30 days${left}`;
}
