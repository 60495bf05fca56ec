// @ts-check
// The drawer over the map: one job or one courier, looked at closely.

import { el, fill } from "../shared/dom.js";

export class Drawer {
  /** @param {{ closed: () => void }} options */
  constructor({ closed }) {
    this.closed = closed;
    this.element = el("aside.drawer.card", { hidden: true, tabIndex: -1, "aria-label": "details" });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    /** @type {{ element: HTMLElement, update: () => void } | null} */
    this.view = null;
    /** @type {Element | null} */
    this.opener = null;
  }

  /** @param {{ element: HTMLElement, update: () => void }} view */
  show(view) {
    if (this.element.hidden) this.opener = document.activeElement;
    this.view = view;
    const close = el("button.button.quiet.close", { type: "button", "aria-label": "Close", onclick: () => this.close() }, "✕");
    fill(this.element, close, view.element);
    this.element.hidden = false;
    this.element.scrollTop = 0;
    this.element.focus({ preventScroll: true });
    view.update();
  }

  update() {
    this.view?.update();
    this.#keepFocus();
  }

  /** A button that was drawn anew behind its dialog takes the focus with it: keys would go nowhere. */
  #keepFocus() {
    const isLost = document.activeElement === document.body && document.querySelector("dialog[open]") === null;
    if (isLost && !this.element.hidden) this.element.focus({ preventScroll: true });
  }

  close() {
    this.view = null;
    this.element.hidden = true;
    fill(this.element); // what is still to come into it is not opened any more
    if (this.opener instanceof HTMLElement && this.opener.isConnected) this.opener.focus();
    this.closed();
  }
}

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Rectangle */

/**
 * How much of the map lies under the drawer: from the left beside it, from below on a narrow screen;
 * nothing where it covers all.
 * @param {Rectangle | null} drawer @param {Rectangle} map pixels
 * @returns {Rectangle}
 */
export function coveredBy(drawer, map) {
  const none = { left: 0, top: 0, right: 0, bottom: 0 };
  if (drawer === null || drawer.top >= map.bottom || drawer.bottom <= map.top) return none;
  if (drawer.right < map.right) return { ...none, left: Math.max(0, drawer.right - map.left) };
  return drawer.top <= map.top ? none : { ...none, bottom: map.bottom - drawer.top };
}
