// What is drawn on the map, and how couriers glide there.

import assert from "node:assert/strict";
import test from "node:test";
import { courierFeatures, lineFeatures, stopFeatures } from "../../../service/web/static/ops/features.js";
import { Glide } from "../../../service/web/static/ops/glide.js";
import { Model } from "../../../service/web/static/ops/model.js";

const here = { lat_deg: 48.2, lng_deg: 16.3 };
const there = { lat_deg: 48.202, lng_deg: 16.304 };

function modelWithAJob(changes = {}) {
  const model = new Model();
  const stops = [
    { id: "p", kind: "pickup", status: "enroute", ...here },
    { id: "d", kind: "dropoff", status: "pending", ...there },
  ];
  model.takeCourier({ id: "c", status: "busy" });
  model.takeJob({ id: "j", status: "enroute_to_pickup", version: 1, courier_id: "c", ended_at: null, stops, ...changes });
  return model;
}

test("longitude comes first on the map and nowhere else", () => {
  const model = modelWithAJob();
  const [courier] = courierFeatures(model, new Map([["c", there]]), {}).features;
  assert.deepEqual(courier.geometry.coordinates, [16.304, 48.202]);
  assert.equal(courier.properties.state, "busy");
  const [stop] = stopFeatures(model, {}).features;
  assert.deepEqual(stop.geometry.coordinates, [16.3, 48.2]);
});

test("a line leads from the courier to the stop in hand, and along the job that is looked at", () => {
  const model = modelWithAJob();
  const states = (selected) => lineFeatures(model, new Map([["c", there]]), selected).features.map((one) => one.properties.state);
  assert.deepEqual(states({}), ["busy", "busy"]);
  assert.deepEqual(states({ jobId: "j" }), ["selected", "busy", "busy"]);
  assert.deepEqual(lineFeatures(model, new Map(), {}).features, []);
});

test("the line goes on through all that is in hand, in the order of the route", () => {
  const model = modelWithAJob();
  const stop = (id, lng_deg, route_position) => ({ id, kind: "dropoff", status: "pending", lat_deg: 48, lng_deg, route_position });
  model.takeJob({ id: "k", status: "picked_up", version: 1, courier_id: "c", ended_at: null, stops: [stop("k1", 17, 1)] });
  const stops = [{ id: "p", kind: "pickup", status: "enroute", route_position: 0, ...here }, stop("d", 18, 2)];
  model.takeJob({ id: "j", status: "enroute_to_pickup", version: 2, courier_id: "c", ended_at: null, stops });
  const [first, later] = lineFeatures(model, new Map([["c", there]]), { courierId: "c" }).features;
  assert.deepEqual(first.geometry.coordinates, [[16.304, 48.202], [16.3, 48.2]]);
  assert.deepEqual(later.geometry.coordinates, [[16.3, 48.2], [17, 48], [18, 48]]);
  assert.deepEqual([later.properties.state, later.properties.isLater], ["selected", true]);
  const told = stops.map(({ route_position, ...fact }) => fact);
  model.takeFact({ data: { type: "job", id: "j", status: "enroute_to_pickup", version: 3, courier_id: "c", ended_at: null, stops: told } });
  assert.deepEqual(model.jobs.get("j").stops.map((one) => one.route_position), [0, 2]); // facts do not tell it
});

test("an offer's line leads through its pickups", () => {
  const model = modelWithAJob({ status: "open", courier_id: null });
  model.takeOffer({ id: "o", courier_id: "c", job_ids: ["j", "unknown"], status: "seen" });
  const [line] = lineFeatures(model, new Map([["c", there]]), {}).features;
  assert.equal(line.properties.state, "offered");
  assert.deepEqual(line.geometry.coordinates, [[16.304, 48.202], [16.3, 48.2]]);
});

test("a courier glides to the new place, and starts again from where it is drawn", () => {
  const glide = new Glide();
  glide.aim(new Map([["c", here]]), 0);
  assert.deepEqual(glide.at(0).get("c"), here);
  glide.aim(new Map([["c", there]]), 1_000);
  const halfway = glide.at(1_450).get("c");
  assert.ok(halfway.lat_deg > here.lat_deg && halfway.lat_deg < there.lat_deg);
  glide.aim(new Map([["c", here]]), 1_450);
  assert.ok(Math.abs(glide.at(1_450).get("c").lat_deg - halfway.lat_deg) < 1e-9);
  assert.deepEqual(glide.at(99_999).get("c"), here);
});

test("nobody glides across the city, and who is gone is not drawn", () => {
  const glide = new Glide();
  glide.aim(new Map([["c", here]]), 0);
  const far = { lat_deg: 48.3, lng_deg: 16.5 };
  glide.aim(new Map([["c", far]]), 1_000);
  assert.deepEqual(glide.at(1_001).get("c"), far);
  glide.aim(new Map(), 2_000);
  assert.equal(glide.at(2_000).size, 0);
});
