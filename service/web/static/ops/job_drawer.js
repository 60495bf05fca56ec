// @ts-check
// One job: where it stands, its stops, what happened to it, who was asked and why, and what can be done.

import { el, fill } from "../shared/dom.js";
import { clockTime, duration, money, sentence, words } from "../shared/format.js";
import { actionsFor, canExtend, canOfferByHand, EXTEND, OFFER_BY_HAND } from "./actions.js";
import { extendDeadline } from "./do_deadline.js";
import { doAction, offerByHand } from "./do_job.js";
import { messagesView } from "./messages_view.js";
import { deadlineOf } from "./model.js";
import { fact, jobChip, ratingView, section } from "./pieces.js";
import { proofsView } from "./proofs_view.js";
import { reasonsView } from "./reasons_view.js";

/** @typedef {import("./console.js").Desk} Desk */

const NO_PROOFS = { stops: [], proofs: [] }; // when they cannot be read, the rest is still shown

/** @param {Desk} desk @param {string} jobId */
export function jobDrawer(desk, jobId) {
  const { api, model, clock, currency, session } = desk;
  const top = el("div.top");
  const record = el("div.record");
  const talk = messagesView(desk, jobId);
  const element = el("article", { data: { job: jobId } }, top, talk.element, record);
  let drawn = /** @type {any} */ (null);
  let readVersion = "";

  function update() {
    talk.update();
    const job = model.jobs.get(jobId);
    if (job === undefined) return;
    if (job !== drawn) fill(top, head(job), actions(job), stops(job));
    drawn = job;
    const leftOpen = model.leftOpen.get(jobId);
    const version = `${job.version} ${leftOpen?.outcome ?? ""}`;
    if (version !== readVersion) read(version);
  }

  /** What is on record is read anew whenever the job has changed. @param {string} version */
  async function read(version) {
    readVersion = version;
    try {
      const [row, events, decisions, offers, proofs] = await Promise.all([
        api.get(`/v1/ops/jobs/${jobId}`), // it tells of the parcel, which facts do not
        api.list(`/v1/ops/jobs/${jobId}/events`, "events"),
        api.get(`/v1/ops/jobs/${jobId}/decisions`, { limit: 10 }),
        api.get("/v1/ops/offers", { job_id: jobId, limit: 20 }),
        api.get(`/v1/ops/jobs/${jobId}/proofs`).catch(() => NO_PROOFS),
      ]);
      model.takeJob(row);
      if (readVersion === version) fill(record, proofsView(api, jobId, proofs), ratingView(row.rating), offersMade(offers.offers), decided(decisions.decisions), timeline(events));
    } catch (error) {
      if (record.childElementCount === 0) fill(record, el("p.notice.bad", null, /** @type {Error} */ (error).message));
    }
  }

  /** @param {import("./model.js").Job} job */
  function head(job) {
    const leftMs = Date.parse(deadlineOf(job)) - clock.nowMs();
    const promised = job.extended_until ? `, ${clockTime(job.due_at)} was promised` : "";
    return el(
      "header",
      null,
      el("h2", null, model.titleOf(job)),
      el("p.chips", null, jobChip(job), job.bundle_id ? el("span.chip.accent", null, "bundled") : null, job.attempt > 1 ? el("span.chip.warn", null, `attempt ${job.attempt}`) : null),
      el(
        "dl.facts",
        null,
        fact("due", `${clockTime(deadlineOf(job))}${job.ended_at === null ? (leftMs > 0 ? `, in ${duration(leftMs)}` : `, ${duration(-leftMs)} late`) : ""}${promised}`),
        fact("fee", money(job.fee_cents, currency)),
        fact("parcel", job.size_class ? `${job.size_class}, ${(job.weight_g / 1_000).toFixed(1)} kg` : "–"),
        job.reason ? fact("reason", words(job.reason)) : null,
        el("div", null, el("dt", null, "courier"), el("dd", null, job.courier_id === null ? "nobody yet" : el("button.link", { type: "button", onclick: () => desk.openCourier(/** @type {string} */ (job.courier_id)) }, model.nameOf(job.courier_id)))),
      ),
    );
  }

  /** @param {import("./model.js").Job} job */
  function actions(job) {
    const buttons = actionsFor(job, session.rights).map((action) =>
      el(`button.button.small${action.isDanger ? ".danger" : ""}`, { type: "button", onclick: () => doAction(desk, job, action).then(desk.changed) }, action.label),
    );
    if (canOfferByHand(job, session.rights)) {
      buttons.unshift(el("button.button.small.primary", { type: "button", onclick: () => offerByHand(desk, job).then(desk.changed) }, OFFER_BY_HAND.label));
    }
    if (canExtend(job, session.rights, clock.nowMs())) {
      buttons.push(el("button.button.small", { type: "button", onclick: () => extendDeadline(desk, job).then(desk.changed) }, EXTEND.label));
    }
    return buttons.length === 0 ? null : el("div.buttons", { role: "group", "aria-label": "actions" }, buttons);
  }

  /** @param {import("./model.js").Job} job */
  function stops(job) {
    return el(
      "ol.stops",
      { "aria-label": "stops" },
      job.stops.map((stop) =>
        el(
          `li.${stop.kind}.${stop.status}`,
          null,
          el("button.link", { type: "button", onclick: () => desk.flyTo(stop) }, sentence(stop.kind)),
          el("span.faint", null, words(stop.status)),
          el("time.faint", null, stop.completed_at ? clockTime(stop.completed_at) : stop.arrived_at ? `here ${clockTime(stop.arrived_at)}` : ""),
        ),
      ),
    );
  }

  /** @param {any[]} offers */
  function offersMade(offers) {
    if (offers.length === 0) return null;
    return section(
      `Offers made (${offers.length})`,
      el("ol.plain", null, offers.map((offer) =>
        el("li", null, el("button.link", { type: "button", onclick: () => desk.openCourier(offer.courier_id) }, model.nameOf(offer.courier_id)), el("span", null, words(offer.status)), el("span", null, money(offer.pay.total_cents, currency)), el("time.faint", null, clockTime(offer.created_at, true))),
      )),
    );
  }

  /** @param {any[]} decisions */
  function decided(decisions) {
    if (decisions.length === 0) return null;
    return section(
      "Why",
      decisions.map((decision, index) =>
        el(
          "details",
          { open: index === 0 },
          el("summary", null, el("strong", null, sentence(decision.outcome)), el("time.faint", null, clockTime(decision.at, true))),
          reasonsView(decision.reasons, model),
        ),
      ),
    );
  }

  return { element, update };
}

/** @param {any[]} events */
function timeline(events) {
  return section(
    "Timeline",
    el("ol.timeline", null, events.map((event) =>
      el("li", null, el("time.faint", { dateTime: event.created_at }, clockTime(event.created_at, true)), el("span", null, sentence(event.type.replace("job.", ""))), el("span.faint", null, event.actor)),
    )),
  );
}
