// @ts-check
// What was said about a job, and a line to write to the courier who has it.

import { el, fill } from "../shared/dom.js";
import { when } from "../shared/format.js";
import { section } from "./pieces.js";

/** @typedef {import("./console.js").Desk} Desk */
/** @typedef {{ id: string, number: number, sender: string, courier_id: string, text: string, sent_at: string }} Message */

const TEXT_LENGTH_MAX = 500;
const READ_AGAIN_MS = 5_000; // what could not be read
const AFTERWARDS_MS = 3_600_000; // so long after its end a job is still talked about
/** @type {[string, string][]} */
const QUICK_REPLIES = [
  ["where_are_you", "Where are you?"],
  ["please_wait", "Please wait a moment."],
  ["we_call_recipient", "We are calling the recipient."],
  ["yes", "Yes."],
  ["no", "No."],
];

/** @param {Desk} desk @param {string} jobId */
export function messagesView({ api, model, clock, session }, jobId) {
  const path = `/v1/ops/jobs/${jobId}/messages`;
  const log = el("div", { role: "log", "aria-label": "messages" });
  const unread = el("p.notice.bad", { role: "status", hidden: true });
  const trouble = el("p.notice.bad", { role: "alert", hidden: true });
  const input = /** @type {HTMLInputElement} */ (el("input.input", { maxLength: TEXT_LENGTH_MAX, autocomplete: "off" }));
  const quick = QUICK_REPLIES.map(([code, text]) =>
    el("button.button.small", { type: "button", onclick: () => send({ quick_reply: code }) }, text),
  );
  const form = el(
    "form.write",
    { onsubmit: submit },
    el("label.field", null, el("span", null, "Write to the courier"), input),
    el("button.button.primary", { type: "submit" }, "Send"),
  );
  const writing = el("div.writing", null, el("div.buttons", { role: "group", "aria-label": "quick replies" }, quick), form);
  const element = section("Messages", unread, log, trouble, writing);
  element.hidden = true;
  /** @type {Map<number, Message>} */
  const known = new Map();
  let readNumber = -1; // how far the conversation was when it was read; before that, nothing was
  let readsAgainAtMs = 0;
  /** @type {{ said: string, key: string } | null} */
  let unsent = null; // the same again has the same key, for its answer may have been lost

  function update() {
    const job = model.jobs.get(jobId);
    if (job === undefined) return;
    writing.hidden = !canBeWrittenTo(job);
    const number = model.conversations.numberOf(jobId);
    if (number !== readNumber && performance.now() >= readsAgainAtMs) void read(number);
    element.hidden = writing.hidden && known.size === 0 && trouble.hidden && unread.hidden;
  }

  /** @param {import("./model.js").Job} job */
  function canBeWrittenTo({ courier_id, ended_at }) {
    const isRecent = ended_at === null || clock.nowMs() - Date.parse(ended_at) < AFTERWARDS_MS;
    return courier_id !== null && isRecent && session.rights.includes("ops:dispatch");
  }

  /** @param {number} number */
  async function read(number) {
    readNumber = number;
    model.conversations.markRead(jobId);
    try {
      const { messages } = await api.get(path);
      unread.hidden = true;
      take(messages);
    } catch (error) {
      unread.textContent = `Not read yet: ${/** @type {Error} */ (error).message}`;
      unread.hidden = false;
      if (readNumber === number) [readNumber, readsAgainAtMs] = [-1, performance.now() + READ_AGAIN_MS];
    }
  }

  /** @param {Message[]} messages */
  function take(messages) {
    for (const message of messages) known.set(message.number, message);
    const inOrder = [...known.values()].sort((one, other) => one.number - other.number);
    fill(log, inOrder.map((message) => row(message)));
    element.hidden = element.hidden && inOrder.length === 0;
  }

  /** @param {Message} message */
  function row({ id, sender, courier_id, text, sent_at }) {
    const who = sender === "courier" ? model.nameOf(courier_id) : sender === "ops" ? "Ops" : "Merchant";
    return el(
      `p.said.${sender}`,
      { data: { message: id } },
      el("span.faint", null, `${who}, ${when(sent_at)}`),
      el("span", null, text),
    );
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== "" && (await send({ text })) && input.value.trim() === text) input.value = "";
  }

  /** @param {{ text: string } | { quick_reply: string }} body @returns {Promise<boolean>} whether it was sent */
  async function send(body) {
    const said = JSON.stringify(body);
    const { key } = (unsent = unsent?.said === said ? unsent : { said, key: crypto.randomUUID() });
    tell("");
    setBusy(true);
    try {
      const { body: message } = await api.act("POST", path, body, { "Idempotency-Key": key });
      unsent = null;
      take([message]);
      return true;
    } catch (error) {
      tell(/** @type {Error} */ (error).message);
      return false;
    } finally {
      setBusy(false);
    }
  }

  /** @param {boolean} isBusy */
  function setBusy(isBusy) {
    for (const button of writing.querySelectorAll("button")) button.disabled = isBusy;
  }

  /** @param {string} words */
  function tell(words) {
    trouble.textContent = words;
    trouble.hidden = words === "";
  }

  return { element, update };
}
