// What the charts of jobs and of supply say in words and in numbers.

import assert from "node:assert/strict";
import test from "node:test";
import "./page.mjs";
import { slotsOf } from "../../../service/web/static/ops/figures.js";
import { orCut } from "../../../service/web/static/ops/chart_figure.js";
import { cellsOf } from "../../../service/web/static/ops/period_charts.js";
import { jobsOf, supplyOf } from "../../../service/web/static/ops/market_charts.js";

const fromMs = Date.parse("2026-11-22T10:00:00Z");
const at = (s) => new Date(fromMs + 1_000 * s).toISOString();
const NONE = { posted_count: 0, delivered_count: 0, returned_count: 0, failed_count: 0, canceled_count: 0, expired_count: 0 };

const jobs = (spans, is_cut = false) => {
  const found = { span_s: 600, is_cut, spans };
  return jobsOf(slotsOf(found, { fromMs, toMs: fromMs + 2_400_000 }), found);
};
/** The lines of a chart, each as how many points its parts have. */
const linesOf = ({ chart }) =>
  chart.childNodes.filter(({ class: name }) => /series|point/.test(name ?? "")).map((part) => part.points?.split(" ").length ?? 1);

test("jobs are drawn by the hour and counted in the table, and where nothing is told none were", () => {
  const shown = jobs([
    { from_at: at(0), ...NONE, posted_count: 3 },
    { from_at: at(1_200), ...NONE, posted_count: 1, delivered_count: 2, expired_count: 1 },
  ]);
  assert.equal(shown.text, "4 jobs posted; 2 delivered, 1 expired.");
  assert.deepEqual(shown.rows.map((row) => row.slice(1, 3)), [["3", "0"], ["0", "0"], ["1", "2"], ["0", "0"]]);
  assert.deepEqual(linesOf(shown), [4, 4]);
  assert.ok(shown.chart.textContent.includes("20")); // 18 an hour
});

test("of what was not looked at nothing is said", () => {
  const shown = jobs([{ from_at: at(600), ...NONE, posted_count: 9 }, { from_at: at(1_200), ...NONE, posted_count: 1 }], true);
  assert.deepEqual(shown.rows.map((row) => row[1]), ["–", "–", "1", "0"]);
  assert.deepEqual(linesOf(shown), [2, 2]);
});

test("a market without jobs has no chart of them, and none of supply without anybody", () => {
  assert.equal(jobs([]), null);
  assert.equal(jobsOf([], undefined), null);
  const nobody = { free_couriers_mean: 0, free_couriers_peak: 0, open_jobs_mean: 0, open_jobs_peak: 0 };
  assert.equal(supplyOf([{ atMs: fromMs, row: nobody }]), null);
  assert.equal(supplyOf([]), null);
});

test("supply is told as mean and peak, as far as there is any", () => {
  const row = { free_couriers_mean: 12.4, free_couriers_peak: 15, open_jobs_mean: 0.26, open_jobs_peak: 3 };
  const shown = supplyOf([{ atMs: fromMs, row }, { atMs: fromMs + 600_000, row: null }]);
  assert.equal(shown.text, "At last 12 free couriers and 0.3 open jobs in the mean, 15 and 3 at most.");
  assert.deepEqual(shown.rows, [["10:00", "12", "15", "0.3", "3"], ["10:10", "–", "–", "–", "–"]]);
});

test("a chart whose answer was cut says so, and one that is whole does not", () => {
  const shown = jobs([{ from_at: at(0), ...NONE, posted_count: 9 }]);
  assert.match(orCut(shown, { is_cut: true }).text, /^9 jobs posted; 0 delivered. There was more than is looked at/);
  assert.equal(orCut(shown, { is_cut: false }), shown);
  assert.equal(orCut(shown, undefined), shown);
  assert.equal(orCut(null, { is_cut: true }), null);
});

test("of many cells those that lack couriers are shown, and that there are more is told, with how large they are", () => {
  const cell = (open_jobs_count) => ({ lat_deg: 48.2, lng_deg: 16.3, couriers_count: 3, open_jobs_count, longest_wait_s: null });
  const found = (count, resolution) => ({ resolution, cells: Array.from({ length: count }, (_, number) => cell(number)) });
  assert.equal(cellsOf(found(5, 7)).text, "5 cells of some 5 km², 1 with more open jobs than couriers.");
  const many = cellsOf(found(20, 6));
  assert.equal(
    many.text,
    "20 cells of some 36 km², 16 with more open jobs than couriers. Only the 8 with the fewest couriers for their jobs are shown.",
  );
  assert.deepEqual([many.rows.length, many.rows[0][3]], [8, "19"]);
});
