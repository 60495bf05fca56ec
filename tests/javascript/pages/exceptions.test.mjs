// The exceptions queue in words, and what is asked of the service about it.

import assert from "node:assert/strict";
import test from "node:test";
import { adviceOn, decisionOf, decisionsOn, dueText, moversOf, suggestionText } from "../../../service/web/static/ops/exceptions.js";
import { Suggestions } from "../../../service/web/static/ops/suggestions.js";

const NOW = "2026-11-22T14:20:00Z";
const NOTHING = { courier_id: null, pickup_at: null, door_at: null, otherwise_at: null, gain_s: null, lateness_s: null };
const said = (action, effect) => suggestionText({ action, effect }, (id) => `courier ${id}`, Date.parse(NOW));

test("what is suggested is told with what it would bring", () => {
  const effect = { ...NOTHING, courier_id: "7", pickup_at: "2026-11-22T14:24:00Z", door_at: "2026-11-22T14:32:00Z", gain_s: 360, lateness_s: -60 };
  assert.equal(said("reassign", effect), "Re-open it for others: courier 7 is free, 4 min 0 s from the pickup; at the door 14:32, 6 min 0 s earlier than now, in time");
});

test("what nobody knows is not told", () => {
  assert.equal(said("wait", null), "Wait");
  assert.equal(said("wait", { ...NOTHING, door_at: "2026-11-22T14:40:00Z", lateness_s: 90 }), "Wait: at the door 14:40, 1 min 30 s too late");
  assert.equal(said("something_newer", null), "something_newer");
});

test("a button carries out what a service can do and no more", () => {
  assert.equal(decisionOf({ action: "reassign", effect: null }), "reassign");
  assert.equal(decisionOf({ action: "call_courier", effect: null }), null);
  assert.equal(decisionOf(undefined), null);
});

test("what is picked up is not taken away again", () => {
  const late = { kind: "late_risk", job_id: "j" };
  const on = (exception, status) => decisionsOn(exception, { status }, new Set());
  assert.deepEqual(on(late, "assigned"), ["reassign", "dismiss"]);
  assert.deepEqual(on(late, "picked_up"), ["dismiss"]);
  assert.deepEqual(on(late, "open"), ["dismiss"]);
  assert.deepEqual(on(late, "undeliverable"), []);
  assert.deepEqual(on({ kind: "attempt_failed", job_id: "j" }, "undeliverable"), ["retry", "fail"]);
});

test("of a courier who has all aboard nothing is taken away either", () => {
  const still = { kind: "courier_not_moving", job_id: null, courier_id: "anna" };
  const movers = (status) => moversOf([{ status, courier_id: "anna" }, { status: "assigned", courier_id: "ben" }]);
  assert.deepEqual(decisionsOn(still, undefined, movers("picked_up")), ["dismiss"]);
  assert.deepEqual(decisionsOn(still, undefined, movers("assigned")), ["reassign", "dismiss"]);
});

test("a kind that the page does not know can be dismissed", () => {
  assert.deepEqual(decisionsOn({ kind: "something_newer", job_id: null }, undefined, new Set()), ["dismiss"]);
  assert.equal(adviceOn("something_newer"), "");
});

test("the clock says how long there is time, and then for how long there was none", () => {
  assert.equal(dueText("2026-11-22T14:20:30Z", Date.parse(NOW)), "30 s left");
  assert.equal(dueText("2026-11-22T14:09:00Z", Date.parse(NOW)), "over for 11 min");
});

/** Suggestions, and what was asked; the clock is set by hand. */
function asking() {
  const asked = [];
  const clock = { ms: 0 };
  const ask = async (id) => {
    asked.push(id);
    if (id === "refused") throw new Error("no");
    return { action: "wait", effect: null };
  };
  return { asked, clock, suggestions: new Suggestions(ask, () => clock.ms) };
}

test("each is asked about once, and again after a while", async () => {
  const { asked, clock, suggestions } = asking();
  await suggestions.want(["a", "b"]);
  await suggestions.want(["a", "b"]);
  assert.deepEqual(asked, ["a", "b"]);
  assert.equal(suggestions.of("a")?.action, "wait");
  clock.ms = 20_000;
  await suggestions.want(["a"]);
  assert.deepEqual(asked, ["a", "b", "a"]);
  assert.equal(suggestions.of("b"), undefined);
});

test("a refusal leaves the others their answers", async () => {
  const { suggestions } = asking();
  await suggestions.want(["refused", "a"]);
  assert.equal(suggestions.of("refused"), undefined);
  assert.equal(suggestions.of("a")?.action, "wait");
});

test("of a long queue only the top is asked about", async () => {
  const { asked, suggestions } = asking();
  await suggestions.want(Array.from({ length: 100 }, (_, number) => `${number}`));
  assert.equal(asked.length, 12);
});
