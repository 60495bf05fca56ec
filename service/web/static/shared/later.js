// @ts-check
// A view whose code comes behind the first content of the page.

import { el } from "./dom.js";

/** @typedef {{ element: HTMLElement, update: () => void }} View */

/**
 * A view that stands in its place as soon as its code is there, and is updated then if somebody waits for it.
 * What is off the page by then, or not wanted (a page that is over stands until the next one comes), is not opened.
 * @template Code
 * @param {Promise<Code>} coming @param {(code: Code) => View} open @param {() => boolean} isWanted
 * @returns {View}
 */
export function later(coming, open, isWanted) {
  const element = el("div", { role: "status" });
  /** @type {View | null} */
  let view = null;
  let isAwaited = false;

  /** @param {Code} code */
  function arrive(code) {
    if (!element.isConnected || !isWanted()) return; // nobody looks any more
    view = open(code);
    element.replaceWith(view.element);
    if (isAwaited) view.update();
  }

  /** @param {Error} error */
  function fail(error) {
    console.error(error);
    (view?.element ?? element).append(el("p.notice.bad", null, "This part of the page did not come. Please load the page again."));
  }

  coming.then(arrive).catch(fail); // code that breaks is told like code that does not come
  return {
    element,
    update() {
      isAwaited = true;
      view?.update();
    },
  };
}
