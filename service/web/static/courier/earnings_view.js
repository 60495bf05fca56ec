// @ts-check
// What today has brought, line by line, as the courier's statement tells it.

import { el } from "../shared/dom.js";
import { money, plural } from "../shared/format.js";
import { timeOfDay } from "./times.js";
import { TRANSFERS } from "./words.js";

/** What is known of the day, and whether that is of now.
 * @param {import("./earnings.js").OfDay | null} earnings @param {boolean} hasFailed @param {boolean} isReading @param {() => void} again */
export function earningsTab(earnings, hasFailed, isReading, again) {
  if (earnings === null && !hasFailed) return [el("p.empty", null, "Reading …")];
  const trouble = [
    el("p.notice.bad", { role: "status" }, "The statement cannot be read right now."),
    // Not `disabled`, which would take the focus from who tapped it by a keyboard: a tap changes nothing meanwhile.
    el(
      "button.button.large",
      { type: "button", id: "read-again", "aria-disabled": isReading, onclick: again },
      isReading ? "Reading …" : "Try again",
    ),
  ];
  return [...(hasFailed ? trouble : []), ...(earnings === null ? [] : earningsView(earnings))];
}

/** @param {import("./earnings.js").OfDay} earnings */
function earningsView({ totals, lines }) {
  const deliveriesCount = lines.filter(({ kind }) => kind === "pay").length;
  return [
    el("h1", null, "Today"),
    totals.length === 0 ? el("p.total", null, "Nothing yet") : null,
    totals.map(({ balance_cents, currency }) => el("p.total", null, money(balance_cents, currency))),
    el("p.faint", null, plural(deliveriesCount, "delivery", "deliveries")),
    el("ul.lines", null, lines.map(line)),
  ];
}

/** @param {Record<string, any>} transfer */
function line({ at, kind, amount_cents, currency }) {
  return el(
    "li",
    null,
    el("span.faint", null, timeOfDay(at)),
    el("span", null, TRANSFERS[kind] ?? kind),
    el("b", null, money(amount_cents, currency)),
  );
}
