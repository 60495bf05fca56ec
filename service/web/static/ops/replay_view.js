// @ts-check
// The bar of the past: a slider over the last hours, play and pause, how fast, and the way back.

import { el } from "../shared/dom.js";
import { when } from "../shared/format.js";
import { REACH_MS } from "./replay.js";

const STEP_S = 5;
const SPEEDS = [1, 5, 20, 60];
const BACK_MS = 600_000; // where it begins

/** @param {{ replay: import("./replay.js").Replay, changed: () => void }} options */
export function replayView({ replay, changed }) {
  const open = el("button.button.small", { type: "button", "aria-pressed": "false", onclick: toggle }, "Replay");
  const instant = el("strong.chip.warn", null);
  const state = el("span.faint", { role: "status" });
  const play = el("button.button.small", { type: "button", onclick: () => (replay.play(!replay.isPlaying), changed()) });
  const speed = /** @type {HTMLSelectElement} */ (
    el(
      "select.input",
      { "aria-label": "speed", onchange: () => (replay.speed = Number(speed.value)) },
      SPEEDS.map((times) => el("option", { value: String(times) }, `× ${times}`)),
    )
  );
  const slider = /** @type {HTMLInputElement} */ (
    el("input", { type: "range", step: STEP_S, min: String(-REACH_MS / 1_000), max: "0", "aria-label": "how long ago", oninput: seek })
  );
  const element = el(
    "section.replay.card",
    { "aria-label": "replay", hidden: true },
    el(
      "div.controls",
      null,
      [instant, play, speed, state, el("span.spring", null)],
      el("button.button.primary.small", { type: "button", onclick: toggle }, "Back to live"),
    ),
    slider,
  );

  function toggle() {
    if (replay.isOn) replay.end();
    else replay.begin(replay.endsMs() - BACK_MS);
    update();
    changed();
    if (replay.isOn) slider.focus();
    else open.focus();
  }

  function seek() {
    const isNewest = slider.value === slider.max; // whatever that is by then
    replay.seek(isNewest ? Infinity : replay.endsMs() + 1_000 * Number(slider.value));
    changed();
  }

  function update() {
    element.hidden = !replay.isOn;
    document.body.dataset.time = replay.isOn ? "past" : "now";
    open.setAttribute("aria-pressed", String(replay.isOn));
    if (!replay.isOn) return;
    const agoS = (replay.endsMs() - replay.atMs) / 1_000;
    slider.value = String(-Math.round(agoS));
    slider.setAttribute("aria-valuetext", when(replay.atMs, true));
    instant.textContent = `Past: ${when(replay.atMs, true)}`;
    play.textContent = replay.isPlaying ? "Pause" : "Play";
    state.textContent = wordsOf(replay);
  }

  return { element, open, update };
}

/** @param {import("./replay.js").Replay} replay */
function wordsOf({ records, isWhole, built }) {
  if (records.trouble !== null) return records.trouble;
  if (!isWhole) return "Reading …";
  if (built === null || (built.past.ticks.length === 0 && built.past.trails.size === 0)) return "Nothing is on record of then.";
  return built.past.isCut ? "There was more than is shown." : "Map and matching as they were; the rest is of now.";
}
