// @ts-check
// The time to answer an offer, by a clock that goes on in sleep and is not the phone's own, which may be hours wrong.

/**
 * What is left: real milliseconds, whole seconds for people, a share for a bar.
 * @param {{ endsAtMs: number, wholeMs: number }} countdown by the `Watch`
 * @param {number} nowMs
 */
export function timeLeft(countdown, nowMs) {
  const leftMs = Math.max(0, countdown.endsAtMs - nowMs);
  const share = countdown.wholeMs > 0 ? Math.min(1, leftMs / countdown.wholeMs) : 0;
  return { leftMs, leftS: Math.ceil(leftMs / 1_000), share };
}
