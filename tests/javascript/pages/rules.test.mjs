// Small rules of the pages: what may be done, what comes first, how numbers read.

import assert from "node:assert/strict";
import test from "node:test";
import { aboard, actionsFor, canExtend, canOfferByHand, extensionsOf, movable, ordersFor } from "../../../service/web/static/ops/actions.js";
import { Answers, quantile } from "../../../service/web/static/ops/answers.js";
import { roundUp } from "../../../service/web/static/ops/charts.js";
import { nearInWords } from "../../../service/web/static/ops/do_job.js";
import { fatesInWords, suspensionInWords } from "../../../service/web/static/ops/do_courier.js";
import { inOrder } from "../../../service/web/static/ops/exceptions.js";
import { marksOf } from "../../../service/web/static/ops/mark_stop.js";
import { waivable } from "../../../service/web/static/ops/waiver.js";
import { centsOf, distance, duration, money, percent, unitsOf } from "../../../service/web/static/shared/format.js";

const DISPATCHER = ["ops:read", "ops:dispatch"];

test("who only looks is offered nothing to do", () => {
  assert.deepEqual(actionsFor({ status: "open" }, ["ops:read"]), []);
  assert.deepEqual(ordersFor({ status: "online" }, ["ops:read"]), []);
  assert.equal(canOfferByHand({ status: "open" }, ["ops:read"]), false);
});

test("what can be done follows the parcel", () => {
  const ids = (status) => actionsFor({ status }, DISPATCHER).map((action) => action.id);
  assert.deepEqual(ids("open"), ["cancellation"]);
  assert.deepEqual(ids("arrived_at_pickup"), ["reassignment", "cancellation"]);
  assert.deepEqual(ids("picked_up"), ["failure"]);
  assert.deepEqual(ids("delivered"), []);
  assert.deepEqual(movable([{ status: "assigned" }, { status: "picked_up" }]), [{ status: "assigned" }]);
});

test("who could be asked is told with what speaks for and against", () => {
  const anna = { name: "Anna", vehicle: "bike", distance_m: 844, live_jobs_count: 0, has_refused: false, can_carry: true };
  assert.equal(nearInWords(anna), "Anna, bike, 840 m, free");
  const said = nearInWords({ ...anna, live_jobs_count: 2, has_refused: true, can_carry: false });
  assert.equal(said, "Anna, bike, 840 m, 2 in hand, has refused it, cannot carry it");
});

test("a deadline moves to what is still to come, and back to the promise", () => {
  const job = { status: "open", due_at: "2026-11-22T12:00:00Z", extended_until: "2026-11-22T12:30:00Z" };
  const minutes = (now) => extensionsOf(job, Date.parse(now)).map((one) => one.minutes);
  assert.deepEqual(minutes("2026-11-22T11:00:00Z"), [0, 15, 45, 60, 90, 120]);
  assert.deepEqual(minutes("2026-11-22T12:50:00Z"), [60, 90, 120]);
  assert.equal(canExtend(job, DISPATCHER, Date.parse("2026-11-22T14:00:00Z")), false);
  assert.equal(canExtend(job, ["ops:read"], 0), false);
  assert.equal(canExtend({ ...job, status: "delivered" }, DISPATCHER, 0), false);
});

test("a proof is waived where it is still asked for, by who may", () => {
  const stops = [
    { kind: "pickup", status: "completed", required_proofs: ["photo"] },
    { kind: "dropoff", status: "arrived", required_proofs: ["code", "photo"], waived_proofs: ["code"] },
  ];
  assert.deepEqual(waivable({ stops, ended_at: null }, DISPATCHER).map(({ kinds }) => kinds), [["photo"]]);
  assert.deepEqual(waivable({ stops, ended_at: "2026-11-22T12:00:00Z" }, DISPATCHER), []);
  assert.deepEqual(waivable({ stops, ended_at: null }, ["ops:read"]), []);
  assert.deepEqual(waivable({ stops: [{ kind: "pickup", status: "pending" }], ended_at: null }, DISPATCHER), []);
});

test("only what was picked up is on board", () => {
  const jobs = ["assigned", "picked_up", "undeliverable", "open"].map((status) => ({ status }));
  assert.deepEqual(aboard(jobs), [{ status: "picked_up" }, { status: "undeliverable" }]);
});

test("what became of the jobs of a courier is told in words", () => {
  const jobs = ["reopened", "reopened", "undeliverable", "kept"].map((fate) => ({ fate }));
  assert.equal(fatesInWords(jobs), "2 jobs open for others, 2 parcels for you to decide.");
  assert.equal(suspensionInWords({ reason: "safety", until: null }), "Safety, until somebody ends it");
});

test("the worst and then the oldest exception comes first", () => {
  const exception = (id, severity, opened_at) => ({ id, severity, opened_at });
  const found = [
    exception("new", "warning", "2026-11-22T11:00:00Z"),
    exception("old", "warning", "2026-11-22T10:00:00Z"),
    exception("worst", "critical", "2026-11-22T12:00:00Z"),
  ];
  assert.deepEqual(inOrder(found).map((one) => one.id), ["worst", "old", "new"]);
});

test("the newest answers of couriers are kept, in seconds", () => {
  const answers = new Answers();
  const accepted = (s) => ({ created_at: "2026-11-22T10:00:00Z", answered_at: new Date(Date.parse("2026-11-22T10:00:00Z") + 1_000 * s).toISOString() });
  const hear = (type, data) => answers.hear({ type: "event", event: { type, data } });
  hear("offer.declined", accepted(1));
  answers.hear({ type: "tick" });
  for (let s = 1; s <= 401; s += 1) hear("offer.accepted", accepted(s));
  assert.deepEqual([answers.acceptedAfterS.length, answers.acceptedAfterS[0], answers.acceptedAfterS.at(-1)], [400, 2, 401]);
});

test("numbers read as people say them", () => {
  assert.equal(duration(59_400), "59 s");
  assert.equal(duration(600_000), "10 min");
  assert.equal(duration(3_660_000), "1 h 1 min");
  assert.equal(distance(944), "940 m");
  assert.equal(distance(1_240), "1.2 km");
  assert.equal(money(1_234, "EUR"), "€12.34");
  assert.equal(money(1_234, "JPY"), "¥1,234");
  assert.deepEqual(["EUR", "JPY", "KWD"].map((currency) => unitsOf(1_500, currency)), [15, 1_500, 1.5]);
  assert.deepEqual(["EUR", "JPY", "KWD"].map((currency) => centsOf(1.15, currency)), [115, 1, 1_150]);
  assert.equal(percent(0.0012), "0.1 %");
  assert.equal(roundUp(23), 25);
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([], 0.5), null);
});

test("of a job in hand the next stop is marked as reached or done, and by who decides", () => {
  const job = (pickup, dropoff = "pending", more = {}) => ({
    courier_id: "anna", ended_at: null, stops: [{ kind: "pickup", status: pickup }, { kind: "dropoff", status: dropoff }], ...more,
  });
  const said = (one, rights = DISPATCHER) => marksOf(one, rights).map(({ stop, mark }) => `${stop.kind} ${mark.id}`);
  assert.deepEqual(said(job("enroute")), ["pickup arrival", "pickup completion"]);
  assert.deepEqual(said(job("completed", "arrived")), ["dropoff completion"]);
  assert.deepEqual(said(job("pending")), []); // another job's stop comes first
  assert.deepEqual(said(job("enroute"), ["ops:read"]), []);
  assert.deepEqual(said(job("enroute", "pending", { ended_at: "2026-11-22T12:00:00Z" })), []);
});
