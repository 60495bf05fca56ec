// @ts-check
// The top of the page: on duty or not, connected or not, and what can be done about it.

import { el } from "../shared/dom.js";
import { STATUSES } from "./words.js";

const DOTS = { online: "good", busy: "busy", paused: "warn", ending: "warn" };

/** @param {string} status @param {boolean} isAsking a change that is not confirmed yet */
export function statusView(status, isAsking) {
  const dot = DOTS[/** @type {keyof typeof DOTS} */ (status)] ?? "away";
  return [el(`span.dot.${dot}`), STATUSES[status] ?? status, isAsking ? " …" : ""];
}

/**
 * What keeps work from going on as usual, if anything does.
 * @param {{ isLive: boolean, isOnDuty: boolean, unconfirmedCount: number,
 *           sight: import("./positions.js").Sight, sendingCount: number }} how
 */
export function bannerView({ isLive, isOnDuty, unconfirmedCount, sight, sendingCount }) {
  if (!isLive) {
    const kept = unconfirmedCount === 0 ? "" : " What you did is kept, and told as soon as there is one.";
    return [el("p.notice.warn", null, `No connection.${kept}`)];
  }
  if (isOnDuty && sight === "refused") {
    const text = "This page may not see where you are, so no offers come. Allow it in the browser's settings of this site.";
    return [el("p.notice.bad", null, text)];
  }
  if (isOnDuty && sight === "lost") {
    return [el("p.notice.warn", null, "The phone does not find its position right now.")];
  }
  if (sendingCount > 0) {
    const words = sendingCount === 1 ? "A picture is being sent …" : `${sendingCount} pictures are being sent …`;
    return [el("p.notice", null, words)];
  }
  return [];
}

/**
 * @param {{ status: string, pause: () => void, goOn: () => void, end: () => void }} means
 */
export function dutyButtons({ status, pause, goOn, end }) {
  const button = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => void} */ act) =>
    el("button.button.small", { type: "button", id, onclick: act }, words);
  switch (status) {
    case "online":
    case "busy":
      return [button("pause", "Pause", pause), button("end", "End shift", end)];
    case "paused":
      return [button("go-on", "Go on", goOn), button("end", "End shift", end)];
    case "ending":
      return [button("go-on", "Stay on", goOn)];
    default:
      return [];
  }
}
