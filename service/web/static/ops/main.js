// @ts-check
// Where the console begins: whoever has a log-in gets the console, others the way to one.

import { Api, Refusal } from "../shared/api.js";
import { $, fill } from "../shared/dom.js";
import { openConsole } from "./console.js";
import { finishLogIn, logInForm, takeAnswer } from "./log_in.js";
import { kindOf, notNow } from "./not_now.js";

/** @typedef {{ market_id: string, name: string, role: string }} Market */
/** @typedef {{ operator_id: string, market_id: string, name: string, role: string, rights: string[], markets: Market[] }} Session */

const MARKET_ID = /^[a-z][a-z0-9_-]{1,31}$/;

const page = $("#page");
const api = new Api({
  headers: () => aboutMarket(chosen()),
  onUnauthenticated: () => {
    if (shown !== null) leave("Your log-in is over. Please log in again.");
  },
});
/** @type {{ close: () => void } | null} */
let shown = null;
/** @type {ReturnType<typeof notNow> | null} */
let waiting = null; // for the service

let visits = 0; // what was asked for on another one opens nothing

function clear() {
  visits += 1;
  for (const dialog of document.querySelectorAll("dialog")) dialog.close(); // it asked about what is gone
  waiting?.stop();
  shown?.close();
  shown = null;
}

/** @param {string} [notice] */
function leave(notice) {
  clear();
  waiting = null;
  document.body.dataset.page = "log-in";
  fill(page, logInForm({ api, enter: enterAnew, notice }));
}

/** Whoever is logged in stays so, whatever fails; the screen that says so stands until something else does. @param {any} error */
function waitOrLeave(error) {
  if (kindOf(error) === "stranger") return leave();
  if (waiting === null) {
    waiting = notNow({ again: enterAnew, logOut });
    fill(page, waiting.element);
  }
  document.body.dataset.page = "waiting";
  waiting.tell(error);
}

/** Which market the address names; null: that of the account. */
function chosen() {
  const name = new URLSearchParams(location.search).get("market");
  return name !== null && MARKET_ID.test(name) ? name : null;
}

/** @param {string | null} marketId @returns {Record<string, string>} the headers of requests about it */
function aboutMarket(marketId) {
  return marketId === null ? {} : { "Hexhaul-Market": marketId };
}

function forgetChosen() {
  const url = new URL(location.href);
  url.searchParams.delete("market");
  history.replaceState(null, "", url);
}

/** Ends the log-in, which is of no market; as long as the service has not heard of it, nobody is out. */
async function logOut() {
  await api.delete("/v1/ops/session");
  forgetChosen();
  leave();
}

/** Looks at another market. @param {string} marketId */
function turnTo(marketId) {
  const url = new URL(location.href);
  url.searchParams.set("market", marketId);
  history.pushState(null, "", url);
  enterAnew();
}

/** One after the other, however fast one goes back and forth. */
let turning = Promise.resolve();

function enterAnew() {
  turning = turning.then(() => {
    clear();
    return enter().catch(waitOrLeave);
  });
  return turning;
}

async function enter() {
  const visit = visits;
  const { session, market, basemap } = await read().catch(orOfTheAccount);
  if (visit !== visits) return;
  document.body.dataset.page = "console";
  document.body.dataset.market = session.market_id;
  shown = openConsole({ api, session, market, basemap, page, logOut, turnTo });
  waiting = null;
}

/** What the console begins with, all asked for at once. */
async function read() {
  const [session, market, basemap] = await Promise.all([
    api.get("/v1/ops/session"),
    api.get("/v1/ops/market"),
    api.get("/v1/basemap"),
  ]);
  return { session: /** @type {Session} */ (session), market, basemap };
}

/** An address may name a market that is not, or no longer, one's own. @param {unknown} error */
async function orOfTheAccount(error) {
  if (!(error instanceof Refusal) || error.status !== 403 || chosen() === null) throw error;
  forgetChosen();
  return read();
}

addEventListener("popstate", () => document.body.dataset.page !== "log-in" && enterAnew());

async function begin() {
  const answer = takeAnswer();
  try {
    if (answer !== null) await finishLogIn(api, answer);
  } catch (error) {
    return leave(/** @type {Error} */ (error).message);
  }
  await enterAnew();
}

begin();
