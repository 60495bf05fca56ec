// @ts-check
// Keeps the model true: the feed resumes where it broke; when it cannot, everything is read again.

import { counted } from "../shared/cost.js";
import { Stream } from "../shared/socket.js";
import { Reading } from "./reading.js";

/** @typedef {import("../shared/api.js").Api} Api */
/** @typedef {import("../shared/link.js").Message} Message */
/** @typedef {import("../shared/socket.js").SocketState} SocketState */
/** @typedef {{ south_deg: number, west_deg: number, north_deg: number, east_deg: number, zoom: number }} Box */

const LIVE_STATUSES = [
  "scheduled", "open", "assigned", "enroute_to_pickup", "arrived_at_pickup", "picked_up", "enroute_to_dropoff",
  "arrived_at_dropoff", "undeliverable", "enroute_to_return", "arrived_at_return",
];
const ON_DUTY = ["online", "paused", "busy", "ending"];
const FRAMES_PER_S = 2;
const READ_AGAIN_MS = 3_000;
const NAMELESS_COUNT_MAX = 500; // who are to be asked about at one time
const LOOK_MS = 300; // a map that is dragged says where it is so often

export class Live {
  /**
   * @param {{
   *   api: Api,
   *   model: import("./model.js").Model,
   *   clock: import("../shared/clock.js").MarketClock,
   *   hear: (message: Message) => void,
   *   takeJob: (row: import("./model.js").Job) => void,
   *   tell: (state: SocketState, reason: "refused" | "replaced" | null) => void,
   *   trouble: (error: Error | null) => void,
   * }} options
   */
  constructor({ api, model, clock, hear, takeJob, tell, trouble }) {
    this.api = api;
    this.model = model;
    this.clock = clock;
    this.trouble = trouble;
    this.hearMore = hear;
    this.takeJob = takeJob;
    /** @type {Set<string>} */
    this.nameless = new Set(); // couriers of whom only facts are known, and those bear no names
    this.isNaming = false;
    /** @type {Set<string>} */
    this.unordered = new Set(); // couriers with a new job besides others: facts do not tell which stop comes first
    this.isOrdering = false;
    this.isMarketTold = false; // since the reading began
    this.readings = 0; // the last one goes on until it is done
    /** @type {Box | null} */
    this.box = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.looking = undefined;
    this.stream = new Stream({
      path: "/v1/ops/feed",
      fetchTicket: async () => (await api.post("/v1/ops/tickets")).ticket,
      hear: (message) => counted("hear", () => this.hear(message)),
      tell,
    });
  }

  run() {
    this.stream.run();
  }

  stop() {
    clearTimeout(this.looking);
    this.readings += 1;
    this.unordered.clear();
    this.nameless.clear();
    this.stream.stop();
  }

  /** @param {Message} message */
  hear(message) {
    if (message.type === "hello") {
      this.clock.set(message.server_time, message.time_scale);
    } else if (message.type === "snapshot") {
      this.model.forgetMap();
      this.watch();
      if (message.recovered) return;
      this.model.forgetRows(); // what has ended meanwhile, nobody tells
      this.hearMore(message);
      this.readUntilDone();
    } else {
      this.model.hear(message);
      this.hearMore(message);
      if (message.type === "event") this.learn(message.event);
    }
  }

  /** @param {{ type: string, data: any }} fact */
  learn({ type, data }) {
    if (data.type === "market") this.isMarketTold = true;
    if (data.type === "courier") this.learnName(data.id);
    if (type === "job.assigned") this.learnRoute(data.courier_id);
  }

  /** Reads the jobs in hand of couriers with several, one after the other. @param {string} courierId */
  async learnRoute(courierId) {
    if (this.model.jobsOf(courierId).length < 2) return;
    this.unordered.add(courierId);
    if (this.isOrdering) return;
    this.isOrdering = true;
    for (const id of this.unordered) {
      this.unordered.delete(id); // a job that comes meanwhile asks again
      for (const job of this.model.jobsOf(id)) await this.api.get(`/v1/ops/jobs/${job.id}`).then(this.takeJob).catch(() => {});
    }
    this.isOrdering = false;
  }

  /** Reads who it is, one courier after the other; where somebody is nobody has asked. @param {string} courierId */
  async learnName(courierId) {
    if (this.model.couriers.get(courierId)?.name === undefined && this.nameless.size < NAMELESS_COUNT_MAX) this.nameless.add(courierId);
    if (this.isNaming) return;
    this.isNaming = true;
    for (const id of this.nameless) {
      await this.api.get(`/v1/ops/couriers/${id}?with_position=false`).then((row) => this.model.takeCourier(row)).catch(() => {});
      this.nameless.delete(id); // if it failed, the courier's next fact asks again
    }
    this.isNaming = false;
  }

  /** Couriers of live jobs who are off duty are in no listing that was read. */
  learnHolders() {
    for (const { courier_id: id } of this.model.liveJobs()) if (id !== null) void this.learnName(id);
  }

  async readUntilDone() {
    const number = ++this.readings;
    const isWanted = () => number === this.readings;
    const reading = new Reading(this.api, this.parts(), { isWanted });
    while (isWanted()) {
      const error = await reading.goOn().then(() => null, (refusal) => refusal);
      if (!isWanted()) return;
      const cut = reading.cutInWords();
      this.trouble(error ?? (cut === null ? null : new Error(cut)));
      if (error === null) return this.learnHolders();
      await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS));
    }
  }

  /** What there is to read; facts that come meanwhile are newer, and the model keeps them. @returns {import("./reading.js").Part[]} */
  parts() {
    const { model } = this;
    const [takeJobs, takeCouriers] = [each(this.takeJob), each((row) => model.takeCourier(row))];
    this.isMarketTold = false;
    const takeMarket = (/** @type {{ is_paused: boolean }} */ market) => {
      if (!this.isMarketTold) model.isPaused = market.is_paused; // it bears no version: what was told meanwhile is newer
    };
    const takeExceptions = this.told(each((row) => model.takeException(row)));
    const takeOffers = this.told(each((row) => model.takeOffer(row)));
    return [
      { path: "/v1/ops/market", take: takeMarket },
      { path: "/v1/ops/exceptions", field: "exceptions", query: { only_open: "true" }, take: takeExceptions },
      { path: "/v1/ops/jobs", field: "jobs", query: { status: LIVE_STATUSES }, take: takeJobs },
      { path: "/v1/ops/couriers", field: "couriers", query: { status: ON_DUTY }, take: takeCouriers },
      { path: "/v1/ops/offers", field: "offers", query: { status: ["pending", "seen"] }, take: takeOffers },
      { path: "/v1/ops/couriers", field: "couriers", query: { only_suspended: "true" }, take: takeCouriers },
      { path: "/v1/ops/jobs", field: "jobs", pagesMax: 1, take: takeJobs }, // the latest that are over, among others
    ];
  }

  /** Of what was read others hear too. @param {(rows: any[]) => void} take @returns {(rows: any[]) => void} */
  told(take) {
    return (rows) => {
      take(rows);
      this.hearMore({ type: "rows", rows });
    };
  }

  /** The part of the map that is shown from now on. @param {Box} box */
  look(box) {
    this.box = box;
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.watch(), LOOK_MS);
  }

  watch() {
    if (this.box !== null) this.stream.send({ type: "watch", ...this.box, frames_per_s: FRAMES_PER_S });
  }
}

/** Listings come newest first, and are taken in as it happened. @param {(row: any) => void} take @returns {(rows: any[]) => void} */
function each(take) {
  return (rows) => rows.reverse().forEach(take);
}
