// Code that does not come at first is asked for again, and not for ever.

import assert from "node:assert/strict";
import { test } from "node:test";

import { patiently } from "../../../service/web/static/shared/patience.js";

/** Code that comes after some failures. */
function comingAfter(failuresCount) {
  const code = { askedCount: 0 };
  code.load = async () => {
    code.askedCount += 1;
    if (code.askedCount <= failuresCount) throw new TypeError(`failed ${code.askedCount}`);
    return "the code";
  };
  return code;
}

test("code that comes is asked for once", async () => {
  const code = comingAfter(0);
  assert.equal(await patiently(code.load, [1, 1]), "the code");
  assert.equal(code.askedCount, 1);
});

test("code that does not come at first is asked for again", async () => {
  const code = comingAfter(2);
  assert.equal(await patiently(code.load, [1, 1]), "the code");
  assert.equal(code.askedCount, 3);
});

test("code that never comes fails with what it failed with last", async () => {
  const code = comingAfter(9);
  await assert.rejects(patiently(code.load, [1, 1]), { message: "failed 3" });
  assert.equal(code.askedCount, 3);
});
