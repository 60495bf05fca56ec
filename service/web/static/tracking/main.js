// @ts-check
// The tracking page where there are scripts: it asks for news, and draws where the courier is.
//
// The page is made by the server and works without this. News are asked for with the tag of what is
// known, which costs next to nothing; when there are any, the page is fetched again and its live
// part put in the place of the old one. What somebody is writing is left alone.

import { Api } from "../shared/api.js";
import { $, fill } from "../shared/dom.js";
import { fetchRoads } from "../shared/roads.js";
import { sketchView } from "../shared/sketch_view.js";
import { renewForms } from "./forms.js";
import { renewParts } from "./parts.js";
import { heard, isStale, missed, staleWords } from "./freshness.js";

const AGAIN_MS = 10_000; // after a failure
const PATIENCE_MS = 10_000; // with a network that says nothing
const token = location.pathname.split("/")[2];

let etag = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let [pollMs, againMs] = [AGAIN_MS, AGAIN_MS];
/** @type {import("../shared/roads.js").Roads | null} */
let roads = null;
/** @type {any} */
let known = null; // what GET /v1/tracking/{token} told last
let freshness = heard(Date.now()); // the page itself has just come

/** Ask for news now, and from then on at the pace that the server wants. */
async function follow() {
  clearTimeout(timer);
  if (document.hidden) return; // it goes on when somebody looks
  const pauseMs = await look().catch(() => null);
  freshness = pauseMs === null ? missed(freshness) : heard(Date.now());
  drawAge();
  timer = setTimeout(follow, pauseMs ?? againMs);
}

/** @returns {Promise<number | null>} after how long to ask again, in milliseconds; null: nothing was heard */
async function look() {
  againMs = AGAIN_MS;
  const answer = await ask(`/v1/tracking/${token}`, etag === "" ? {} : { "If-None-Match": etag });
  if (answer.status === 404) location.reload(); // the link has ended, and the page says so
  if (answer.status === 429) againMs = 1_000 * Number(answer.headers.get("Retry-After") ?? 60);
  if (answer.status === 304) return pollMs;
  if (answer.status !== 200) return null;
  known = await answer.json();
  await renew(); // the first time as well: the page may have lain in the background since it came
  etag = answer.headers.get("ETag") ?? "";
  pollMs = 1_000 * known.poll_after_s;
  return pollMs;
}

/** @param {string} path @param {Record<string, string>} [headers] */
const ask = (path, headers = {}) => fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });

/** Fetch the page as it is now, and take over what is new. */
async function renew() {
  const answer = await ask(location.pathname);
  if (!answer.ok) throw new Error(`the page says ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const live = $("#live", page);
  renewParts($("#live"), live);
  $("#live").dataset.stage = live.dataset.stage;
  renewForms(page);
}

/** Say how old it is, if nothing was heard for some time; a courier seen then may be anywhere. */
function drawAge() {
  const words = staleWords(freshness);
  if ($("#stale").textContent !== words) $("#stale").textContent = words;
  $("#stale").hidden = words === "";
  if (known !== null) drawMap();
}

function drawMap() {
  const door = known.stops.find((/** @type {any} */ stop) => stop.kind === "dropoff");
  const here = isStale(freshness) ? null : (known.courier?.position ?? null);
  const map = $("#map");
  map.hidden = here === null;
  if (here !== null) fill(map, sketchView({ stops: [{ ...door, label: "⌂" }], here, roads }));
}

history.replaceState(null, "", location.pathname); // what was said is said once
document.addEventListener("visibilitychange", () => void follow());
void fetchRoads(new Api()).then((found) => {
  roads = found;
  if (known !== null) drawMap();
});
await follow();
document.body.dataset.followed = "true";
