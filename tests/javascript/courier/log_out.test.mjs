// Who logs out is out at the service as well before the page comes anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Courier } from "../../../service/web/static/courier/courier.js";
import { Session } from "../../../service/web/static/courier/session.js";
import { Refusal } from "../../../service/web/static/shared/api.js";

Object.assign(globalThis, { addEventListener: () => {}, removeEventListener: () => {} });

const settle = () => new Promise((resolve) => setImmediate(resolve));

function storeOf(kept = {}) {
  const rows = new Map(Object.entries(kept));
  return {
    get length() {
      return rows.size;
    },
    key: (index) => [...rows.keys()][index] ?? null,
    getItem: (name) => rows.get(name) ?? null,
    setItem: (name, text) => void rows.set(name, text),
    removeItem: (name) => void rows.delete(name),
  };
}

/** A courier at work where no ticket is to be had; the service answers the log-out when `answer` is called. */
function courierWith({ forgetPictures }) {
  const tokens = { accessToken: "access", accessEndsAt: Date.now() + 3_600_000, refreshToken: "refresh" };
  const store = storeOf({ "hexhaul-courier-session": JSON.stringify(tokens) });
  const asked = [];
  let answer;
  const ask = async (method, path) => {
    asked.push(`${method} ${path}`);
    if (method === "DELETE") return new Promise((resolve) => (answer = resolve));
    throw new Refusal(0, "unreachable", "The service cannot be reached.");
  };
  const session = new Session({ store, api: { ask }, device: {}, now: () => Date.now(), alone: (act) => act() });
  const pictures = { of: () => [], forgetAllBut: forgetPictures };
  const means = { geolocation: undefined, isSeen: () => true, changed: () => {}, warn: assert.fail };
  return { courier: new Courier({ session, pictures, store, ...means }), session, asked, answer: () => answer(null) };
}

test("work ends when the service has heard of the log-out, and not before", async () => {
  const { courier, session, asked, answer } = courierWith({ forgetPictures: async () => {} });
  let isOver = false;
  const run = courier.run().then(() => (isOver = true));
  await settle();
  courier.logOut();
  courier.logOut(); // a second touch cuts nothing
  await settle();
  assert.equal(session.isLoggedIn, false);
  assert.equal(courier.connection.state, "ended");
  assert.equal(isOver, false);
  answer();
  await run;
  assert.deepEqual(asked.filter((one) => one.startsWith("DELETE")), ["DELETE /v1/courier/session"]);
});

test("pictures that take long, or cannot be forgotten, keep nobody logged in", async () => {
  const { courier, session, answer } = courierWith({ forgetPictures: () => Promise.reject(new Error("no disk")) });
  const run = courier.run();
  await settle();
  courier.logOut();
  assert.equal(session.isLoggedIn, false);
  answer();
  await run;
});
