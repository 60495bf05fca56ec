// @ts-check
// Critical exceptions reach people who look elsewhere: said aloud by screen readers, counted in the title, and heard.

import { el } from "../shared/dom.js";
import { sentence } from "../shared/format.js";

const KNOWN_COUNT_MAX = 1_000; // beyond that the oldest would be told again

/** @param {{ model: import("./model.js").Model, page: { title: string }, ring: () => void }} options `page` is the document */
export function alarms({ model, page, ring }) {
  const element = el("p.visually-hidden", { role: "status" });
  const { title } = page;
  /** @type {Set<string>} */
  const known = new Set(); // told already, also when all rows are read anew

  function update() {
    const critical = [...model.exceptions.values()].filter(({ severity }) => severity === "critical");
    const counted = critical.length === 0 ? title : `(${critical.length}) ${title}`;
    if (page.title !== counted) page.title = counted;
    const fresh = critical.filter(({ id }) => !known.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) known.add(id);
    for (const id of known) if (known.size > KNOWN_COUNT_MAX) known.delete(id);
    element.textContent = fresh.length === 1 ? inWords(fresh[0]) : `${fresh.length} new critical exceptions`;
    ring();
  }

  /** @param {import("./model.js").Exception} exception */
  function inWords({ kind, job_id: jobId, courier_id: courierId }) {
    const who = courierId === null ? "the market" : model.nameOf(courierId);
    return `Critical: ${sentence(kind).toLowerCase()}, ${jobId === null ? who : model.titleOf(model.jobs.get(jobId), jobId)}`;
  }

  return { element, update, close: () => void (page.title = title) };
}
