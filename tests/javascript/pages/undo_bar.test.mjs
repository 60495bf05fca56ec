// The way back from what was just done: of the latest act only, however slow the answer about another is.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { undoBar } from "../../../service/web/static/ops/undo_bar.js";

/** A bar, the paths that were asked, and how to answer them. */
function opened() {
  const [asked, answers] = [[], []];
  const post = (path) => {
    asked.push(path);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  };
  return { bar: undoBar({ api: { post }, changed: () => {} }), asked, answers };
}

test("an act is undone, and that is told", async () => {
  const { bar, asked, answers } = opened();
  bar.offer("The market is paused.", "one");
  bar.element.button("Undo").click();
  answers[0].resolve({});
  await settle();
  assert.deepEqual(asked, ["/v1/ops/acts/one/undo"]);
  assert.match(bar.element.textContent, /Undone/);
});

test("what is done while another act is being undone can be undone as well", async () => {
  const { bar, asked, answers } = opened();
  bar.offer("The market is paused.", "one");
  bar.element.button("Undo").click();
  bar.offer("Anna is paused.", "two");
  answers[0].resolve({});
  await settle();
  assert.match(bar.element.textContent, /Anna is paused/);
  bar.element.button("Undo").click();
  assert.equal(asked.at(-1), "/v1/ops/acts/two/undo");
});

test("nor does the failure of one take the way back from the other", async () => {
  const { bar, asked, answers } = opened();
  bar.offer("The market is paused.", "one");
  bar.element.button("Undo").click();
  bar.offer("Anna is paused.", "two");
  answers[0].reject(new Error("no"));
  await settle();
  bar.element.button("Undo").click();
  assert.equal(asked.at(-1), "/v1/ops/acts/two/undo");
});
