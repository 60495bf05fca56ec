// A sheet about a stop stays while the stop is what it was, and goes when it is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking, isStanding } from "../../../service/web/static/courier/asking.js";

const STOP = { stop_id: "s1", required_proofs: ["photo", "code"] };

test("a question stands while its stop asks for the same", () => {
  assert.ok(isStanding(STOP, [{ stop_id: "s0" }, { ...STOP, required_proofs: ["code", "photo"], status: "arrived" }]));
  assert.ok(isStanding({ stop_id: "s1" }, [{ stop_id: "s1", required_proofs: [] }]));
  assert.ok(!isStanding(STOP, [{ ...STOP, required_proofs: ["photo"] }]));
  assert.ok(!isStanding(STOP, []));
});

test("the sheet is taken away when the job is", () => {
  const courier = { stops: [STOP] };
  const asking = new Asking(courier);
  asking.follow(); // nothing is asked
  const sheet = new AbortController();
  asking.open = { stop: STOP, sheet };
  asking.follow();
  assert.ok(!sheet.signal.aborted);
  courier.stops = [];
  asking.follow();
  assert.ok(sheet.signal.aborted);
});
