// @ts-check
// What the console knows of its market: rows read over REST, kept up to date by the feed.

import { Conversations } from "./conversations.js";
import { Over } from "./over.js";
import { inKnownOrder } from "./route.js";

/** @typedef {import("../shared/link.js").Message} Message */
/** @typedef {{ lat_deg: number, lng_deg: number }} Place */
/** The position in the courier's route is told by rows, not by facts. */
/** @typedef {Place & { id: string, kind: string, status: string, attempt: number,
 *   arrived_at?: string | null, completed_at?: string | null, reached_at?: string | null, route_position?: number | null }} Stop */
/** @typedef {{ id: string, status: string, version: number, courier_id: string | null, bundle_id: string | null,
 *   reference: string | null, fee_cents: number, created_at: string, opened_at?: string | null, due_at: string, ended_at: string | null,
 *   extended_until?: string | null, stops: Stop[], [field: string]: any }} Job */
/** @typedef {{ id: string, status: string, vehicle: string, name?: string, version?: number,
 *   live_jobs_count: number, shift_ends_at: string | null, suspension?: Suspension | null, [field: string]: any }} Courier */
/** @typedef {import("../shared/suspension.js").Suspension} Suspension */
/** @typedef {{ id: string, courier_id: string, job_ids: string[], status: string, created_at: string,
 *   answered_at: string | null, [field: string]: any }} Offer */
/** @typedef {{ id: string, kind: string, severity: string, job_id: string | null, courier_id: string | null,
 *   opened_at: string, resolved_at: string | null, version: number, [field: string]: any }} Exception */
/** @typedef {{ cell: string, couriers_count: number, open_jobs_count: number, longest_wait_s: number,
 *   mean_wait_s: number } & Place} CellLoad */

const JOB_ENDS = new Set(["delivered", "returned", "canceled", "expired", "failed"]);
const OFFER_OPEN = new Set(["pending", "seen"]);
const ENDED_COUNT_MAX = 400; // jobs that are over and can still be looked at

export class Model {
  constructor() {
    /** @type {Map<string, Job>} */
    this.jobs = new Map();
    /** @type {Map<string, Courier>} */
    this.couriers = new Map();
    /** @type {Map<string, Offer>} */
    this.offers = new Map(); // that wait for an answer
    /** @type {Map<string, Exception>} */
    this.exceptions = new Map(); // open ones
    this.overOffers = new Over();
    this.overExceptions = new Over();
    /** @type {Map<string, Place & { at: string }>} */
    this.positions = new Map(); // in the box that is watched
    /** @type {Map<string, CellLoad>} */
    this.cells = new Map(); // far out, instead of positions
    /** @type {any} */
    this.tick = null; // the last one
    /** @type {Map<string, any>} */
    this.leftOpen = new Map(); // what the last tick says of jobs that it offers to nobody
    this.conversations = new Conversations();
    this.isPaused = false;
    /** @type {string[]} */
    this.ended = [];
  }

  /** Takes in what happened. @param {Message} message */
  hear(message) {
    if (message.type === "event") this.takeFact(message.event);
    else if (message.type === "tick") this.takeTick(message);
    else if (message.type === "positions") this.takePositions(message);
    else if (message.type === "cells") this.takeCells(message);
  }

  /** @param {{ type: string, actor?: string, data: any }} fact */
  takeFact({ actor, data }) {
    if (data.type === "job") this.takeJob(data);
    else if (data.type === "courier") this.takeCourier(data);
    else if (data.type === "offer") this.takeOffer(data);
    else if (data.type === "exception") this.takeException(data);
    else if (data.type === "message") this.conversations.hear({ actor, data });
    else if (data.type === "market") this.isPaused = data.is_paused;
  }

  /** Rows come over REST and as facts, in any order: the newer version stays. @param {Job} job */
  takeJob(job) {
    const known = this.jobs.get(job.id);
    if (known !== undefined && known.version > job.version) return;
    this.jobs.set(job.id, known === undefined ? job : { ...known, ...job, stops: inKnownOrder(known, job) });
    if (!JOB_ENDS.has(job.status) || (known !== undefined && JOB_ENDS.has(known.status))) return;
    this.ended.push(job.id);
    if (this.ended.length > ENDED_COUNT_MAX) this.jobs.delete(/** @type {string} */ (this.ended.shift()));
  }

  /** @param {Courier} courier a row of the listing has a name and no version */
  takeCourier(courier) {
    const known = this.couriers.get(courier.id);
    const isOlder = known?.version !== undefined && (courier.version ?? 0) < known.version;
    if (!isOlder) this.couriers.set(courier.id, { ...known, ...courier });
    else if (courier.version === undefined) this.couriers.set(courier.id, { ...courier, ...lasting(known) });
  }

  /** Whoever has answered does not wait again: a row that says so is older. @param {Offer} offer */
  takeOffer(offer) {
    if (!OFFER_OPEN.has(offer.status)) this.overOffers.end(offer.id, this.offers);
    else if (!this.overOffers.has(offer.id)) this.offers.set(offer.id, { ...this.offers.get(offer.id), ...offer });
  }

  /** What is resolved stays so; of what is open the newer version stays. @param {Exception} exception */
  takeException(exception) {
    const isOlder = (this.exceptions.get(exception.id)?.version ?? 0) > exception.version;
    if (exception.resolved_at !== null) this.overExceptions.end(exception.id, this.exceptions);
    else if (!isOlder && !this.overExceptions.has(exception.id)) this.exceptions.set(exception.id, exception);
  }

  /** @param {Message} message */
  takeTick({ tick, open_jobs = [] }) {
    this.tick = tick;
    this.leftOpen = new Map(open_jobs.map((/** @type {any} */ job) => [job.job_id, job]));
  }

  /** @param {Message} message */
  takePositions({ is_whole = false, positions = [], gone = [] }) {
    if (is_whole) this.positions.clear();
    this.cells.clear();
    for (const position of positions) this.positions.set(position.courier_id, position);
    for (const id of gone) this.positions.delete(id);
  }

  /** @param {Message} message */
  takeCells({ is_whole = false, cells = [], gone = [] }) {
    if (is_whole) this.cells.clear();
    this.positions.clear();
    for (const cell of cells) this.cells.set(cell.cell, cell);
    for (const name of gone) this.cells.delete(name);
  }

  /** Forgets what is watched: after an interruption all of it is told again. */
  forgetMap() {
    this.positions.clear();
    this.cells.clear();
  }

  /** Forgets all rows: they will be read again, unlike what was said and is not read by anybody here. */
  forgetRows() {
    for (const rows of [this.jobs, this.couriers, this.offers, this.exceptions]) rows.clear();
    this.ended.length = 0;
  }

  liveJobs() {
    return [...this.jobs.values()].filter((job) => !JOB_ENDS.has(job.status));
  }

  /** @param {string} courierId */
  jobsOf(courierId) {
    return this.liveJobs().filter((job) => job.courier_id === courierId);
  }

  /** Where the courier was seen last. @param {string} courierId @returns {Place | null} */
  placeOf(courierId) {
    const place = /** @type {any} */ (this.positions.get(courierId) ?? this.couriers.get(courierId));
    return typeof place?.lat_deg === "number" ? place : null;
  }

  /** Ids of couriers with an offer before them. */
  offeredTo() {
    return new Set([...this.offers.values()].map((offer) => offer.courier_id));
  }

  /** @param {string | null} courierId */
  nameOf(courierId) {
    return courierId === null ? "nobody" : (this.couriers.get(courierId)?.name ?? `courier ${courierId.slice(-6)}`);
  }

  /** @param {Job | undefined} job @param {string} [id] */
  titleOf(job, id = "") {
    return job?.reference || `job ${(job?.id ?? id).slice(-6)}`;
  }
}

/** What facts tell of a courier; the rest is of its row. @param {Courier} courier */
function lasting({ status, version, vehicle, live_jobs_count, shift_ends_at, suspension }) {
  return { status, version, vehicle, live_jobs_count, shift_ends_at, suspension };
}

/** When the parcel has to be there: what was promised, or what ops made of it. @param {Job} job */
export function deadlineOf(job) {
  return job.extended_until ?? job.due_at;
}

/** @param {Courier | undefined} courier @param {boolean} isOffered @returns {"idle" | "offered" | "busy" | "away"} */
export function stateOf(courier, isOffered) {
  if (courier?.status === "busy" || courier?.status === "ending") return "busy";
  if (isOffered) return "offered";
  return courier === undefined || courier.status === "online" ? "idle" : "away";
}
