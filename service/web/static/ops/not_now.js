// @ts-check
// What is shown instead of the console while it cannot be opened, and over it when its feed has ended for good.

import { Refusal } from "../shared/api.js";
import { el } from "../shared/dom.js";

const AGAIN_MS = 5_000;

/** @param {unknown} error why the console could not be opened @returns {"stranger" | "barred" | "later"} */
export function kindOf(error) {
  const status = error instanceof Refusal ? error.status : 0;
  return status === 401 ? "stranger" : status === 403 ? "barred" : "later";
}

/**
 * To somebody who is logged in: it comes by itself, unless it never will.
 * @param {{ error: Error, again: () => void, logOut: () => Promise<void> }} options
 */
export function notNow({ error, again, logOut }) {
  const isLater = kindOf(error) === "later";
  const timer = isLater ? setTimeout(again, AGAIN_MS) : undefined;
  const trouble = el("p.notice.bad", { role: "alert", hidden: true });
  const goOut = () =>
    logOut().catch((refusal) => {
      trouble.textContent = `Not logged out: ${refusal.message}`;
      trouble.hidden = false;
    });
  const element = el(
    "main.log-in",
    null,
    el(
      "section.card",
      { "aria-labelledby": "not-now-title" },
      el("h1", { id: "not-now-title" }, isLater ? "Trying again" : "Not for you"),
      el("p.notice.bad", { role: "status" }, error.message),
      el("p.faint", null, isLater ? "You are still logged in. The console opens as soon as the service answers." : "You are logged in."),
      trouble,
      el(
        "div.buttons",
        null,
        el("button.button.quiet", { type: "button", onclick: goOut }, "Log out"),
        el("button.button.primary", { type: "button", onclick: again }, "Try now"),
      ),
    ),
  );
  return { element, stop: () => clearTimeout(timer) };
}

const ENDED = {
  refused: "The service does not let this page follow the market any more.",
  replaced: "Another page has taken the place of this one.",
};

/** Over the console: what it shows stands still. @param {{ again: () => void }} options */
export function endedNotice({ again }) {
  const text = el("span", null);
  const button = el("button.button.small", { type: "button", onclick: again }, "Open it again");
  const element = el("div.notice.bad.ended", { role: "alert", hidden: true }, text, button);

  /** @param {"refused" | "replaced" | null} reason null: the page itself has ended it */
  function tell(reason) {
    if (reason === null) return;
    text.textContent = `${ENDED[reason]} What is shown is not of now. `;
    element.hidden = false;
  }

  return { element, tell };
}
