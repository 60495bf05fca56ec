// @ts-check
// The start of the page: log in if need be, then work, until another window takes over.

import { Api } from "../shared/api.js";
import { $, el, fill } from "../shared/dom.js";
import { Courier } from "./courier.js";
import { deviceKey } from "./device_key.js";
import { logInView } from "./log_in_view.js";
import { CourierPage } from "./page.js";
import { Pictures, UPLOAD_MS_MAX } from "./pictures.js";
import { fetchRoads } from "../shared/roads.js";
import { Session } from "./session.js";
import { openShelf } from "./shelf.js";

const TICK_MS = 200;

const api = new Api();
const session = new Session({
  store: localStorage,
  api,
  device: deviceKey(),
  now: () => Date.now(),
  alone: async (act) => {
    await navigator.locks.request("hexhaul-courier-session", act);
  },
});

async function begin() {
  if (!session.isLoggedIn) return askKey();
  document.body.dataset.view = "work";
  const pictures = new Pictures({
    shelf: await openShelf(),
    put: (path, blob) => session.call("PUT", path, blob, { patienceMs: UPLOAD_MS_MAX }),
    newId: () => crypto.randomUUID(),
    changed: () => page.draw(),
  });
  await pictures.load();
  const courier = new Courier({
    session,
    pictures,
    store: localStorage,
    geolocation: navigator.geolocation,
    isSeen: () => !document.hidden,
    changed: () => page.draw(),
    warn: (refusal) => page.warn(refusal),
  });
  const logOut = () => {
    courier.logOut(); // it ends the run below
    fill($("#main"), el("p.empty", { role: "status" }, "Logging out …"));
  };
  const page = new CourierPage(courier, { roads: null, logOut });
  void fetchRoads(api).then((roads) => {
    page.roads = roads;
    page.draw();
  });
  const ticking = setInterval(() => page.tick(), TICK_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    page.tick(); // what is over by now goes before anybody sees it
    courier.acknowledge();
  });
  page.draw();
  await courier.run();
  clearInterval(ticking);
  courier.positions.stop();
  stopped(courier.connection.reason);
}

function askKey() {
  document.body.dataset.view = "log-in";
  const logIn = async (/** @type {string} */ key) => {
    await session.logIn(key);
    location.reload();
  };
  fill($("#main"), logInView({ logIn }));
  $("#key").focus();
}

/** The server does not want this window back: say why, kindly, and offer a way on.
 * @param {"refused" | "replaced" | null} reason */
function stopped(reason) {
  if (!session.isLoggedIn) return location.reload(); // to the log-in
  document.body.dataset.view = "stopped";
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove(); // the offer, and what was asked
  const isReplaced = reason === "replaced";
  fill(
    $("#main"),
    el(
      "section.stopped",
      null,
      el("h1", null, isReplaced ? "You are working in another window" : "The service does not let you in"),
      el(
        "p.faint",
        null,
        isReplaced
          ? "Offers and your route are shown there. Only one window at a time is connected."
          : "Your account may not be active. Ask your dispatcher.",
      ),
      el(
        "button.button.primary.large",
        { type: "button", id: "use-this", onclick: () => location.reload() },
        isReplaced ? "Use this window" : "Try again",
      ),
    ),
  );
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/courier/worker.js", { scope: "/courier" }).catch(() => null); // it works without
}
await begin();
