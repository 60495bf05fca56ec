// Instants are told by the clocks of the market.

import assert from "node:assert/strict";
import test from "node:test";
import { suspensionInWords } from "../../../service/web/static/ops/do_courier.js";
import { clockTime, dayAndTime, tellDaysBy, tellTimesOf, when, zoneName } from "../../../service/web/static/shared/format.js";

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

test("the day is told where it is not today, by the market's own midnight", () => {
  tellTimesOf("Europe/Vienna");
  assert.equal(when(WINTER), "00:30"); // as long as nobody has said which day is today
  tellDaysBy(() => Date.parse("2026-11-23T12:00:00Z"));
  assert.deepEqual([when(WINTER), when("2026-11-22T22:30:05Z", true)], ["00:30", "22 Nov 23:30:05"]);
  tellDaysBy(() => Date.parse("2026-11-22T12:00:00Z"));
  assert.equal(when(WINTER), "23 Nov 00:30");
});

test("a zone that the browser does not know is told as what it is: UTC", () => {
  tellTimesOf("Nowhere/Else");
  assert.deepEqual([clockTime(WINTER), zoneName(WINTER), clockTime(null)], ["23:30", "UTC", "–"]);
});
