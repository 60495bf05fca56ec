// What the drawers show of jobs and couriers that the console knows, or has to read first.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { courierDrawer } from "../../../service/web/static/ops/courier_drawer.js";
import { jobDrawer } from "../../../service/web/static/ops/job_drawer.js";
import { Model } from "../../../service/web/static/ops/model.js";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const stop = (id, kind, changes = {}) => ({ id, kind, status: "pending", attempt: 1, lat_deg: 48.2, lng_deg: 16.3, ...changes });
const job = (changes = {}) => ({
  id: "j", reference: "A-1", status: "open", version: 1, attempt: 1, courier_id: null, bundle_id: null, fee_cents: 500, created_at: "2026-11-22T11:00:00Z",
  due_at: "2026-11-22T12:12:00Z", ended_at: null, stops: [stop("p", "pickup"), stop("d", "dropoff")], ...changes,
});
const courier = (changes = {}) => ({
  id: "c", name: "Anna", status: "offline", vehicle: "bike", live_jobs_count: 0, shift_ends_at: null,
  answers: { offers_count: 20, accepted_count: 12, declined_count: 5, expired_seen_count: 3 }, ...changes,
});

/** A desk before a service that answers with these rows. */
function deskWith(rows) {
  const [model, clock] = [new Model(), { ms: NOW, nowMs: () => clock.ms, ageMs: (instant) => clock.ms - Date.parse(instant) }];
  const asked = [];
  const get = async (path) => {
    asked.push(path);
    if (path in rows) return rows[path];
    if (/^.v1.ops.(jobs|couriers).[^/]*$/.test(path)) throw new Error("there is no such row");
    return { decisions: [], offers: [], stops: [], proofs: [] };
  };
  const api = { get, list: async () => [] };
  return { api, model, clock, asked, currency: "EUR", session: { rights: ["ops:read", "ops:dispatch"] }, changed: () => {}, whoIs: (id) => asked.push(id) };
}

/** Opens it and waits until it has read. */
async function opened(drawer) {
  drawer.update();
  await settle();
  await settle();
  drawer.update();
  return drawer.element.textContent;
}

test("a job that is in no list any more is read and shown", async () => {
  const desk = deskWith({ "/v1/ops/jobs/j": job({ status: "expired", ended_at: "2026-11-22T11:30:00Z" }) });
  assert.match(await opened(jobDrawer(desk, "j")), /A-1.*expired/s);
});

test("who had a job that is over is asked for, and named when the name is known", async () => {
  const offer = { courier_id: "c", status: "accepted", pay: { total_cents: 400 }, created_at: "2026-11-22T11:10:00Z" };
  const desk = deskWith({ "/v1/ops/jobs/j": job({ courier_id: "c" }), "/v1/ops/offers": { offers: [offer] } });
  const drawer = jobDrawer(desk, "j");
  document.body.append(drawer.element);
  assert.doesNotMatch(await opened(drawer), /Anna/);
  assert.deepEqual(desk.asked.filter((what) => what === "c"), ["c", "c"]);
  desk.model.takeCourier(courier());
  drawer.update();
  assert.match(drawer.element.textContent, /courier Anna.*Offers made .1. Anna/s);
});

test("a courier who is off duty is read and shown, with what became of the offers", async () => {
  const desk = deskWith({ "/v1/ops/couriers/c": courier() });
  assert.match(await opened(courierDrawer(desk, "c")), /Anna.*offline.*accepted 12 of 20 in 30 days, looked at 3/s);
});

test("where there is nothing to show, the drawer says so", async () => {
  const desk = deskWith({});
  assert.match(await opened(jobDrawer(desk, "j")), /there is no such row/);
  assert.match(await opened(courierDrawer(desk, "c")), /there is no such row/);
});

test("a stop keeps the instants that facts and rows tell", async () => {
  const done = stop("p", "pickup", { status: "completed", arrived_at: "2026-11-22T11:20:00Z", completed_at: "2026-11-22T11:21:00Z" });
  const desk = deskWith({ "/v1/ops/jobs/j": job({ status: "picked_up", stops: [done, stop("d", "dropoff")] }) });
  assert.match(await opened(jobDrawer(desk, "j")), /11:21/);
});

test("of a stop that a phone told of late, when it was reached stands beside when that was learned", async () => {
  const late = { status: "arrived", reached_at: "2026-11-22T11:05:00Z", arrived_at: "2026-11-22T11:40:00Z" };
  const desk = deskWith({ "/v1/ops/jobs/j": job({ status: "arrived_at_pickup", stops: [stop("p", "pickup", late), stop("d", "dropoff")] }) });
  const drawer = jobDrawer(desk, "j");
  assert.match(await opened(drawer), /here 11:05, told 11:40/);
  const done = { ...late, status: "completed", completed_at: "2026-11-22T11:41:00Z" };
  desk.model.takeJob(job({ version: 2, status: "picked_up", stops: [stop("p", "pickup", done), stop("d", "dropoff")] }));
  drawer.update();
  assert.match(drawer.element.textContent, /11:41, here 11:05, told 11:40/);
});

test("what is left follows the clock, and buttons stay as they are until they change", async () => {
  const desk = deskWith({ "/v1/ops/jobs/j": job() });
  const drawer = jobDrawer(desk, "j");
  assert.match(await opened(drawer), /12:12, in 12 min/);
  const extend = drawer.element.button("Extend deadline …");
  desk.clock.ms += 5 * 60_000;
  drawer.update();
  assert.match(drawer.element.textContent, /12:12, in 7 min/);
  assert.equal(drawer.element.button("Extend deadline …"), extend);
  desk.clock.ms += 4 * 3_600_000;
  drawer.update();
  assert.match(drawer.element.textContent, /3 h 53 min late/);
  assert.throws(() => drawer.element.button("Extend deadline …"));
});

test("the stops of all jobs in hand stand in the order of the route", async () => {
  const desk = deskWith({ "/v1/ops/couriers/c": courier({ status: "busy" }) });
  const routed = (id, positions, changes = {}) => job({
    id, reference: id, status: "enroute_to_pickup", courier_id: "c", stops: [stop(`${id}p`, "pickup", { route_position: positions[0], ...changes }), stop(`${id}d`, "dropoff", { route_position: positions[1] })],
  });
  desk.model.takeJob(routed("one", [1, 2]));
  desk.model.takeJob(routed("two", [0, 3], { status: "enroute" }));
  assert.match(await opened(courierDrawer(desk, "c")), /Route\s+Pickup two enroute Pickup one pending Dropoff one pending Dropoff two/);
});

test("the timeline says why", async () => {
  const desk = deskWith({ "/v1/ops/jobs/j": job() });
  const event = (type, reason) => ({ type, created_at: "2026-11-22T11:50:00Z", actor: "courier", data: { reason } });
  desk.api.list = async () => [event("job.opened", null), event("job.undeliverable", "recipient_unreachable")];
  assert.match(await opened(jobDrawer(desk, "j")), /Opened courier.*Undeliverable : recipient unreachable/s);
});

test("whom to call is read when somebody asks, and only by who may while the job is under way", async () => {
  const stops = [
    { kind: "pickup", address: "Graben 1", contact_name: null, contact_phone: null, instructions: null, recipient_instructions: null, safe_place: null },
    { kind: "dropoff", address: "Naschmarkt 5", contact_name: "Max", contact_phone: "+431", instructions: "ring twice", recipient_instructions: null, safe_place: "shed" },
  ];
  const desk = deskWith({ "/v1/ops/jobs/j": job({ merchant_name: "Strobl" }), "/v1/ops/jobs/j/contacts": { stops } });
  assert.doesNotMatch(await opened(jobDrawer(desk, "j")), /Show contacts/); // who dispatches, without the right
  desk.session.rights.push("ops:contacts");
  const drawer = jobDrawer(desk, "j");
  assert.match(await opened(drawer), /merchant Strobl.*Show contacts/s);
  assert.ok(!desk.asked.includes("/v1/ops/jobs/j/contacts")); // a look is on record
  drawer.element.button("Show contacts").click();
  await settle();
  assert.match(drawer.element.textContent, /Graben 1.*nobody named.*Naschmarkt 5.*Max \+431.*ring twice.*shed/s);
  desk.model.takeJob(job({ version: 2, status: "canceled", ended_at: "2026-11-22T12:00:00Z" }));
  drawer.update();
  assert.doesNotMatch(drawer.element.textContent, /Naschmarkt/);
});
