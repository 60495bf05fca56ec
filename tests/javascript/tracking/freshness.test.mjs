// A recipient's page that hears nothing says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, isStale, missed, staleWords } from "../../../service/web/static/tracking/freshness.js";

const AT = new Date(2026, 10, 22, 14, 2).getTime();

test("one look in vain is nothing, two are said with the time of the last news", () => {
  const once = missed(heard(AT));
  assert.equal(staleWords(once), "");
  const twice = missed(once);
  assert.ok(isStale(twice));
  assert.match(staleWords(twice, "en-GB"), /^No news since 14:02\./);
});

test("with the next news it is fresh again", () => {
  const later = heard(AT + 60_000);
  assert.ok(!isStale(missed(later)));
  assert.equal(staleWords(later), "");
});
