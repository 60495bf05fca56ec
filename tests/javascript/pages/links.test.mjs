// Links to jobs and couriers.
import "./page.mjs";
import assert from "node:assert/strict";
import test from "node:test";

import { Model } from "../../../service/web/static/ops/model.js";
import { links } from "../../../service/web/static/ops/links.js";
import { el } from "../../../service/web/static/shared/dom.js";

test("a link leads on, and tells a name that is known only after it was drawn", () => {
  const [model, opened] = [new Model(), []];
  const to = links({ model, openJob: (id) => opened.push(id), openCourier: (id) => opened.push(id) });
  const row = el("p", null, to.job("job-123456"), to.courier("courier-654321"));
  document.body.append(row);
  assert.equal(row.textContent, "job 123456 courier 654321");
  model.takeCourier({ id: "courier-654321", status: "online", name: "Ada" });
  model.takeJob({ id: "job-123456", status: "open", version: 1, reference: "A-7", stops: [] });
  to.update();
  assert.equal(row.textContent, "A-7 Ada");
  for (const name of ["A-7", "Ada"]) row.button(name).click();
  assert.deepEqual(opened, ["job-123456", "courier-654321"]);
});
