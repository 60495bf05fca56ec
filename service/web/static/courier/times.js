// @ts-check
// Instants as a courier reads them: by the phone's own zone, and how far away they are.

/** @typedef {import("../shared/clock.js").MarketClock} MarketClock */

/** @param {string} instant */
export function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Whole minutes from now, in market time; negative when it has passed.
 * @param {MarketClock} clock @param {string} instant */
export function minutesUntil(clock, instant) {
  return Math.round(-clock.ageMs(instant) / 60_000);
}

/** "in 12 min" or "5 min ago", as it is in the market.
 * @param {MarketClock} clock @param {string} instant */
export function fromNow(clock, instant) {
  const minutes = minutesUntil(clock, instant);
  if (minutes === 0) return "now";
  return minutes > 0 ? `in ${length(minutes)}` : `${length(-minutes)} ago`;
}

/** @param {number} minutes */
export function length(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60 === 0 ? "" : ` ${minutes % 60} min`;
  return hours === 0 ? `${minutes} min` : `${hours} h${rest}`;
}
