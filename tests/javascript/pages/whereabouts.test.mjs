// Where a courier is: what the map shows, or what the service knows, and never where they were an hour ago.

import assert from "node:assert/strict";
import test from "node:test";
import { whereIs } from "../../../service/web/static/ops/whereabouts.js";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const place = (changes) => ({ lat_deg: 48.2, lng_deg: 16.3, ...changes });

/** A desk whose map shows the courier so, before a service that knows them so; undefined: not at all. */
function desk(shown, row) {
  const positions = new Map(shown === undefined ? [] : [["c", shown]]);
  const get = async () => {
    if (row === undefined) throw new Error("away");
    return row;
  };
  return { api: { get }, model: { positions }, clock: { scale: 1, ageMs: (at) => NOW - Date.parse(at) } };
}

test("what the map shows is believed while it is fresh", async () => {
  assert.equal((await whereIs(desk(place({ at: "2026-11-22T11:59:30Z" })), "c")).lat_deg, 48.2);
});

test("else the service is asked", async () => {
  const row = place({ lat_deg: 48.3, position_at: "2026-11-22T11:59:50Z" });
  assert.deepEqual(await whereIs(desk(place({ at: "2026-11-22T11:00:00Z" }), row), "c"), { lat_deg: 48.3, lng_deg: 16.3 });
});

test("what is old is not where they are", async () => {
  assert.equal(await whereIs(desk(undefined, place({ position_at: "2026-11-22T10:00:00Z" })), "c"), null);
  assert.equal(await whereIs(desk(undefined, { lat_deg: null, lng_deg: null, position_at: null }), "c"), null);
  assert.equal(await whereIs(desk(undefined, undefined), "c"), null);
});
