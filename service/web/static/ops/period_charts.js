// @ts-check
// The charts of a period, from the service's own figures: what each says, in a picture, in words and in numbers.

import { clockTime, duration, money, percent, plural, unitsOf } from "../shared/format.js";
import { barChart, lineChart } from "./charts.js";
import { ends, newest, sum, values } from "./slots.js";

/** @typedef {import("./chart_figure.js").Shown} Shown */
/** @typedef {import("./slots.js").Slot} Slot */

const CELLS_SHOWN_COUNT_MAX = 8;
const [CELL_KM2, CELL_RESOLUTION, PARTS_COUNT] = [5.16, 7, 7]; // H3: the mean of a resolution, and parts of each cell in the next

/** @param {number | null | undefined} s */
const seconds = (s) => (s === null || s === undefined ? "–" : duration(1_000 * s));

/** @param {Slot[]} slots @returns {Shown | null} */
export function acceptanceOf(slots) {
  const last = newest(slots, "accept_p50_s");
  if (last === null) return null;
  const [made, accepted] = [sum(slots, "offers_count"), sum(slots, "accepted_count")];
  const text =
    `${accepted} of ${plural(made, "offer")} accepted (${percent(accepted / made)}); ` +
    `at last half within ${seconds(last.accept_p50_s)}, nine of ten within ${seconds(last.accept_p90_s)}.`;
  return {
    chart: lineChart({
      label: `Seconds from an offer to its acceptance. ${text}`,
      series: [{ name: "accent", values: values(slots, "accept_p50_s") }, { name: "offered", values: values(slots, "accept_p90_s") }],
      ...ends(slots),
    }),
    text,
    keys: [["accent", "half, s"], ["offered", "nine of ten, s"]],
    head: ["From", "Offers", "Accepted", "Half", "Nine of ten"],
    rows: slots.map(({ atMs, row }) => [
      clockTime(atMs), String(row?.offers_count ?? 0), String(row?.accepted_count ?? 0),
      seconds(row?.accept_p50_s), seconds(row?.accept_p90_s),
    ]),
  };
}

/** @param {Slot[]} slots @returns {Shown | null} */
export function pickupsOf(slots) {
  const last = newest(slots, "wait_p50_s");
  if (last === null) return null;
  const text =
    `${plural(sum(slots, "pickups_count"), "pickup")}; at last half of the parcels waited up to ${seconds(last.wait_p50_s)}, ` +
    `nine of ten up to ${seconds(last.wait_p90_s)}, and couriers at the counter ${seconds(last.stand_p50_s)}.`;
  const minutes = (/** @type {string} */ field) => values(slots, field).map((s) => (s === null ? null : s / 60));
  return {
    chart: lineChart({
      label: `Minutes that parcels waited for their courier, and couriers for parcels. ${text}`,
      series: [
        { name: "accent", values: minutes("wait_p50_s") },
        { name: "offered", values: minutes("wait_p90_s") },
        { name: "idle", values: minutes("stand_p50_s") },
      ],
      ...ends(slots),
    }),
    text,
    keys: [["accent", "half of the parcels, min"], ["offered", "nine of ten"], ["idle", "half of the couriers"]],
    head: ["From", "Pickups", "Parcels, half", "Nine of ten", "Couriers, half"],
    rows: slots.map(({ atMs, row }) => [
      clockTime(atMs), String(row?.pickups_count ?? 0), seconds(row?.wait_p50_s), seconds(row?.wait_p90_s), seconds(row?.stand_p50_s),
    ]),
  };
}

/** @param {Slot[]} slots @returns {Shown | null} */
export function punctualityOf(slots) {
  const [delivered, onTime] = [sum(slots, "delivered_count"), sum(slots, "on_time_count")];
  if (delivered === 0) return null;
  const shares = slots.map(({ row }) => (row ? row.on_time_count / row.delivered_count : null));
  const text =
    `${onTime} of ${plural(delivered, "delivery", "deliveries")} on time (${percent(onTime / delivered)}), ` +
    "by what was promised at first.";
  return {
    chart: lineChart({
      label: `Share of deliveries on time. ${text}`,
      series: [{ name: "idle", values: shares.map((share) => (share === null ? null : 100 * share)) }],
      top: 100,
      ...ends(slots),
    }),
    text,
    keys: [["idle", "on time, %"]],
    head: ["From", "Delivered", "On time", "Share", "Nine of ten late by at most"],
    rows: slots.map(({ atMs, row }, index) => {
      const share = shares[index];
      return [
        clockTime(atMs), String(row?.delivered_count ?? 0), String(row?.on_time_count ?? 0), share === null ? "–" : percent(share),
        seconds(row?.late_p90_s),
      ];
    }),
  };
}

/** How many couriers are missing. @param {any} cell */
const lackOf = (cell) => cell.open_jobs_count - cell.couriers_count;

/** Those with the fewest couriers for their jobs first. @param {any} found @returns {Shown | null} */
export function cellsOf(found) {
  const cells = [...(found?.cells ?? [])].sort(
    (one, other) => lackOf(other) - lackOf(one) || other.open_jobs_count - one.open_jobs_count,
  );
  if (cells.length === 0) return null;
  const lackingCount = cells.filter((cell) => cell.open_jobs_count > cell.couriers_count).length;
  const shown = cells.slice(0, CELLS_SHOWN_COUNT_MAX);
  const areaKm2 = Math.round(CELL_KM2 * PARTS_COUNT ** (CELL_RESOLUTION - found.resolution));
  const cut = shown.length < cells.length ? ` Only the ${shown.length} with the fewest couriers for their jobs are shown.` : "";
  const text = `${plural(cells.length, "cell")} of some ${areaKm2} km², ${lackingCount} with more open jobs than couriers.${cut}`;
  return {
    chart: barChart({
      label: `Couriers and open jobs by cell, where they are fewest for the jobs. ${text}`,
      names: ["idle", "wanted"],
      bars: shown.map((cell, index) => ({ label: String(index + 1), values: [cell.couriers_count, cell.open_jobs_count] })),
    }),
    text,
    keys: [["idle", "couriers"], ["wanted", "open jobs"]],
    head: ["Cell", "Middle", "Couriers", "Open jobs", "Longest wait"],
    rows: shown.map((cell, index) => [
      `${index + 1}`, `${cell.lat_deg.toFixed(3)}, ${cell.lng_deg.toFixed(3)}`, String(cell.couriers_count),
      String(cell.open_jobs_count), seconds(cell.longest_wait_s),
    ]),
  };
}

/** @param {any} found @param {string} currency @returns {Shown | null} */
export function earningsOf(found, currency) {
  if (!found || found.p50_cents_per_h === null) return null;
  const parts = /** @type {[string, number][]} */ ([
    ["1 of 10", found.p10_cents_per_h], ["half", found.p50_cents_per_h], ["9 of 10", found.p90_cents_per_h],
  ]);
  const text =
    `Of ${plural(found.couriers_count, "courier")} half earned up to ${money(found.p50_cents_per_h, currency)} an hour on duty, ` +
    `one of ten ${money(found.p10_cents_per_h, currency)} or less, one of ten ${money(found.p90_cents_per_h, currency)} or more.`;
  return {
    chart: barChart({
      label: `Earnings per hour on duty. ${text}`,
      names: ["accent"],
      bars: parts.map(([label, cents]) => ({ label, values: [Math.max(0, unitsOf(cents, currency))] })),
    }),
    text,
    head: ["Couriers", "Up to, an hour"],
    rows: parts.map(([label, cents]) => [label, money(cents, currency)]),
  };
}
