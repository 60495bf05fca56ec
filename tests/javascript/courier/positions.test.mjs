// Where the phone is: fresh readings or none, numbered.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Positions } from "../../../service/web/static/courier/positions.js";

const READING = {
  coords: { latitude: 48.2, longitude: 16.37, accuracy: 7.5 },
  timestamp: Date.UTC(2026, 10, 20, 17),
};

// A browser whose next readings are these: a place, or the error that there is instead.
function phoneOf(...readings) {
  const geolocation = {
    getCurrentPosition(found, lost) {
      const reading = readings.shift();
      if (reading.coords) found(reading);
      else lost({ PERMISSION_DENIED: 1, ...reading });
    },
  };
  const sent = [];
  const positions = new Positions({
    geolocation,
    send: (message) => sent.push(message),
    changed: () => {},
  });
  return { positions, sent };
}

test("each report is numbered and says how exact it is, and of when", async () => {
  const { positions, sent } = phoneOf(READING, READING);
  await positions.report();
  await positions.report();
  assert.deepEqual(sent.map(({ seq }) => seq), [1, 2]);
  assert.deepEqual(sent[0], {
    type: "report_position",
    seq: 1,
    lat_deg: 48.2,
    lng_deg: 16.37,
    accuracy_m: 7.5,
    fixed_at: "2026-11-20T17:00:00.000Z",
  });
  assert.equal(positions.sight, "known");
});

test("without a reading nothing is sent, and it is known why", async () => {
  const { positions, sent } = phoneOf({ code: 2 }, { code: 1 });
  await positions.report();
  assert.equal(positions.sight, "lost");
  await positions.report();
  assert.equal(positions.sight, "refused");
  assert.deepEqual([sent, positions.fix], [[], null]);
});

test("a reading that is no better than a country is sent as far as the protocol goes", async () => {
  const { positions, sent } = phoneOf({ ...READING, coords: { ...READING.coords, accuracy: 1e9 } });
  await positions.report();
  assert.equal(sent[0].accuracy_m, 100_000);
});

test("a browser that knows no places is one that refuses", async () => {
  const positions = new Positions({ geolocation: undefined, send: assert.fail, changed: () => {} });
  await positions.report();
  assert.equal(positions.sight, "refused");
});
