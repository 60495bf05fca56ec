// Views whose code comes behind the first content.
import "./page.mjs";
import assert from "node:assert/strict";
import test from "node:test";

import { el } from "../../../service/web/static/shared/dom.js";
import { later } from "../../../service/web/static/shared/later.js";

/** A view that notes how often it was updated. */
function noted() {
  const view = { element: el("p", null, "here"), count: 0, update: () => (view.count += 1) };
  return view;
}

/** A promise, and what keeps it. */
function promised() {
  let keep = () => {};
  return [new Promise((resolve) => (keep = resolve)), (value) => keep(value)];
}

/** The place of the view on the page. */
function standing(view) {
  const place = el("div", null, view.element);
  document.body.append(place);
  return place;
}

test("a view stands in its place when its code has come, and is updated then for who waits", async () => {
  const [[coming, arrive], view] = [promised(), noted()];
  const shown = later(coming, () => view);
  const place = standing(shown);
  shown.update();
  assert.equal(place.textContent, "");
  arrive({});
  await coming;
  assert.deepEqual([place.textContent, view.count], ["here", 1]);
  shown.update();
  assert.equal(view.count, 2);
});

test("a view that nobody looks at yet is not updated", async () => {
  const view = noted();
  const place = standing(later(Promise.resolve({}), () => view));
  await Promise.resolve();
  assert.deepEqual([place.textContent, view.count], ["here", 0]);
});

test("what was closed before its code came is not opened any more", async () => {
  const [[coming, arrive], opened] = [promised(), []];
  const shown = later(coming, () => opened.push("view"));
  standing(shown).remove();
  shown.update();
  arrive({});
  await coming;
  assert.deepEqual(opened, []);
});

test("code that does not come is told", async () => {
  const place = standing(later(Promise.reject(new Error("gone")), noted));
  await new Promise((resolve) => setTimeout(resolve));
  assert.match(place.textContent, /did not come/);
});
