// Instants are told by the clocks of the market.

import assert from "node:assert/strict";
import test from "node:test";
import { suspensionInWords } from "../../../service/web/static/ops/do_courier.js";
import { clockTime, dayAndTime, tellTimesOf, zoneName } from "../../../service/web/static/shared/format.js";

const [WINTER, SUMMER] = ["2026-11-22T23:30:05Z", "2026-07-01T22:15:00Z"];

test("times are those of the market's clocks, in winter and in summer", () => {
  tellTimesOf("Europe/Vienna");
  assert.deepEqual([clockTime(WINTER), clockTime(WINTER, true), clockTime(SUMMER)], ["00:30", "00:30:05", "00:15"]);
  assert.equal(dayAndTime(WINTER), "2026-11-23 00:30");
  assert.equal(suspensionInWords({ reason: "safety", until: WINTER }), "Safety, until 2026-11-23 00:30");
  tellTimesOf("America/Bogota");
  assert.equal(clockTime(Date.parse(WINTER)), "18:30");
  assert.equal(zoneName(WINTER), "GMT-5");
});

test("a zone that the browser does not know is told as what it is: UTC", () => {
  tellTimesOf("Nowhere/Else");
  assert.deepEqual([clockTime(WINTER), zoneName(WINTER), clockTime(null)], ["23:30", "UTC", "–"]);
});
