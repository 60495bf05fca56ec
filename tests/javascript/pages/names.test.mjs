// Names that come later than what bears them.

import assert from "node:assert/strict";
import test from "node:test";
import { element } from "./page.mjs";
import { exceptionsView } from "../../../service/web/static/ops/exceptions_view.js";
import { jobsView } from "../../../service/web/static/ops/lists.js";
import { Model } from "../../../service/web/static/ops/model.js";

globalThis.matchMedia = () => ({ matches: false });
const page = Object.getPrototypeOf(element());
Object.assign(page, { querySelectorAll: () => [], hasAttribute: () => false, attributes: [], value: "" });
Object.defineProperty(page, "lastElementChild", { get() { return this.childNodes.at(-1); } });
const { insertBefore } = page;
page.insertBefore = function (node, place) {
  insertBefore.call(this, typeof node === "string" ? new Text(node) : node, place);
};

/** Words that can be changed in their place. */
class Text {
  constructor(text) {
    this.nodeName = "#text";
    this.textContent = text;
  }

  toString() {
    return this.textContent;
  }
}

const AT = "2026-11-22T10:00:00Z";
const stops = [{ id: "d", kind: "dropoff", status: "pending", attempt: 1, lat_deg: 48, lng_deg: 16 }];
const job = { id: "j", status: "assigned", version: 1, courier_id: "courier-654321", due_at: AT, ended_at: null, stops };
const exception = {
  id: "x", kind: "late_risk", severity: "warning", job_id: "j", courier_id: null, opened_at: AT, resolved_at: null, version: 1,
};

function deskOf(model) {
  const clock = { nowMs: () => Date.parse(AT), ageMs: () => 0 };
  return { model, clock, api: { get: async () => { throw new Error("no"); } }, session: { rights: [] } };
}

for (const [what, viewOf] of [["job", jobsView], ["exception", exceptionsView]]) {
  test(`the courier's name comes to the row of the ${what} when it is read`, () => {
    const model = new Model();
    model.takeJob(job);
    model.takeException(exception);
    const view = viewOf(deskOf(model));
    if (what === "job") view.element.all((one) => one.dataset.filter === "live")[0].click();
    view.update();
    assert.match(view.element.textContent, /courier 654321/);
    model.takeCourier({ id: "courier-654321", status: "busy", name: "Anna" });
    view.update();
    assert.match(view.element.textContent, /Anna/);
  });
}
