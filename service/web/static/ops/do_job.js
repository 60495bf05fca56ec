// @ts-check
// Carries out what is decided by hand about a job: asks, calls, and says what was refused.

import { ask, choice } from "../shared/dialog.js";
import { el, fill } from "../shared/dom.js";
import { distance, sentence } from "../shared/format.js";

/** @typedef {import("./console.js").Desk} Desk */
/** @typedef {import("./model.js").Job} Job */

/** @param {Desk} desk @param {Job} job @param {import("./actions.js").Action} action */
export function doAction({ api, model, undo }, job, action) {
  const reason = choice("Reason", action.reasons.map((code) => [code, sentence(code)]));
  return ask({
    title: `${action.confirm}: ${model.titleOf(job)}`,
    text: action.text,
    fields: [reason.element],
    confirm: action.confirm,
    isDanger: action.isDanger,
    submit: async () => {
      const { body, requestId } = await api.act("POST", action.path(job), { reason: reason.select.value, ...action.only?.(job) });
      model.takeJob(body);
      if (action.done) undo.offer(`${action.done}: ${model.titleOf(job)}.`, requestId);
    },
  });
}

/** Somebody who could be asked, as the service tells. @param {any} courier */
export function nearInWords({ name, vehicle, distance_m: m, live_jobs_count: inHand, has_refused: hasRefused, can_carry: canCarry }) {
  const words = [name, vehicle, distance(m), inHand > 0 ? `${inHand} in hand` : "free"];
  if (hasRefused) words.push("has refused it");
  if (!canCarry) words.push("cannot carry it");
  return words.join(", ");
}

/** Who is near is asked when it matters: what the page knows of places may be hours old. @param {Desk} desk @param {Job} job */
export function offerByHand({ api, model, undo }, job) {
  const couriers = choice("Courier, the nearest first", [["", "Looking who is near …"]]);
  /** @type {any[]} */
  let near = [];
  let trouble = "Nobody is chosen yet.";
  /** @param {[string, string][]} options */
  const show = (options) => fill(couriers.select, options.map(([value, text]) => el("option", { value }, text)));
  api.get(`/v1/ops/jobs/${job.id}/couriers`).then(
    ({ couriers: found }) => {
      near = found;
      show(near.length === 0 ? [["", "Nobody who could be asked is seen now"]] : near.map((one) => [one.id, nearInWords(one)]));
    },
    (error) => {
      trouble = error.message;
      show([["", `Not known now: ${trouble}`]]);
    },
  );
  return ask({
    title: `Offer ${model.titleOf(job)} to a courier`,
    text: "Whatever the matching says. The courier still decides.",
    fields: [couriers.element],
    confirm: "Make the offer",
    submit: async () => {
      const chosen = near.find(({ id }) => id === couriers.select.value);
      if (chosen === undefined) throw new Error(trouble);
      const { body, requestId } = await api.act("POST", `/v1/ops/jobs/${job.id}/assignment`, { courier_id: chosen.id });
      model.takeOffer(body);
      undo.offer(`${model.titleOf(job)} is offered to ${chosen.name}.`, requestId);
    },
  });
}
