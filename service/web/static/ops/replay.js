// @ts-check
// The instant that is looked at: now, or some time ago, standing still or running.

import { Past } from "./past.js";
import { Records } from "./records.js";

export const REACH_MS = 6 * 3_600_000; // how far back the slider goes, of market time
const SETTLED_MS = 15_000; // of market time: places are sampled every ten seconds
const WRITTEN_MS = 4_000; // of real time: then it is surely on record

export class Replay {
  /**
   * @param {{ api: Pick<import("../shared/api.js").Api, "get">, clock: import("../shared/clock.js").MarketClock,
   *   live: import("./model.js").Model }} options
   */
  constructor({ api, clock, live }) {
    this.clock = clock;
    this.live = live;
    this.records = new Records({ api });
    this.isOn = false;
    this.isPlaying = false;
    this.isWhole = false; // whether all is here that is needed for the instant
    this.speed = 1; // market time over market time
    this.atMs = 0;
    this.movedMs = 0; // of this machine's steady clock
    /** @type {{ past: Past, name: string } | null} */
    this.built = null;
  }

  /** The newest instant that can be looked at. */
  endsMs() {
    return this.clock.nowMs() - Math.max(SETTLED_MS, WRITTEN_MS * this.clock.scale);
  }

  /** @param {number} atMs */
  begin(atMs) {
    this.isOn = true;
    this.isPlaying = true;
    this.seek(atMs);
  }

  end() {
    this.isOn = false;
    this.isPlaying = false;
  }

  /** Goes to the instant; at the newest one it stands still, for what comes after that is not on record yet. @param {number} atMs */
  seek(atMs) {
    const endsMs = this.endsMs();
    if (atMs >= endsMs) this.isPlaying = false;
    this.atMs = Math.min(endsMs, Math.max(endsMs - REACH_MS, atMs));
    this.movedMs = performance.now();
  }

  /** @param {boolean} isPlaying */
  play(isPlaying) {
    this.isPlaying = isPlaying;
    this.movedMs = performance.now();
  }

  /** Lets time pass, unless it stands still or what comes is not here yet. @returns {{ past: Past, atMs: number }} */
  step() {
    const nowMs = performance.now();
    const endsMs = this.endsMs();
    if (this.isPlaying && this.isWhole) this.atMs += (nowMs - this.movedMs) * this.clock.scale * this.speed;
    this.movedMs = nowMs;
    if (this.atMs >= endsMs) [this.atMs, this.isPlaying] = [endsMs, false];
    this.isWhole = this.records.reach(this.atMs, endsMs);
    return { past: this.pastOf(this.records.around(this.atMs)), atMs: this.atMs };
  }

  /** @param {import("./past.js").Piece[]} pieces */
  pastOf(pieces) {
    const name = pieces.map(({ from_at, to_at }) => `${from_at} ${to_at}`).join(" ");
    if (this.built?.name !== name) this.built = { past: new Past(pieces, this.live), name };
    return this.built.past;
  }
}
