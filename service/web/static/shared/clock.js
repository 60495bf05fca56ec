// @ts-check
// Time on this machine, which may sleep; and market time: what the server says it is, carried on by that.

const LEAP_MS_MIN = 1_000; // less is a wall clock that is put right

/**
 * Real time that goes on in sleep. A browser's steady clock stands still then on several systems, and the
 * wall clock may be set by hours: where the two no longer agree, one of these has happened, and both
 * are believed to say that something is over until the server has told what time it is.
 */
export class Watch {
  /** @param {{ steady?: () => number, wall?: () => number }} [clocks] milliseconds */
  constructor({ steady = () => performance.now(), wall = () => Date.now() } = {}) {
    this.steady = steady;
    this.wall = wall;
    this.aheadMs = wall() - steady(); // of the wall clock, since the last leap
    this.sleptMs = 0;
    this.leapsCount = 0;
  }

  /** Milliseconds, never less than before; from what instant on means nothing. */
  nowMs() {
    const steadyMs = this.steady();
    const leapMs = this.wall() - steadyMs - this.aheadMs;
    if (Math.abs(leapMs) > LEAP_MS_MIN) {
      this.aheadMs += leapMs;
      this.sleptMs += Math.max(0, leapMs);
      this.leapsCount += 1;
    }
    return steadyMs + this.sleptMs;
  }
}

export const watch = new Watch();

export class MarketClock {
  /** @param {Watch} [carriedOnBy] */
  constructor(carriedOnBy = watch) {
    this.watch = carriedOnBy;
    this.scale = 1;
    this.anchorMs = Date.now(); // until the server has said what time it is
    this.sinceMs = this.watch.nowMs();
  }

  /** @param {string} serverTime @param {number} scale market seconds per second */
  set(serverTime, scale) {
    this.scale = scale;
    this.anchorMs = Date.parse(serverTime);
    this.sinceMs = this.watch.nowMs();
  }

  /** Milliseconds since 1970, market time. */
  nowMs() {
    return this.anchorMs + (this.watch.nowMs() - this.sinceMs) * this.scale;
  }

  /** @param {string} instant how long ago it was, in market milliseconds */
  ageMs(instant) {
    return this.nowMs() - Date.parse(instant);
  }
}
