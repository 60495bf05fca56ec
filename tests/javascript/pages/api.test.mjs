// What a page does when the service is too busy: it comes again where that does no harm.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api, Refusal } from "../../../service/web/static/shared/api.js";

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

// Answers one after the other; a string is the code of a refusal.
function serve(...answers) {
  const asked = [];
  globalThis.fetch = async (path, { method }) => {
    asked.push(`${method} ${path}`);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (typeof answer !== "string") return Response.json(answer);
    return Response.json({ code: answer, detail: answer }, { status: 503, headers: { "Retry-After": "0.02" } });
  };
  return asked;
}

const api = new Api({ jitter: () => 0 });

const refused = (code) => (error) => error instanceof Refusal && error.code === code;

test("what a busy service did not begin is asked for again", async () => {
  const asked = serve("overloaded", "overloaded", { ticket: "t" });
  assert.deepEqual(await api.post("/v1/ops/tickets"), { ticket: "t" });
  assert.equal(asked.length, 3);
});

test("what may have been done is not done again, but read again", async () => {
  const written = serve("unavailable", {});
  await assert.rejects(api.post("/v1/ops/tickets"), refused("unavailable"));
  assert.equal(written.length, 1);
  const read = serve("unavailable", { jobs: [] });
  assert.deepEqual(await api.get("/v1/ops/jobs"), { jobs: [] });
  assert.equal(read.length, 2);
});

test("who reads too much at once waits, and who does something is told", async () => {
  const read = serve("rate_limited", { jobs: [] });
  assert.deepEqual(await api.get("/v1/ops/jobs"), { jobs: [] });
  assert.equal(read.length, 2);
  const done = serve("rate_limited", {});
  await assert.rejects(api.post("/v1/ops/tickets"), refused("rate_limited"));
  assert.equal(done.length, 1);
});

test("patience ends, and then the refusal is told", async () => {
  const asked = serve("overloaded");
  await assert.rejects(api.fetch("GET", "/v1/ops/jobs", undefined, { patienceMs: 1_000 }), refused("overloaded"));
  assert.ok(asked.length > 1);
});

test("patience that ends in a pause ends with the refusal too", async () => {
  serve("overloaded");
  const [sleep, now] = [globalThis.setTimeout, performance.now];
  globalThis.setTimeout = (go) => {
    const lateMs = now.call(performance) + 15_000; // the machine was busy with something else
    performance.now = () => lateMs;
    go();
  };
  try {
    await assert.rejects(api.get("/v1/ops/jobs"), refused("overloaded"));
  } finally {
    [globalThis.setTimeout, performance.now] = [sleep, now];
  }
});

test("a no is a no", async () => {
  const asked = serve("forbidden", {});
  await assert.rejects(api.get("/v1/ops/jobs"), refused("forbidden"));
  assert.equal(asked.length, 1);
});
