// The matching feed: entries are replaced, never changed, and there is an end to them.

import assert from "node:assert/strict";
import test from "node:test";
import "./page.mjs";
import { Feed } from "../../../service/web/static/ops/feed.js";
import { feedView } from "../../../service/web/static/ops/feed_view.js";
import { Model } from "../../../service/web/static/ops/model.js";

const tick = (number, jobs_count) => ({ type: "tick", at: `2026-11-22T10:00:${String(number % 60).padStart(2, "0")}.${number}Z`, tick: { tick_id: number, jobs_count, offers_count: 0 } });
const offer = (type, status, reasons) => ({
  type: "event", seq: 1,
  event: { type, created_at: "2026-11-22T10:00:00Z", data: { type: "offer", id: "o", status, tick_id: 3 }, reasons },
});

const OFFER = {
  type: "offer", id: "o", status: "pending", tick_id: 3, job_ids: ["j"], courier_id: "c", mode: "auto", pay: { total_cents: 500 },
  created_at: "2026-11-22T10:00:00Z", answered_at: null,
};

test("ticks without a job share an entry until there is one", () => {
  const feed = new Feed();
  for (const [number, jobs] of [[1, 0], [2, 0], [3, 2], [4, 0]]) feed.hear(tick(number, jobs));
  assert.deepEqual(feed.entries.map((entry) => entry.quietCount), [1, 0, 2]);
  assert.deepEqual(feed.seen("ticks").map((entry) => entry.tick.tick_id), [3]);
});

test("an answer replaces the offer's entry in its place and keeps the reasons", () => {
  const feed = new Feed();
  feed.hear(offer("offer.made", "pending", { cost: 12 }));
  const [made] = feed.entries;
  feed.hear(tick(4, 1));
  feed.hear(offer("offer.declined", "declined"));
  const answered = feed.entries[1];
  assert.notEqual(answered, made);
  assert.deepEqual([answered.offer.status, answered.reasons.cost, made.offer.status], ["declined", 12, "pending"]);
  assert.equal(feed.seen("trouble").length, 1);
});

test("what happens during a pause comes afterwards, in order", () => {
  const feed = new Feed();
  feed.pause();
  feed.hear(offer("offer.made", "pending", null));
  feed.hear(offer("offer.accepted", "accepted"));
  assert.deepEqual([feed.seen("all").length, feed.newInWords("all")], [0, "1 new"]);
  feed.resume();
  assert.deepEqual(feed.seen("all").map((entry) => entry.offer.status), ["accepted"]);
});

test("during a pause only what makes an entry of the kind that is looked at is counted", () => {
  const feed = new Feed();
  feed.hear(offer("offer.made", "pending", null));
  feed.hear(tick(1, 0));
  feed.pause();
  feed.hear({ type: "event", seq: 2, event: { type: "job.opened", created_at: "2026-11-22T10:00:01Z", data: { type: "job", id: "j" } } });
  feed.hear(offer("offer.accepted", "accepted"));
  feed.hear(tick(2, 0));
  assert.equal(feed.newInWords("all"), "0 new");
  feed.hear(tick(3, 4));
  assert.deepEqual([feed.newInWords("all"), feed.newInWords("trouble")], ["1 new", "0 new"]);
});

test("nobody fills the page's memory, paused or not", () => {
  const feed = new Feed();
  for (let number = 0; number < 1_000; number++) feed.hear(tick(number, 1));
  assert.equal(feed.entries.length, 250);
  feed.pause();
  const shown = feed.seen("all");
  for (let number = 1_000; number < 4_000; number++) feed.hear(tick(number, 1));
  assert.deepEqual([feed.isPaused, feed.entries.length, feed.newInWords("all")], [true, 250, "250+ new"]);
  assert.deepEqual(feed.seen("all"), shown); // nothing moves under whoever reads
});

test("an exception in the feed leads to its job and its courier", () => {
  const [model, feed, opened] = [new Model(), new Feed(), []];
  const exception = { type: "exception", id: "x", kind: "late_risk", job_id: "job-123456", courier_id: "courier-654321" };
  feed.hear({ type: "event", seq: 1, event: { type: "exception.opened", created_at: "2026-11-22T10:00:00Z", data: exception } });
  const desk = { model, scene: { model, feed }, currency: "EUR", openJob: (id) => opened.push(id), openCourier: (id) => opened.push(id) };
  const view = feedView({ desk });
  view.update();
  view.element.button("job 123456").click();
  view.element.button("courier 654321").click();
  assert.deepEqual(opened, ["job-123456", "courier-654321"]);
});

const trouble = (type, changes) => ({
  type: "event", seq: 1,
  event: { type, created_at: "2026-11-22T10:00:00Z", data: { type: "exception", id: "x", kind: "late_risk", job_id: null, courier_id: null, resolved_at: null, ...changes } },
});

/** What stands in the feed's rows. */
function drawn(feed) {
  const [model, nothing] = [new Model(), () => {}];
  const view = feedView({ desk: { model, scene: { model, feed }, currency: "EUR", openJob: nothing, openCourier: nothing } });
  view.update();
  return view.element.textContent;
}

test("a tick says what was decided, of bundles and of what is held only where there is any", () => {
  const feed = new Feed();
  const counts = { couriers_count: 1, pairs_count: 5, offers_count: 1, gap_share: 0, stage_ms: {} };
  const heard = tick(1, 2);
  feed.hear({ ...heard, tick: { ...heard.tick, ...counts, bundled_jobs_count: 2, held_count: 0 } });
  assert.match(drawn(feed), /2 jobs.*1 courier.*5 pairs.*1 offer.*2 bundled/);
  assert.doesNotMatch(drawn(feed), /held/);
});

test("an exception that is resolved is not called open any more", () => {
  const feed = new Feed();
  feed.hear(trouble("exception.opened"));
  const [opened] = feed.entries;
  assert.match(drawn(feed), /an exception is open/);
  feed.hear(trouble("exception.resolved", { resolved_at: "2026-11-22T10:05:00Z" }));
  assert.equal(feed.entries.length, 1);
  assert.notEqual(feed.entries[0], opened);
  assert.match(drawn(feed), /it is resolved/);
});

test("what was open when facts were lost is not called so until it has been read again", () => {
  const feed = new Feed();
  feed.hear({ type: "event", seq: 1, event: { type: "offer.made", created_at: "2026-11-22T10:00:00Z", data: OFFER, reasons: null } });
  feed.hear(trouble("exception.opened"));
  const before = [...feed.entries];
  feed.hear({ type: "snapshot", recovered: true });
  assert.deepEqual(feed.entries, before);
  feed.hear({ type: "snapshot", recovered: false });
  assert.match(drawn(feed), /Answered meanwhile, or gone/);
  assert.match(drawn(feed), /resolved meanwhile, or open/);
  assert.ok(feed.entries.every((entry, place) => entry !== before[place]));
  feed.hear({ type: "rows", rows: [OFFER, { id: "x" }] });
  assert.match(drawn(feed), /Pending/);
  assert.match(drawn(feed), /an exception is open/);
});
