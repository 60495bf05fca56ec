// @ts-check
// Carries out what is decided by hand about a courier.

import { ask, choice } from "../shared/dialog.js";
import { dayAndTime, plural, sentence } from "../shared/format.js";
import { aboard, COURIER_REASONS, movable, SUSPENSION_LENGTHS, SUSPENSION_REASONS } from "./actions.js";

/** @typedef {import("./console.js").Desk} Desk */

/**
 * For a courier who drops out: all that was not picked up goes to others, the rest to the exceptions.
 * @param {Desk} desk @param {string} courierId
 */
export function moveAll({ api, model, undo }, courierId) {
  const jobs = model.jobsOf(courierId);
  const reason = choice("Reason", COURIER_REASONS.map((code) => [code, sentence(code)]));
  const headers = { "Idempotency-Key": newKey() }; // one for as long as the question stands
  return ask({
    title: `${model.nameOf(courierId)} drops out: move ${plural(jobs.length, "job")}`,
    text:
      `${plural(movable(jobs).length, "job")} not yet picked up: open for others at once. ` +
      `${plural(aboard(jobs).length, "parcel")} on board: stays with the courier, as an exception for you to decide. ` +
      "The shift ends, and the courier is told. This cannot be undone.",
    fields: [reason.element],
    confirm: "Move all",
    isDanger: true,
    submit: async () => {
      const { body } = await api.act("POST", `/v1/ops/couriers/${courierId}/reassignment`, { reason: reason.select.value }, headers);
      model.takeCourier(body.courier);
      undo.tell(fatesInWords(body.jobs));
    },
  });
}

/** @param {{ fate: string }[]} jobs */
export function fatesInWords(jobs) {
  const count = (/** @type {string} */ fate) => jobs.filter((job) => job.fate === fate).length;
  const waiting = count("undeliverable") + count("kept");
  return `${plural(count("reopened"), "job")} open for others, ${plural(waiting, "parcel")} for you to decide.`;
}

/** @param {Desk} desk @param {string} courierId @param {typeof import("./actions.js").COURIER_ORDERS[0]} order */
export function giveOrder({ api, model, undo }, courierId, order) {
  const reason = choice("Reason", COURIER_REASONS.map((code) => [code, sentence(code)]));
  return ask({
    title: `${order.confirm}: ${model.nameOf(courierId)}`,
    text: order.text,
    fields: [reason.element],
    confirm: order.confirm,
    submit: async () => {
      const said = { status: order.status, reason: reason.select.value };
      const { body, requestId } = await api.act("PUT", `/v1/ops/couriers/${courierId}/status`, said);
      model.takeCourier(body);
      if (order.done) undo.offer(`${order.done}: ${model.nameOf(courierId)}.`, requestId);
    },
  });
}

/** @param {Desk} desk @param {string} courierId */
export function suspend({ api, model, clock, undo }, courierId) {
  const jobs = model.jobsOf(courierId);
  const isCarrying = aboard(jobs).length > 0;
  const reason = choice("Reason, which the courier is told", Object.entries(SUSPENSION_REASONS));
  const length = choice("For how long", SUSPENSION_LENGTHS.map(([text], index) => [String(index), text]));
  const inHand = choice("Jobs in hand", [
    ["finish", "the courier finishes them"],
    ["reassign", "move them: parcels on board become exceptions"],
  ]);
  return ask({
    title: `Suspend ${model.nameOf(courierId)}`,
    text:
      "The courier is told, goes off duty and cannot go online; earnings can still be read. " +
      (isCarrying || jobs.length === 0 ? "" : "Jobs in hand go to others. ") +
      "To undo it is to lift the suspension: the courier goes online alone, and jobs that went to others stay there.",
    fields: isCarrying ? [reason.element, length.element, inHand.element] : [reason.element, length.element],
    confirm: "Suspend the courier",
    isDanger: true,
    submit: async () => {
      const [, lengthMs] = SUSPENSION_LENGTHS[Number(length.select.value)];
      const { body, requestId } = await api.act("POST", `/v1/ops/couriers/${courierId}/suspension`, {
        reason: reason.select.value,
        until: lengthMs === null ? null : new Date(clock.nowMs() + lengthMs).toISOString(),
        jobs_in_hand: isCarrying ? inHand.select.value : null,
      });
      model.takeCourier(body);
      undo.offer(`${model.nameOf(courierId)} is suspended.`, requestId);
    },
  });
}

/** @param {Desk} desk @param {string} courierId */
export function reinstate({ api, model, undo }, courierId) {
  return ask({
    title: `Reinstate ${model.nameOf(courierId)}`,
    text: "The suspension ends now. The courier is told, and goes online alone.",
    confirm: "Reinstate the courier",
    submit: async () => {
      model.takeCourier(await api.post(`/v1/ops/couriers/${courierId}/reinstatement`));
      undo.tell(`${model.nameOf(courierId)} may work again.`);
    },
  });
}

/** @param {import("./model.js").Suspension} suspension */
export function suspensionInWords({ reason, until }) {
  return `${SUSPENSION_REASONS[reason] ?? sentence(reason)}, until ${until === null ? "somebody ends it" : dayAndTime(until)}`;
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
