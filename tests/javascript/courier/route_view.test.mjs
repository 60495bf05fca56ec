// The next stop with what can be said of it, and what stays aboard meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { element } from "../pages/page.mjs";
import { routeView } from "../../../service/web/static/courier/route_view.js";

const job = (changes = {}) => ({
  job_id: "j1", status: "enroute_to_dropoff", reference: "order-7", items_count: 1, weight_g: 500, size_class: "small", requirements: [], ...changes,
});
const stop = (kind, status = "arrived") => ({ stop_id: "s1", job_id: "j1", kind, status, address: "Graben 1", lat_deg: 48.2, lng_deg: 16.3 });
const clock = { ageMs: () => 0, nowMs: () => 0 };

function drawn(stops, jobs = [job()]) {
  const view = element();
  const nothing = () => {};
  view.append(...routeView({ stops, jobs, clock, arrive: nothing, complete: nothing, fail: nothing }).filter((part) => part !== null));
  return view;
}

test("each kind of stop is done in its own words", () => {
  assert.ok(drawn([stop("pickup")]).button("I have the parcel"));
  assert.ok(drawn([stop("dropoff")]).button("Delivered"));
  assert.ok(drawn([stop("return")]).button("Given back"));
});

test("a parcel that dispatch decides about is named above the stops that follow", () => {
  const waiting = job({ job_id: "j2", status: "undeliverable", reference: "order-9" });
  assert.match(drawn([stop("pickup")], [job(), waiting]).textContent, /Keep aboard: No. order-9. Dispatch decides/);
  assert.match(drawn([stop("pickup")], [job(), { ...waiting, reference: null }]).textContent, /Keep aboard: 1 parcel\./);
  assert.doesNotMatch(drawn([stop("pickup")]).textContent, /Keep aboard/);
});
