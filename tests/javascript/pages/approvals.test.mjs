// What waits for a second person: read by who may decide, and decided by another than has proposed it.

import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "./page.mjs";
import { Approvals } from "../../../service/web/static/ops/approvals.js";
import { approvalsView } from "../../../service/web/static/ops/approvals_view.js";

const ADJUSTMENTS = "/v1/ops/adjustments";
const CHANGES = "/v1/ops/role-changes";
const REFUND = {
  id: "a", job_id: "j", kind: "refund", amount_cents: 1_250, currency: "EUR", reason: "late",
  proposed_by: "olga", expires_at: "2026-11-23T12:00:00Z",
};
const CHANGE = {
  id: "c", operator_id: "ben", former_role: "viewer", role: "finance", proposed_by: "olga", expires_at: "2026-11-23T11:00:00Z",
};

/** The service, which says these and counts what it was asked. */
function service(answers) {
  const asked = [];
  return {
    asked,
    async get(path) {
      asked.push(path);
      return answers[path];
    },
    async post(path) {
      asked.push(`POST ${path}`);
    },
  };
}

/** The view for somebody of that id, and what it shows. */
function shown(approvals, operatorId) {
  globalThis.matchMedia = () => ({ matches: false });
  const desk = {
    api: approvals.api,
    clock: { nowMs: () => Date.parse("2026-11-23T10:59:00Z") },
    model: { jobs: new Map(), titleOf: (_, id) => `job ${id}` },
    session: { operator_id: operatorId },
    openJob: () => {},
    changed: () => {},
  };
  const view = approvalsView(desk, approvals);
  for (const one of view.element.all((node) => node.nodeName === "OL")) one.querySelectorAll = () => [];
  view.update();
  return view.element;
}

test("who may decide about nothing asks for nothing", async () => {
  const api = service({});
  const approvals = new Approvals({ api, rights: ["ops:read"] });
  await approvals.read(0);
  assert.equal(approvals.isAny, false);
  assert.deepEqual(api.asked, []);
});

test("what waits is read now and then, what is over soonest first, with the names of who has proposed it", async () => {
  const api = service({
    [ADJUSTMENTS]: { adjustments: [REFUND] },
    [CHANGES]: { role_changes: [CHANGE] },
    "/v1/ops/operators": { operators: [{ operator_id: "olga", name: "Olga" }, { operator_id: "ben", name: "Ben" }] },
  });
  const approvals = new Approvals({ api, rights: ["ops:finance", "ops:operators"] });
  for (const nowMs of [0, 29_999]) await approvals.read(nowMs);
  assert.deepEqual(approvals.rows.map(({ title }) => title), ["Ben becomes finance", "Refund of €12.50"]);
  assert.equal(approvals.rows[1].text, "Late; proposed by Olga");
  assert.equal(api.asked.length, 3);
  await approvals.read(30_000);
  assert.deepEqual(api.asked.slice(3), [ADJUSTMENTS, CHANGES]); // the names are known
});

test("that it could not be read is said, and what was known stays", async () => {
  const api = service({ [ADJUSTMENTS]: { adjustments: [REFUND] } });
  const approvals = new Approvals({ api, rights: ["ops:finance"] });
  await approvals.read(0);
  api.get = async () => {
    throw new Error("not now");
  };
  await approvals.read(30_000);
  assert.equal(approvals.trouble, "not now");
  assert.equal(approvals.rows.length, 1);
  assert.match(shown(approvals, "ida").textContent, /not now/);
});

test("nobody approves what they have proposed, or what is about them", async () => {
  const api = service({ [ADJUSTMENTS]: { adjustments: [REFUND] }, [CHANGES]: { role_changes: [CHANGE] }, "/v1/ops/operators": { operators: [] } });
  const approvals = new Approvals({ api, rights: ["ops:finance", "ops:operators"] });
  await approvals.read(0);
  const saying = (operatorId) =>
    shown(approvals, operatorId).all((one) => one.nodeName === "BUTTON" && one.textContent.endsWith("…")).map((one) => one.textContent);
  assert.deepEqual(saying("ida"), ["Approve …", "Decline …", "Approve …", "Decline …"]);
  assert.deepEqual(saying("ben"), ["Decline …", "Approve …", "Decline …"]);
  assert.deepEqual(saying("olga"), ["Take back …", "Take back …"]);
});

test("where nothing waits that is said", async () => {
  const approvals = new Approvals({ api: service({ [ADJUSTMENTS]: { adjustments: [] } }), rights: ["ops:finance"] });
  await approvals.read(0);
  await settle();
  const empty = shown(approvals, "ida").all((one) => one.textContent === "Nothing waits for a second person.");
  assert.equal(empty.at(-1).hidden, false);
});
