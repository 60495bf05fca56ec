// Lists that follow values, and stand still under the mouse.

import assert from "node:assert/strict";
import test from "node:test";
import { element } from "./page.mjs";
import { listOf } from "../../../service/web/static/shared/list.js";

function heldList() {
  const container = element("ol");
  const render = (name) => Object.assign(element("li"), { textContent: name });
  const show = listOf(container, { key: (name) => name, render, isHeld: () => true });
  show(["anna", "bert"]);
  return { show, texts: () => container.childNodes.map((one) => one.textContent) };
}

test("rows under the mouse neither come, go nor move by themselves", () => {
  const { show, texts } = heldList();
  show(["cora", "bert"]);
  assert.deepEqual(texts(), ["anna", "bert"]);
});

test("whoever asks for other rows gets them, also under the mouse", () => {
  const { show, texts } = heldList();
  show(["cora", "bert"], true);
  assert.deepEqual(texts(), ["cora", "bert"]);
});
