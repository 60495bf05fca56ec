// @ts-check
// A quiet tone of two notes, which can be turned off; browsers let a page sound once somebody has touched it.

import { el } from "../shared/dom.js";

const KEPT_AS = "hexhaul.ops.sound";
const [NOTES_HZ, NOTE_S, VOLUME] = [[660, 880], 0.14, 0.06];

export function chime() {
  let isOn = localStorage.getItem(KEPT_AS) !== "off";
  /** @type {AudioContext | null} */
  let audio = null;
  const element = el("button.button.small.quiet", { type: "button", "aria-pressed": String(isOn), onclick: toggle }, "Sound");

  function toggle() {
    isOn = !isOn;
    localStorage.setItem(KEPT_AS, isOn ? "on" : "off");
    element.setAttribute("aria-pressed", String(isOn));
    ring();
  }

  function ring() {
    if (!isOn || typeof AudioContext === "undefined") return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume().catch(() => {}); // nobody has touched the page yet
    NOTES_HZ.forEach((hz, index) => note(/** @type {AudioContext} */ (audio), hz, index * NOTE_S));
  }

  return { element, ring, close: () => void audio?.close().catch(() => {}) };
}

/** @param {AudioContext} audio @param {number} hz @param {number} afterS */
function note(audio, hz, afterS) {
  const [tone, volume, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + afterS];
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(VOLUME, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
