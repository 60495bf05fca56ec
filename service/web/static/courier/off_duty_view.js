// @ts-check
// Off duty: how to go on duty, or why that cannot be; and the way out.

import { el } from "../shared/dom.js";
import { goOnline, keepShift, latestShift } from "./duty.js";
import { dutyView } from "./duty_view.js";
import { suspendedView } from "./suspended_view.js";

/** @param {{ courier: import("./courier.js").Courier, suspension: import("./work.js").Suspension | null, logOut: () => void }} means */
export function offDutyView({ courier, suspension, logOut }) {
  const view = suspension === null ? duty(courier) : suspendedView(suspension);
  return [view, el("button.button.quiet.large", { type: "button", id: "log-out", onclick: logOut }, "Log out")];
}

/** @param {import("./courier.js").Courier} courier */
function duty(courier) {
  const shift = latestShift(courier.work, localStorage);
  return dutyView({
    vehicle: shift?.vehicle ?? courier.work.vehicle ?? "bike",
    capacity: shift?.capacity ?? null,
    goOnline: ({ vehicle, capacity, hours }) => {
      const shiftEndsAt = new Date(courier.clock.nowMs() + hours * 3_600_000).toISOString();
      keepShift({ vehicle, capacity, shiftEndsAt }, localStorage);
      courier.say(goOnline({ vehicle, capacity, shiftEndsAt }));
    },
  });
}
