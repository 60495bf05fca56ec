// What a busy server puts off is said once more, however many things were put off, and not more and more often.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Courier } from "../../../service/web/static/courier/courier.js";
import { PutOff } from "../../../service/web/static/courier/put_off.js";

const PAUSE_MS = 20;
const ROUNDS_COUNT = 6;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function storeOf() {
  const rows = new Map();
  return {
    get length() {
      return rows.size;
    },
    key: (index) => [...rows.keys()][index] ?? null,
    getItem: (name) => rows.get(name) ?? null,
    setItem: (name, text) => void rows.set(name, text),
    removeItem: (name) => void rows.delete(name),
  };
}

/** A courier with a connection to a server that says "not now" to everything; and what was said, in order. */
function putOffCourier() {
  const pictures = { of: () => [], forgetAllBut: async () => {}, send: async () => "sent" };
  const means = { geolocation: undefined, isSeen: () => true, changed: () => {}, warn: assert.fail };
  const courier = new Courier({ session: {}, store: storeOf(), pictures, ...means });
  const said = [];
  courier.stream.link.isOpen = courier.stream.link.isLive = true;
  courier.stream.socket = {
    close() {},
    send: (text) => {
      const { ref } = JSON.parse(text);
      said.push(ref);
      const refused = { type: "refused", code: "unavailable", detail: "", ref, retry_in_ms: PAUSE_MS };
      setTimeout(() => courier.stream.carryOut([{ do: "deliver", message: refused }]), 1);
    },
  };
  return { courier, said };
}

for (const count of [1, 3]) {
  test(`of ${count} that are put off each is said once a pause`, async () => {
    const { courier, said } = putOffCourier();
    for (let number = 0; number < count; number += 1) courier.say({ type: "send_message", job_id: "j", text: `${number}` });
    await sleep(ROUNDS_COUNT * PAUSE_MS);
    courier.stream.link.isLive = false; // nothing more is said
    const most = 2 * ROUNDS_COUNT + 2; // pauses are spread down to half of what was asked
    for (const ref of new Set(said)) {
      const times = said.filter((one) => one === ref).length;
      assert.ok(times >= 2 && times <= most, `${times} times, ${most} at most`);
    }
    assert.equal(new Set(said).size, count);
  });
}

test("the last that may be said decides when, and a new connection says all at once", async () => {
  let count = 0;
  const putOff = new PutOff(() => (count += 1));
  putOff.later(1_000_000);
  putOff.later(1);
  await sleep(10);
  assert.equal(count, 0);
  putOff.now();
  assert.equal(count, 1);
  putOff.later(1);
  putOff.later(2);
  await sleep(20);
  assert.equal(count, 2);
});
