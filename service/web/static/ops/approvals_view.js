// @ts-check
// What waits for a second person, to be approved or declined; what one has proposed can be taken back.

import { ask } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { isUnderMouse, listOf } from "../shared/list.js";
import { dueText } from "./exceptions.js";

/** @typedef {import("./approvals.js").Approval} Approval */

/** @param {import("./console.js").Desk} desk @param {import("./approvals.js").Approvals} approvals */
export function approvalsView(desk, approvals) {
  const { api, clock, model, session } = desk;
  const trouble = el("p.notice.bad", { role: "status", hidden: true });
  const list = el("ol.exceptions", { "aria-label": "what waits for a second person, what is over soonest first" });
  const empty = el("p.empty", null, "Nothing waits for a second person.");
  const element = el("section.view", null, trouble, list, empty);
  const show = listOf(list, { key: ({ id }) => id, render: card, isHeld: () => isUnderMouse(list) });

  function update() {
    show(approvals.rows);
    empty.hidden = approvals.rows.length > 0;
    trouble.hidden = approvals.trouble === null;
    trouble.textContent = approvals.trouble ?? "";
    for (const time of list.querySelectorAll("time")) time.textContent = dueText(time.dateTime, clock.nowMs());
  }

  /** @param {Approval} approval */
  function card(approval) {
    const { id, title, text, jobId, expiresAt } = approval;
    return el(
      "li.exception",
      { data: { approval: id } },
      el(
        "p.head",
        null,
        el("strong", null, title),
        el("time.faint", { dateTime: expiresAt, data: { own: "" } }, dueText(expiresAt, clock.nowMs())),
      ),
      el(
        "p.who",
        null,
        jobId === null
          ? null
          : el("button.link", { type: "button", onclick: () => desk.openJob(jobId) }, model.titleOf(model.jobs.get(jobId), jobId)),
        el("span", null, text),
      ),
      el("div.buttons", null, buttons(approval)),
    );
  }

  /** Nobody approves what they have proposed, nor what is about them. @param {Approval} approval */
  function buttons(approval) {
    if (approval.proposedBy === session.operator_id) return button("Take back …", "", () => decline(approval, "Take back"));
    return [
      approval.aboutId === session.operator_id ? null : button("Approve …", ".primary", () => approve(approval)),
      button("Decline …", "", () => decline(approval, "Decline")),
    ];
  }

  /** @param {string} text @param {string} looks @param {() => void} onclick */
  function button(text, looks, onclick) {
    return el(`button.button.small${looks}`, { type: "button", onclick }, text);
  }

  /** @param {Approval} approval */
  function approve(approval) {
    return decide(approval, { verb: "Approve", way: "approval", text: "It takes effect at once." });
  }

  /** @param {Approval} approval @param {string} verb */
  function decline(approval, verb) {
    return decide(approval, { verb, way: "refusal", text: "Whoever still wants it has to propose it anew." });
  }

  /** @param {Approval} approval @param {{ verb: string, way: string, text: string }} how */
  async function decide({ id, path, title, text: about }, { verb, way, text }) {
    await ask({
      title: `${verb}: ${title}?`,
      text: `${about}. ${text}`,
      confirm: verb,
      submit: () => api.post(`${path}/${id}/${way}`),
    });
    approvals.forget();
    await approvals.read(performance.now());
    desk.changed();
  }

  return { element, update };
}
