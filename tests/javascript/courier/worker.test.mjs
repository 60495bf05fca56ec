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

const ROOT = "/assets/a";
const ours = (text) => new Response(text, { headers: { "Cache-Control": "public, max-age=31536000, immutable" } });

/** Installs the worker; returns what it kept. */
async function install(served) {
  const hear = {};
  const kept = {};
  const keep = async (path, sent) => void (kept[path] = sent.headers.get("Cache-Control"));
  const fetch = async (path) => served[path].clone();
  const addAll = (paths) => Promise.all(paths.map(async (path) => keep(path, await fetch(path))));
  const scope = {
    URL, fetch,
    skipWaiting: () => {},
    caches: { open: async () => ({ put: keep, addAll }) },
    addEventListener: (name, listener) => (hear[name] = listener),
  };
  vm.runInNewContext(SOURCE.replaceAll("{{assets}}", ROOT).replace("{{files}}", JSON.stringify([`${ROOT}/x.js`])), scope);
  let done;
  hear.install({ waitUntil: (promise) => (done = promise) });
  return done.then(() => Object.keys(kept).sort(), () => (assert.deepEqual(kept, {}), "failed"));
}

const PAGE = new Response(`<script src="${ROOT}/x.js">`, { headers: { "Cache-Control": "no-store" } });

test("the page and its files are kept", async () => {
  assert.deepEqual(await install({ "/courier": PAGE, [`${ROOT}/x.js`]: ours("x") }), [`${ROOT}/x.js`, "/courier"].sort());
});

test("files of two versions are not kept together", async () => {
  const foreign = new Response("x of b", { headers: { "Cache-Control": "no-store" } });
  assert.equal(await install({ "/courier": PAGE, [`${ROOT}/x.js`]: foreign }), "failed");
  const pageOfB = new Response('<script src="/assets/b/x.js">');
  assert.equal(await install({ "/courier": pageOfB, [`${ROOT}/x.js`]: ours("x") }), "failed");
  assert.equal(await install({ "/courier": PAGE, [`${ROOT}/x.js`]: new Response("", { status: 503 }) }), "failed");
});

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
