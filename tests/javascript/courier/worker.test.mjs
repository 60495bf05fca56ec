// The courier's page without a network, or with one that says nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../../service/web/pages/courier_worker.js", import.meta.url), "utf-8");

/** Asks the worker for the page; `kept` is what was kept of it. */
function ask(fetch, kept) {
  const hear = {};
  const scope = {
    URL, fetch,
    setTimeout: (expire) => setImmediate(expire), // at once
    caches: { match: async () => kept },
    addEventListener: (name, listener) => (hear[name] = listener),
  };
  vm.runInNewContext(SOURCE.replace("{{files}}", "[]"), scope);
  let answer;
  hear.fetch({ request: { url: "https://hexhaul.test/courier", mode: "navigate" }, respondWith: (given) => (answer = given) });
  return answer;
}

const answer = (status) => ({ status, ok: status < 300 });

test("the page of the network comes first", async () => {
  assert.equal((await ask(async () => answer(200), "kept")).status, 200);
  assert.equal((await ask(async () => answer(404), "kept")).status, 404);
});

test("a proxy that finds nobody behind it is no page", async () => {
  assert.equal(await ask(async () => answer(502), "kept"), "kept");
  assert.equal((await ask(async () => answer(503), undefined)).status, 503);
});

test("a network that is away or says nothing is not waited for", async () => {
  assert.equal(await ask(() => Promise.reject(new Error("away")), "kept"), "kept");
  assert.equal(await ask(() => new Promise(() => {}), "kept"), "kept");
});

test("without a page that was kept, the network is waited for", async () => {
  const slow = new Promise((resolve) => setTimeout(resolve, 20, answer(200)));
  assert.equal((await ask(() => slow, undefined)).status, 200);
});
