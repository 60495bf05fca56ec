// @ts-check
// What the market was like at an instant, put together from records: pure, without a clock or a page.

import { Feed } from "./feed.js";
import { Model } from "./model.js";

/** @typedef {import("./model.js").Place} Place */
/** @typedef {Place & { courier_id: string, at: string, live_jobs_count: number | null }} Position */
/** @typedef {{ at: string, tick: any, jobs: any[], couriers: Position[] }} Tick */
/** As REST tells it. @typedef {{ from_at: string, to_at: string, ticks: Tick[], offers: any[], positions: Position[],
 *   is_cut: boolean }} Piece of the record */

const LOST_AFTER_MS = 90_000; // a courier of whom nothing is on record for so long is not shown
const LOST_AFTER_CUT_MS = 150_000; // where the record is thinned: of a very large market one place in two minutes
const TICK_GOOD_MS = 300_000; // quiet ticks are recorded now and then only

export class Past {
  /** @param {Piece[]} records that follow one another @param {Model} live for names, which records do not bear */
  constructor(records, live) {
    this.live = live;
    this.isCut = records.some((record) => record.is_cut);
    this.ticks = records.flatMap(({ ticks }) => ticks).map((tick) => ({ ...tick, atMs: Date.parse(tick.at) }));
    this.offers = records.flatMap(({ offers }) => offers).map(timed);
    this.trails = trailsOf(records);
    this.happened = happenedOf(this.ticks, this.offers);
    this.feed = new Feed();
    this.toldCount = 0; // of what happened, to the feed
    this.toldMs = -Infinity;
  }

  /** @param {number} atMs @returns {Model} */
  modelAt(atMs) {
    const model = new Model();
    const lostAfterMs = this.isCut ? LOST_AFTER_CUT_MS : LOST_AFTER_MS;
    for (const [id, trail] of this.trails) {
      const seen = lastBefore(trail, atMs);
      if (seen === null || atMs - seen.atMs > lostAfterMs) continue;
      model.positions.set(id, seen.position);
      const status = seen.position.live_jobs_count === 0 ? "online" : "busy";
      model.couriers.set(id, /** @type {any} */ ({ ...this.live.couriers.get(id), id, status }));
    }
    for (const offer of this.offers) {
      if (offer.madeMs <= atMs && atMs < offer.overMs) model.offers.set(offer.row.id, { ...offer.row, status: "pending" });
    }
    for (const job of this.openAt(atMs)) model.jobs.set(job.id, job);
    return model;
  }

  /** Jobs that were open: as the last tick saw them, without those accepted since. @param {number} atMs */
  openAt(atMs) {
    const tick = lastBefore(this.ticks, atMs);
    if (tick === null || atMs - tick.atMs > TICK_GOOD_MS) return [];
    const taken = new Set(
      this.offers
        .filter(({ row, overMs }) => row.status === "accepted" && overMs <= atMs && overMs >= tick.atMs)
        .flatMap(({ row }) => row.job_ids),
    );
    return tick.jobs.filter((job) => !taken.has(job.job_id)).map((job) => jobOf(job, this.live));
  }

  /** The matching feed as it was. @param {number} atMs */
  feedAt(atMs) {
    if (atMs < this.toldMs) [this.feed, this.toldCount] = [new Feed(), 0];
    this.toldMs = atMs;
    while (this.toldCount < this.happened.length && this.happened[this.toldCount].atMs <= atMs) {
      this.feed.hear(this.happened[this.toldCount++].message);
    }
    return this.feed;
  }
}

/** @param {any} row an offer, and from when to when it was open */
function timed(row) {
  const madeMs = Date.parse(row.created_at);
  return { row, madeMs, overMs: Date.parse(row.answered_at ?? row.expires_at) };
}

/** Where each courier was, the oldest first. @param {Piece[]} records */
function trailsOf(records) {
  /** @type {Map<string, { atMs: number, position: Position }[]>} */
  const trails = new Map();
  const told = records.flatMap(({ ticks, positions }) => [...positions, ...ticks.flatMap(({ couriers }) => couriers)]);
  for (const position of told) {
    const trail = trails.get(position.courier_id);
    const seen = { atMs: Date.parse(position.at), position };
    if (trail === undefined) trails.set(position.courier_id, [seen]);
    else trail.push(seen);
  }
  for (const trail of trails.values()) trail.sort((one, other) => one.atMs - other.atMs);
  return trails;
}

/** @param {{ atMs: number, at: string, tick: any }[]} ticks @param {ReturnType<typeof timed>[]} offers */
function happenedOf(ticks, offers) {
  const told = [
    ...ticks.map(({ atMs, at, tick }) => ({ atMs, message: { type: "tick", at, tick } })),
    ...offers.map(({ row, madeMs }) => ({
      atMs: madeMs,
      message: offerEvent("offer.made", { ...row, status: "pending", answered_at: null }),
    })),
    ...offers
      .filter(({ row }) => row.status !== "pending" && row.status !== "seen")
      .map(({ row, overMs }) => ({ atMs: overMs, message: offerEvent(`offer.${row.status}`, row) })),
  ];
  return told.sort((one, other) => one.atMs - other.atMs);
}

/** @param {string} type @param {any} row @returns {import("../shared/link.js").Message} */
function offerEvent(type, row) {
  return { type: "event", event: { type, created_at: row.created_at, data: { ...row, type: "offer" } } };
}

/** @param {any} job of a tick @param {Model} live @returns {import("./model.js").Job} */
function jobOf(job, live) {
  const place = (/** @type {string} */ kind) => ({
    id: `${job.job_id} ${kind}`, kind, status: "pending", attempt: 1, lat_deg: job[`${kind}_lat_deg`], lng_deg: job[`${kind}_lng_deg`],
  });
  const known = live.jobs.get(job.job_id);
  return {
    id: job.job_id, status: "open", version: 0, courier_id: null, bundle_id: null,
    reference: known?.reference ?? null, fee_cents: known?.fee_cents ?? 0,
    created_at: job.opened_at, due_at: known?.due_at ?? job.opened_at, ended_at: null, stops: [place("pickup"), place("dropoff")],
  };
}

/** @template {{ atMs: number }} T @param {T[]} sorted @param {number} atMs @returns {T | null} the last at or before the instant */
export function lastBefore(sorted, atMs) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : sorted[low - 1];
}
