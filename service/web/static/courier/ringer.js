// @ts-check
// How an offer asks for attention: a tone, a tremble, and a note of the system where the page is not seen.
//
// Browsers let a page sound only after a touch of it; each touch wakes the sound anew, as a call may have
// taken it away. Whether notes may be shown is asked by a touch too, and only once.

const TREMBLE_MS = [300, 150, 300, 150, 300];
const TONES = [880, 1_175, 880, 1_175, 880, 1_175]; // hertz, one after the other
const TONE_S = 0.22;
const LOUDNESS = 0.4;
const TAG = "hexhaul-offer";

/** @typedef {{ openAudio: () => AudioContext | null, notes: typeof Notification | undefined, isSeen: () => boolean,
 *   tremble: (pattern: number[]) => void,
 *   registration: () => Promise<Pick<ServiceWorkerRegistration, "showNotification" | "getNotifications"> | undefined> }} Means
 *   `openAudio` returns null where a browser has no sound */

export class Ringer {
  /** @param {Means} means */
  constructor(means) {
    this.means = means;
    /** @type {AudioContext | null} */
    this.audio = null;
  }

  /** Called with each touch of the page. */
  touched() {
    this.audio ??= this.means.openAudio();
    if (this.audio !== null && this.audio.state !== "running") void this.audio.resume().catch(() => null);
  }

  /** Whether it has to be asked if notes may be shown. */
  get mayAsk() {
    return this.means.notes?.permission === "default";
  }

  async ask() {
    await this.means.notes?.requestPermission();
  }

  /** @param {string} words */
  ring(words) {
    this.means.tremble(TREMBLE_MS);
    this.#sound();
    if (!this.means.isSeen()) void this.#note(words).catch(() => null);
  }

  /** The offer is gone. */
  async quieten() {
    if (this.means.notes?.permission !== "granted") return;
    const shown = await (await this.means.registration())?.getNotifications({ tag: TAG });
    for (const note of shown ?? []) note.close();
  }

  #sound() {
    const { audio } = this;
    if (audio === null || audio.state !== "running") return;
    const loudness = audio.createGain();
    loudness.connect(audio.destination);
    const begin = audio.currentTime;
    const end = begin + TONES.length * TONE_S;
    loudness.gain.setValueAtTime(LOUDNESS, begin);
    loudness.gain.setValueAtTime(LOUDNESS, end - 0.05);
    loudness.gain.linearRampToValueAtTime(0, end); // or it would click
    const voice = audio.createOscillator();
    voice.type = "triangle";
    TONES.forEach((hertz, index) => voice.frequency.setValueAtTime(hertz, begin + index * TONE_S));
    voice.connect(loudness);
    voice.start(begin);
    voice.stop(end);
  }

  /** @param {string} words */
  async #note(words) {
    if (this.means.notes?.permission !== "granted") return;
    const registration = await this.means.registration();
    await registration?.showNotification(words, { tag: TAG, body: "Open the page to answer." });
  }
}

/** The ringer of this browser. */
export function ringer() {
  const made = new Ringer({
    openAudio: () => ("AudioContext" in globalThis ? new AudioContext() : null),
    notes: globalThis.Notification,
    isSeen: () => !document.hidden,
    tremble: (pattern) => void navigator.vibrate?.(pattern),
    registration: async () => navigator.serviceWorker?.getRegistration("/courier"),
  });
  addEventListener("click", () => made.touched(), { capture: true });
  return made;
}
