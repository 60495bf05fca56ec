// @ts-check
// The panel beside the map: one view at a time, chosen by tabs (arrow keys go from one to the next).

import { el } from "../shared/dom.js";

/** @typedef {{ element: HTMLElement, update: () => void }} View */
/** @typedef {{ id: string, label: string, view: View, count?: () => number }} Tab */

/** @param {Tab[]} tabs */
export function panel(tabs) {
  let shown = tabs[0];
  const buttons = tabs.map(({ id, label, count }) =>
    el(
      "button.tab",
      { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, onclick: () => show(id) },
      label,
      count ? el("span.badge", { hidden: true }) : null,
    ),
  );
  const bodies = tabs.map(({ id, view }) => {
    const body = el("div.panel-body", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabIndex: 0 });
    body.append(view.element);
    return body;
  });
  const element = el("section.panel", { "aria-label": "what happens" }, el("div.tabs", { role: "tablist", onkeydown }, buttons), bodies);

  /** @param {string} id */
  function show(id) {
    tabs.forEach((tab, index) => {
      const isShown = tab.id === id;
      if (isShown) shown = tab;
      buttons[index].setAttribute("aria-selected", String(isShown));
      buttons[index].tabIndex = isShown ? 0 : -1;
      bodies[index].hidden = !isShown;
    });
    shown.view.update();
  }

  /** @param {KeyboardEvent} event */
  function onkeydown(event) {
    const [at, last] = [tabs.indexOf(shown), tabs.length - 1];
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault(); // the panel would scroll
    show(tabs[next].id);
    buttons[next].focus();
  }

  function update() {
    shown.view.update();
    tabs.forEach(({ count }, index) => {
      if (count === undefined) return;
      const badge = /** @type {HTMLElement} */ (buttons[index].lastElementChild);
      badge.textContent = String(count());
      badge.hidden = count() === 0;
    });
  }

  show(shown.id);
  return { element, update, show };
}
