// An offer is heard, felt, and noted where the page is not seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ringer } from "../../../service/web/static/courier/ringer.js";

/** A browser: its sound sleeps until it is woken; what it was asked for is kept. */
function browser({ permission = "granted", isSeen = true, hasSound = true } = {}) {
  const did = { notes: [], trembles: 0, sounds: 0, closed: 0 };
  const ramps = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  const audio = {
    state: "suspended",
    currentTime: 0,
    destination: {},
    resume: async () => void (audio.state = "running"),
    createGain: () => ({ connect() {}, gain: ramps }),
    createOscillator: () => ({ connect() {}, frequency: ramps, start: () => (did.sounds += 1), stop() {} }),
  };
  const notes = { permission, requestPermission: async () => (notes.permission = "granted") };
  const ringer = new Ringer({
    openAudio: () => (hasSound ? audio : null),
    notes,
    isSeen: () => isSeen,
    tremble: () => (did.trembles += 1),
    registration: async () => ({
      showNotification: async (words) => void did.notes.push(words),
      getNotifications: async () => did.notes.map(() => ({ close: () => (did.closed += 1) })),
    }),
  });
  return { ringer, did, audio };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("after a touch of the page an offer sounds, before it only trembles", () => {
  const { ringer, did, audio } = browser();
  ringer.ring("Offer");
  assert.deepEqual([did.sounds, did.trembles], [0, 1]);
  ringer.touched();
  ringer.ring("Offer");
  assert.deepEqual([did.sounds, did.trembles], [1, 2]);
  audio.state = "interrupted"; // by a call
  ringer.touched();
  assert.equal(audio.state, "running");
});

test("a browser without sound has none", () => {
  const { ringer, did } = browser({ hasSound: false });
  ringer.touched();
  ringer.ring("Offer");
  assert.equal(did.sounds, 0);
});

test("where the page is not seen a note is shown, and taken away with the offer", async () => {
  const { ringer, did } = browser({ isSeen: false });
  ringer.ring("Offer: 3.80");
  await settle();
  assert.deepEqual(did.notes, ["Offer: 3.80"]);
  await ringer.quieten();
  assert.equal(did.closed, 1);
});

test("nothing is noted where the page is seen, or where it was not allowed", async () => {
  for (const means of [{}, { isSeen: false, permission: "denied" }, { isSeen: false, permission: "default" }]) {
    const { ringer, did } = browser(means);
    ringer.ring("Offer");
    await settle();
    assert.deepEqual(did.notes, []);
  }
});

test("it is asked once whether notes may be shown", async () => {
  const { ringer } = browser({ permission: "default" });
  assert.ok(ringer.mayAsk);
  await ringer.ask();
  assert.ok(!ringer.mayAsk);
});
