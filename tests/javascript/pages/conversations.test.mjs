// What the console knows of conversations about jobs.

import assert from "node:assert/strict";
import test from "node:test";
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

function hearing(...messages) {
  const model = new Model();
  for (const message of messages) model.hear(message);
  return model;
}
