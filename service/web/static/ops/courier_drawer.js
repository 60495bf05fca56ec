// @ts-check
// One courier: what is in hand, where they go next, and what can be done about it.

import { el, fill } from "../shared/dom.js";
import { clockTime, duration, words } from "../shared/format.js";
import { ordersFor } from "./actions.js";
import { giveOrder, moveAll, reinstate, suspend, suspensionInWords } from "./do_courier.js";
import { deadlineOf, nextStop, suspensionOf } from "./model.js";
import { courierChip, fact, jobChip, section } from "./pieces.js";

const READ_MS = 5_000;

/** @param {import("./console.js").Desk} desk @param {string} courierId */
export function courierDrawer(desk, courierId) {
  const { api, model, clock, session } = desk;
  const [top, doing, hand] = [el("div.top"), el("div"), el("div")];
  const element = el("article", { data: { courier: courierId } }, top, doing, hand);
  const drawn = { top: "", doing: "", hand: "" };
  let readsAtMs = 0; // positions come only from the part of the map that is looked at

  /** Each part is drawn anew only when it says something else: a button stays under the mouse. */
  function update() {
    const courier = model.couriers.get(courierId);
    if (courier === undefined) return;
    const jobs = model.jobsOf(courierId);
    const position = model.positions.get(courierId);
    const seenAt = position?.at ?? courier.position_at ?? null;
    const seen = seenAt ? `${duration(clock.ageMs(seenAt))} ago` : "–";
    if (position === undefined && performance.now() >= readsAtMs) read();
    const isOffered = model.offeredTo().has(courierId);
    const suspension = suspensionOf(courier, clock.nowMs());
    draw("top", top, [courier, isOffered, seen, suspension], () => head(courier, isOffered, seen, suspension));
    draw("doing", doing, [courier.status, jobs.length, suspension], () => actions(courier, jobs, suspension));
    draw("hand", hand, jobs.map((job) => [job.id, job.version]), () => inHand(jobs));
  }

  async function read() {
    readsAtMs = performance.now() + READ_MS;
    await api.get(`/v1/ops/couriers/${courierId}`).then((row) => model.takeCourier(row)).catch(() => {}); // then later
  }

  /** @param {keyof typeof drawn} name @param {HTMLElement} part @param {unknown} says @param {() => import("../shared/dom.js").Child} make */
  function draw(name, part, says, make) {
    const text = JSON.stringify(says);
    if (drawn[name] !== text) fill(part, make());
    drawn[name] = text;
  }

  /** @param {import("./model.js").Courier} courier @param {boolean} isOffered @param {string} seen @param {import("./model.js").Suspension | null} suspension */
  function head(courier, isOffered, seen, suspension) {
    return el(
      "header",
      null,
      el("h2", null, model.nameOf(courierId)),
      el("p.chips", null, courierChip(courier, isOffered), suspension ? el("span.chip.bad", null, "suspended") : null, el("span.chip", null, courier.vehicle)),
      el(
        "dl.facts",
        null,
        fact("shift ends", courier.shift_ends_at ? clockTime(courier.shift_ends_at) : "–"),
        fact("in hand", String(courier.live_jobs_count)),
        fact("last seen", seen),
        suspension ? fact("suspended", suspensionInWords(suspension)) : null,
      ),
    );
  }

  /** @param {import("./model.js").Courier} courier @param {import("./model.js").Job[]} jobs @param {import("./model.js").Suspension | null} suspension */
  function actions(courier, jobs, suspension) {
    const buttons = [button("Show on the map", show)];
    if (suspension === null) {
      buttons.push(...ordersFor(courier, session.rights).map((order) => button(order.label, () => giveOrder(desk, courierId, order).then(desk.changed))));
    }
    if (session.rights.includes("ops:dispatch")) {
      if (jobs.length > 0) buttons.push(button("Drops out: move all …", () => moveAll(desk, courierId).then(desk.changed)));
      if (suspension === null) buttons.push(button("Suspend …", () => suspend(desk, courierId).then(desk.changed), ".danger"));
      else buttons.push(button("Reinstate …", () => reinstate(desk, courierId).then(desk.changed)));
    }
    return el("div.buttons", { role: "group", "aria-label": "actions" }, buttons);
  }

  /** @param {string} label @param {() => void} onclick @param {string} [tone] */
  function button(label, onclick, tone = "") {
    return el(`button.button.small${tone}`, { type: "button", onclick }, label);
  }

  function show() {
    const position = model.placeOf(courierId);
    if (position) desk.flyTo(position);
  }

  /** @param {import("./model.js").Job[]} jobs */
  function inHand(jobs) {
    if (jobs.length === 0) return el("p.empty", null, "Nothing in hand.");
    return section(
      `Jobs (${jobs.length})`,
      el("ol.rows", null, jobs.map((job) =>
        el("li.row", null, el("button.link", { type: "button", onclick: () => desk.openJob(job.id) }, model.titleOf(job)), jobChip(job), el("span.faint", null, `next ${words(nextStop(job).kind)}`), el("span.faint", null, `due ${clockTime(deadlineOf(job))}`)),
      )),
    );
  }

  return { element, update };
}
