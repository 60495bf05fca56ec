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

test("the page of the network comes first", async () => {
  assert.equal(await ask(async () => "fresh", "kept"), "fresh");
});

test("a network that is away or says nothing is not waited for", async () => {
  assert.equal(await ask(() => Promise.reject(new Error("away")), "kept"), "kept");
  assert.equal(await ask(() => new Promise(() => {}), "kept"), "kept");
});

test("without a page that was kept, the network is waited for", async () => {
  const slow = new Promise((resolve) => setTimeout(resolve, 20, "fresh"));
  assert.equal(await ask(() => slow, undefined), "fresh");
});
