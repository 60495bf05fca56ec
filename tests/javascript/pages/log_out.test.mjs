// Who logs out is out, or is told that it failed; and what a narrow screen hides is reckoned with.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { coveredBy } from "../../../service/web/static/ops/drawer.js";
import { header } from "../../../service/web/static/ops/header.js";
import { forgetPictures, proofsView } from "../../../service/web/static/ops/proofs_view.js";

function barWith(logOut) {
  const session = { name: "Olga", role: "viewer", rights: [], markets: [], market_id: "vienna" };
  return header({ desk: { session }, market: { name: "Vienna", timezone: "Europe/Vienna" }, replayButton: null, turnTo: () => {}, logOut }).element;
}

test("a log-out that the service did not hear of is told, and can be tried again", async () => {
  let isReached = false;
  const bar = barWith(async () => {
    if (!isReached) throw new Error("The service cannot be reached.");
  });
  const out = bar.button("Log out");
  const [told] = bar.all((one) => one.role === "alert");
  assert.equal(told.hidden, true);
  out.click();
  await settle();
  assert.match(bar.textContent, /Not logged out: The service cannot be reached\./);
  assert.deepEqual([told.hidden, out.disabled], [false, false]);
  isReached = true;
  out.click();
  await settle();
  assert.equal(told.hidden, true);
});

test("pictures of proofs are let go of with the console", async () => {
  const [made, revoked] = [[], []];
  Object.assign(URL, { createObjectURL: () => `blob:${made.push("one")}`, revokeObjectURL: (url) => revoked.push(url) });
  const proof = { id: "p", kind: "photo", created_at: "2026-11-22T12:00:00Z", media_type: "image/webp" };
  const api = { fetch: async () => ({ blob: async () => "bytes" }) };
  proofsView(api, "j", { stops: [], proofs: [proof] });
  await settle();
  forgetPictures();
  assert.deepEqual(revoked, ["blob:1"]);
  proofsView(api, "j", { stops: [], proofs: [proof] });
  await settle();
  assert.equal(made.length, 2);
});

test("a place is shown beside the drawer, or above it on a narrow screen", () => {
  const map = { left: 0, top: 50, right: 800, bottom: 650 };
  assert.deepEqual(coveredBy(null, map), { left: 0, top: 0, right: 0, bottom: 0 });
  assert.equal(coveredBy({ left: 12, top: 62, right: 392, bottom: 638 }, map).left, 392);
  assert.equal(coveredBy({ left: 0, top: 450, right: 800, bottom: 900 }, map).bottom, 200);
  assert.deepEqual(coveredBy({ left: 0, top: 40, right: 800, bottom: 900 }, map), coveredBy(null, map));
});
