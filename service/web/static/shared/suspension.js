// @ts-check
// Who is kept from work: until a time, or for good.

/** @typedef {{ reason: string, until: string | null }} Suspension until: market time; null: until ops end it */

/** What keeps a courier from work now; it ends by its time without a word.
 * @param {Suspension | null | undefined} suspension @param {number} nowMs market time @returns {Suspension | null} */
export function inForce(suspension, nowMs) {
  if (!suspension) return null;
  return suspension.until === null || Date.parse(suspension.until) > nowMs ? suspension : null;
}
