// A market is read page by page: nothing waits for the last one, and nothing is read twice.

import assert from "node:assert/strict";
import test from "node:test";
import { Reading } from "../../../service/web/static/ops/reading.js";

/** A listing of so many pages, one row each; it refuses where it is told to. */
function listing(pagesCount, { refusesOnceAt = -1 } = {}) {
  const asked = [];
  let refusesAt = refusesOnceAt;
  const get = async (path, { cursor = "0" }) => {
    asked.push(`${path} ${cursor}`);
    const number = Number(cursor);
    if (number === refusesAt) {
      refusesAt = -1;
      throw new Error("too many requests");
    }
    return { rows: [number], next_cursor: number + 1 < pagesCount ? String(number + 1) : null };
  };
  return { get, asked };
}

function readingOf(api, options = {}) {
  const [taken, pauses] = [[], []];
  const part = { path: "/rows", field: "rows", take: (rows) => taken.push(...rows), ...options.part };
  const pause = async (ms) => pauses.push(ms);
  return { taken, pauses, reading: new Reading(api, [part], { isWanted: () => true, pause, ...options }) };
}

test("what came before a failure is there, and is not read again", async () => {
  const api = listing(4, { refusesOnceAt: 2 });
  const { taken, reading } = readingOf(api);
  await assert.rejects(reading.goOn(), /too many/);
  assert.deepEqual(taken, [0, 1]);
  await reading.goOn();
  assert.deepEqual(taken, [0, 1, 2, 3]);
  assert.deepEqual(api.asked, ["/rows 0", "/rows 1", "/rows 2", "/rows 2", "/rows 3"]);
});

test("after the first pages it goes slower", async () => {
  const { pauses, reading } = readingOf(listing(50));
  await reading.goOn();
  assert.equal(pauses.length, 10);
});

test("a listing that is too long is cut, and it is said", async () => {
  const { taken, reading } = readingOf(listing(1_000));
  await reading.goOn();
  assert.equal(taken.length, 200);
  assert.match(reading.cutInWords(), /^More rows than this page takes/);
});

test("of some only the first page is read, which is no cut", async () => {
  const { taken, reading } = readingOf(listing(9), { part: { pagesMax: 1 } });
  await reading.goOn();
  assert.deepEqual([taken, reading.cutInWords()], [[0], null]);
});

test("what is no longer wanted is not taken", async () => {
  let isWanted = true;
  const pages = listing(9);
  const get = async (...asked) => {
    const page = await pages.get(...asked);
    isWanted = page.rows[0] < 2;
    return page;
  };
  const { taken, reading } = readingOf({ get }, { isWanted: () => isWanted });
  await reading.goOn();
  assert.deepEqual(taken, [0, 1]);
});

test("an answer that is no listing is taken as it is", async () => {
  const answers = [];
  const get = async () => ({ is_paused: true });
  await new Reading({ get }, [{ path: "/v1/ops/market", take: (answer) => answers.push(answer) }], { isWanted: () => true }).goOn();
  assert.deepEqual(answers, [{ is_paused: true }]);
});
