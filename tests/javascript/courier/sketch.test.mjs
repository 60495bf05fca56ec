// The small map, and the time to answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLeft } from "../../../service/web/static/courier/countdown.js";
import { linesWithin, sketch } from "../../../service/web/static/shared/sketch.js";

const BOX = { width: 300, height: 200, padding: 20 };
const HERE = { lat_deg: 48.2, lng_deg: 16.36 };

test("a second is shown until it is over, and a time that has passed is none", () => {
  const countdown = { endsAtMs: 10_000, wholeMs: 8_000 };
  assert.deepEqual(timeLeft(countdown, 2_000), { leftMs: 8_000, leftS: 8, share: 1 });
  assert.deepEqual(timeLeft(countdown, 9_001), { leftMs: 999, leftS: 1, share: 999 / 8_000 });
  assert.deepEqual(timeLeft(countdown, 12_000), { leftMs: 0, leftS: 0, share: 0 });
});

test("all places lie within the padding, the north is up and the east is right", () => {
  const places = [HERE, { lat_deg: 48.21, lng_deg: 16.37 }, { lat_deg: 48.19, lng_deg: 16.4 }];
  const pixels = places.map(sketch(places, BOX).place);
  for (const { x, y } of pixels) {
    assert.ok(19.9 <= x && x <= 280.1 && 19.9 <= y && y <= 180.1, `${x} ${y}`);
  }
  assert.ok(pixels[1].y < pixels[0].y && pixels[0].y < pixels[2].y);
  assert.ok(pixels[0].x < pixels[1].x && pixels[1].x < pixels[2].x);
});

test("one place is in the middle, with a scale that can be drawn", () => {
  const { place, scale } = sketch([HERE], BOX);
  assert.deepEqual(place(HERE), { x: 150, y: 100 });
  assert.deepEqual(scale, { metres: 200, pixels: 80 });
});

test("distances are true in every direction", () => {
  const here = { lat_deg: 60, lng_deg: 10 }; // where a degree of longitude is half as long
  const [east, north] = [{ ...here, lng_deg: 10.02 }, { ...here, lat_deg: 60.01 }];
  const { place, scale } = sketch([here, east, north], BOX);
  const right = place(east).x - place(here).x;
  assert.ok(Math.abs(right - (place(here).y - place(north).y)) < 0.1);
  assert.ok(Math.abs(right / scale.pixels - 1_113 / scale.metres) < 0.02);
});

test("roads that do not cross the box are left out", () => {
  const through = { coordinates: [[16.3, 48.2], [16.4, 48.2]] };
  const north = { coordinates: [[16.3, 48.3], [16.4, 48.3]] };
  const found = linesWithin([through, north], sketch([HERE], BOX), BOX);
  assert.equal(found.length, 1);
  assert.deepEqual(found[0].map(({ y }) => y), [100, 100]);
});
