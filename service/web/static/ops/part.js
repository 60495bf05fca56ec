// @ts-check
// A part of a view that is drawn anew only when it says something else: buttons stay under the mouse.

import { el, fill } from "../shared/dom.js";

/** @typedef {import("../shared/dom.js").Child} Child */

/** @param {string} [tag] @returns {{ element: HTMLElement, draw: (says: unknown, make: () => Child | Child[]) => void }} */
export function part(tag = "div") {
  const element = el(tag);
  let drawn = "";

  /** @param {unknown} says JSON: all that the drawing depends on @param {() => Child | Child[]} make */
  function draw(says, make) {
    const text = JSON.stringify(says);
    if (drawn !== text) fill(element, make());
    drawn = text;
  }

  return { element, draw };
}
