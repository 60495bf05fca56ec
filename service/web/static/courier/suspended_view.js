// @ts-check
// A suspended courier: why, until when, and what can still be done.

import { el } from "../shared/dom.js";
import { SUSPENSIONS } from "./words.js";

/** @param {import("./work.js").Suspension} suspension */
export function suspendedView({ reason, until }) {
  const end = until === null ? "It lasts until your dispatcher ends it." : `It ends on ${dayAndTime(until)}, by itself.`;
  return el(
    "section.idle",
    { id: "suspended" },
    el("h1", null, "Your account is suspended"),
    el("p", null, SUSPENSIONS[reason] ?? reason),
    el("p", null, end),
    el(
      "p.faint",
      null,
      "People decided this, not the matching. Your dispatcher can tell you more, and can end it. Your earnings are still here.",
    ),
  );
}

/** What is said above the jobs that are still to be finished. @param {import("./work.js").Suspension} suspension */
export function suspendedNote({ reason }) {
  return el("p.notice.warn", null, `Your account is suspended. ${SUSPENSIONS[reason] ?? reason} Please bring what you have.`);
}

/** @param {string} instant */
function dayAndTime(instant) {
  return new Date(instant).toLocaleString([], { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
}
