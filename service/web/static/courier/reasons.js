// @ts-check
// A sheet from the bottom that asks for a reason, by one touch.

import { el } from "../shared/dom.js";

/**
 * Ask; resolves to the code of the reason, "" for none, null when the question is withdrawn.
 * @param {{ title: string, note: string, reasons: Record<string, string>, without?: string,
 *           signal?: AbortSignal }} question
 *   `without` is the button for no reason at all; `signal` withdraws the question
 * @returns {Promise<string | null>}
 */
export function askReason({ title, note, reasons, without, signal }) {
  return new Promise((resolve) => {
    const answer = (/** @type {string} */ code) => () => dialog.close(`said ${code}`);
    const dialog = /** @type {HTMLDialogElement} */ (
      el(
        "dialog.sheet",
        { "aria-labelledby": "reason-title" },
        el("h2", { id: "reason-title" }, title),
        el("p.faint", null, note),
        el(
          "div.choices",
          null,
          Object.entries(reasons).map(([code, words]) =>
            el("button.button.large", { type: "button", data: { reason: code }, onclick: answer(code) }, words),
          ),
        ),
        without === undefined
          ? null
          : el("button.button.large.quiet", { type: "button", onclick: answer("") }, without),
        el("button.button.large.quiet", { type: "button", onclick: () => dialog.close("") }, "Back"),
      )
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue.startsWith("said ") ? dialog.returnValue.slice(5) : null);
    });
    signal?.addEventListener("abort", () => dialog.close(""));
    document.body.append(dialog);
    dialog.showModal();
  });
}
