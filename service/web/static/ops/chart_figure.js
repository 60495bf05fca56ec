// @ts-check
// A chart with all that belongs to it: a title, a legend, what it says in words, and its numbers as a table.

import { el, fill } from "../shared/dom.js";

/**
 * @typedef {{ chart: Element, text: string, keys?: [string, string][], head: string[], rows: string[][] }} Shown
 *   `keys` are names of the style sheet and what they mean; the first column of `rows` names the row
 */

const UNREAD = "Not read yet.";
const CUT = "There was more than is looked at: what came first is missing or not whole.";

/** What a chart shows, and that it is not all where the answer was cut.
 * @param {Shown | null} shown @param {{ is_cut?: boolean } | null | undefined} found @returns {Shown | null} */
export function orCut(shown, found) {
  return shown !== null && found?.is_cut ? { ...shown, text: `${shown.text} ${CUT}` } : shown;
}

/** @param {string} title */
export function chartFigure(title) {
  const legend = el("span.keys", null);
  const body = el("div", null, el("p.empty", null, UNREAD));
  const text = el("p.faint", null);
  const table = el("table.values", null);
  const details = el("details", { hidden: true }, el("summary", null, "As a table"), table); // stays open while it changes
  const element = el("figure", null, el("figcaption", null, el("h3", null, title), legend), body, text, details);

  /** @param {Shown | null | undefined} shown null: there was nothing; undefined: nobody knows yet */
  function show(shown) {
    details.hidden = !shown;
    if (!shown) {
      text.textContent = "";
      fill(legend);
      return fill(body, el("p.empty", null, shown === null ? "Nothing in this time." : UNREAD));
    }
    fill(legend, (shown.keys ?? []).map(([name, meaning]) => el("span.key", null, el(`i.dot.${name}`, null), meaning)));
    fill(body, shown.chart);
    text.textContent = shown.text;
    fill(
      table,
      el("caption", null, title),
      el("thead", null, el("tr", null, shown.head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", null, shown.rows.map(([name, ...values]) =>
        el("tr", null, el("th", { scope: "row" }, name), values.map((value) => el("td", null, value))),
      )),
    );
  }

  return { element, show };
}
