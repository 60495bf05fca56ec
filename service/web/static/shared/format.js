// @ts-check
// Numbers and instants as people read them.

const DAY = /** @type {const} */ ({ year: "numeric", month: "2-digit", day: "2-digit" });
const TIME = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const QUARTER_MS = 900_000; // days begin with one, whatever the zone; formats are slow

let told = formatsOf("UTC"); // until a page says where its people and parcels are
let nowMs = /** @type {() => number | null} */ (() => null); // until a page says what time it is there

/** From now on, instants are told by the clocks of this zone. @param {string} timezone IANA; UTC where the browser does not know it */
export function tellTimesOf(timezone) {
  try {
    told = formatsOf(timezone);
  } catch {
    told = formatsOf("UTC");
  }
}

/** From now on, `when` knows which day is today. @param {() => number} marketNowMs */
export function tellDaysBy(marketNowMs) {
  nowMs = marketNowMs;
}

/** @param {string} timeZone */
function formatsOf(timeZone) {
  const format = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat("en-GB", { timeZone, ...options });
  return {
    minute: format(TIME),
    second: format({ ...TIME, second: "2-digit" }),
    day: format(DAY),
    shortDay: format({ day: "numeric", month: "short" }),
    zone: format({ ...TIME, timeZoneName: "short" }),
  };
}

/** @param {string | number | null | undefined} instant @param {boolean} [withSeconds] */
export function clockTime(instant, withSeconds = false) {
  if (instant === null || instant === undefined) return "–";
  return (withSeconds ? told.second : told.minute).format(new Date(instant));
}

/** The time, and the day where it is not today: "14:20", "21 Nov 14:20". @param {string | number} instant @param {boolean} [withSeconds] */
export function when(instant, withSeconds = false) {
  const [at, now, time] = [new Date(instant), nowMs(), clockTime(instant, withSeconds)];
  return now === null || isOneDay(at.getTime(), now) ? time : `${told.shortDay.format(at)} ${time}`;
}

/** @param {number} oneMs @param {number} otherMs */
function isOneDay(oneMs, otherMs) {
  const isOneQuarter = Math.floor(oneMs / QUARTER_MS) === Math.floor(otherMs / QUARTER_MS);
  return isOneQuarter || told.day.format(new Date(oneMs)) === told.day.format(new Date(otherMs));
}

/** The day and the time, such as "2026-11-22 14:20". @param {string | number} instant */
export function dayAndTime(instant) {
  const parts = told.day.formatToParts(new Date(instant));
  const of = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value;
  return `${of("year")}-${of("month")}-${of("day")} ${clockTime(instant)}`;
}

/** By which clocks times are told: "CET", "UTC", "GMT-3". @param {string | number} instant */
export function zoneName(instant) {
  return told.zone.formatToParts(new Date(instant)).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** @param {number} ms */
export function duration(ms) {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} min${s < 600 ? ` ${s % 60} s` : ""}`;
  const minutes = Math.round(s / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {number} ms of real time, as of a stage of a tick */
export function milliseconds(ms) {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** @param {number} m */
export function distance(m) {
  return m < 950 ? `${Math.round(m / 10) * 10} m` : `${(m / 1_000).toFixed(m < 9_950 ? 1 : 0)} km`;
}

/** @type {Map<string, (cents: number) => string>} */
const tellers = new Map(); // to make one takes longer than to draw a row

/** @param {number} cents minor units @param {string} currency ISO 4217 */
export function money(cents, currency) {
  const tell = tellers.get(currency) ?? tellerOf(currency);
  tellers.set(currency, tell);
  return tell(cents);
}

/**
 * The amount in the currency's own unit, for what is drawn to scale.
 * @param {number} cents the smallest unit that there is @param {string} currency @returns {number}
 */
export function unitsOf(cents, currency) {
  return cents / smallestIn(formatOf(currency));
}

/** The other way, to the nearest. @param {number} units @param {string} currency @returns {number} */
export function centsOf(units, currency) {
  return Math.round(units * smallestIn(formatOf(currency)));
}

/** @param {string} currency @returns {(cents: number) => string} */
function tellerOf(currency) {
  const format = formatOf(currency);
  const count = smallestIn(format);
  return (cents) => format.format(cents / count);
}

/** @param {string} currency */
function formatOf(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency });
}

/** @param {Intl.NumberFormat} format */
function smallestIn(format) {
  return 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2);
}

/** @param {string} code such as "enroute_to_pickup" */
export function words(code) {
  return code.replaceAll("_", " ").replaceAll(".", " ");
}

/** @param {string} code */
export function sentence(code) {
  const text = words(code);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
