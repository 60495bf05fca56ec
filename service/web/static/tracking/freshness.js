// @ts-check
// How old what the page shows is: a dot that stands still without a word would be believed.

const FAILURES_COUNT_MAX = 2; // in a row; one is nothing on a bad network

/** @typedef {{ heardAt: number, failuresCount: number }} Freshness `heardAt` is milliseconds since 1970, by this phone */

/** @param {number} now @returns {Freshness} */
export const heard = (now) => ({ heardAt: now, failuresCount: 0 });

/** @param {Freshness} before @returns {Freshness} */
export const missed = ({ heardAt, failuresCount }) => ({ heardAt, failuresCount: failuresCount + 1 });

/** @param {Freshness} freshness */
export const isStale = ({ failuresCount }) => failuresCount >= FAILURES_COUNT_MAX;

/** @param {Freshness} freshness @param {string} [locale] @returns {string} nothing while it is fresh */
export function staleWords(freshness, locale) {
  if (!isStale(freshness)) return "";
  const since = new Date(freshness.heardAt).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  return `No news since ${since}. The page tries again by itself.`;
}
