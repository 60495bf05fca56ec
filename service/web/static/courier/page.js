// @ts-check
// The page: which view is shown when, and what a touch of it says to the server.

import { $, el } from "../shared/dom.js";
import { Asking } from "./asking.js";
import { keepAwake } from "./awake.js";
import { goOff, goOnline, goingOn, latestShift } from "./duty.js";
import { Earnings, fetchEarnings } from "./earnings.js";
import { earningsTab } from "./earnings_view.js";
import { idleView } from "./idle_view.js";
import { MessagesCard } from "./messages_card.js";
import { offDutyView } from "./off_duty_view.js";
import { OfferCard } from "./offer_card.js";
import { region } from "./region.js";
import { ringer } from "./ringer.js";
import { routeView } from "./route_view.js";
import { sketchView } from "../shared/sketch_view.js";
import { inForce } from "../shared/suspension.js";
import { bannerView, dutyButtons, statusView } from "./status_view.js";
import { suspendedNote } from "./suspended_view.js";
import { minutesUntil } from "./times.js";
import { toast } from "./toasts.js";
import { newsWords, refusalWords, unsentWords } from "./words.js";

const TABS = ["work", "earnings"];

export class CourierPage {
  /** @param {import("./courier.js").Courier} courier
   * @param {{ roads: import("../shared/roads.js").Roads | null, logOut: () => void }} means */
  constructor(courier, { roads, logOut }) {
    this.courier = courier;
    this.roads = roads;
    this.logOut = logOut;
    this.tab = "work";
    this.earnings = new Earnings({
      fetch: () => fetchEarnings(courier.session, courier.clock.nowMs()),
      changed: () => this.draw(),
    });
    this.newsAt = 0;
    /** @type {import("../shared/suspension.js").Suspension | null} */
    this.suspension = null;
    this.asking = new Asking(courier);
    this.ringer = ringer();
    this.offerCard = new OfferCard(courier, /** @type {HTMLDialogElement} */ ($("#offer")), this.ringer);
    this.messagesCard = new MessagesCard(courier, $("#messages"));
    this.regions = {
      status: region($("#status")),
      duty: region($("#duty")),
      banner: region($("#banner")),
      main: region($("#main")),
    };
    /** @type {ReturnType<typeof region> | null} */
    this.map = null;
    for (const name of TABS) $(`#tab-${name}`).onclick = () => this.show(name);
  }

  draw() {
    const { courier } = this;
    if (courier.connection.state === "ended") return; // another page stands here by now
    const { status, news } = courier.work;
    this.suspension = this.#suspended();
    const isAsking = courier.intents.some(({ message }) => message.type === "set_status");
    Object.assign(document.body.dataset, {
      status,
      connection: courier.connection.state,
      sight: courier.positions.sight,
      unconfirmed: courier.unconfirmedCount,
    });
    this.regions.status([status, isAsking], () => statusView(status, isAsking));
    this.regions.duty([status, this.suspension], () => (this.suspension === null ? this.#dutyButtons(status) : []));
    const how = {
      isLive: courier.isLive,
      isOnDuty: courier.isOnDuty,
      unconfirmedCount: courier.unconfirmedCount,
      sight: courier.positions.sight,
      sendingCount: courier.pictures.sendingCount,
    };
    const note = courier.isOnDuty ? this.suspension : null;
    this.regions.banner([how, note], () => [...bannerView(how), note === null ? null : suspendedNote(note)]);
    this.#drawMain();
    this.asking.follow();
    this.messagesCard.draw(this.tab === "work" && courier.isOnDuty);
    this.offerCard.draw(this.roads);
    keepAwake(courier.isOnDuty);
    if (news !== null && news.at !== this.newsAt) {
      this.newsAt = news.at;
      toast(newsWords(news));
    }
  }

  /** What time alone changes: called several times a second. */
  tick() {
    this.courier.tick();
    this.offerCard.tick();
    if (this.#suspended() !== this.suspension) this.draw(); // it is over by its time
    if (this.tab === "earnings" && !document.hidden) this.#lookAtEarnings();
  }

  /** @param {string} tab */
  show(tab) {
    this.tab = tab;
    for (const name of TABS) {
      $(`#tab-${name}`).setAttribute("aria-current", String(name === tab));
    }
    if (tab === "earnings") this.#lookAtEarnings();
    this.draw();
  }

  /** @param {import("./intents.js").Refusal} refusal */
  warn({ code, intent }) {
    toast(intent.message.type === "send_message" ? unsentWords(code) : refusalWords(code));
  }

  #drawMain() {
    const { main } = this.regions;
    const { status, jobs, hint, vehicle } = this.courier.work;
    const stops = this.courier.stops;
    const here = this.courier.positions.fix;
    if (this.tab === "earnings") {
      const { ofDay, hasFailed, isReading } = this.earnings;
      const again = () => this.earnings.again(performance.now(), this.courier.work.jobs);
      main(["earnings", ofDay, hasFailed, hasFailed && isReading], () => earningsTab(ofDay, hasFailed, isReading, again));
    } else if (status === "unknown") {
      main(["unknown"], () => [el("p.empty", { role: "status" }, "Connecting …")]);
    } else if (status === "offline") {
      const { courier, suspension, logOut } = this;
      main(["offline", vehicle, suspension], () => offDutyView({ courier, suspension, logOut }));
    } else if (stops.length > 0) {
      this.#drawRoute(stops, jobs);
    } else {
      const undeliverableCount = jobs.filter((job) => job.status === "undeliverable").length;
      const { mayAsk } = this.ringer;
      const askForNotes = mayAsk ? () => void this.ringer.ask().then(() => this.draw()) : null;
      main(["idle", status, hint, undeliverableCount, mayAsk], () => [
        el("section.idle", null, idleView({ status, hint, undeliverableCount, here, askForNotes })),
      ]);
    }
  }

  /** @param {import("./work.js").Stop[]} stops @param {import("./work.js").Job[]} jobs */
  #drawRoute(stops, jobs) {
    const { clock, positions } = this.courier;
    const minutes = stops.map(({ due_at, ready_at }) => minutesUntil(clock, due_at ?? ready_at));
    const isNew = this.regions.main(["route", stops, jobs, minutes], () =>
      routeView({
        stops,
        jobs,
        clock,
        arrive: (stop) => void this.courier.arrive(stop.stop_id),
        complete: (stop) => void this.asking.complete(stop),
        fail: (stop) => void this.asking.fail(stop),
      }),
    );
    const frame = document.querySelector("#next-map");
    if (isNew) this.map = frame === null ? null : region(frame);
    const here = positions.fix;
    this.map?.([here, stops[0].stop_id], () => [
      sketchView({ stops: stops.slice(0, 1), here, roads: this.roads }),
    ]);
  }

  /** @param {string} status */
  #dutyButtons(status) {
    return dutyButtons({
      status,
      pause: () => this.courier.say(goOff("paused")),
      end: () => this.courier.say(goOff("offline")),
      goOn: () => {
        const shift = latestShift(this.courier.work, localStorage);
        if (shift !== null) this.courier.say(goOnline(goingOn(shift, this.courier.clock.nowMs())));
      },
    });
  }

  #suspended() {
    return inForce(this.courier.work.suspension, this.courier.clock.nowMs());
  }

  #lookAtEarnings() {
    this.earnings.look(performance.now(), this.courier.work.jobs);
  }
}
