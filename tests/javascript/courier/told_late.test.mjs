// "I am here", said without a network: the place goes with it, and how long ago that was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmed, KEPT_MS_MAX, placed, said, unconfirmed, wordsOf } from "../../../service/web/static/courier/intents.js";
import { Positions } from "../../../service/web/static/courier/positions.js";
import { Telling } from "../../../service/web/static/courier/telling.js";

const ARRIVE = { type: "arrive_at_stop", stop_id: "s1" };
const PLACE = { lat_deg: 48.2, lng_deg: 16.37, accuracy_m: 7, at: 10_000 };
const WHERE = { lat_deg: 48.2, lng_deg: 16.37, accuracy_m: 7 };

test("an arrival is told with where it was said, and how long ago", () => {
  const kept = JSON.parse(JSON.stringify(said([], ARRIVE, "r1", 10_500, PLACE))); // through a reload
  const told = wordsOf(kept[0], 70_000);
  assert.deepEqual(told, { ...ARRIVE, ref: "r1", fix: { ...WHERE, age_ms: 60_000 } });
});

test("a phone whose clock was set says nothing that the protocol does not know", () => {
  const [intent] = said([], ARRIVE, "r1", 10_500, PLACE);
  assert.equal(wordsOf(intent, 0).fix, undefined);
  assert.equal(wordsOf(intent, 10_000 + 2 * KEPT_MS_MAX).fix.age_ms, KEPT_MS_MAX);
});

test("what was said without a place is told without one", () => {
  const [intent] = said([], ARRIVE, "r1", 10_500);
  assert.deepEqual(wordsOf(intent, 70_000), { ...ARRIVE, ref: "r1" });
});

test("what is said at once needs no place: the position that is reported says it, and older services know none", () => {
  const [intent] = said([], ARRIVE, "r1", 10_500, PLACE);
  assert.deepEqual(wordsOf(intent, 12_000), { ...ARRIVE, ref: "r1" });
});

test("the place of an arrival is added when it is read", () => {
  const intents = said(said([], ARRIVE, "r1", 10_500), { type: "complete_stop", stop_id: "s0" }, "r0", 11_000);
  assert.deepEqual(placed(intents, "r1", PLACE).map(({ place }) => place), [PLACE, null]);
});

test("each thing goes out when the one before it is done, and again on a new connection", async () => {
  let intents = said(said([], ARRIVE, "r1", 10_500, PLACE), { type: "complete_stop", stop_id: "s1" }, "r2", 11_000);
  const heard = [];
  const telling = new Telling({
    pictures: { send: async () => "sent" },
    unconfirmed: () => unconfirmed(intents),
    send: (message) => heard.push(message) > 0,
    refuse: assert.fail,
  });
  const types = () => heard.map(({ type, fix }) => [type, fix?.lat_deg]);
  telling.beginAgain();
  telling.tell();
  await telling.round;
  assert.deepEqual(types(), [["arrive_at_stop", 48.2]]);
  ({ intents } = confirmed(intents, { type: "refused", ref: "r1", code: "overloaded", retry_in_ms: 50 }));
  telling.beginAgain();
  await telling.round;
  assert.deepEqual(types().slice(1), [["arrive_at_stop", 48.2]]);
  ({ intents } = confirmed(intents, { type: "done", ref: "r1" }));
  telling.tell();
  await telling.round;
  assert.deepEqual(types().slice(2), [["complete_stop", undefined]]);
});

test("the phone knows when it read the place that it knows", async () => {
  const reading = { coords: { latitude: 48.2, longitude: 16.37, accuracy: 7 }, timestamp: 0 };
  const geolocation = { getCurrentPosition: (found) => found(reading) };
  const positions = new Positions({ geolocation, send: () => false, changed: () => {} });
  assert.equal(positions.place, null);
  const before = Date.now();
  await positions.report();
  const { at, ...where } = positions.place;
  assert.deepEqual(where, WHERE);
  assert.ok(at >= before && at <= Date.now());
});
