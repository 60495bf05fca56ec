// Whoever is logged in is not sent to the log-in because the service is away for a moment.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { settle } from "./page.mjs";
import { endedNotice, kindOf, notNow } from "../../../service/web/static/ops/not_now.js";
import { Refusal } from "../../../service/web/static/shared/api.js";

const refusal = (status) => new Refusal(status, "code", "in words");
const { setTimeout: later, clearTimeout: never } = globalThis;
afterEach(() => Object.assign(globalThis, { setTimeout: later, clearTimeout: never }));

test("only who is not known has to log in", () => {
  assert.deepEqual([401, 403, 503, 0].map((status) => kindOf(refusal(status))), ["stranger", "barred", "later", "later"]);
  assert.equal(kindOf(new TypeError("a fault of the page")), "later");
});

test("while the service is away the page tries again by itself", () => {
  const timers = [];
  Object.assign(globalThis, { setTimeout: (go) => timers.push(go), clearTimeout: (number) => timers.splice(number - 1, 1) });
  const tries = [];
  const screen = notNow({ again: () => tries.push("again"), logOut: async () => {} });
  screen.tell(refusal(503));
  assert.match(screen.element.textContent, /Trying again.*in words.*still logged in/s);
  timers[0]();
  screen.element.button("Try now").click();
  assert.equal(tries.length, 2);
  screen.stop();
  assert.equal(timers.length, 0);
});

test("it is told again in the same place, politely, and what says so already is left alone", () => {
  Object.assign(globalThis, { setTimeout: () => 1, clearTimeout: () => {} });
  const screen = notNow({ again: () => {}, logOut: async () => {} });
  screen.tell(refusal(503));
  const [button, [told]] = [screen.element.button("Log out"), screen.element.all((one) => one.role === "status")];
  const words = told.all((one) => one.childElementCount === 0);
  const before = words.map((one) => one.childNodes);
  screen.tell(refusal(503));
  assert.deepEqual(words.map((one, index) => one.childNodes === before[index]), [true, true, true]);
  screen.tell(new Error("other words"));
  assert.match(told.textContent, /Trying again.*other words/s);
  assert.equal(screen.element.button("Log out"), button);
});

test("where trying is of no use it is left to people", async () => {
  const timers = [];
  Object.assign(globalThis, { setTimeout: (go) => timers.push(go) });
  const logOut = async () => {
    throw new Error("not reached");
  };
  const screen = notNow({ again: () => {}, logOut });
  screen.tell(refusal(403));
  assert.equal(timers.length, 0);
  screen.element.button("Log out").click();
  await settle();
  assert.match(screen.element.textContent, /Not logged out: not reached/);
});

test("a feed that has ended for good is told with its reason, and one that the page has ended is not", () => {
  const opened = [];
  const notice = endedNotice({ again: () => opened.push("again") });
  notice.tell(null);
  assert.equal(notice.element.hidden, true);
  notice.tell("refused");
  assert.match(notice.element.textContent, /does not let this page follow.*not of now/s);
  assert.equal(notice.element.hidden, false);
  notice.element.button("Open it again").click();
  assert.deepEqual(opened, ["again"]);
});
