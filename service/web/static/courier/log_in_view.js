// @ts-check
// Who are you: the courier's key, exchanged once for this device's own tokens.

import { Refusal } from "../shared/api.js";
import { el } from "../shared/dom.js";

/**
 * @param {{ logIn: (key: string) => Promise<void> }} means
 * @returns {HTMLElement}
 */
export function logInView({ logIn }) {
  const key = /** @type {HTMLInputElement} */ (
    el("input.input", {
      id: "key",
      type: "password",
      required: true,
      autocomplete: "current-password",
      placeholder: "hh_…",
      spellcheck: false,
      "aria-describedby": "log-in-problem",
    })
  );
  const problem = el("p.notice.bad", { id: "log-in-problem", role: "alert", hidden: true });
  const button = /** @type {HTMLButtonElement} */ (
    el("button.button.primary.large", { type: "submit" }, "Log in")
  );
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      await logIn(key.value.trim());
    } catch (error) {
      problem.textContent = wordsFor(error);
      problem.hidden = false;
      key.select();
    } finally {
      button.disabled = false;
    }
  };
  return el(
    "form.log-in",
    { onsubmit: submit },
    el("h1", null, "Ready to ride?"),
    el("p.faint", null, "Log in with the key that your market gave you. It is needed once on this phone."),
    el("label.field", { for: "key" }, el("span", null, "Courier key"), key),
    problem,
    button,
  );
}

/** @param {unknown} error */
function wordsFor(error) {
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 401) return "This key is not valid. Look whether all of it is there.";
  if (error.status === 403) return "This key is not a courier's.";
  if (error.status === 429) return "Too many tries. Wait a minute.";
  return error.message;
}
