// A courier hears of what others do to the work: a job that is taken away, a shift that is ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newsWords } from "../../../service/web/static/courier/words.js";
import { NOTHING, hear } from "../../../service/web/static/courier/work.js";

const JOB = { job_id: "j1", status: "enroute_to_pickup", reference: "order-7" };
const PICKUP = { stop_id: "s1", job_id: "j1", kind: "pickup", status: "enroute", required_proofs: ["code", "photo"] };
const DROPOFF = { stop_id: "s2", job_id: "j1", kind: "dropoff", status: "pending" };
const BUSY = { status: "busy", jobs: [JOB], stops: [PICKUP, DROPOFF] };
const IDLE = { status: "online", jobs: [], stops: [] };
const stateWith = (assignment) => ({
  type: "snapshot",
  state: { status: assignment.status, vehicle: "bike", capacity: {}, assignment, offer: null },
});

const atWork = hear(NOTHING, stateWith(BUSY), 0);
const codeAfter = (message, intents = []) => hear(atWork, message, 5, intents).news?.code ?? null;
const updated = (fields) => ({ type: "job_updated", job_id: "j1", ...fields });
const duty = (fields) => ({ type: "notice", notice: "status_changed", ...fields });

test("a job that dispatch or the service gives to others is news, with its reference", () => {
  const lost = hear(atWork, updated({ status: "open", actor: "ops" }), 5);
  assert.deepEqual(lost.news, { code: "job_left", about: "order-7", at: 5 });
  assert.match(newsWords(lost.news), /^No\. order-7: A job is off your route/);
  assert.equal(hear(lost, { type: "assignment_changed", assignment: IDLE }, 6).news, lost.news);
  assert.equal(codeAfter(updated({ status: "open", actor: "system" })), "job_left");
});

test("what became of a job is told also when the route without it was there first", () => {
  const dropped = hear(atWork, { type: "assignment_changed", assignment: IDLE }, 5);
  assert.equal(dropped.news, null); // its word follows
  const newsAfter = (fields) => hear(dropped, updated(fields), 6).news;
  assert.deepEqual(newsAfter({ status: "canceled", actor: "merchant" }), { code: "job_canceled", about: "order-7", at: 6 });
  assert.deepEqual(newsAfter({ status: "open", actor: "ops" }), { code: "job_left", about: "order-7", at: 6 });
  assert.deepEqual(newsAfter({ status: "failed", actor: "ops" }), { code: "job_failed", about: "order-7", at: 6 });
  assert.equal(newsAfter({ status: "delivered" }), null); // by the courier
  assert.equal(newsAfter({ status: "open" }), null);
});

test("the route that follows the word tells nothing again, and a job that comes back is in hand", () => {
  const told = hear(hear(atWork, updated({ status: "canceled", actor: "ops" }), 5), { type: "assignment_changed", assignment: IDLE }, 6);
  assert.deepEqual([told.news.at, told.left], [5, []]);
  const dropped = hear(atWork, { type: "assignment_changed", assignment: IDLE }, 5);
  assert.deepEqual(hear(dropped, { type: "assignment_changed", assignment: BUSY }, 6).left, []);
});

test("the word is told with its reference after a new beginning, and without one by a page that knew nothing", () => {
  const word = updated({ status: "canceled", actor: "ops" });
  const back = hear(atWork, stateWith(IDLE), 5);
  assert.deepEqual(hear(back, word, 6).news, { code: "job_canceled", about: "order-7", at: 6 });
  const reloaded = hear(NOTHING, stateWith(IDLE), 5);
  assert.deepEqual(hear(reloaded, word, 6).news, { code: "job_canceled", about: null, at: 6 });
  assert.equal(hear(reloaded, updated({ status: "open" }), 6).news, null);
});

test("what the courier does is no news", () => {
  assert.equal(codeAfter(updated({ status: "open" })), null); // the pickup failed
  assert.equal(codeAfter(duty({ status: "paused" })), null);
  assert.equal(codeAfter({ type: "assignment_changed", assignment: IDLE }), null);
});

test("who is paused or sent off duty is told by whom", () => {
  assert.equal(codeAfter(duty({ status: "paused", actor: "ops" })), "paused_by_ops");
  assert.equal(codeAfter(duty({ status: "ending", actor: "ops" })), "ending_by_ops");
  assert.equal(codeAfter(duty({ status: "offline", actor: "system" })), "offline_by_system");
  assert.equal(codeAfter(duty({ status: "busy", actor: "ops" })), null); // as before
  assert.equal(codeAfter(duty({ status: "online", actor: "merchant" })), null); // the job was canceled
});

test("a proof that is waived is news, one that is asked for again is none", () => {
  const waived = { ...BUSY, stops: [{ ...PICKUP, required_proofs: ["photo"] }, DROPOFF] };
  const message = { type: "assignment_changed", assignment: waived };
  assert.equal(codeAfter(message), "proof_waived");
  const after = hear(atWork, message, 5);
  const again = hear(after, { type: "assignment_changed", assignment: BUSY }, 6);
  assert.equal(again.news.at, 5);
});

test("what went during a long silence is news, unless the courier had said so", () => {
  const back = stateWith(IDLE);
  assert.equal(codeAfter(back), "job_left");
  assert.equal(codeAfter(back, [{ message: { type: "complete_stop", stop_id: "s2" } }]), null);
  assert.equal(hear(NOTHING, back, 0).news, null);
  const off = stateWith({ ...BUSY, status: "ending" });
  assert.equal(codeAfter(off), "ending_by_system");
  assert.equal(codeAfter(off, [{ message: { type: "set_status", status: "offline" } }]), null);
});

test("what dispatch notes for a courier who phoned is news, and another change of the job is none", () => {
  assert.equal(codeAfter(updated({ status: "arrived_at_pickup", actor: "ops" })), "stop_reached_by_ops");
  assert.equal(codeAfter(updated({ status: "picked_up", actor: "ops" })), "stop_done_by_ops");
  assert.equal(codeAfter(updated({ status: "arrived_at_pickup" })), null); // as the courier said
  const there = hear(atWork, updated({ status: "arrived_at_pickup" }), 5);
  assert.equal(hear(there, updated({ status: "arrived_at_pickup", actor: "ops" }), 6).news, null); // its deadline has moved
  const dropped = hear(atWork, { type: "assignment_changed", assignment: IDLE }, 5);
  const done = hear(dropped, updated({ status: "delivered", actor: "ops" }), 6).news;
  assert.match(newsWords(done), /^No. order-7: Dispatch has marked a stop/);
});

test("each tiding has words", () => {
  for (const code of ["stop_reached_by_ops", "stop_done_by_ops"]) assert.doesNotMatch(newsWords({ code }), /_/);
  for (const by of ["ops", "system"]) {
    for (const status of ["paused", "offline", "ending"]) assert.doesNotMatch(newsWords({ code: `${status}_by_${by}` }), /_/);
  }
});
