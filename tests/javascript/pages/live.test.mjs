// What the console asks for when facts do not tell all.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { Live } from "../../../service/web/static/ops/live.js";
import { Model } from "../../../service/web/static/ops/model.js";

const stops = (id, position) => [{ id: `${id} d`, kind: "dropoff", status: "pending", attempt: 1, lat_deg: 48, lng_deg: 16, ...position }];
const job = (id, position) => ({ type: "job", id, status: "assigned", version: 1, courier_id: "c", ended_at: null, stops: stops(id, position) });
const assigned = (id) => ({ type: "event", seq: 1, event: { type: "job.assigned", created_at: "2026-11-22T10:00:00Z", data: job(id) } });

const quiet = () => {};

test("the order of a courier's stops is read when another job comes to those in hand", async () => {
  const [model, asked] = [new Model(), []];
  const places = { one: { route_position: 1 }, two: { route_position: 0 } };
  const get = async (path) => {
    asked.push(path);
    const id = path.split("/").at(-1);
    return job(id, places[id]);
  };
  const live = new Live({ api: { get }, model, clock: {}, hear: quiet, takeJob: (row) => model.takeJob(row), tell: quiet, trouble: quiet });
  live.hear(assigned("one"));
  await settle();
  assert.deepEqual(asked, []); // one job has one order
  live.hear(assigned("two"));
  await settle();
  assert.deepEqual(asked, ["/v1/ops/jobs/one", "/v1/ops/jobs/two"]);
  assert.deepEqual([...model.jobs.values()].map((one) => one.stops[0].route_position), [1, 0]);
});

test("whoever hears the feed is told that facts were lost, and then what is still open", async () => {
  const [model, told] = [new Model(), []];
  const pages = { "/v1/ops/offers": { offers: [{ id: "o", status: "pending" }] }, "/v1/ops/exceptions": { exceptions: [{ id: "x", version: 1, resolved_at: null }] } };
  const get = async (path) => pages[path] ?? { jobs: [], couriers: [], is_paused: false };
  const live = new Live({ api: { get }, model, clock: {}, hear: (message) => told.push(message), takeJob: quiet, tell: quiet, trouble: quiet });
  live.hear({ type: "snapshot", recovered: false });
  await settle();
  assert.deepEqual(told[0], { type: "snapshot", recovered: false });
  assert.deepEqual(told.slice(1).flatMap(({ rows }) => rows.map(({ id }) => id)).sort(), ["o", "x"]);
});

test("a market that was paused while it was read stays paused", async () => {
  const model = new Model();
  let answer;
  const market = new Promise((resolve) => (answer = resolve));
  const nothing = { jobs: [], couriers: [], offers: [], exceptions: [] };
  const get = (path) => (path === "/v1/ops/market" ? market : Promise.resolve(nothing));
  const live = new Live({ api: { get }, model, clock: {}, hear: quiet, takeJob: quiet, tell: quiet, trouble: quiet });
  live.hear({ type: "snapshot", recovered: false });
  live.hear({ type: "event", seq: 1, event: { type: "market.paused", created_at: "2026-11-22T10:00:00Z", data: { type: "market", is_paused: true } } });
  answer({ is_paused: false });
  await settle();
  assert.equal(model.isPaused, true);
});

test("who has a live job and is in no listing is asked for, once", async () => {
  const [model, asked] = [new Model(), []];
  const get = async (path) => {
    asked.push(path);
    if (path.startsWith("/v1/ops/couriers/")) return { id: "c", status: "offline", name: "Anna" };
    return { jobs: path === "/v1/ops/jobs" ? [job("one"), job("two")] : [], couriers: [], offers: [], exceptions: [], is_paused: false };
  };
  const live = new Live({ api: { get }, model, clock: {}, hear: quiet, takeJob: (row) => model.takeJob(row), tell: quiet, trouble: quiet });
  live.hear({ type: "snapshot", recovered: false });
  await settle();
  assert.deepEqual(asked.filter((path) => path.includes("/couriers/")), ["/v1/ops/couriers/c?with_position=false"]);
  assert.equal(model.nameOf("c"), "Anna");
});
