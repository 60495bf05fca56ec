// @ts-check
// What is said to the courier in passing: above everything, so also above a sheet that is open.

import { $, el } from "../shared/dom.js";

const TOLD_MS = 7_000;

/** @param {string} words */
export function toast(words) {
  const said = el("p.toast", null, words);
  placeOfToasts().append(said);
  setTimeout(() => said.remove(), TOLD_MS);
}

/** What lies behind a modal sheet is neither seen nor read out, so it is said in the sheet. */
function placeOfToasts() {
  const sheet = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (sheet === undefined) return $("#toasts");
  const there = sheet.querySelector(".toasts") ?? el("div.toasts", { role: "status" });
  if (there.parentNode === null) sheet.append(there);
  return there;
}
