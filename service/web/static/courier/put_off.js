// @ts-check
// When to say again what a busy server put off: once for all of it, and when the last of it may be.

export class PutOff {
  /** @param {() => void} act says all of it again */
  constructor(act) {
    this.act = act;
    this.dueMs = 0; // of this machine's steady clock
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.timer = null;
  }

  /** Spread, so that all whom a busy server put off do not come back together. @param {number} pauseMs as the server asked */
  later(pauseMs) {
    const waitMs = pauseMs * (0.5 + Math.random());
    const dueMs = performance.now() + waitMs;
    if (this.timer !== null && dueMs <= this.dueMs) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueMs = dueMs;
    this.timer = setTimeout(() => this.now(), waitMs);
  }

  /** Say it, and not again later. */
  now() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.act();
  }
}
