// @ts-check
// Market time: what the server says it is, carried on by this machine's steady clock.

export class MarketClock {
  constructor() {
    this.scale = 1;
    this.anchorMs = Date.now(); // until the server has said what time it is
    this.sinceMs = performance.now();
  }

  /** @param {string} serverTime @param {number} scale market seconds per second */
  set(serverTime, scale) {
    this.scale = scale;
    this.anchorMs = Date.parse(serverTime);
    this.sinceMs = performance.now();
  }

  /** Milliseconds since 1970, market time. */
  nowMs() {
    return this.anchorMs + (performance.now() - this.sinceMs) * this.scale;
  }

  /** @param {string} instant how long ago it was, in market milliseconds */
  ageMs(instant) {
    return this.nowMs() - Date.parse(instant);
  }
}
