// @ts-check
// Moves a job's deadline: what was promised stays, and what is still possible is planned with.

import { ask, choice } from "../shared/dialog.js";
import { sentence, when } from "../shared/format.js";
import { EXTEND, extensionsOf } from "./actions.js";

/** @param {import("./console.js").Desk} desk @param {import("./model.js").Job} job */
export function extendDeadline({ api, model, clock, undo }, job) {
  const until = choice(
    "Deadline",
    extensionsOf(job, clock.nowMs()).map(({ at, minutes }) => {
      const later = minutes === 0 ? "as promised" : `${minutes} min later than promised`;
      return [at, `${when(at)}, ${later}`];
    }),
  );
  const reason = choice("Reason", EXTEND.reasons.map((code) => [code, sentence(code)]));
  return ask({
    title: `Extend the deadline of ${model.titleOf(job)}`,
    text:
      "The matching and new offers go by it, and the merchant is told. " +
      "Whether the delivery is on time is measured by what was promised.",
    fields: [until.element, reason.element],
    confirm: "Set the deadline",
    submit: async () => {
      const body = { deadline_at: until.select.value, reason: reason.select.value };
      const done = await api.act("PUT", `/v1/ops/jobs/${job.id}/deadline`, body);
      model.takeJob(done.body);
      undo.offer(`${model.titleOf(job)} is due ${when(body.deadline_at)}.`, done.requestId);
    },
  });
}
