// The figures of a period: every span has its place, and gaps stay gaps.

import assert from "node:assert/strict";
import test from "node:test";
import "./page.mjs";
import { chartFigure } from "../../../service/web/static/ops/chart_figure.js";
import { runsOf } from "../../../service/web/static/ops/charts.js";
import { Figures, slotsOf } from "../../../service/web/static/ops/figures.js";

const fromMs = Date.parse("2026-11-22T10:00:00.123Z");
const at = (s) => new Date(fromMs + 1_000 * s).toISOString();

test("spans without anything have a place of their own", () => {
  const found = { span_s: 60, spans: [{ from_at: at(0), n: 1 }, { from_at: at(120), n: 3 }] };
  const slots = slotsOf(found, { fromMs, toMs: fromMs + 240_000 });
  assert.deepEqual(slots.map(({ row }) => row?.n ?? null), [1, null, 3, null]);
  assert.equal(slots[3].atMs, fromMs + 180_000);
});

test("lines are broken where there is nothing", () => {
  assert.deepEqual(runsOf([null, 1, 2, null, 3]), [{ first: 1, values: [1, 2] }, { first: 4, values: [3] }]);
  assert.deepEqual(runsOf([null, null]), []);
  assert.deepEqual(runsOf([0]), [{ first: 0, values: [0] }]);
});

function figuresOf(answer) {
  const asked = [];
  const api = { get: async (path, query) => (asked.push({ path, query }), answer(path)) };
  return { figures: new Figures({ api, clock: { nowMs: () => fromMs } }), asked };
}

test("figures are read now and then, and at once when another period is chosen", async () => {
  const { figures, asked } = figuresOf((path) => ({ span_s: 150, spans: [], path }));
  await figures.read(0);
  await figures.read(19_999);
  assert.equal(asked.length, 7);
  figures.reach(6);
  await figures.read(20_000);
  assert.equal(asked.length, 14);
  const { from, to } = asked.at(-1).query;
  assert.equal(Date.parse(to) - Date.parse(from), 6 * 3_600_000);
  assert.equal(figures.slots("pickups").length, 144);
});

test("figures are asked for one after the other: the service has few places for reads", async () => {
  let [underWay, most] = [0, 0];
  const { figures, asked } = figuresOf(async () => {
    most = Math.max(most, (underWay += 1));
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return { span_s: 60, spans: [] };
  });
  await figures.read(0);
  assert.deepEqual([asked.length, most], [7, 1]);
});

test("who chooses another period waits for none of the old one's figures", async () => {
  const { figures, asked } = figuresOf(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { span_s: 60, spans: [] };
  });
  const before = figures.read(0);
  figures.reach(6);
  await Promise.all([before, figures.read(1)]);
  assert.equal(asked.length, 1 + 7);
  assert.equal(Date.parse(asked.at(-1).query.to) - Date.parse(asked.at(-1).query.from), 6 * 3_600_000);
  assert.equal(figures.version, 1);
});

test("figures of another period are not shown meanwhile, those of now are", async () => {
  const { figures } = figuresOf(() => ({ span_s: 60, spans: [] }));
  await figures.read(0);
  figures.reach(6);
  assert.deepEqual(Object.keys(figures.found), ["cells"]);
  await figures.read(1);
  assert.ok(figures.found.jobs);
});

test("a chart tells what nobody has read from what has not happened", () => {
  const { element, show } = chartFigure("Jobs");
  assert.match(element.textContent, /Not read yet/);
  show(null);
  assert.match(element.textContent, /Nothing in this time/);
  show(undefined);
  assert.match(element.textContent, /Not read yet/);
});

test("without the live index the others are there, and a refusal is told", async () => {
  const { figures } = figuresOf((path) => (path.endsWith("cells") ? Promise.reject(new Error("away")) : { span_s: 60, spans: [] }));
  await figures.read(0);
  assert.deepEqual([figures.found.cells, figures.trouble, figures.version], [undefined, null, 1]);
  const refused = figuresOf(() => Promise.reject(new Error("no")));
  await refused.figures.read(0);
  assert.equal(refused.figures.trouble, "no");
});
