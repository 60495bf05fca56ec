// @ts-check
// What was just done, and for half a minute the way back: the inverse act, as long as nothing else happened.

import { el, fill } from "../shared/dom.js";
import { Refusal } from "../shared/api.js";

export const UNDO_MS = 30_000; // the service allows somewhat more
const TOLD_MS = 8_000;

/** @param {{ api: import("../shared/api.js").Api, changed: () => void }} options */
export function undoBar({ api, changed }) {
  const text = el("span", { role: "status" });
  const left = el("span.faint", { "aria-hidden": "true" });
  const button = /** @type {HTMLButtonElement} */ (el("button.button.small.primary", { type: "button", onclick: undo }, "Undo"));
  const element = el("div.undo.card", { hidden: true }, text, left, button);
  let endsAtMs = 0;
  let act = "";

  /** @param {string} said @param {number} lengthMs */
  function show(said, lengthMs) {
    endsAtMs = performance.now() + lengthMs;
    fill(text, said);
    element.hidden = false;
    button.hidden = act === "";
    button.disabled = false;
    update();
  }

  /** Something that can be taken back. @param {string} said @param {string} requestId of the request that did it */
  function offer(said, requestId) {
    act = requestId;
    show(said, UNDO_MS);
  }

  /** Something that cannot, or not any more. @param {string} said */
  function tell(said) {
    act = "";
    show(said, TOLD_MS);
  }

  async function undo() {
    button.disabled = true;
    try {
      await api.post(`/v1/ops/acts/${act}/undo`);
      tell("Undone.");
    } catch (error) {
      if (isWorthAnother(error)) {
        fill(text, /** @type {Error} */ (error).message);
        button.disabled = false;
      } else tell(`Too late to undo: ${/** @type {Error} */ (error).message}.`);
    }
    changed();
  }

  function update() {
    const leftMs = endsAtMs - performance.now();
    if (leftMs <= 0) element.hidden = true;
    else left.textContent = act === "" ? "" : `${Math.ceil(leftMs / 1_000)} s`;
  }

  return { element, offer, tell, update };
}

/** Whether it may still be done by asking again. @param {unknown} error */
function isWorthAnother(error) {
  return !(error instanceof Refusal) || error.code !== "undo_too_late";
}
