// @ts-check
// The card of messages: what was said about the jobs in hand, replies by one touch, and a line to write.
//
// What somebody is writing stays while all else is drawn anew.

import { el, fill } from "../shared/dom.js";
import { region } from "./region.js";
import { QUICK_REPLIES, TEXT_LENGTH_MAX, linesOf, subjectOf, subjectsOf } from "./talk.js";
import { timeOfDay } from "./times.js";
import { SENDERS } from "./words.js";

export class MessagesCard {
  /** @param {import("./courier.js").Courier} courier @param {HTMLElement} element */
  constructor(courier, element) {
    this.courier = courier;
    this.element = element;
    this.input = /** @type {HTMLInputElement} */ (
      el("input.input", { id: "message", maxLength: TEXT_LENGTH_MAX, autocomplete: "off", enterKeyHint: "send" })
    );
    this.select = /** @type {HTMLSelectElement} */ (
      el("select.input", { id: "about", onchange: () => (this.chosen = this.select.value) })
    );
    this.about = el("label.field", { hidden: true }, el("span", null, "About"), this.select);
    this.subjects = region(this.select);
    /** @type {string | null} */
    this.chosen = null; // the job, until something was said about it
    const log = el("div.log", { role: "log", "aria-label": "Messages" });
    this.log = region(log);
    this.title = el("summary", null, "Messages");
    this.details = /** @type {HTMLDetailsElement} */ (
      el("details.card", null, this.title, log, this.about, this.#quickReplies(), this.#form())
    );
    this.heardCount = 0;
    fill(element, this.details);
  }

  /** @param {boolean} isShown whether the courier looks at the work */
  draw(isShown) {
    const { work, intents } = this.courier;
    const subject = this.#subject;
    this.#drawSubjects(subject);
    this.element.hidden = !isShown || subject === null;
    const lines = linesOf(work, intents);
    const heardCount = lines.filter(({ sender }) => sender !== "courier").length;
    if (heardCount > this.heardCount) this.details.open = true;
    this.heardCount = heardCount;
    const references = work.jobs.length > 1 ? work.jobs.map(({ job_id, reference }) => [job_id, reference]) : [];
    this.log([lines, references], () => {
      const referenceOf = new Map(/** @type {[string, string | null][]} */ (references));
      this.title.textContent = lines.length === 0 ? "Messages" : `Messages (${lines.length})`;
      return lines.map((line) => row(line, referenceOf.get(line.jobId) ?? null));
    });
  }

  get #subject() {
    const { work, clock } = this.courier;
    return subjectOf(work, this.chosen, clock.nowMs());
  }

  /** With one job in hand there is nothing to choose. @param {string | null} subject */
  #drawSubjects(subject) {
    const subjects = subjectsOf(this.courier.work);
    this.about.hidden = subjects.length < 2;
    const isNew = this.subjects([subjects], () => subjects.map(({ jobId, words }) => el("option", { value: jobId }, words)));
    if (subject !== null && (isNew || document.activeElement !== this.select)) this.select.value = subject;
  }

  #quickReplies() {
    return el(
      "div.quick",
      { role: "group", "aria-label": "Quick replies" },
      Object.entries(QUICK_REPLIES).map(([code, text]) =>
        el("button.button", { type: "button", data: { reply: code }, onclick: () => this.#say({ quick_reply: code }) }, text),
      ),
    );
  }

  #form() {
    /** @param {SubmitEvent} event */
    const onsubmit = (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text !== "") this.#say({ text });
      this.input.value = "";
    };
    return el(
      "form.write",
      { onsubmit },
      el("label.field", null, el("span", null, "Write to dispatch and the sender"), this.input),
      el("button.button.primary", { type: "submit" }, "Send"),
    );
  }

  /** @param {{ text: string } | { quick_reply: string }} what */
  #say(what) {
    const jobId = this.about.hidden ? this.#subject : this.select.value; // as it stands there
    if (jobId === null) return;
    this.chosen = null;
    this.courier.say({ type: "send_message", job_id: jobId, ...what });
  }
}

/** @param {import("./talk.js").Line} line @param {string | null} reference of its job, where there are several */
function row({ key, sender, text, at }, reference) {
  const about = reference === null ? "" : `, No. ${reference}`;
  return el(
    `p.said.${sender}`,
    { data: { message: key } },
    el("span.faint", null, `${SENDERS[sender] ?? sender}${about}, ${at === null ? "sending …" : timeOfDay(at)}`),
    el("span.text", null, text),
  );
}
