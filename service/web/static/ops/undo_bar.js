// @ts-check
// What was just done, and for half a minute the way back: the inverse act, as long as nothing else happened.

import { el, fill } from "../shared/dom.js";
import { Refusal } from "../shared/api.js";

const UNDO_MS = 30_000; // the service allows somewhat more
const TOLD_MS = 8_000;

/** @param {{ api: import("../shared/api.js").Api, changed: () => void }} options */
export function undoBar({ api, changed }) {
  const text = el("span", { role: "status" });
  const left = el("span.faint", { "aria-hidden": "true" });
  const button = /** @type {HTMLButtonElement} */ (
    el("button.button.small.primary", { type: "button", title: "Ctrl+Z", onclick: undo }, "Undo")
  );
  const element = el("div.undo.card", { hidden: true }, text, left, button);
  let endsAtMs = 0;
  let act = "";
  /** @type {Element | null} */
  let before = null; // where the focus was when it came
  const open = new AbortController();
  document.addEventListener("keydown", hear, { signal: open.signal });

  /** @param {KeyboardEvent} event */
  function hear(event) {
    const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const isWriting = event.target instanceof Element && event.target.closest("input, textarea, select, dialog") !== null;
    if (isUndo && !isWriting && !element.hidden && !button.hidden && !button.disabled) button.click();
  }

  /** @param {string} said @param {number} lengthMs */
  function show(said, lengthMs) {
    endsAtMs = performance.now() + lengthMs;
    before = element.contains(document.activeElement) ? before : document.activeElement;
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
    const mine = act;
    button.disabled = true;
    try {
      await api.post(`/v1/ops/acts/${mine}/undo`);
      if (act === mine) tell("Undone."); // else another act stands there by now, with an undo of its own
    } catch (error) {
      if (act !== mine) return;
      if (isWorthAnother(error)) {
        fill(text, /** @type {Error} */ (error).message);
        button.disabled = false;
      } else tell(`Too late to undo: ${/** @type {Error} */ (error).message}.`);
    }
    changed();
  }

  function update() {
    const leftMs = endsAtMs - performance.now();
    if (leftMs <= 0) hide();
    else left.textContent = act === "" ? "" : `${Math.ceil(leftMs / 1_000)} s`;
  }

  /** With it goes the focus, which then is where it was. */
  function hide() {
    if (element.contains(document.activeElement) && before instanceof HTMLElement && before.isConnected) before.focus();
    element.hidden = true;
  }

  return { element, offer, tell, update, close: () => open.abort() };
}

/** Whether it may still be done by asking again. @param {unknown} error */
function isWorthAnother(error) {
  return !(error instanceof Refusal) || error.code !== "undo_too_late";
}
