// @ts-check
// Where the phone is, asked of the browser at the pace that the server wants.
//
// Each report is a fresh reading or none: the server would take an old one for where you are now.

const REACH_MS_MAX = 8_000; // for a reading; in a tunnel there is none
const FRESH_MS = 3_000; // a reading so young need not be taken again
const PLACE_MS_MAX = 30_000; // a reading that is older says where one was, not where one is
const ACCURACY_M_MAX = 100_000;

/**
 * @typedef {{ lat_deg: number, lng_deg: number, accuracy_m: number }} Fix
 * @typedef {"unknown" | "known" | "refused" | "lost"} Sight of the satellites: `refused` by its owner
 */

export class Positions {
  /**
   * @param {{ geolocation: Geolocation | undefined, changed: () => void,
   *           send: (message: { type: string, [field: string]: any }) => void }} means
   */
  constructor({ geolocation, send, changed }) {
    this.geolocation = geolocation;
    this.send = send;
    this.changed = changed;
    /** @type {Fix | null} */
    this.fix = null;
    this.fixAt = 0; // milliseconds since 1970, by this phone
    /** @type {Sight} */
    this.sight = "unknown";
    this.seq = 0; // grows for ever, so it grows on each connection
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  /** Report now and from now on. @param {number} intervalMs */
  start(intervalMs) {
    this.stop();
    this.timer = setInterval(() => this.report(), intervalMs);
    this.report();
  }

  /** Off duty nobody wants to know where the phone is, and it does not say. @param {boolean} isOnDuty @param {number} intervalMs */
  follow(isOnDuty, intervalMs) {
    const isReporting = this.timer !== undefined;
    if (isOnDuty && !isReporting) this.start(intervalMs);
    if (!isOnDuty && isReporting) this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Take a reading and send it; the promise ends when that is done, or there is none. */
  async report() {
    const position = await this.#read();
    if (position !== null) {
      const { latitude, longitude, accuracy } = position.coords;
      const accuracy_m = Math.min(ACCURACY_M_MAX, Math.max(0, accuracy));
      this.fix = { lat_deg: latitude, lng_deg: longitude, accuracy_m };
      this.fixAt = Date.now();
      const fixed_at = new Date(position.timestamp).toISOString();
      this.send({ type: "report_position", seq: ++this.seq, ...this.fix, fixed_at });
    }
    this.changed();
  }

  /** The place of just now, and when it was read, or null. @returns {import("./intents.js").Place | null} */
  get place() {
    const isOld = Date.now() - this.fixAt > PLACE_MS_MAX;
    return this.fix === null || isOld ? null : { ...this.fix, at: this.fixAt };
  }

  /** @returns {Promise<GeolocationPosition | null>} */
  #read() {
    const { geolocation } = this;
    if (geolocation === undefined) {
      this.sight = "refused";
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      geolocation.getCurrentPosition(
        (position) => {
          this.sight = "known";
          resolve(position);
        },
        (error) => {
          this.sight = error.code === error.PERMISSION_DENIED ? "refused" : "lost";
          resolve(null);
        },
        { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: REACH_MS_MAX },
      );
    });
  }
}
