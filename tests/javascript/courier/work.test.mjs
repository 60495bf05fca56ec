// What a courier has before him, told by messages of the stream; and what was said meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  KEPT_MS_MAX,
  answerTo,
  confirmed,
  foreseen,
  fresh,
  said,
  settled,
  unconfirmed,
} from "../../../service/web/static/courier/intents.js";
import { NOTHING, elapse, hear, withoutOffer } from "../../../service/web/static/courier/work.js";
import { inForce } from "../../../service/web/static/shared/suspension.js";

const OFFER = { offer_id: "o1", job_ids: ["j1"], legs: [], pay: {}, expires_in_ms: 30_000 };
const PICKUP = { stop_id: "s1", job_id: "j1", kind: "pickup", status: "enroute" };
const DROPOFF = { stop_id: "s2", job_id: "j1", kind: "dropoff", status: "pending" };
const JOB = { job_id: "j1", status: "enroute_to_pickup" };
const BUSY = { status: "busy", jobs: [JOB], stops: [PICKUP, DROPOFF] };
const IDLE = { status: "online", jobs: [], stops: [] };

const snapshot = (state) => ({ type: "snapshot", recovered: state === null, state });
const stateWith = (changes) => ({
  status: "online",
  vehicle: "bike",
  capacity: { weight_g: 16_000, volume_l: 60, jobs_count: 3 },
  shift_ends_at: "2026-11-20T20:00:00Z",
  assignment: IDLE,
  offer: null,
  ...changes,
});

/** Play messages that all come at the same time. */
const play = (messages, nowMs = 0) =>
  messages.reduce((work, message) => hear(work, message, nowMs), NOTHING);

test("a snapshot with a state is the truth, whatever was known before", () => {
  const before = play([snapshot(stateWith({ status: "busy", assignment: BUSY }))]);
  const work = hear(before, snapshot(stateWith({})), 0);
  assert.deepEqual([work.status, work.stops, work.jobs], ["online", [], []]);
});

test("a recovered snapshot changes nothing: what was missed follows", () => {
  const before = play([snapshot(stateWith({ status: "busy", assignment: BUSY }))]);
  assert.equal(hear(before, snapshot(null), 9), before);
});

test("the time to answer runs from when the offer was heard", () => {
  const work = play([snapshot(stateWith({})), { type: "offer_made", seq: 1, ...OFFER }], 1_000);
  assert.equal(work.offer.endsAtMs, 31_000);
  assert.equal(elapse(work, 30_999).offer, work.offer);
  const over = elapse(work, 31_000);
  assert.deepEqual([over.offer, over.news.code], [null, "offer_expired"]);
});

test("an offer in a snapshot has the time that is left of it", () => {
  const work = play([snapshot(stateWith({ offer: { ...OFFER, expires_in_ms: 4_000 } }))], 1_000);
  assert.equal(work.offer.endsAtMs, 5_000);
});

test("a revoked offer leaves the screen and is told; another one's revocation is not about it", () => {
  const work = play([snapshot(stateWith({ offer: OFFER }))]);
  assert.equal(hear(work, { type: "offer_revoked", offer_id: "o9", reason: "canceled" }, 0), work);
  const after = hear(work, { type: "offer_revoked", offer_id: "o1", reason: "canceled" }, 0);
  assert.deepEqual([after.offer, after.news.code], [null, "offer_canceled"]);
});

test("an offer that was declined goes without a word", () => {
  const work = play([snapshot(stateWith({ offer: OFFER }))]);
  const after = hear(work, { type: "offer_revoked", offer_id: "o1", reason: "declined" }, 0);
  assert.deepEqual([after.offer, after.news], [null, null]);
});

test("a route with the offered jobs takes the offer off the screen", () => {
  const work = play([
    snapshot(stateWith({ offer: OFFER })),
    { type: "assignment_changed", seq: 2, assignment: BUSY },
  ]);
  assert.deepEqual([work.offer, work.status, work.stops.length], [null, "busy", 2]);
});

test("a route without them leaves it there: a busy courier may be offered more", () => {
  const work = play([
    snapshot(stateWith({ offer: { ...OFFER, job_ids: ["j2"] } })),
    { type: "assignment_changed", seq: 2, assignment: BUSY },
  ]);
  assert.equal(work.offer.offer.job_ids[0], "j2");
});

test("a job in hand that is canceled is told; one of somebody else's is not", () => {
  const work = play([snapshot(stateWith({ assignment: BUSY }))]);
  const after = hear(work, { type: "job_updated", job_id: "j1", status: "canceled" }, 7);
  assert.deepEqual(after.news, { code: "job_canceled", about: null, at: 7 });
  assert.equal(hear(work, { type: "job_updated", job_id: "j9", status: "canceled" }, 7), work);
});

test("a hint ends by itself, by work, and by a newer one", () => {
  const hint = { type: "hint", lat_deg: 48.2, lng_deg: 16.3, expires_in_ms: 5_000, reason: "demand" };
  const work = play([snapshot(stateWith({})), hint]);
  assert.equal(elapse(work, 4_999).hint.lat_deg, 48.2);
  assert.equal(elapse(work, 5_000).hint, null);
  assert.equal(hear(work, { type: "assignment_changed", assignment: BUSY }, 0).hint, null);
  assert.equal(hear(work, { ...hint, lat_deg: 48.3 }, 0).hint.lat_deg, 48.3);
});

test("messages of a newer server are passed over", () => {
  const work = play([snapshot(stateWith({}))]);
  assert.equal(hear(work, { type: "bonus", seq: 9 }, 0), work);
});

test("an answered offer leaves the screen, and only that one", () => {
  const work = play([snapshot(stateWith({ offer: OFFER }))]);
  assert.equal(withoutOffer(work, "o2"), work);
  assert.equal(withoutOffer(work, "o1").offer, null);
});

// ------------------------------------------------------------------ what was said
const arrive = { type: "arrive_at_stop", stop_id: "s1" };
const complete = { type: "complete_stop", stop_id: "s1" };

test("what was said stays until it is confirmed", () => {
  let intents = said([], arrive, "r1", 0);
  intents = said(intents, complete, "r2", 1);
  assert.deepEqual(intents.map(({ message }) => message.ref), ["r1", "r2"]);
  ({ intents } = confirmed(intents, { type: "done", ref: "r1" }));
  assert.deepEqual(unconfirmed(intents).map(({ ref }) => ref), ["r2"]);
});

test("what was confirmed is shown as done until the route shows it", () => {
  let intents = said(said([], arrive, "r1", 0), complete, "r2", 1);
  for (const ref of ["r1", "r2"]) ({ intents } = confirmed(intents, { type: "done", ref }));
  intents = settled(intents, [{ ...PICKUP, status: "arrived" }, DROPOFF]);
  assert.deepEqual(intents.map(({ ref }) => ref), ["r2"]);
  assert.deepEqual(foreseen([PICKUP, DROPOFF], intents), [DROPOFF]);
  assert.deepEqual(settled(intents, [DROPOFF]), []);
});

test("what was not confirmed stays, whatever the route shows", () => {
  const intents = said([], complete, "r1", 0);
  assert.deepEqual(settled(intents, []), intents);
});

test("what was put off is said again when the server says so", () => {
  const intents = said([], arrive, "r1", 0);
  const refused = { type: "refused", ref: "r1", code: "overloaded", detail: "", retry_in_ms: 500 };
  const after = confirmed(intents, refused);
  assert.deepEqual([after.intents, after.againInMs, after.refusal], [intents, 500, null]);
});

test("a refusal for good ends it, and what was built upon it", () => {
  const other = said([], { type: "set_status", status: "paused" }, "r0", 0);
  const intents = said(said(other, arrive, "r1", 0), complete, "r2", 1);
  const refused = { type: "refused", ref: "r1", code: "too_far_from_stop", detail: "400 m away" };
  const after = confirmed(intents, refused);
  assert.equal(after.refusal.code, "too_far_from_stop");
  assert.deepEqual(after.intents.map(({ ref }) => ref), ["r0"]);
});

test("a message without a reference of ours is about nothing here", () => {
  const intents = said([], arrive, "r1", 0);
  assert.equal(confirmed(intents, { type: "offer_made", offer_id: "o1" }).intents, intents);
  assert.equal(confirmed(intents, { type: "refused", ref: null, code: "stale_position" }).intents, intents);
});

test("the last word about one thing counts", () => {
  const accept = { type: "accept_offer", offer_id: "o1" };
  const decline = { type: "decline_offer", offer_id: "o1", reason: "too_far" };
  const intents = said(said([], accept, "r1", 0), decline, "r2", 1);
  assert.deepEqual([intents.length, answerTo(intents, "o1")], [1, "decline_offer"]);
  assert.equal(answerTo(intents, "o2"), null);
  const duty = said(said([], { type: "set_status", status: "paused" }, "r1", 0),
    { type: "set_status", status: "offline" }, "r2", 1);
  assert.deepEqual(duty.map(({ message }) => message.status), ["offline"]);
});

test("in a tunnel the work goes on as if it were confirmed", () => {
  const stops = [PICKUP, DROPOFF];
  let intents = said([], arrive, "r1", 0);
  assert.deepEqual(foreseen(stops, intents).map(({ status }) => status), ["arrived", "pending"]);
  intents = said(intents, complete, "r2", 1);
  assert.deepEqual(foreseen(stops, intents).map(({ stop_id }) => stop_id), ["s2"]);
});

test("what was said on another day is not said again", () => {
  const intents = said(said([], arrive, "r1", 0), complete, "r2", 1_000);
  assert.deepEqual(fresh(intents, KEPT_MS_MAX).map(({ ref }) => ref), ["r2"]);
});

test("who is suspended is told why, and until when it lasts", () => {
  const suspension = { reason: "safety", until: "2026-11-20T21:00:00Z" };
  const told = play([snapshot(stateWith({})), { type: "notice", seq: 2, notice: "suspended", status: "offline", suspension }]);
  assert.equal(told.status, "offline");
  assert.equal(told.news.code, "suspended");
  const endMs = Date.parse(suspension.until);
  assert.deepEqual(inForce(told.suspension, endMs - 1), suspension);
  assert.equal(inForce(told.suspension, endMs), null);
  const changed = hear(told, { type: "notice", seq: 3, notice: "status_changed", status: "offline" }, 0);
  assert.deepEqual(changed.suspension, suspension);
  const back = hear(changed, { type: "notice", seq: 4, notice: "reinstated", status: "offline" }, 0);
  assert.deepEqual([back.suspension, back.news.code], [null, "reinstated"]);
});

test("a suspension is part of the whole state, and may have no end", () => {
  const told = play([snapshot(stateWith({ suspension: { reason: "conduct", until: null } }))]);
  assert.deepEqual(inForce(told.suspension, Number.MAX_SAFE_INTEGER), { reason: "conduct", until: null });
  assert.equal(play([snapshot(stateWith({}))]).suspension, null);
});
