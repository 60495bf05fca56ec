// @ts-check
// A proof that cannot be given: ops have the stop done without, or ask for it again.

import { ask, choice } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { sentence, words } from "../shared/format.js";
import { smallButton } from "./pieces.js";

/** @typedef {import("./console.js").Desk} Desk */
/** @typedef {import("./model.js").Job} Job */

/** @type {[string, string][]} */
export const WAIVER_REASONS = [
  ["code_unknown", "Nobody there knows the code"], ["device_broken", "The courier's phone or camera is broken"],
  ["recipient_unable", "Who is there cannot give it"], ["shown_otherwise", "It was shown otherwise"],
];
const UNFINISHED = ["pending", "enroute", "arrived"];

/**
 * Stops that are not over, with what they still ask for.
 * @param {Job} job @param {string[]} rights @returns {{ stop: any, kinds: string[] }[]}
 */
export function waivable(job, rights) {
  if (!rights.includes("ops:dispatch") || job.ended_at) return [];
  return job.stops
    .filter((stop) => UNFINISHED.includes(stop.status))
    .map((/** @type {any} */ stop) => ({ stop, kinds: asked(stop) }))
    .filter(({ kinds }) => kinds.length > 0);
}

/** What the stop asks for and was not waived. @param {any} stop @returns {string[]} */
export function asked(stop) {
  const waived = stop.waived_proofs ?? [];
  return (stop.required_proofs ?? []).filter((/** @type {string} */ kind) => !waived.includes(kind));
}

/** A button for each such stop, or nothing. @param {Desk} desk @param {Job} job */
export function waiverView(desk, job) {
  const found = waivable(job, desk.session.rights);
  if (found.length === 0) return null;
  const buttons = found.map(({ stop, kinds }) =>
    smallButton(`Waive a proof of the ${words(stop.kind)} …`, () => waive(desk, job, stop, kinds).then(desk.changed)),
  );
  return el("div.buttons", { role: "group", "aria-label": "proofs" }, buttons);
}

/** @param {Desk} desk @param {Job} job @param {any} stop @param {string[]} kinds that are asked for */
function waive({ api, model, undo }, job, stop, kinds) {
  const kind = choice("Proof", kinds.map((one) => [one, sentence(one)]));
  const reason = choice("Reason", WAIVER_REASONS);
  return ask({
    title: `Go without a proof: ${model.titleOf(job)}`,
    text: `The ${words(stop.kind)} is done without it. The courier is told at once, and the merchant with the reason.`,
    fields: [kind.element, reason.element],
    confirm: "Waive it",
    submit: async () => {
      const waived = [...(stop.waived_proofs ?? []), kind.select.value];
      const path = `/v1/ops/jobs/${job.id}/stops/${stop.id}/waiver`;
      const { body, requestId } = await api.act("PUT", path, { waived_proofs: waived, reason: reason.select.value });
      model.takeJob(body);
      undo.offer(`${model.titleOf(job)}: ${words(kind.select.value)} waived.`, requestId);
    },
  });
}
