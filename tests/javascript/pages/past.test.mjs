// What the market was like at an instant, put together from records; and which records are read for it.

import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../service/web/static/ops/model.js";
import { lastBefore, Past } from "../../../service/web/static/ops/past.js";
import { PIECE_MS, Records } from "../../../service/web/static/ops/records.js";
import { Replay } from "../../../service/web/static/ops/replay.js";

const T0 = Date.parse("2026-11-22T10:00:00Z");
const at = (s) => new Date(T0 + 1_000 * s).toISOString();
const ms = (s) => T0 + 1_000 * s;
const position = (courier_id, s, lat_deg, live_jobs_count = null) => ({ courier_id, at: at(s), lat_deg, lng_deg: 16.3, live_jobs_count });
const job = { job_id: "j", opened_at: at(0), pickup_lat_deg: 48.2, pickup_lng_deg: 16.3, dropoff_lat_deg: 48.3, dropoff_lng_deg: 16.4 };
const offer = (changes) => ({ id: "o", courier_id: "c", job_ids: ["j"], status: "accepted", created_at: at(10), answered_at: at(20), expires_at: at(40), tick_id: 1, ...changes });
const tick = (s, jobs, couriers) => ({ at: at(s), tick: { tick_id: s, jobs_count: jobs.length, offers_count: 0 }, jobs, couriers });

function pastOf(record) {
  const live = new Model();
  live.takeCourier({ id: "c", name: "Anna", status: "offline" });
  return new Past([{ ticks: [], offers: [], positions: [], is_cut: false, ...record }], live);
}

test("a courier is where it was last seen, by its name, and not for ever", () => {
  const past = pastOf({ positions: [position("c", 30, 48.3)], ticks: [tick(10, [], [position("c", 9, 48.1, 0)])] });
  assert.equal(past.modelAt(ms(8)).positions.size, 0);
  const before = past.modelAt(ms(29));
  assert.deepEqual([before.positions.get("c").lat_deg, before.couriers.get("c").status, before.nameOf("c")], [48.1, "online", "Anna"]);
  const after = past.modelAt(ms(31));
  assert.deepEqual([after.positions.get("c").lat_deg, after.couriers.get("c").status], [48.3, "busy"]);
  assert.equal(past.modelAt(ms(121)).positions.size, 0);
});

test("an offer is open from when it was made to its answer, and its job is wanted until then", () => {
  const past = pastOf({ ticks: [tick(5, [job], [])], offers: [offer()] });
  const states = (s) => [past.modelAt(ms(s)).offers.size, past.modelAt(ms(s)).jobs.size];
  assert.deepEqual([4, 5, 10, 19, 20].map(states), [[0, 0], [0, 1], [1, 1], [1, 1], [0, 0]]);
  assert.equal(past.modelAt(ms(12)).offers.get("o").status, "pending");
  const [shown] = past.modelAt(ms(12)).liveJobs();
  assert.deepEqual(shown.stops.map((stop) => [stop.kind, stop.lat_deg]), [["pickup", 48.2], ["dropoff", 48.3]]);
});

test("a job that was refused stays wanted; an offer that ran out is over when it did", () => {
  const declined = pastOf({ ticks: [tick(5, [job], [])], offers: [offer({ status: "declined" })] });
  assert.equal(declined.modelAt(ms(25)).jobs.size, 1);
  const expired = pastOf({ offers: [offer({ status: "expired", answered_at: null })] });
  assert.deepEqual([39, 40].map((s) => expired.modelAt(ms(s)).offers.size), [1, 0]);
});

test("the feed is as it was, forwards and back again", () => {
  const past = pastOf({ ticks: [tick(5, [job], []), tick(30, [job], [])], offers: [offer()] });
  const told = (s) => past.feedAt(ms(s)).entries.map((entry) => (entry.kind === "offer" ? entry.offer.status : entry.kind));
  assert.deepEqual(told(4), []);
  assert.deepEqual(told(15), ["pending", "tick"]);
  assert.deepEqual(told(31), ["tick", "accepted", "tick"]);
  assert.deepEqual(told(15), ["pending", "tick"]);
});

test("the last at or before an instant is found, or none", () => {
  const sorted = [10, 20, 20, 30].map((atMs, index) => ({ atMs, index }));
  assert.equal(lastBefore(sorted, 9), null);
  assert.deepEqual([10, 25, 99].map((atMs) => lastBefore(sorted, atMs).index), [0, 2, 3]);
  assert.equal(lastBefore([], 5), null);
});

function recordsOf(answer) {
  const asked = [];
  const api = { get: async (path, query) => (asked.push(query.from), answer(query)) };
  return { records: new Records({ api }), asked };
}
const piece = (query) => ({ from_at: query.from, to_at: query.to, ticks: [], offers: [], positions: [], is_cut: false });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** As a page does from frame to frame. */
async function reached(records, atMs, endsMs) {
  for (let frame = 0; frame < 5; frame++) {
    records.reach(atMs, endsMs);
    await settled();
  }
}

test("what is needed is read once, with what comes next, and nothing beyond the end", async () => {
  const { records, asked } = recordsOf(piece);
  const here = Math.ceil(T0 / PIECE_MS) * PIECE_MS + 5_000;
  assert.equal(records.reach(here, here + 10 * PIECE_MS), false);
  assert.equal(asked.length, 1); // one at a time
  await reached(records, here, here + 10 * PIECE_MS);
  assert.equal(records.reach(here, here + 10 * PIECE_MS), true);
  assert.equal(asked.length, 4);
  assert.equal(asked[0], new Date(here - 5_000).toISOString());
  assert.equal(records.around(here).length, 3);
  const late = recordsOf(piece);
  await reached(late.records, here, here + 1);
  assert.equal(late.asked.length, 3);
});

test("a piece that ended with the record is read again when there is more of it", async () => {
  const { records, asked } = recordsOf(piece);
  const here = Math.ceil(T0 / PIECE_MS) * PIECE_MS + 5_000;
  for (const endsMs of [here, here + 19_000, here + 21_000, here + PIECE_MS, here + 2 * PIECE_MS]) {
    await reached(records, here, endsMs);
  }
  const ofHere = asked.filter((from) => Date.parse(from) === here - 5_000);
  assert.equal(ofHere.length, 3);
  assert.equal(Date.parse(records.around(here).at(-1).to_at), here - 5_000 + PIECE_MS);
});

test("a long replay keeps a few pieces, and a fault is told and rested upon", async () => {
  const { records } = recordsOf(piece);
  for (let number = 0; number < 40; number++) {
    await reached(records, T0 + number * PIECE_MS, T0 + 99 * PIECE_MS);
  }
  assert.equal(records.pieces.size, 12);
  const away = recordsOf(() => Promise.reject(new Error("away")));
  away.records.reach(T0, T0 + PIECE_MS);
  await settled();
  const askedCount = away.asked.length;
  assert.equal(away.records.reach(T0, T0 + PIECE_MS), false);
  assert.deepEqual([away.records.trouble, away.asked.length], ["away", askedCount]);
});

test("a replay runs at the market's pace, stands still on a pause, and stops at its end", async (t) => {
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  const { records } = recordsOf(piece);
  const clock = { scale: 2, nowMs: () => T0 };
  const replay = new Replay({ api: records.api, clock, live: new Model() });
  const began = T0 - 3_600_000;
  replay.begin(began);
  for (let frame = 0; frame < 4; frame++) {
    replay.step();
    await settled();
  }
  assert.ok(replay.isWhole);
  nowMs += 1_000;
  assert.equal(replay.step().atMs, began + 2_000);
  replay.speed = 5;
  nowMs += 1_000;
  assert.equal(replay.step().atMs, began + 12_000);
  replay.play(false);
  nowMs += 1_000;
  assert.equal(replay.step().atMs, began + 12_000);
  replay.play(true);
  replay.seek(Infinity);
  assert.deepEqual([replay.atMs, replay.isPlaying], [replay.endsMs(), false]);
  replay.seek(0);
  assert.ok(replay.endsMs() - replay.atMs === 6 * 3_600_000);
});
