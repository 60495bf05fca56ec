// @ts-check
// The charts of how much there is: couriers and jobs, what comes in and what becomes of it.

import { clockTime, plural } from "../shared/format.js";
import { lineChart } from "./charts.js";
import { ends, newest, sum, values } from "./slots.js";

/** @typedef {import("./chart_figure.js").Shown} Shown */
/** @typedef {import("./slots.js").Slot} Slot */

const HOUR_S = 3_600;
const ENDS = ["delivered", "returned", "failed", "canceled", "expired"];

/** @param {number | null | undefined} mean */
const about = (mean) => (mean === null || mean === undefined ? "–" : mean < 10 ? mean.toFixed(1) : String(Math.round(mean)));

/** @param {Slot[]} slots @returns {Shown | null} */
export function supplyOf(slots) {
  const last = newest(slots, "open_jobs_mean");
  if (last === null || sum(slots, "free_couriers_peak") + sum(slots, "open_jobs_peak") === 0) return null;
  const text =
    `At last ${about(last.free_couriers_mean)} free couriers and ${about(last.open_jobs_mean)} open jobs in the mean, ` +
    `${last.free_couriers_peak} and ${last.open_jobs_peak} at most.`;
  return {
    chart: lineChart({
      label: `Free couriers and open jobs. ${text}`,
      series: [{ name: "idle", values: values(slots, "free_couriers_mean") }, { name: "wanted", values: values(slots, "open_jobs_mean") }],
      ...ends(slots),
    }),
    text,
    keys: [["idle", "free couriers, mean"], ["wanted", "open jobs, mean"]],
    head: ["From", "Free couriers", "At most", "Open jobs", "At most"],
    rows: slots.map(({ atMs, row }) => [
      clockTime(atMs), about(row?.free_couriers_mean), String(row?.free_couriers_peak ?? "–"),
      about(row?.open_jobs_mean), String(row?.open_jobs_peak ?? "–"),
    ]),
  };
}

/**
 * Where nothing is told of a span nothing happened, but for those before what was looked at.
 * @param {Slot[]} slots @param {{ span_s: number, is_cut: boolean } | undefined} found @returns {Shown | null}
 */
export function jobsOf(slots, found) {
  const first = slots.findIndex(({ row }) => row !== null);
  if (!found || first < 0) return null;
  const unknownCount = found.is_cut ? first + 1 : 0; // of the first that is there, a part may be missing
  const countsOf = (/** @type {string} */ name) =>
    slots.map(({ row }, index) => (index < unknownCount ? null : (row?.[`${name}_count`] ?? 0)));
  const anHour = (/** @type {string} */ name) =>
    countsOf(name).map((count) => (count === null ? null : Math.round((count * HOUR_S) / found.span_s)));
  const columns = ["posted", ...ENDS].map(countsOf);
  const counts = ENDS.map((end) => ({ end, count: sum(slots, `${end}_count`) }));
  const ended = counts.filter(({ end, count }) => count > 0 || end === "delivered");
  const text = `${plural(sum(slots, "posted_count"), "job")} posted; ${ended.map(({ end, count }) => `${count} ${end}`).join(", ")}.`;
  return {
    chart: lineChart({
      label: `Jobs posted and delivered an hour. ${text}`,
      series: [{ name: "accent", values: anHour("posted") }, { name: "idle", values: anHour("delivered") }],
      ...ends(slots),
    }),
    text,
    keys: [["accent", "posted an hour"], ["idle", "delivered an hour"]],
    head: ["From", "Posted", ...ENDS.map((end) => end[0].toUpperCase() + end.slice(1))],
    rows: slots.map(({ atMs }, index) => [clockTime(atMs), ...columns.map((counts) => String(counts[index] ?? "–"))]),
  };
}
