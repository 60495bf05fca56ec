// A new critical exception is told to people who look at something else, and told once.

import assert from "node:assert/strict";
import test from "node:test";
import "./page.mjs";
import { alarms } from "../../../service/web/static/ops/alarms.js";
import { chime } from "../../../service/web/static/ops/chime.js";
import { Model } from "../../../service/web/static/ops/model.js";

const exception = (id, changes = {}) => ({
  id, kind: "late_risk", severity: "critical", job_id: "job-123456", courier_id: null, opened_at: "2026-11-22T10:00:00Z", resolved_at: null, version: 1, ...changes,
});

function told() {
  const [model, page, rings] = [new Model(), { title: "Hexhaul ops" }, []];
  const part = alarms({ model, page, ring: () => rings.push("ring") });
  return { model, page, rings, part };
}

test("a new critical one is said, counted in the title and heard", () => {
  const { model, page, rings, part } = told();
  model.takeException(exception("a", { severity: "warning" }));
  part.update();
  assert.deepEqual([page.title, part.element.textContent, rings.length], ["Hexhaul ops", "", 0]);
  model.takeException(exception("a", { version: 2 })); // it has become worse
  part.update();
  part.update();
  assert.deepEqual([page.title, part.element.textContent], ["(1) Hexhaul ops", "Critical: late risk, job 123456"]);
  assert.equal(rings.length, 1);
  model.takeException(exception("a", { version: 3, resolved_at: "2026-11-22T10:05:00Z" }));
  part.update();
  assert.equal(page.title, "Hexhaul ops");
});

test("many at once are one sentence, and rows that are read anew are no news", () => {
  const { model, page, rings, part } = told();
  for (const id of ["a", "b", "c"]) model.takeException(exception(id));
  part.update();
  assert.deepEqual([part.element.textContent, rings.length], ["3 new critical exceptions", 1]);
  model.forgetRows();
  part.update();
  model.takeException(exception("a"));
  part.update();
  assert.deepEqual([page.title, rings.length], ["(1) Hexhaul ops", 1]);
  part.close();
  assert.equal(page.title, "Hexhaul ops");
});

test("the sound is turned off for good, and a browser without any is silent", () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const sound = chime();
  assert.equal(sound.element["aria-pressed"], "true");
  sound.ring();
  sound.element.click();
  assert.equal(sound.element["aria-pressed"], "false");
  assert.equal(chime().element["aria-pressed"], "false");
});
