// The pictures of a stop: kept through reloads, sent once, in order, and before the stop is done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pictures } from "../../../service/web/static/courier/pictures.js";
import { fitting } from "../../../service/web/static/courier/shrink.js";
import { Telling } from "../../../service/web/static/courier/telling.js";
import { Refusal } from "../../../service/web/static/shared/api.js";

const LOST = new Refusal(0, "unreachable", "The service cannot be reached.");
const INVALID = new Refusal(422, "proof_invalid", "this is no JPEG, PNG or WebP");

class Shelf {
  constructor() {
    this.rows = new Map();
  }
  all = async () => [...this.rows.values()];
  put = async (picture) => void this.rows.set(picture.id, { ...picture });
  delete = async (id) => void this.rows.delete(id);
}

/** Pictures over a service that answers these, one after the other, and then takes everything. */
function pictures({ shelf = new Shelf(), answers = [] } = {}) {
  let count = 0;
  const asked = [];
  const put = async (path) => {
    asked.push(path);
    const answer = answers.shift();
    if (answer) throw answer;
  };
  const made = new Pictures({ shelf, put, newId: () => `id-${shelf.rows.size}-${(count += 1)}`, changed: () => {} });
  return { made, asked, shelf };
}

const blob = (text) => new Blob([text], { type: "image/png" });

test("a picture is sent to its stop, once", async () => {
  const { made, asked } = pictures();
  await made.keep("s1", "photo", blob("a"));
  const ids = made.of("s1").map(({ id }) => id);
  assert.equal(await made.send(ids), "sent");
  assert.equal(await made.send(ids), "sent");
  assert.deepEqual(asked, [`/v1/courier/stops/s1/proofs/${ids[0]}?kind=photo`]);
});

test("another picture of the same kind takes the place of the one before", async () => {
  const { made, shelf } = pictures();
  await made.keep("s1", "photo", blob("a"));
  await made.keep("s1", "signature", blob("b"));
  await made.keep("s1", "photo", blob("c"));
  assert.deepEqual(made.of("s1").map(({ kind }) => kind).sort(), ["photo", "signature"]);
  assert.equal(await made.of("s1").find(({ kind }) => kind === "photo").blob.text(), "c");
  assert.equal(shelf.rows.size, 2);
});

test("in a tunnel nothing is lost, and a reload goes on where it was", async () => {
  const { made, shelf } = pictures({ answers: [null, LOST] });
  await made.keep("s1", "photo", blob("a"));
  await made.keep("s1", "signature", blob("b"));
  const ids = made.of("s1").map(({ id }) => id);
  assert.equal(await made.send(ids), "later");
  const { made: again, asked } = pictures({ shelf });
  await again.load();
  assert.equal(await again.send(ids), "sent");
  assert.deepEqual(asked, [`/v1/courier/stops/s1/proofs/${ids[1]}?kind=signature`]);
});

test("what is refused for good is forgotten, and said", async () => {
  const { made, shelf } = pictures({ answers: [INVALID] });
  await made.keep("s1", "photo", blob("no picture"));
  assert.equal(await made.send(made.of("s1").map(({ id }) => id)), INVALID);
  assert.deepEqual(made.of("s1"), []);
  assert.equal(shelf.rows.size, 0);
});

test("a server that is busy is asked again", async () => {
  for (const code of ["overloaded", "unavailable", "rate_limited", "lock_contention"]) {
    const { made } = pictures({ answers: [new Refusal(503, code, "")] });
    await made.keep("s1", "photo", blob("a"));
    const ids = made.of("s1").map(({ id }) => id);
    assert.equal(await made.send(ids), "later");
    assert.equal(await made.send(ids), "sent");
  }
});

test("pictures of stops that are over are forgotten", async () => {
  const { made, shelf } = pictures();
  await made.keep("s1", "photo", blob("a"));
  await made.keep("s2", "photo", blob("b"));
  await made.forgetAllBut(["s2"]);
  assert.deepEqual([made.of("s1").length, made.of("s2").length, shelf.rows.size], [0, 1, 1]);
  assert.equal(await made.send(["gone"]), "sent"); // the server has them, or says what is missing
});

test("a photo is never made larger, and never longer than it may be", () => {
  assert.deepEqual(fitting({ width: 4_000, height: 3_000 }, 1_600), { width: 1_600, height: 1_200 });
  assert.deepEqual(fitting({ width: 300, height: 400 }, 1_600), { width: 300, height: 400 });
  assert.deepEqual(fitting({ width: 90_000, height: 1 }, 1_600), { width: 1_600, height: 1 });
});

/** Let everything that waits for nothing but its turn happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Stops that are told of over a connection that notes what it hears. */
function telling({ intents, answers = [] }) {
  const heard = [];
  const refused = [];
  const connection = { isThere: true };
  const done = new Set();
  const made = new Telling({
    pictures: { send: async (ids) => (ids.length > 0 ? answers.shift() ?? "sent" : "sent") },
    unconfirmed: () => intents.filter((one) => !done.has(one)),
    send: ({ type }) => connection.isThere && heard.push(type) > 0,
    refuse: (ref, { code }) => {
      refused.push(code);
      intents.splice(intents.findIndex((one) => one.ref === ref), 1);
    },
  });
  /** The server says that the first is done. */
  const confirm = () => {
    done.add(intents.find((one) => !done.has(one)));
    made.tell();
    return settle();
  };
  return { made, heard, refused, connection, confirm };
}

const ARRIVE = { ref: "r1", message: { type: "arrive_at_stop", stop_id: "s1" } };
const COMPLETE = { ref: "r2", message: { type: "complete_stop", stop_id: "s1", proof: { ids: ["p1"] } } };
const NEXT = { ref: "r3", message: { type: "arrive_at_stop", stop_id: "s2" } };

test("a stop is told of after its pictures, and the next one after it, each once", async () => {
  const { made, heard, confirm } = telling({ intents: [ARRIVE, COMPLETE, NEXT] });
  made.tell();
  made.tell();
  await settle();
  assert.deepEqual(heard, ["arrive_at_stop"]);
  await confirm();
  await confirm();
  assert.deepEqual(heard, ["arrive_at_stop", "complete_stop", "arrive_at_stop"]);
});

test("while a picture is on its way nothing of later stops is told", async () => {
  const { made, heard, confirm } = telling({ intents: [ARRIVE, COMPLETE, NEXT], answers: ["later"] });
  made.tell();
  await settle();
  await confirm();
  assert.deepEqual(heard, ["arrive_at_stop"]);
  made.beginAgain(); // there is a network again
  await settle();
  assert.deepEqual(heard, ["arrive_at_stop", "complete_stop"]);
  await confirm();
  assert.deepEqual(heard, ["arrive_at_stop", "complete_stop", "arrive_at_stop"]);
});

test("a picture that is no good takes with it what was built upon it", async () => {
  const { made, heard, refused } = telling({ intents: [COMPLETE], answers: [INVALID] });
  made.tell();
  await settle();
  assert.deepEqual([heard, refused], [[], ["proof_invalid"]]);
});

test("what was said without a connection is told on the next one", async () => {
  const { made, heard, connection } = telling({ intents: [ARRIVE] });
  connection.isThere = false;
  made.tell();
  await settle();
  connection.isThere = true;
  made.tell();
  await settle();
  assert.deepEqual(heard, ["arrive_at_stop"]);
});
