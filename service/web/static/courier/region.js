// @ts-check
// A part of the page that is drawn anew only when what it shows has changed: what somebody is
// typing into it stays, a finger does not miss its button, and the focus is kept.

import { fill } from "../shared/dom.js";

/**
 * @typedef {import("../shared/dom.js").Child} Child
 * @param {Element} element
 * @returns {(shows: unknown, build: () => (Child | Child[])[]) => boolean}
 *   draws, and returns whether it had to; `shows` is plain data, all that `build` depends on
 */
export function region(element) {
  /** @type {string | null} */
  let shown = null;
  return (shows, build) => {
    const text = JSON.stringify(shows);
    if (text === shown) return false;
    shown = text;
    const focused = element.contains(document.activeElement) ? document.activeElement?.id : "";
    fill(element, ...build());
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    return true;
  };
}
