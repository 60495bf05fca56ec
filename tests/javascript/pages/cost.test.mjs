// What a page's own work costs is added up by name, whatever becomes of the work.

import assert from "node:assert/strict";
import test from "node:test";
import { costsSoFar, counted } from "../../../service/web/static/shared/cost.js";

test("each piece of work adds its time, one that fails too", (t) => {
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  assert.equal(counted("draw", () => ((nowMs += 3), "drawn")), "drawn");
  assert.throws(() => counted("draw", () => ((nowMs += 5), assert.fail())));
  const told = costsSoFar();
  assert.deepEqual(told, { draw: { count: 2, ms: 8, ms_max: 5 } });
  counted("draw", () => (nowMs += 1));
  assert.equal(told.draw.count, 2);
});
