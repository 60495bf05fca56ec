// @ts-check
// One job: where it stands, its stops, what happened to it, who was asked and why, and what can be done.

import { el, fill } from "../shared/dom.js";
import { money, sentence, when, words } from "../shared/format.js";
import { actionsFor, canExtend, canOfferByHand, EXTEND, OFFER_BY_HAND } from "./actions.js";
import { canCall, contactsView } from "./contacts_view.js";
import { dueInWords } from "./deadline.js";
import { extendDeadline } from "./do_deadline.js";
import { doAction, offerByHand } from "./do_job.js";
import { links } from "./links.js";
import { marksView } from "./mark_stop.js";
import { messagesView } from "./messages_view.js";
import { moneyView, seesMoney } from "./money_view.js";
import { part } from "./part.js";
import { fact, jobChip, ratingView, section, smallButton, timeline } from "./pieces.js";
import { proofsView } from "./proofs_view.js";
import { reasonsView } from "./reasons_view.js";
import { reachedInWords } from "./route.js";
import { waiverView } from "./waiver.js";

/** @typedef {import("./console.js").Desk} Desk */

const READ_AGAIN_MS = 5_000; // what could not be read
const NO_PROOFS = { stops: [], proofs: [] }; // when they cannot be read, the rest is still shown

/** @param {Desk} desk @param {string} jobId */
export function jobDrawer(desk, jobId) {
  const { api, model, clock, currency, session } = desk;
  const [top, doing, way, marking, waiving, calling] = [part(), part(), part(), part(), part(), part()];
  const due = el("dd", null); // ticks
  const to = links(desk);
  const record = el("div.record");
  const talk = messagesView(desk, jobId);
  const parts = [top, doing, way, marking, calling, waiving].map((each) => each.element);
  const element = el("article", { data: { job: jobId } }, el("div.top", null, parts), talk.element, record);
  let readVersion = "";
  let readsAgainAtMs = 0;

  function update() {
    talk.update();
    to.update();
    const job = model.jobs.get(jobId);
    const version = job === undefined ? "unknown" : `${job.version} ${model.leftOpen.get(jobId)?.outcome ?? ""}`;
    if (version !== readVersion && performance.now() >= readsAgainAtMs) void read(version);
    if (job === undefined) return; // of one that is long over, only the record tells
    due.textContent = dueInWords(job, clock.nowMs());
    top.draw([job, model.nameOf(job.courier_id)], () => head(job));
    doing.draw([job, canExtend(job, session.rights, clock.nowMs())], () => actions(job));
    way.draw(job.stops, () => stops(job));
    marking.draw([job.stops, job.attempt, job.courier_id, job.ended_at], () => marksView(desk, job));
    calling.draw(canCall(job, session.rights), () => (canCall(job, session.rights) ? contactsView(desk, jobId) : []));
    waiving.draw([job.stops, job.ended_at], () => waiverView(desk, job));
  }

  /** What is on record is read anew whenever the job has changed. @param {string} version */
  async function read(version) {
    readVersion = version;
    try {
      const [row, events, decisions, offers, proofs, moved] = await Promise.all([
        api.get(`/v1/ops/jobs/${jobId}`).then((row) => (model.takeJob(row), row)), // it tells of the parcel, which facts do not
        api.list(`/v1/ops/jobs/${jobId}/events`, "events"),
        api.get(`/v1/ops/jobs/${jobId}/decisions`, { limit: 10 }),
        api.get("/v1/ops/offers", { job_id: jobId, limit: 20 }),
        api.get(`/v1/ops/jobs/${jobId}/proofs`).catch(() => NO_PROOFS),
        seesMoney(desk) ? api.get(`/v1/ops/jobs/${jobId}/transfers`).catch(() => null) : null,
      ]);
      if (readVersion !== version) return;
      for (const { courier_id } of [row, ...offers.offers]) if (courier_id !== null) desk.whoIs(courier_id);
      const told = [ratingView(row.rating), offersMade(offers.offers), decided(decisions.decisions), timeline(events)];
      const paid = moved && moneyView(desk, row, moved.transfers, () => void read(version));
      fill(record, proofsView(api, jobId, proofs), paid, told);
    } catch (error) {
      if (record.childElementCount === 0) fill(record, el("p.notice.bad", null, /** @type {Error} */ (error).message));
      if (readVersion === version) [readVersion, readsAgainAtMs] = ["", performance.now() + READ_AGAIN_MS];
    }
  }

  /** @param {import("./model.js").Job} job */
  function head(job) {
    return el(
      "header",
      null,
      el("h2", null, model.titleOf(job)),
      el(
        "p.chips",
        null,
        jobChip(job),
        job.bundle_id ? el("span.chip.accent", null, "bundled") : null,
        job.attempt > 1 ? el("span.chip.warn", null, `attempt ${job.attempt}`) : null,
      ),
      el(
        "dl.facts",
        null,
        el("div", null, el("dt", null, "due"), due),
        fact("merchant", job.merchant_name ?? "–"),
        fact("fee", money(job.fee_cents, currency)),
        fact("parcel", job.size_class ? `${job.size_class}, ${(job.weight_g / 1_000).toFixed(1)} kg` : "–"),
        job.reason ? fact("reason", words(job.reason)) : null,
        el("div", null, el("dt", null, "courier"), el("dd", null, job.courier_id === null ? "nobody yet" : to.courier(job.courier_id))),
      ),
    );
  }

  /** @param {import("./model.js").Job} job */
  function actions(job) {
    const buttons = actionsFor(job, session.rights).map((action) =>
      smallButton(action.label, () => doAction(desk, job, action).then(desk.changed), action.isDanger ? ".danger" : ""),
    );
    if (canOfferByHand(job, session.rights)) {
      buttons.unshift(smallButton(OFFER_BY_HAND.label, () => offerByHand(desk, job).then(desk.changed), ".primary"));
    }
    if (canExtend(job, session.rights, clock.nowMs())) {
      buttons.push(smallButton(EXTEND.label, () => extendDeadline(desk, job).then(desk.changed)));
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
          el("time.faint", null, reachedInWords(stop)),
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
        el(
          "li",
          null,
          to.courier(offer.courier_id),
          el("span", null, words(offer.status)),
          el("span", null, money(offer.pay.total_cents, currency)),
          el("time.faint", null, when(offer.created_at, true)),
        ),
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
          el("summary", null, el("strong", null, sentence(decision.outcome)), el("time.faint", null, when(decision.at, true))),
          reasonsView(decision.reasons, model),
        ),
      ),
    );
  }

  return { element, update };
}
