// @ts-check
// The lists of jobs and couriers beside the map: filtered by state and by text.

import { el } from "../shared/dom.js";
import { duration, plural, when } from "../shared/format.js";
import { isUnderMouse, listOf } from "../shared/list.js";
import { inForce } from "../shared/suspension.js";
import { isLate } from "./deadline.js";
import { deadlineOf, stateOf } from "./model.js";
import { chip, courierChip, jobChip } from "./pieces.js";

const SHOWN_COUNT_MAX = 150;

/** @typedef {import("./console.js").Desk} Desk */
/**
 * @template T
 * @typedef {{ label: string, placeholder: string, filters: [string, string][], rows: () => T[],
 *   isOf: (row: T, filter: string) => boolean, textOf: (row: T) => string, render: (row: T) => HTMLElement,
 *   key: (row: T) => string, empty: string }} ListOptions
 */

/**
 * @template T
 * @param {ListOptions<T>} options
 */
function listView({ label, placeholder, filters, rows, isOf, textOf, render, key, empty }) {
  let filter = filters[0][0];
  const search = /** @type {HTMLInputElement} */ (
    el("input.input", { type: "search", placeholder, "aria-label": placeholder, oninput: () => update(true) })
  );
  const buttons = filters.map(([name, text]) =>
    el(
      "button.tab",
      { type: "button", "aria-pressed": String(name === filter), data: { filter: name }, onclick: () => choose(name) },
      text,
      el("span.count", null),
    ),
  );
  const list = el("ol.rows", { "aria-label": label });
  const more = el("p.faint.more", null);
  const show = listOf(list, { key, render, isHeld: () => isUnderMouse(list) });
  const bar = el("div.bar.tall", null, el("div.tabs.small", { role: "group", "aria-label": "filter" }, buttons), search);
  const element = el("section.view", null, bar, list, more);

  /** @param {string} name */
  function choose(name) {
    filter = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.filter === name));
    update(true);
  }

  /** @param {boolean} [isAsked] for another selection: then rows go, even under the mouse */
  function update(isAsked = false) {
    const all = rows();
    for (const button of buttons) {
      const count = all.filter((row) => isOf(row, button.dataset.filter ?? "")).length;
      /** @type {Element} */ (button.lastElementChild).textContent = String(count);
    }
    const words = search.value.trim().toLowerCase();
    const found = all.filter((row) => isOf(row, filter) && textOf(row).toLowerCase().includes(words));
    show(found.slice(0, SHOWN_COUNT_MAX), isAsked);
    const left = found.length - SHOWN_COUNT_MAX;
    more.textContent = found.length === 0 ? empty : left > 0 ? `and ${left} more: narrow it down` : "";
  }

  return { element, update: () => update() };
}

/** @param {Desk} desk */
export function jobsView(desk) {
  const { model, clock } = desk;
  /** @type {Map<string, { job: any, name: string, outcome: string, isWritten: boolean }>} */
  let kept = new Map();

  /** One object as long as nothing about it changes. @param {import("./model.js").Job} job */
  function row(job) {
    const outcome = model.leftOpen.get(job.id)?.outcome ?? "";
    const name = job.courier_id === null ? "" : model.nameOf(job.courier_id); // it may come later than the job
    const isWritten = model.conversations.isUnread(job.id);
    const known = kept.get(job.id);
    const isSame = known?.job === job && known.name === name && known.outcome === outcome && known.isWritten === isWritten;
    return isSame ? known : { job, name, outcome, isWritten };
  }

  function rows() {
    const all = [...model.jobs.values()].sort((one, other) => (one.id < other.id ? 1 : -1)).map(row); // ids begin with their time
    kept = new Map(all.map((one) => [one.job.id, one]));
    return all;
  }

  return listView({
    label: "jobs",
    placeholder: "Reference, id or courier",
    filters: [["open", "Open"], ["live", "Under way"], ["late", "Late"], ["over", "Over"]],
    rows,
    isOf: ({ job }, filter) => {
      if (filter === "over") return job.ended_at !== null;
      if (filter === "late") return isLate(job, clock.nowMs());
      if (filter === "open") return job.status === "open" || job.status === "scheduled" || job.status === "undeliverable";
      return job.ended_at === null && job.courier_id !== null;
    },
    textOf: ({ job }) => `${job.reference ?? ""} ${job.id} ${job.courier_id === null ? "" : model.nameOf(job.courier_id)}`,
    key: ({ job }) => job.id,
    render: ({ job, name, outcome, isWritten }) =>
      el(
        "li",
        null,
        el(
          "button.row",
          { type: "button", data: { job: job.id }, onclick: () => desk.openJob(job.id) },
          el("strong", null, model.titleOf(job), isWritten ? [" ", chip("accent", "new message")] : null),
          jobChip(job),
          el("span.faint", null, job.courier_id === null ? outcome.replaceAll("_", " ") : name),
          el("span.faint", null, job.ended_at === null ? `due ${when(deadlineOf(job))}` : `over ${when(job.ended_at)}`),
        ),
      ),
    empty: "No such jobs now.",
  });
}

/** @param {Desk} desk */
export function couriersView(desk) {
  const { model, clock } = desk;
  /** @type {Map<string, { courier: any, isOffered: boolean, left: string }>} */
  let kept = new Map();

  /** @param {import("./model.js").Courier} courier */
  const isSuspended = (courier) => inForce(courier.suspension, clock.nowMs()) !== null;

  /** How long they still work. @param {import("./model.js").Courier} courier */
  const leftOf = ({ shift_ends_at: at }) => (at ? `${duration(Date.parse(at) - clock.nowMs())} left` : "");

  /** One object as long as nothing about it changes. */
  function rows() {
    const offered = model.offeredTo();
    const all = [...model.couriers.values()]
      .filter((courier) => courier.status !== "offline" || isSuspended(courier))
      .map((courier) => {
        const [known, row] = [kept.get(courier.id), { courier, isOffered: offered.has(courier.id), left: leftOf(courier) }];
        return known?.courier === courier && known.isOffered === row.isOffered && known.left === row.left ? known : row;
      });
    kept = new Map(all.map((row) => [row.courier.id, row]));
    return all;
  }

  return listView({
    label: "couriers",
    placeholder: "Name or id",
    filters: [["duty", "On duty"], ["idle", "Free"], ["offered", "Asked"], ["busy", "Busy"], ["suspended", "Suspended"]],
    rows,
    isOf: ({ courier, isOffered }, filter) => {
      if (filter === "suspended") return isSuspended(courier);
      return filter === "duty" ? courier.status !== "offline" : stateOf(courier, isOffered) === filter;
    },
    textOf: ({ courier }) => `${model.nameOf(courier.id)} ${courier.id}`,
    key: ({ courier }) => courier.id,
    render: ({ courier, isOffered, left }) =>
      el(
        "li",
        null,
        el(
          "button.row",
          { type: "button", data: { courier: courier.id }, onclick: () => desk.openCourier(courier.id) },
          el("strong", null, model.nameOf(courier.id)),
          courierChip(courier, isOffered),
          el("span.faint", null, `${courier.vehicle}${courier.live_jobs_count > 0 ? `, ${plural(courier.live_jobs_count, "job")}` : ""}`),
          el("span.faint", null, left),
        ),
      ),
    empty: "Nobody.",
  });
}
