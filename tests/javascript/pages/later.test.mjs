// Views whose code comes behind the first content.
import { settle } from "./page.mjs";
import assert from "node:assert/strict";
import test from "node:test";

import { Drawer } from "../../../service/web/static/ops/drawer.js";
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

const always = () => true;

/** The place of the view on the page. */
function standing(view) {
  const place = el("div", null, view.element);
  document.body.append(place);
  return place;
}

test("a view stands in its place when its code has come, and is updated then for who waits", async () => {
  const [[coming, arrive], view] = [promised(), noted()];
  const shown = later(coming, () => view, always);
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
  const place = standing(later(Promise.resolve({}), () => view, always));
  await Promise.resolve();
  assert.deepEqual([place.textContent, view.count], ["here", 0]);
});

test("what was closed before its code came is not opened any more", async () => {
  const [[coming, arrive], opened] = [promised(), []];
  const shown = later(coming, () => opened.push("view"), always);
  standing(shown).remove();
  shown.update();
  arrive({});
  await coming;
  assert.deepEqual(opened, []);
});

test("code that does not come is told", async () => {
  const place = standing(later(Promise.reject(new Error("gone")), noted, always));
  await settle();
  assert.match(place.textContent, /did not come/);
});

test("code that breaks when it is opened is told", async () => {
  const broken = () => {
    throw new Error("broken");
  };
  const place = standing(later(Promise.resolve({}), broken, always));
  await settle();
  assert.match(place.textContent, /did not come/);
});

test("a drawer that is closed before its code came opens, and reads, nothing", async () => {
  const [[coming, arrive], view] = [promised(), noted()];
  const drawer = new Drawer({ closed: () => {} });
  document.body.append(drawer.element);
  drawer.show(later(coming, () => view, always));
  drawer.element.listeners.keydown({ key: "Escape" });
  arrive({});
  await settle();
  assert.deepEqual([drawer.element.textContent, view.count], ["", 0]);
});

test("what stands on a page that is over is not opened any more", async () => {
  const [[coming, arrive], opened] = [promised(), []];
  let isOver = false;
  const shown = later(coming, () => opened.push("view"), () => !isOver);
  standing(shown);
  shown.update();
  isOver = true;
  arrive({});
  await settle();
  assert.deepEqual(opened, []);
});
