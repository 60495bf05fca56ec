// @ts-check
// The way in: login and password become a cookie, which scripts never see.

import { Refusal } from "../shared/api.js";
import { el } from "../shared/dom.js";

/** @typedef {import("../shared/api.js").Api} Api */

const WORDS = /** @type {Record<string, string>} */ ({
  unauthenticated: "That login and password do not go together.",
  invalid_params: "That is no login: small letters, digits and . _ @ - only.",
});

/** @param {{ api: Api, enter: () => Promise<void>, notice?: string }} options @returns {HTMLElement} */
export function logInForm({ api, enter, notice }) {
  const login = input("login", { autocomplete: "username", autocapitalize: "none", spellcheck: false });
  const password = input("password", { type: "password", autocomplete: "current-password" });
  const submit = el("button.button.primary.large", { type: "submit" }, "Log in");
  const trouble = el("p.notice.bad", { role: "alert", hidden: notice === undefined }, notice);

  /** @param {SubmitEvent} event */
  async function onsubmit(event) {
    event.preventDefault();
    /** @type {HTMLButtonElement} */ (submit).disabled = true;
    try {
      await api.post("/v1/ops/session/password", { login: login.value.trim(), password: password.value });
      await enter();
    } catch (error) {
      trouble.textContent = wordsOf(error);
      trouble.hidden = false;
      password.select();
    } finally {
      /** @type {HTMLButtonElement} */ (submit).disabled = false;
    }
  }

  const elsewhere = el("button.button.large", { type: "button", hidden: true, onclick: leaveForIssuer }, "Single sign-on");
  const own = [field("Login", login), field("Password", password), submit];

  /** The browser goes to the issuer, and comes back with a code. */
  async function leaveForIssuer() {
    try {
      location.assign((await api.post("/v1/ops/session/issuer/attempts", {})).address);
    } catch (error) {
      trouble.textContent = wordsOf(error);
      trouble.hidden = false;
    }
  }

  /** Where passwords are off only accounts for an emergency have one: they are asked for below. */
  api.get("/v1/ops/session/ways").then(
    (ways) => {
      elsewhere.hidden = !ways.issuer;
      if (!ways.password) own[0].before(el("p.faint", null, "Accounts for an emergency:"));
    },
    () => {},
  );

  requestAnimationFrame(() => {
    if (document.activeElement === document.body) login.focus(); // where somebody types already, words would go astray
  });
  return el(
    "main.log-in",
    null,
    el(
      "form.card",
      { onsubmit, "aria-labelledby": "log-in-title" },
      el("div.brand", null, el("img", { src: new URL("../shared/icon.svg", import.meta.url).href, alt: "" }), "Hexhaul"),
      el(
        "div",
        null,
        el("h1", { id: "log-in-title" }, "Operations console"),
        el("p.faint", null, "For the people who look after a market."),
      ),
      trouble,
      elsewhere,
      ...own,
    ),
  );
}

/** @param {unknown} error */
function wordsOf(error) {
  if (!(error instanceof Refusal)) return "Something went wrong on this page. Please load it again.";
  if (error.code === "rate_limited") return `Too many tries. Please wait ${Math.ceil(error.retryAfterMs / 1_000)} s.`;
  return WORDS[error.code] ?? error.message;
}

/** @param {string} name @param {Record<string, any>} properties */
function input(name, properties) {
  return /** @type {HTMLInputElement} */ (el("input.input", { name, id: `log-in-${name}`, required: true, ...properties }));
}

/** @param {string} label @param {HTMLInputElement} control */
function field(label, control) {
  return el("div.field", null, el("label", { for: control.id }, label), control);
}

/**
 * What an issuer has sent the browser back with, if it has; the address forgets it.
 * @returns {{ code: string | null, state: string } | null} no code: the log-in was not finished there
 */
export function takeAnswer() {
  const url = new URL(location.href);
  const [code, state] = ["code", "state"].map((name) => url.searchParams.get(name));
  if (state === null) return null;
  for (const name of ["code", "state", "error", "error_description", "session_state", "iss", "scope"]) url.searchParams.delete(name);
  history.replaceState(null, "", url);
  return { code, state };
}

/** @param {Api} api @param {{ code: string | null, state: string }} answer @throws {Error} in words for people */
export async function finishLogIn(api, { code, state }) {
  if (code === null) throw new Error("The log-in was not finished there.");
  await api.post("/v1/ops/session/issuer", { code, state }).catch((error) => {
    const isRefused = error instanceof Refusal && error.code === "unauthenticated";
    throw new Error(isRefused ? "Nobody here is known by that log-in." : wordsOf(error));
  });
}
