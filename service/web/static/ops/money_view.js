// @ts-check
// What a job has moved, for finance; and how that is corrected, which mostly takes a second person.

import { ask, choice } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { centsOf, money, sentence, when, words } from "../shared/format.js";
import { section, smallButton } from "./pieces.js";

/** Which way the money goes is in the kind. @type {[string, string][]} */
const KINDS = [
  ["refund", "Refund to the merchant"], ["extra_charge", "Extra charge for the merchant"],
  ["extra_pay", "Extra pay for the courier"], ["deduction", "Deduction from the courier"],
];
const REASONS = ["late", "damaged", "lost", "returned", "waited", "canceled_late", "mispriced", "goodwill"];

/** @param {import("./console.js").Desk} desk */
export function seesMoney({ session }) {
  return session.rights.includes("ops:finance");
}

/**
 * @param {import("./console.js").Desk} desk @param {any} job as REST tells it
 * @param {any[]} transfers what GET /v1/ops/jobs/{job_id}/transfers tells
 * @param {() => void} changed something was booked
 */
export function moneyView(desk, job, transfers, changed) {
  const said = el("p.faint", { role: "status" });
  const mayCorrect = job.ended_at !== null;
  if (transfers.length === 0 && !mayCorrect) return null;

  async function correct() {
    const told = await askFor(desk, job.id);
    if (told === null) return;
    if (told.status !== "waiting") return changed();
    said.textContent = `${sentence(told.kind)} of ${money(told.amount_cents, told.currency)} waits for a second person.`;
  }

  return section(
    "Money",
    transfers.length === 0 ? el("p.faint", null, "Nothing was booked.") : el("ol.plain", null, transfers.map(row)),
    mayCorrect ? el("div.buttons", null, smallButton("Correct …", correct)) : null,
    said,
  );
}

/** @param {any} transfer */
function row({ kind, amount_cents: cents, currency, reason, at }) {
  return el(
    "li",
    null,
    el("span", null, sentence(kind)),
    el("span", null, money(cents, currency)),
    reason === null ? null : el("span.faint", null, words(reason)),
    el("time.faint", null, when(at, true)),
  );
}

/** @param {import("./console.js").Desk} desk @param {string} jobId @returns {Promise<any>} the answer; null: nothing was asked for */
async function askFor({ api, currency }, jobId) {
  const kind = choice("What", KINDS);
  const reason = choice("Reason", REASONS.map((each) => [each, sentence(each)]));
  const step = String(1 / centsOf(1, currency));
  const amount = /** @type {HTMLInputElement} */ (
    el("input.input", { type: "number", min: step, step, required: true, inputMode: "decimal" })
  );
  const key = crypto.randomUUID(); // whoever presses twice, or again after an answer got lost, asks for the same
  let told = null;
  await ask({
    title: "Correct what this job costs or pays?",
    text: "Somebody else has to approve it within a day, but for what the market's policy lets one person do.",
    fields: [kind.element, el("label.field", null, el("span", null, `Amount in ${currency}`), amount), reason.element],
    confirm: "Correct",
    submit: async () => {
      const asked = { kind: kind.select.value, amount_cents: centsOf(Number(amount.value), currency), reason: reason.select.value };
      told = (await api.act("POST", `/v1/ops/jobs/${jobId}/adjustments`, asked, { "Idempotency-Key": key })).body;
    },
  });
  return told;
}
