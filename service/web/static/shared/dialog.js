// @ts-check
// A question that is answered before anything else goes on.

import { el } from "./dom.js";

/**
 * @param {{ title: string, text?: string, fields?: HTMLElement[], confirm: string, isDanger?: boolean,
 *   submit: () => Promise<unknown> }} options `submit` may throw: the dialog stays and says why
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, text, fields = [], confirm, isDanger = false, submit }) {
  return new Promise((resolve) => {
    const trouble = el("p.notice.bad", { role: "alert", hidden: true });
    const yes = /** @type {HTMLButtonElement} */ (
      el(`button.button.${isDanger ? "danger" : "primary"}`, { type: "submit" }, confirm)
    );
    const cancel = el("button.button.quiet", { type: "button", onclick: () => dialog.close() }, "Cancel");

    /** @param {SubmitEvent} event */
    async function onsubmit(event) {
      event.preventDefault();
      yes.disabled = true;
      try {
        await submit();
        isDone = true;
        dialog.close();
      } catch (error) {
        trouble.textContent = error instanceof Error ? error.message : String(error);
        trouble.hidden = false;
      } finally {
        yes.disabled = false;
      }
    }

    let isDone = false;
    const dialog = /** @type {HTMLDialogElement} */ (
      el(
        "dialog.card.dialog",
        { "aria-labelledby": "dialog-title" },
        el(
          "form",
          { onsubmit },
          el("h2", { id: "dialog-title" }, title),
          text ? el("p.faint", null, text) : null,
          fields,
          trouble,
          el("div.buttons", null, cancel, yes),
        ),
      )
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isDone);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * @param {string} label @param {[string, string][]} options value and text of each
 * @returns {{ element: HTMLElement, select: HTMLSelectElement }}
 */
export function choice(label, options) {
  const select = /** @type {HTMLSelectElement} */ (
    el("select.input", null, options.map(([value, text]) => el("option", { value }, text)))
  );
  return { element: el("label.field", null, el("span", null, label), select), select };
}
