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
 * To somebody who is logged in: it comes by itself, unless it never will. `tell` says why not yet, in the same place each
 * time: the focus stays on its button, and the words are announced politely when they are others.
 * @param {{ again: () => void, logOut: () => Promise<void> }} options
 */
export function notNow({ again, logOut }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const [title, why, how] = [el("h1", { id: "not-now-title" }), el("p.notice.bad"), el("p.faint")];
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
      el("div", { role: "status" }, title, why, how),
      trouble,
      el(
        "div.buttons",
        null,
        el("button.button.quiet", { type: "button", onclick: goOut }, "Log out"),
        el("button.button.primary", { type: "button", onclick: again }, "Try now"),
      ),
    ),
  );

  /** @param {Error} error */
  function tell(error) {
    const isLater = kindOf(error) === "later";
    stop();
    timer = isLater ? setTimeout(again, AGAIN_MS) : undefined;
    say(title, isLater ? "Trying again" : "Not for you");
    say(why, error.message);
    say(how, isLater ? "You are still logged in. The console opens as soon as the service answers." : "You are logged in.");
  }

  const stop = () => clearTimeout(timer);
  return { element, tell, stop };
}

/** What says so already is left alone, or it would be read out each time. @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
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
