// @ts-check
// The console: what is known of the market, in front of the people who look after it.

import { MarketClock } from "../shared/clock.js";
import { counted } from "../shared/cost.js";
import { el, fill, painted } from "../shared/dom.js";
import { tellDaysBy, tellTimesOf } from "../shared/format.js";
import { later } from "../shared/later.js";
import { patiently } from "../shared/patience.js";
import { alarms } from "./alarms.js";
import { Answers } from "./answers.js";
import { Approvals } from "./approvals.js";
import { chime } from "./chime.js";
import { coveredBy, Drawer } from "./drawer.js";
import { Feed } from "./feed.js";
import { feedView } from "./feed_view.js";
import { header } from "./header.js";
import { keyFigures } from "./key_figures.js";
import { legend } from "./legend.js";
import { couriersView, jobsView } from "./lists.js";
import { Live } from "./live.js";
import { Model } from "./model.js";
import { endedNotice } from "./not_now.js";
import { Replay } from "./replay.js";
import { replayView } from "./replay_view.js";
import { panel } from "./tabs.js";
import { undoBar } from "./undo_bar.js";
import { whereIs } from "./whereabouts.js";

/** @typedef {import("./model.js").Place} Place */
/**
 * What the views share: what is known, and what can be done from anywhere.
 * `model` is of now; `scene` is what map and feed show, which may be some time ago.
 * @typedef {{ model: Model, feed: Feed, selection: import("./features.js").Selection,
 *   layer: import("./cells.js").LayerName, isPast: boolean }} Scene
 * @typedef {{ api: import("../shared/api.js").Api, model: Model, scene: Scene, clock: MarketClock, currency: string,
 *   session: import("./main.js").Session, openJob: (id: string) => void, openCourier: (id: string) => void,
 *   flyTo: (place: Place) => void, whoIs: (courierId: string) => void, changed: () => void, undo: ReturnType<typeof undoBar> }} Desk
 */

const UPDATE_MS = 250; // what happens in between is shown at once
const CITY_ZOOM = 12.6;

/**
 * @param {{ api: import("../shared/api.js").Api, session: import("./main.js").Session, market: any, basemap: any,
 *   page: HTMLElement, logOut: () => Promise<void>, turnTo: (marketId: string) => void }} options
 */
export function openConsole({ api, session, market, basemap, page, logOut, turnTo }) {
  tellTimesOf(market.timezone);
  const [model, feed, answers, clock] = [new Model(), new Feed(), new Answers(), new MarketClock()];
  tellDaysBy(() => clock.nowMs());
  const scene = /** @type {Scene} */ ({ model, feed, selection: {}, layer: "balance", isPast: false });
  /** @type {import("./map_view.js").MapView | null} */
  let map = null;
  let isClosed = false;
  const isOpen = () => !isClosed;

  const drawer = new Drawer({ closed: () => select({}) });
  const desk = /** @type {Desk} */ ({
    api, model, scene, clock, session, currency: market.currency,
    openJob: (id) => open({ jobId: id }),
    openCourier: (id) => open({ courierId: id }),
    flyTo: (place) => map?.flyTo(place),
    whoIs: (id) => void live.learnName(id),
    changed: () => update(),
    undo: undoBar({ api, changed: () => update() }),
  });
  const replay = new Replay({ api, clock, live: model });
  const past = replayView({ replay, changed: () => update() });
  const sound = chime();
  const alarm = alarms({ model, page: document, ring: sound.ring });
  const top = header({ desk, market, replayButton: past.open, soundButton: sound.element, turnTo, logOut });
  const figures = keyFigures({ desk, answers });
  const [mapCode, closer] = behind();
  const approvals = new Approvals({ api, rights: session.rights });
  const side = panel([
    { id: "feed", label: "Matching", view: feedView({ desk }) },
    { id: "jobs", label: "Jobs", view: jobsView(desk) },
    { id: "couriers", label: "Couriers", view: couriersView(desk) },
    {
      id: "exceptions", label: "Exceptions", count: () => model.exceptions.size,
      view: later(closer, (code) => code.exceptionsView(desk), isOpen),
    },
    { id: "charts", label: "Charts", view: later(closer, (code) => code.chartsView(desk), isOpen) },
    ...(approvals.isAny ? [approvalsTab()] : []),
  ]);
  const container = el("div.map", { role: "region", "aria-label": "map" });
  const trouble = el("p.notice.bad.outage", { role: "status", hidden: true });
  const ended = endedNotice({ again: () => location.reload() });
  const signs = legend({ scene, changed: () => update() });
  const over = [figures.element, signs, past.element, drawer.element, trouble, ended.element, alarm.element, desk.undo.element];
  fill(page, top.element, el("main.desk", null, el("div.stage", null, container, over), side.element));

  /** @returns {import("./tabs.js").Tab} */
  function approvalsTab() {
    const view = later(closer, (code) => code.approvalsView(desk, approvals), isOpen);
    return { id: "approvals", label: "Approvals", count: () => approvals.rows.length, view };
  }

  /** Turns the scene to now, or to the instant of the replay. */
  function turn() {
    if (!replay.isOn) return Object.assign(scene, { model, feed, isPast: false });
    const { past: was, atMs } = replay.step();
    Object.assign(scene, { model: was.modelAt(atMs), feed: was.feedAt(atMs), isPast: true });
  }

  /** Of the scene. */
  const nowMs = () => (replay.isOn ? replay.atMs : clock.nowMs());

  /** Of the map by the drawer. */
  const coveredPx = () =>
    coveredBy(drawer.element.hidden ? null : drawer.element.getBoundingClientRect(), container.getBoundingClientRect());

  /** @param {import("./features.js").Selection} selection */
  function select(selection) {
    scene.selection = selection;
    map?.update();
  }

  /** @param {import("./features.js").Selection} selection */
  function open(selection) {
    const { jobId, courierId } = selection;
    const job = jobId ? model.jobs.get(jobId) : undefined;
    drawer.show(later(closer, (code) => (jobId ? code.jobDrawer(desk, jobId) : code.courierDrawer(desk, courierId ?? "")), isOpen));
    select(selection);
    if (job) map?.flyTo(job.stops[0]);
    else if (courierId) void whereIs(desk, courierId).then((place) => place && scene.selection === selection && map?.flyTo(place));
  }

  const live = new Live({
    api, model, clock,
    hear: (message) => {
      feed.hear(message);
      answers.hear(message);
    },
    takeJob: (row) => model.takeJob(row),
    tell: (state, reason) => {
      top.tell(state);
      if (state === "ended") ended.tell(reason);
    },
    trouble: (error) => {
      trouble.textContent = error?.message ?? "";
      trouble.hidden = error === null;
    },
  });

  function update() {
    if (isClosed) return; // somebody waited for an answer meanwhile
    turn();
    void approvals.read(performance.now());
    for (const part of [top, figures, side, drawer, past, alarm, desk.undo]) part.update();
    map?.update();
  }

  const updating = setInterval(() => counted("update", update), UPDATE_MS);
  const center = { lat_deg: market.center_lat_deg, lng_deg: market.center_lng_deg };
  live.run();
  const look = (/** @type {import("./live.js").Box} */ box) => live.look(box);
  async function showMap() {
    const code = await mapCode.catch(() => null);
    if (isClosed) return;
    const options = { container, basemap, center, zoom: CITY_ZOOM, scene, nowMs, look, coveredPx, pick: open };
    const opened = (await code?.openMapView(options)) ?? null;
    if (isClosed) return opened?.close(); // it took longer than the visit
    map = opened;
    document.body.dataset.map = opened === null ? "none" : "open";
    if (opened === null) fill(container, el("p.empty", null, "There is no map: WebGL or a file is missing. Everything else works."));
  }
  void showMap();

  return {
    close() {
      isClosed = true;
      clearInterval(updating);
      live.stop();
      map?.close();
      alarm.close();
      desk.undo.close();
      sound.close();
      void closer.then((code) => code.forgetPictures(), () => null);
      delete document.body.dataset.map;
    },
  };
}

/** What is large, or not seen at first: the map with its library, and what is looked at closer. */
function behind() {
  const first = painted();
  const [map, closer] = [() => import("./map_view.js"), () => import("./closer.js")];
  return /** @type {const} */ ([first.then(() => patiently(map)), first.then(() => patiently(closer))]);
}
