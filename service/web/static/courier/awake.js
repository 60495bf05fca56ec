// @ts-check
// A screen that stays on while its courier is on duty: a phone that sleeps hears no offer.

/** @type {WakeLockSentinel | null} */
let lock = null;
let isWanted = false;

/** @param {boolean} isOnDuty */
export function keepAwake(isOnDuty) {
  if (isOnDuty === isWanted) return;
  isWanted = isOnDuty;
  void follow();
}

async function follow() {
  if (!isWanted) await lock?.release();
  else if (!document.hidden) lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
}

// The browser takes the lock from a page that is not seen, and does not give it back.
document.addEventListener("visibilitychange", () => void follow());
