// @ts-check
// Couriers glide from where they are drawn to where they are, instead of jumping.

/** @typedef {{ lat_deg: number, lng_deg: number }} Place */

const GLIDE_MS = 900; // a little longer than frames are apart, so that nobody stops in between
const JUMP_DEG = 0.01; // further than anyone moves between two frames: they are drawn there at once

export class Glide {
  constructor() {
    /** @type {Map<string, { from: Place, to: Place, sinceMs: number }>} */
    this.ways = new Map();
    this.restsAtMs = 0; // then everybody has arrived
  }

  /** @param {Map<string, Place>} positions @param {number} nowMs */
  aim(positions, nowMs) {
    for (const id of this.ways.keys()) if (!positions.has(id)) this.ways.delete(id);
    for (const [id, to] of positions) {
      const way = this.ways.get(id);
      if (way?.to === to) continue;
      const from = way === undefined ? to : between(way, nowMs);
      this.ways.set(id, { from: isJump(from, to) ? to : from, to, sinceMs: nowMs });
      this.restsAtMs = nowMs + GLIDE_MS;
    }
  }

  /** Where everybody is drawn. @param {number} nowMs @returns {Map<string, Place>} */
  at(nowMs) {
    return new Map([...this.ways].map(([id, way]) => [id, between(way, nowMs)]));
  }

  /** Draws everybody where they are: for people who do not want things to move. */
  settle() {
    for (const way of this.ways.values()) way.from = way.to;
  }
}

/** @param {{ from: Place, to: Place, sinceMs: number }} way @param {number} nowMs @returns {Place} */
function between({ from, to, sinceMs }, nowMs) {
  const share = Math.min(1, Math.max(0, (nowMs - sinceMs) / GLIDE_MS));
  return {
    lat_deg: from.lat_deg + (to.lat_deg - from.lat_deg) * share,
    lng_deg: from.lng_deg + (to.lng_deg - from.lng_deg) * share,
  };
}

/** @param {Place} from @param {Place} to */
function isJump(from, to) {
  return Math.abs(from.lat_deg - to.lat_deg) + Math.abs(from.lng_deg - to.lng_deg) > JUMP_DEG;
}
