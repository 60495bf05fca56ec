// @ts-check
// Nothing to do: waiting for an offer, on a pause, or with a parcel that ops decide about.

import { el } from "../shared/dom.js";
import { distance } from "../shared/format.js";

const EARTH_M_PER_DEG = 111_320;

/**
 * @param {{ status: string, hint: import("./work.js").Work["hint"], undeliverableCount: number,
 *           here: import("../shared/sketch.js").Place | null, askForNotes: (() => void) | null }} shown
 *   `askForNotes` asks whether an offer may be told while another app is open; null: it was asked
 */
export function idleView({ status, hint, undeliverableCount, here, askForNotes }) {
  if (undeliverableCount > 0) {
    return message("Keep the parcel", "It could not be delivered. Dispatch decides what happens next, and your route will tell.");
  }
  if (status === "paused") return message("Paused", "No offers come until you go on.");
  return [
    el("div.radar", { "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    ...message("Looking for jobs near you", "Keep this page open. An offer rings and shows itself."),
    hint === null ? null : el("p.notice", { role: "status" }, hintWords(hint, here)),
    askForNotes === null
      ? null
      : el("button.button.quiet", { type: "button", id: "notes", onclick: askForNotes }, "Tell me also when another app is open"),
  ];
}

/** @param {string} title @param {string} text */
function message(title, text) {
  return [el("h1", null, title), el("p.faint", null, text)];
}

/** @param {import("../shared/sketch.js").Place} hint @param {import("../shared/sketch.js").Place | null} here */
function hintWords(hint, here) {
  if (here === null) return "Jobs are expected in another part of town.";
  const north = (hint.lat_deg - here.lat_deg) * EARTH_M_PER_DEG;
  const east = (hint.lng_deg - here.lng_deg) * EARTH_M_PER_DEG * Math.cos((here.lat_deg * Math.PI) / 180);
  const away = Math.hypot(north, east);
  const quarters = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
  const quarter = quarters[(Math.round(Math.atan2(east, north) / (Math.PI / 4)) + 8) % 8];
  return away < 500 ? "Good place to wait: jobs are expected here." : `Jobs are expected ${distance(away)} ${quarter} of here.`;
}
