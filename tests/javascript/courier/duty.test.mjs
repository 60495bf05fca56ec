// The shift of a courier: whose word about it counts, and until when one goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { goOnline, goingOn, keepShift, latestShift } from "../../../service/web/static/courier/duty.js";
import { NOTHING, withShift } from "../../../service/web/static/courier/work.js";

const NOON_MS = Date.parse("2026-11-20T12:00:00Z");
const capacity = { weight_g: 16_000, volume_l: 60, jobs_count: 3 };
const until = (hour) => ({ vehicle: "bike", capacity, shiftEndsAt: `2026-11-20T${hour}:00:00.000Z` });

/** A phone's own store, with a shift that was said on it. */
function storeWith(shift) {
  const kept = new Map();
  const store = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
  if (shift !== null) keepShift(shift, store);
  return store;
}

test("the server's word counts before this phone's, which may be of another day", () => {
  const work = { ...NOTHING, ...until(18) };
  assert.deepEqual(latestShift(work, storeWith(until(10))), until(18));
  assert.deepEqual(latestShift(NOTHING, storeWith(until(10))), until(10));
  assert.equal(latestShift(NOTHING, storeWith(null)), null);
});

test("what the server has confirmed is its word from then on", () => {
  const before = { ...NOTHING, ...until(11) };
  assert.deepEqual(latestShift(withShift(before, goOnline(until(20))), storeWith(null)), until(20));
  const other = withShift(before, { type: "set_status", status: "paused" });
  assert.deepEqual(latestShift(other, storeWith(null)), until(11));
});

test("who goes on after the end of the shift stays an hour longer", () => {
  assert.deepEqual(goingOn(until(18), NOON_MS), until(18));
  assert.deepEqual(goingOn(until(11), NOON_MS), until(13));
  assert.deepEqual(goingOn(until(12), NOON_MS), until(13));
});
