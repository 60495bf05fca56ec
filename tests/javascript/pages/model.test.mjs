// What the console knows: rows and facts in any order.

import assert from "node:assert/strict";
import test from "node:test";
import { isLate } from "../../../service/web/static/ops/deadline.js";
import { Model, stateOf } from "../../../service/web/static/ops/model.js";
import { nextStop } from "../../../service/web/static/ops/route.js";

const STOPS = [
  { id: "p", kind: "pickup", status: "enroute", attempt: 1, lat_deg: 48.2, lng_deg: 16.3 },
  { id: "d", kind: "dropoff", status: "pending", attempt: 1, lat_deg: 48.3, lng_deg: 16.4 },
];
const job = (changes) => ({ id: "j", status: "open", version: 1, courier_id: null, created_at: "2026-11-22T10:00:00Z", ended_at: null, stops: STOPS, ...changes });
const fact = (data) => ({ type: "event", seq: 1, event: { type: "any", created_at: "2026-11-22T10:00:00Z", data } });

test("an older row does not undo a newer fact", () => {
  const model = new Model();
  model.hear(fact({ type: "job", ...job({ status: "assigned", version: 3, courier_id: "c" }) }));
  model.takeJob(job({ version: 2 }));
  assert.equal(model.jobs.get("j").status, "assigned");
});

test("what only the row tells stays when facts follow", () => {
  const model = new Model();
  model.takeJob(job({ size_class: "small" }));
  model.hear(fact({ type: "job", ...job({ version: 2, status: "assigned" }) }));
  assert.deepEqual([model.jobs.get("j").size_class, model.jobs.get("j").status], ["small", "assigned"]);
});

test("a courier's row brings the name, and leaves the newer status of a fact", () => {
  const model = new Model();
  model.hear(fact({ type: "courier", id: "c", status: "busy", version: 7 }));
  model.takeCourier({ id: "c", status: "online", name: "Anna" });
  assert.deepEqual([model.couriers.get("c").status, model.nameOf("c")], ["busy", "Anna"]);
});

test("jobs that are over are forgotten, the oldest first, and live ones never", () => {
  const model = new Model();
  model.takeJob(job({ id: "live" }));
  for (let number = 0; number < 1_000; number++) {
    model.takeJob(job({ id: `over ${number}`, status: "delivered", ended_at: "2026-11-22T11:00:00Z" }));
  }
  assert.ok(model.jobs.size <= 401);
  assert.ok(model.jobs.has("live") && model.jobs.has("over 999") && !model.jobs.has("over 0"));
});

test("an offer is there until it is answered", () => {
  const model = new Model();
  model.takeOffer({ id: "o", courier_id: "c", job_ids: ["j"], status: "pending" });
  assert.ok(model.offeredTo().has("c"));
  model.hear(fact({ type: "offer", id: "o", courier_id: "c", job_ids: ["j"], status: "declined" }));
  assert.equal(model.offeredTo().size, 0);
});

const exception = (changes) => ({ id: "e", kind: "late_risk", severity: "warning", job_id: "j", courier_id: null, opened_at: "2026-11-22T10:00:00Z", resolved_at: null, version: 1, ...changes });

test("an exception that is over does not come back by an older row", () => {
  const model = new Model();
  model.takeException(exception());
  model.hear(fact({ type: "exception", ...exception({ resolved_at: "2026-11-22T10:05:00Z", version: 2 }) }));
  model.takeException(exception());
  assert.equal(model.exceptions.size, 0);
  model.hear(fact({ type: "exception", ...exception({ id: "unseen", resolved_at: "2026-11-22T10:05:00Z", version: 2 }) }));
  model.takeException(exception({ id: "unseen" }));
  assert.equal(model.exceptions.size, 0);
});

test("of an exception the newer version stays, whichever comes first", () => {
  const model = new Model();
  model.hear(fact({ type: "exception", ...exception({ severity: "critical", version: 3 }) }));
  model.takeException(exception({ version: 2 }));
  assert.equal(model.exceptions.get("e").severity, "critical");
  model.takeException(exception({ severity: "critical", due_at: "2026-11-22T11:00:00Z", version: 4 }));
  assert.equal(model.exceptions.get("e").due_at, "2026-11-22T11:00:00Z");
});

test("an offer that is answered does not come back by an older row", () => {
  const model = new Model();
  const offer = { id: "o", courier_id: "c", job_ids: ["j"], status: "pending" };
  model.hear(fact({ type: "offer", ...offer, status: "declined" }));
  model.takeOffer(offer);
  assert.equal(model.offers.size, 0);
});

test("of what is over only the latest is remembered", () => {
  const model = new Model();
  for (let number = 0; number < 5_000; number++) {
    model.takeException(exception({ id: `e ${number}`, resolved_at: "2026-11-22T10:05:00Z", version: 2 }));
  }
  assert.ok(model.overExceptions.ids.size <= 1_000 && model.overExceptions.has("e 4999"));
});

test("a whole frame forgets what was told before, another one adds and takes away", () => {
  const model = new Model();
  const at = (id) => ({ courier_id: id, lat_deg: 48, lng_deg: 16, at: "2026-11-22T10:00:00Z" });
  model.hear({ type: "positions", is_whole: true, positions: [at("a"), at("b")] });
  model.hear({ type: "positions", positions: [at("c")], gone: ["a"] });
  assert.deepEqual([...model.positions.keys()], ["b", "c"]);
  model.hear({ type: "cells", is_whole: true, resolution: 8, cells: [{ cell: "x" }] });
  assert.deepEqual([model.positions.size, model.cells.size], [0, 1]);
});

test("the stop in hand is the next one", () => {
  assert.equal(nextStop(job()).id, "p");
  const arrived = [{ ...STOPS[0], status: "completed" }, { ...STOPS[1], status: "arrived" }];
  assert.equal(nextStop(job({ stops: arrived })).id, "d");
});

test("a courier has one colour", () => {
  assert.equal(stateOf({ status: "online" }, false), "idle");
  assert.equal(stateOf({ status: "online" }, true), "offered");
  assert.equal(stateOf({ status: "ending" }, false), "busy");
  assert.equal(stateOf({ status: "paused" }, false), "away");
});

test("a newer place of a courier comes with the row, although facts are newer", () => {
  const model = new Model();
  model.hear(fact({ type: "courier", id: "c", status: "busy", version: 7 }));
  assert.equal(model.placeOf("c"), null);
  model.takeCourier({ id: "c", status: "online", name: "Anna", lat_deg: 48, lng_deg: 16 });
  model.takeCourier({ id: "c", status: "online", name: "Anna", lat_deg: 49, lng_deg: 17 });
  assert.deepEqual([model.placeOf("c").lat_deg, model.couriers.get("c").status], [49, "busy"]);
});

test("when what was missed cannot be told, nothing of before stays", () => {
  const model = new Model();
  model.takeJob(job());
  model.takeOffer({ id: "o", courier_id: "c", job_ids: ["j"], status: "pending" });
  model.forgetRows();
  assert.deepEqual([model.jobs.size, model.offers.size, model.liveJobs()], [0, 0, []]);
});

test("a message that nobody has read stays so when all rows are read again", () => {
  const model = new Model();
  model.hear({ type: "event", seq: 1, event: { type: "message.sent", actor: "courier", data: { type: "message", job_id: "j", number: 1 } } });
  model.forgetRows();
  assert.equal(model.conversations.isUnread("j"), true);
});

test("a job is late when its deadline has passed, which ops may have moved", () => {
  const [due_at, nowMs] = ["2026-11-22T12:00:00Z", Date.parse("2026-11-22T12:10:00Z")];
  assert.equal(isLate(job({ due_at }), nowMs), true);
  assert.equal(isLate(job({ due_at, extended_until: "2026-11-22T12:30:00Z" }), nowMs), false);
  assert.equal(isLate(job({ due_at, ended_at: "2026-11-22T12:05:00Z" }), nowMs), false);
});
