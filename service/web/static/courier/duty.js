// @ts-check
// What a courier says about duty, and what was said the last time: vehicle, room, end of the shift.

const STORED = "hexhaul-courier-duty";
const LEFT_MS_MIN = 60_000; // of a shift that is worth going on with
const LONGER_MS = 3_600_000;

/**
 * @typedef {{ weight_g: number, volume_l: number, jobs_count: number }} Capacity
 * @typedef {{ vehicle: string, capacity: Capacity, shiftEndsAt: string }} Shift
 */

/** The message that puts a courier on duty. @param {Shift} shift */
export function goOnline({ vehicle, capacity, shiftEndsAt }) {
  return { type: "set_status", status: "online", vehicle, capacity, shift_ends_at: shiftEndsAt };
}

/** @param {"paused" | "offline"} status */
export const goOff = (status) => ({ type: "set_status", status });

/** The shift as the server knows it, or else as it was said on this phone; null: neither.
 * @param {import("./work.js").Work} work @param {Pick<Storage, "getItem">} store @returns {Shift | null} */
export function latestShift({ vehicle, capacity, shiftEndsAt }, store) {
  if (vehicle !== null && capacity !== null && shiftEndsAt !== null) {
    return { vehicle, capacity: /** @type {Capacity} */ (capacity), shiftEndsAt };
  }
  const kept = store.getItem(STORED);
  return kept === null ? null : JSON.parse(kept);
}

/** The shift to go on with: the server takes none that has ended.
 * @param {Shift} shift @param {number} nowMs market time, milliseconds since 1970 @returns {Shift} */
export function goingOn(shift, nowMs) {
  if (Date.parse(shift.shiftEndsAt) > nowMs + LEFT_MS_MIN) return shift;
  return { ...shift, shiftEndsAt: new Date(nowMs + LONGER_MS).toISOString() };
}

/** @param {Shift} shift @param {Pick<Storage, "setItem">} store */
export function keepShift(shift, store) {
  store.setItem(STORED, JSON.stringify(shift));
}
