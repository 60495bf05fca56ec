// What is said about the jobs in hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmed, said, unconfirmed } from "../../../service/web/static/courier/intents.js";
import { ANSWER_MS_MAX, MESSAGES_COUNT_MAX, linesOf, subjectOf, subjectsOf, withMessage } from "../../../service/web/static/courier/talk.js";
import { NOTHING, hear } from "../../../service/web/static/courier/work.js";

const JOBS = [{ job_id: "j1", status: "picked_up" }, { job_id: "j2", status: "assigned" }];
const STOPS = [{ stop_id: "s1", job_id: "j1", kind: "dropoff", status: "enroute" }];
const BUSY = { type: "assignment_changed", assignment: { status: "busy", jobs: JOBS, stops: STOPS } };
const message = (number, changes) => ({ id: `m${number}`, job_id: "j1", number, sender: "ops", text: `Text ${number}`, quick_reply: null, sent_at: "2026-11-22T10:00:00Z", ...changes });
const told = (...rest) => ({ type: "job_message", seq: 1, message: message(...rest) });
const play = (...messages) => messages.reduce((work, one) => hear(work, one, 0), NOTHING);

test("what is heard twice, by the snapshot and by the stream, is there once", () => {
  const state = { status: "busy", assignment: BUSY.assignment, offer: null, messages: [message(1)] };
  const work = play({ type: "snapshot", recovered: false, state }, told(1), told(2));
  assert.deepEqual(work.messages.map(({ id }) => id), ["m1", "m2"]);
});

test("a message of others is news, and one's own is not", () => {
  assert.equal(play(BUSY, told(1)).news?.code, "message");
  assert.equal(play(BUSY, told(1, { sender: "courier" })).news, null);
});

test("the latest are kept, and those of jobs that are over are not", () => {
  let messages = [];
  for (let number = 0; number < 100; number++) messages = withMessage(messages, message(number));
  assert.equal(messages.length, MESSAGES_COUNT_MAX);
  assert.equal(messages[0].number, 100 - MESSAGES_COUNT_MAX);
  const over = { ...BUSY, assignment: { ...BUSY.assignment, jobs: [JOBS[1]], stops: [] } };
  assert.deepEqual(play(BUSY, told(1), told(2, { job_id: "j2" }), over).messages.map(({ id }) => id), ["m2"]);
});

const SENT = Date.parse("2026-11-22T10:00:00Z");

test("one writes about the job that is next, or answers a question that waits, for a while", () => {
  assert.equal(subjectOf(NOTHING, null, SENT), null);
  assert.equal(subjectOf(play(BUSY), null, SENT), "j1");
  const asked = play(BUSY, told(1, { job_id: "j2" }));
  assert.equal(subjectOf(asked, null, SENT + 60_000), "j2");
  assert.equal(subjectOf(asked, null, SENT + ANSWER_MS_MAX), "j1");
  const answered = play(BUSY, told(1, { job_id: "j2" }), told(2, { job_id: "j2", sender: "courier" }));
  assert.equal(subjectOf(answered, null, SENT + 60_000), "j1");
});

test("of several jobs one may choose, as long as it is in hand", () => {
  assert.equal(subjectOf(play(BUSY), "j2", SENT), "j2");
  assert.equal(subjectOf(play(BUSY), "j9", SENT), "j1");
  const work = { jobs: [{ job_id: "j2", reference: null }, { job_id: "j1", reference: "order-7" }], stops: [{ ...STOPS[0], address: "Graben 1" }] };
  assert.deepEqual(subjectsOf(work), [{ jobId: "j1", words: "No. order-7, Graben 1" }, { jobId: "j2", words: "A job" }]);
});

test("what was said in a tunnel waits, each word of it, until it is confirmed", () => {
  const speak = (intents, ref, what) => said(intents, { type: "send_message", job_id: "j1", ...what }, ref, 0);
  let intents = speak(speak([], "r1", { text: "Ring?" }), "r2", { quick_reply: "yes" });
  assert.equal(unconfirmed(intents).length, 2);
  const lines = linesOf(play(BUSY, told(1)), intents);
  assert.deepEqual(lines.map(({ text, at }) => [text, at === null]), [["Text 1", false], ["Ring?", true], ["Yes.", true]]);
  ({ intents } = confirmed(intents, { type: "done", ref: "r1" }));
  assert.deepEqual(intents.map(({ ref }) => ref), ["r2"]);
});
