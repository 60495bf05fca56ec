// What the console knows of conversations about jobs.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { messagesView } from "../../../service/web/static/ops/messages_view.js";
import { Model } from "../../../service/web/static/ops/model.js";

const heard = (number, actor, job_id = "j") => ({ type: "event", seq: 1, event: { type: "message.sent", actor, created_at: "2026-11-22T10:00:00Z", data: { type: "message", id: `m${number}`, job_id, number, courier_id: "c" } } });

test("what a courier says is unread until somebody looks, and what ops say is not", () => {
  const { conversations } = hearing(heard(1, "ops"));
  assert.deepEqual([conversations.numberOf("j"), conversations.isUnread("j")], [1, false]);
  const answered = hearing(heard(1, "ops"), heard(2, "courier")).conversations;
  assert.deepEqual([answered.numberOf("j"), answered.isUnread("j")], [2, true]);
  answered.markRead("j");
  assert.deepEqual([answered.numberOf("j"), answered.isUnread("j")], [2, false]);
});

test("the conversations that are known are limited, the oldest go first", () => {
  const many = Array.from({ length: 1_200 }, (_, number) => heard(1, "courier", `job ${number}`));
  const { conversations } = hearing(...many);
  assert.equal(conversations.stateOf.size, 1_000);
  assert.deepEqual([conversations.isUnread("job 0"), conversations.isUnread("job 1199")], [false, true]);
});

test("a conversation that could not be read says so, politely, and is read again after a while", async () => {
  const { now } = performance;
  let [ms, isAway] = [0, true];
  performance.now = () => ms;
  const get = async () => {
    if (isAway) throw new Error("The service is busy.");
    return { messages: [{ id: "m", number: 1, sender: "ops", courier_id: "c", text: "Hello", sent_at: "2026-11-22T10:00:00Z" }] };
  };
  const model = new Model();
  model.jobs.set("j", { id: "j", courier_id: "c", ended_at: null });
  const view = messagesView({ api: { get }, model, clock: { nowMs: () => 0 }, session: { rights: [] } }, "j");
  const looked = async () => {
    view.update();
    await settle();
    view.update();
    return view.element;
  };
  const [told] = (await looked()).all((one) => one.role === "status");
  assert.match(told.textContent, /Not read yet: The service is busy/);
  assert.deepEqual([told.hidden, view.element.hidden], [false, false]);
  isAway = false;
  assert.doesNotMatch((await looked()).textContent, /Hello/); // it waits for a while
  ms = 5_000;
  assert.match((await looked()).textContent, /Hello/);
  assert.equal(told.hidden, true);
  performance.now = now;
});

function hearing(...messages) {
  const model = new Model();
  for (const message of messages) model.hear(message);
  return model;
}
