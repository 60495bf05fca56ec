// @ts-check
// Where a courier is now, which rows that were read long ago do not tell.

/** @typedef {import("./model.js").Place} Place */

const FRESH_MS = 60_000; // of real time; older, it is where they were

/**
 * Asks the service where the map does not show them. Null: nobody knows.
 * @param {Pick<import("./console.js").Desk, "api" | "model" | "clock">} desk @param {string} courierId @returns {Promise<Place | null>}
 */
export async function whereIs({ api, model, clock }, courierId) {
  const isFresh = (/** @type {string | null} */ at) => at !== null && clock.ageMs(at) <= FRESH_MS * clock.scale;
  const shown = model.positions.get(courierId);
  if (shown !== undefined && isFresh(shown.at)) return shown;
  const row = await api.get(`/v1/ops/couriers/${courierId}`).catch(() => null);
  if (row === null || !isFresh(row.position_at)) return null;
  return { lat_deg: row.lat_deg, lng_deg: row.lng_deg };
}
