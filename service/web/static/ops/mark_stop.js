// @ts-check
// A courier whose phone is dead calls: ops mark the next stop as reached or done at their word.

import { ask, choice } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { words } from "../shared/format.js";
import { smallButton } from "./pieces.js";
import { asked, WAIVER_REASONS } from "./waiver.js";

/** @typedef {import("./console.js").Desk} Desk */
/** @typedef {import("./model.js").Job} Job */
/** @typedef {{ id: "arrival" | "completion", label: string, confirm: string, statuses: string[], text: string }} Mark */

/** The stop that comes next is under way or reached. @type {Mark[]} */
export const MARKS = [
  {
    id: "arrival", label: "Mark as reached …", confirm: "Mark as reached", statuses: ["enroute"],
    text: "At the courier's word: no position shows it. Merchant and recipient are told as ever.",
  },
  {
    id: "completion", label: "Mark as done …", confirm: "Mark as done", statuses: ["enroute", "arrived"],
    text: "At the courier's word: all follows as if the courier had said so, the pay for a delivery too.",
  },
];

/** What may be marked of a job: its next stop, if that is its courier's. @param {Job} job @param {string[]} rights */
export function marksOf(job, rights) {
  if (!rights.includes("ops:dispatch") || job.ended_at || job.courier_id === null) return [];
  return job.stops.flatMap((stop) => MARKS.filter(({ statuses }) => statuses.includes(stop.status)).map((mark) => ({ stop, mark })));
}

/** Buttons, or nothing. @param {Desk} desk @param {Job} job */
export function marksView(desk, job) {
  const found = marksOf(job, desk.session.rights);
  if (found.length === 0) return null;
  const buttons = found.map(({ stop, mark }) => smallButton(mark.label, () => markStop(desk, job, stop, mark).then(desk.changed)));
  return el("div.buttons", { role: "group", "aria-label": `the ${words(found[0].stop.kind)}` }, buttons);
}

/** @param {Desk} desk @param {Job} job @param {any} stop @param {Mark} mark */
function markStop({ api, model, undo }, job, stop, mark) {
  const reason = choice("Reason", WAIVER_REASONS);
  const kinds = mark.id === "completion" ? asked(stop) : [];
  const proofs = choice("Proofs that it asks for", [
    ["", "Only if they were uploaded"],
    ["waive", `Waive what is missing: ${kinds.map(words).join(", ")}`],
  ]);
  return ask({
    title: `${mark.confirm}: the ${words(stop.kind)} of ${model.titleOf(job)}`,
    text: `${mark.text} This cannot be undone.`,
    fields: kinds.length > 0 ? [reason.element, proofs.element] : [reason.element],
    confirm: mark.confirm,
    submit: async () => {
      const waives = mark.id === "completion" ? { waives_proofs: proofs.select.value === "waive" } : {};
      const body = { reason: reason.select.value, attempt: job.attempt, ...waives };
      const done = await api.act("POST", `/v1/ops/jobs/${job.id}/stops/${stop.id}/${mark.id}`, body);
      model.takeJob(done.body);
      undo.tell(`${model.titleOf(job)}: the ${words(stop.kind)} is marked as ${mark.id === "arrival" ? "reached" : "done"}.`);
    },
  });
}
