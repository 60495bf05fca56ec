// What an issuer sends a console back with: taken from the address once, and told in words.

import "./page.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { finishLogIn, logInForm, takeAnswer } from "../../../service/web/static/ops/log_in.js";
import { Refusal } from "../../../service/web/static/shared/api.js";

function at(href) {
  globalThis.location = { href };
  globalThis.history = { replaceState: (_state, _title, url) => void (globalThis.location = { href: String(url) }) };
}

test("the answer is taken from the address, which forgets it and keeps the rest", () => {
  at("https://ops.example/ops?market=graz&code=c0de&state=st%2Bate&session_state=x#queue");
  assert.deepEqual(takeAnswer(), { code: "c0de", state: "st+ate" });
  assert.equal(globalThis.location.href, "https://ops.example/ops?market=graz#queue");
  assert.equal(takeAnswer(), null);
});

test("what was not finished there is said", async () => {
  at("https://ops.example/ops?error=access_denied&state=s");
  await assert.rejects(finishLogIn({}, takeAnswer()), /not finished/);
  assert.equal(globalThis.location.href, "https://ops.example/ops");
});

test("a code is brought to the service, and a refusal told in words", async () => {
  const asked = [];
  const answer = { code: "c", state: "s" };
  await finishLogIn({ post: async (...words) => void asked.push(words) }, answer);
  assert.deepEqual(asked, [["/v1/ops/session/issuer", answer]]);
  const refusing = (code) => ({
    post: async () => {
      throw new Refusal(401, code, "no");
    },
  });
  await assert.rejects(finishLogIn(refusing("unauthenticated"), answer), /Nobody here is known/);
  await assert.rejects(finishLogIn(refusing("unavailable"), answer), /no/);
});

test("the form takes the focus once it is there, but from nobody who types in it already", () => {
  const frames = [];
  globalThis.requestAnimationFrame = (draw) => frames.push(draw);
  const api = { get: async () => ({ issuer: false, password: true }) };
  const focused = [];
  for (const typesIn of [null, "password"]) {
    const form = logInForm({ api, enter: async () => {} });
    const [login, password] = ["login", "password"].map((name) => form.all((one) => one.name === name)[0]);
    login.focus = () => focused.push(login);
    document.activeElement = typesIn === null ? document.body : password;
    frames.pop()();
  }
  assert.equal(focused.length, 1);
});
