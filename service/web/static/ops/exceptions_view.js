// @ts-check
// The exceptions queue: what a human should look at, the worst and oldest first.

import { ask } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { duration, sentence, when } from "../shared/format.js";
import { isUnderMouse, listOf } from "../shared/list.js";
import { adviceOn, DECISIONS, decisionOf, decisionsOn, dueText, inOrder, moversOf, suggestionText } from "./exceptions.js";
import { chip } from "./pieces.js";
import { nextStop } from "./route.js";
import { Suggestions } from "./suggestions.js";
import { whereIs } from "./whereabouts.js";

/** @typedef {import("./model.js").Exception} Exception */
/** @typedef {import("./exceptions.js").Suggestion} Suggestion */
/** `others` are the decisions beside what is suggested. @typedef {{ exception: Exception, job: import("./model.js").Job | undefined,
 *   suggestion: Suggestion | undefined, others: string, name: string }} Card */

const TONE = /** @type {Record<string, string>} */ ({ critical: "bad", warning: "warn", info: "accent" });
const CLOCK_MS = 1_000;

/** @param {import("./console.js").Desk} desk */
export function exceptionsView(desk) {
  const { api, model, clock, session } = desk;
  const suggestions = new Suggestions((id) => api.get(`/v1/ops/exceptions/${id}/suggestion`));
  const list = el("ol.exceptions", { "aria-label": "exceptions, the worst first" });
  const empty = el("p.empty", null, "Nothing needs a human now.");
  const more = el("p.faint.more", { role: "status" });
  const element = el("section.view", null, list, more, empty);
  const show = listOf(list, { key: ({ exception }) => exception.id, render: card, isHeld: () => isUnderMouse(list) });
  /** @type {Map<string, Card>} */
  let cards = new Map();
  let ticksAtMs = 0;

  function update() {
    const ordered = inOrder([...model.exceptions.values()]);
    suggestions.want(ordered.map(({ id }) => id));
    const movers = moversOf(model.liveJobs());
    cards = new Map(ordered.map((exception) => [exception.id, cardOf(exception, movers)]));
    show([...cards.values()]);
    empty.hidden = ordered.length > 0;
    tellHeld();
    if (performance.now() < ticksAtMs) return;
    ticksAtMs = performance.now() + CLOCK_MS;
    for (const time of list.querySelectorAll("time")) {
      time.textContent = time.dataset.clock === "due" ? dueText(time.dateTime, clock.nowMs()) : duration(clock.ageMs(time.dateTime));
    }
  }

  /** Under the mouse the list stands still: what is over cannot be decided any more, and what is new is only counted. */
  function tellHeld() {
    const rows = /** @type {HTMLElement[]} */ ([...list.children]);
    const overCount = rows.filter((row) => row.toggleAttribute("inert", !cards.has(row.dataset.exception ?? ""))).length;
    const newCount = cards.size - (rows.length - overCount);
    more.textContent = newCount === 0 ? "" : `${newCount} more, as soon as the mouse is elsewhere`;
  }

  /** The same object as long as nothing about it is new. @param {Exception} exception @param {Set<string | null>} movers @returns {Card} */
  function cardOf(exception, movers) {
    const [known, suggestion] = [cards.get(exception.id), suggestions.of(exception.id)];
    const job = exception.job_id === null ? undefined : model.jobs.get(exception.job_id);
    const suggested = decisionOf(suggestion);
    const others = decisionsOn(exception, job, movers).filter((one) => one !== suggested).join(" ");
    const name = model.nameOf(exception.courier_id ?? job?.courier_id ?? null); // it may come later than the rest
    const isSame = known?.exception === exception && known.job === job && known.name === name;
    return isSame && known.suggestion === suggestion && known.others === others ? known : { exception, job, suggestion, others, name };
  }

  /** @param {Card} card */
  function card({ exception, job, suggestion, others, name }) {
    const { id, due_at: dueAt, job_id: jobId, severity } = exception;
    const courierId = exception.courier_id ?? job?.courier_id ?? null;
    return el(
      "li.exception",
      { data: { exception: id, kind: exception.kind } },
      el(
        "p.head",
        null,
        chip(TONE[severity], severity),
        el("strong", null, sentence(exception.kind)),
        el(
          "time.faint",
          { dateTime: exception.opened_at, title: `since ${when(exception.opened_at)}`, data: { own: "", clock: "age" } },
          duration(clock.ageMs(exception.opened_at)),
        ),
      ),
      el(
        "p.who",
        null,
        jobId === null ? null : el("button.link", { type: "button", onclick: () => desk.openJob(jobId) }, model.titleOf(job, jobId)),
        courierId === null
          ? null
          : el("button.link", { type: "button", data: { courier: courierId }, onclick: openCourier }, name),
        exception.merchant_id ? el("span", null, `merchant ${exception.merchant_id}`) : null,
        exception.endpoint_id ? el("span", null, `endpoint ${exception.endpoint_id}`) : null,
        dueAt ? el("span", null, "due ", el("time", { dateTime: dueAt, data: { clock: "due" } }, dueText(dueAt, clock.nowMs()))) : null,
      ),
      el("p.faint", null, adviceOn(exception.kind)),
      suggestion === undefined
        ? null
        : el(
            "p.suggestion",
            null,
            el("strong", null, "Suggested: "),
            suggestionText(suggestion, (one) => model.nameOf(one), clock.nowMs()),
          ),
      el(
        "div.buttons",
        null,
        buttons({ exception, job, suggestion, others, name }),
        suggestion?.action === "call_courier" ? writeButton(jobId, courierId) : null,
        jobId === null && courierId === null
          ? null
          : el("button.button.small.quiet", { type: "button", onclick: () => fly(id) }, "Show on the map"),
      ),
    );
  }

  /** What is suggested comes first. Which it is stands on the button: buttons take on others' words. @param {Card} card */
  function buttons({ exception, suggestion, others }) {
    if (!session.rights.includes("ops:dispatch")) return [];
    const suggested = decisionOf(suggestion);
    const decisions = [...(suggested === null ? [] : [suggested]), ...others.split(" ").filter(Boolean)];
    return decisions.map((decision) =>
      el(
        `button.button.small${decision === suggested ? ".primary" : ""}`,
        { type: "button", data: { decision }, onclick: (/** @type {Event} */ event) => decide(exception.id, event) },
        DECISIONS[decision].label,
      ),
    );
  }

  /** To the messages of the job, or of one that the courier has. @param {string | null} jobId @param {string | null} courierId */
  function writeButton(jobId, courierId) {
    const aboutId = jobId ?? (courierId === null ? undefined : model.jobsOf(courierId)[0]?.id);
    if (aboutId === undefined || !session.rights.includes("ops:dispatch")) return null;
    const write = () => {
      desk.openJob(aboutId);
      /** @type {HTMLElement | null} */ (document.querySelector(".drawer form.write input"))?.focus();
    };
    return el("button.button.small", { type: "button", onclick: write }, "Write …");
  }

  /** @param {Event} event */
  function openCourier({ currentTarget }) {
    desk.openCourier(/** @type {HTMLElement} */ (currentTarget).dataset.courier ?? "");
  }

  /** To where it happens: the courier, or else the stop that is next. @param {string} id */
  async function fly(id) {
    const found = cards.get(id);
    const courierId = found?.exception.courier_id ?? found?.job?.courier_id ?? null;
    const place = (courierId && (await whereIs(desk, courierId))) || (found?.job && nextStop(found.job));
    if (place) desk.flyTo(place);
  }

  /** @param {string} id @param {Event} event */
  async function decide(id, { currentTarget }) {
    const found = cards.get(id);
    const name = /** @type {HTMLElement} */ (currentTarget).dataset.decision ?? "";
    if (found === undefined) return;
    const { label, text, isDanger } = DECISIONS[name];
    await ask({
      title: `${label}: ${sentence(found.exception.kind).toLowerCase()}`,
      text,
      confirm: label,
      isDanger,
      submit: () => (name === "offer" ? offer(found) : resolve(found, name)),
    });
    desk.changed();
  }

  /**
   * One job can come back to its courier as an offer; several, or a parcel that was given up, do not.
   * @param {Card} card @param {string} resolution
   */
  async function resolve({ exception, job }, resolution) {
    const { body, requestId } = await api.act("POST", `/v1/ops/exceptions/${exception.id}/resolution`, { resolution });
    model.takeException(body);
    const { job_id: jobId } = exception;
    if (resolution === "reassign" && jobId !== null) desk.undo.offer(`${model.titleOf(job, jobId)} is open for others.`, requestId);
  }

  /** It stays in the queue until the courier has accepted. @param {Card} card */
  async function offer({ exception, job, suggestion }) {
    const courierId = suggestion?.effect?.courier_id ?? "";
    const path = `/v1/ops/jobs/${exception.job_id}/assignment`;
    const { body, requestId } = await api.act("POST", path, { courier_id: courierId });
    model.takeOffer(body);
    desk.undo.offer(`${model.titleOf(job, exception.job_id ?? "")} is offered to ${model.nameOf(courierId)}.`, requestId);
  }

  return { element, update };
}
