// @ts-check
// Whom to call about a job: read only when somebody asks for it, because that look is on record.

import { el, fill } from "../shared/dom.js";
import { fact, section, smallButton } from "./pieces.js";

/** @typedef {import("./model.js").Job} Job */
/** @typedef {{ stop_id: string, kind: string, attempt: number, address: string, contact_name: string | null, contact_phone: string | null,
 *   instructions: string | null, recipient_instructions: string | null, safe_place: string | null }} StopContact */

/** @param {Job} job @param {string[]} rights */
export function canCall(job, rights) {
  return rights.includes("ops:contacts") && job.ended_at === null;
}

/** A button, and behind it what is read. @param {Pick<import("./console.js").Desk, "api">} desk @param {string} jobId */
export function contactsView({ api }, jobId) {
  const element = el("div.contacts", null, smallButton("Show contacts", show));

  async function show() {
    try {
      const { stops } = await api.get(`/v1/ops/jobs/${jobId}/contacts`);
      fill(element, section("Contacts", stops.map(stopFacts), el("p.faint", null, "That you looked is in the audit log.")));
    } catch (error) {
      fill(element, smallButton("Show contacts", show), el("p.notice.bad", null, /** @type {Error} */ (error).message));
    }
  }

  return element;
}

/** @param {StopContact} stop */
function stopFacts(stop) {
  const { kind, address, contact_name: name, contact_phone: phone, instructions, recipient_instructions: wish, safe_place: safe } = stop;
  const number = phone === null ? "no number" : el("a", { href: `tel:${phone}` }, phone);
  return el(
    "dl.facts",
    { "aria-label": kind },
    fact(kind, address),
    el("div", null, el("dt", null, name ?? "nobody named"), el("dd", null, number)),
    instructions === null ? null : fact("merchant says", instructions),
    wish === null ? null : fact("recipient asks", wish),
    safe === null ? null : fact("may be left", safe),
  );
}
