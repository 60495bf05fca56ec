// @ts-check
// What a courier says about duty, and what was said the last time: vehicle, room, end of the shift.

const STORED = "hexhaul-courier-duty";

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

/** The shift as the server knows it, or as it was said on this phone; null: neither.
 * @param {import("./work.js").Work} work @param {Storage} store @returns {Shift | null} */
export function latestShift({ vehicle, capacity, shiftEndsAt }, store) {
  const kept = store.getItem(STORED);
  if (kept !== null) return JSON.parse(kept);
  if (vehicle === null || capacity === null || shiftEndsAt === null) return null;
  return { vehicle, capacity: /** @type {Capacity} */ (capacity), shiftEndsAt };
}

/** @param {Shift} shift @param {Storage} store */
export function keepShift(shift, store) {
  store.setItem(STORED, JSON.stringify(shift));
}
