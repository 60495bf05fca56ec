// Two couriers share a phone: what one has said and not been heard with is never said by the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT_MS_MAX, said } from "../../../service/web/static/courier/intents.js";
import { Kept } from "../../../service/web/static/courier/kept.js";
import { Pictures } from "../../../service/web/static/courier/pictures.js";

class Store {
  constructor() {
    this.rows = new Map();
  }
  get length() {
    return this.rows.size;
  }
  key = (index) => [...this.rows.keys()][index] ?? null;
  getItem = (key) => this.rows.get(key) ?? null;
  setItem = (key, text) => void this.rows.set(key, text);
  removeItem = (key) => void this.rows.delete(key);
}

const OFF = said([], { type: "set_status", status: "offline" }, "r1", 1_000);
const open = (store, now = 1_000) => new Kept(store, () => now);

test("what was said stays for who said it, through a reload without a network", () => {
  const store = new Store();
  const kept = open(store);
  assert.equal(kept.belongTo("anna"), true);
  kept.write(OFF);
  const again = open(store);
  assert.deepEqual(again.read(), OFF);
  assert.equal(again.belongTo("anna"), false);
});

test("the next courier on the phone has said nothing, and the first finds it again", () => {
  const store = new Store();
  const kept = open(store);
  kept.belongTo("anna");
  kept.write(OFF); // and her log-in ends
  const next = open(store);
  assert.equal(next.belongTo("ben"), true);
  assert.deepEqual(next.read(), []);
  next.write([]);
  const back = open(store);
  back.belongTo("anna");
  assert.deepEqual(back.read(), OFF);
  back.forget();
  assert.deepEqual([...store.rows.keys()], []);
});

test("what the page of before has kept is of who is here first", () => {
  const store = new Store();
  store.setItem("hexhaul-courier-intents", JSON.stringify(OFF));
  const kept = open(store);
  assert.deepEqual(kept.read(), OFF);
  kept.belongTo("anna");
  assert.deepEqual(kept.read(), OFF);
  assert.equal(store.getItem("hexhaul-courier-intents"), null);
});

test("who does not come back leaves nothing behind after a day", () => {
  const store = new Store();
  const kept = open(store);
  kept.belongTo("anna");
  kept.write(OFF);
  open(store, 1_000 + KEPT_MS_MAX);
  assert.deepEqual([...store.rows.keys()], ["hexhaul-courier-id"]);
});

test("the stops of one courier do not decide about the pictures of another", async () => {
  const rows = new Map();
  const shelf = {
    all: async () => [...rows.values()],
    put: async (picture) => void rows.set(picture.id, picture),
    delete: async (id) => void rows.delete(id),
  };
  let count = 0;
  const made = new Pictures({ shelf, put: assert.fail, newId: () => `p${(count += 1)}`, changed: () => {} });
  made.courierId = "anna";
  await made.keep("s1", "photo", new Blob(["a"]));
  made.courierId = "ben";
  await made.keep("s2", "photo", new Blob(["b"]));
  await made.forgetAllBut([]);
  assert.deepEqual([...rows.keys()], ["p1"]);
  rows.get("p1").takenAt -= KEPT_MS_MAX + 1;
  await new Pictures({ shelf, put: assert.fail, newId: assert.fail, changed: () => {} }).load();
  assert.deepEqual([...rows.keys()], []);
});
