// The layers of cells: what each shows, and how they are added up close in.

import assert from "node:assert/strict";
import test from "node:test";
import { element } from "./page.mjs";
import { addedUp, cellFeatures, loadsOf, resolutionAt } from "../../../service/web/static/ops/cells.js";
import { legend } from "../../../service/web/static/ops/legend.js";
import { Model } from "../../../service/web/static/ops/model.js";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const LOADS = [
  { cell: "x", couriers_count: 1, open_jobs_count: 3, longest_wait_s: 450 },
  { cell: "y", couriers_count: 20, open_jobs_count: 0, longest_wait_s: 0 },
];
const looks = (layer) => cellFeatures(LOADS, () => [[16, 48]], layer).features.map(({ properties: { cell, tone, weight, label } }) => [cell, tone, weight, label]);

test("each layer says what it is about, and leaves out cells that have none of it", () => {
  assert.deepEqual(looks("balance"), [["x", "wanted", 0.2, "1 : 3"], ["y", "idle", 1, "20"]]);
  assert.deepEqual(looks("supply"), [["x", "idle", 0.1, "1"], ["y", "idle", 1, "20"]]);
  assert.deepEqual(looks("demand"), [["x", "wanted", 0.3, "3"]]);
  assert.deepEqual(looks("wait"), [["x", "offered", 0.5, "8 min"]]);
});

test("close in, cells are added up from couriers in sight and open jobs", () => {
  const model = new Model();
  const place = (lat_deg) => ({ lat_deg, lng_deg: 16 });
  model.takePositions({ type: "positions", positions: [{ courier_id: "c", at: "", ...place(48) }, { courier_id: "d", at: "", ...place(49) }] });
  const job = (id, status, created_at, opened = created_at) => model.takeJob({ id, status, version: 1, courier_id: null, created_at, opened_at: opened, ended_at: null, stops: [{ id, ...place(48) }] });
  job("old", "open", "2026-11-22T11:50:00Z");
  job("new", "open", "2026-11-22T11:55:00Z");
  job("again", "open", "2026-11-22T09:00:00Z", "2026-11-22T11:58:00Z"); // its search began anew
  job("asked", "open", "2026-11-22T11:30:00Z");
  model.takeOffer({ id: "o", status: "pending", courier_id: "c", job_ids: ["asked"] });
  job("later", "scheduled", "2026-11-22T11:00:00Z");
  const loads = [...loadsOf(model, ({ lat_deg }) => `cell ${lat_deg}`, NOW)];
  assert.deepEqual(loads.map((load) => [load.cell, load.couriers_count, load.open_jobs_count, load.longest_wait_s, load.mean_wait_s]), [
    ["cell 48", 1, 3, 600, 340],
    ["cell 49", 1, 0, 0, 0],
  ]);
  assert.ok(resolutionAt(12) < resolutionAt(15));
});

test("the past is added up far out, by coarser cells the farther", () => {
  const model = new Model();
  model.takePositions({ type: "positions", positions: [{ courier_id: "c", at: "", lat_deg: 48, lng_deg: 16 }] });
  const at = (zoom) => addedUp(model, { zoom, cellOf: () => "x", nowMs: NOW });
  assert.equal(at(12), model);
  assert.deepEqual([at(9).positions.size, at(9).cells.get("x").couriers_count, model.positions.size], [0, 1, 1]);
  assert.deepEqual([11, 10, 8, 5, 0].map(resolutionAt), [8, 7, 6, 4, 0]);
});

test("the layer is chosen in the legend, which says what its cells are", () => {
  const [scene, drawn] = [{ layer: "balance" }, []];
  const card = element();
  card.append(legend({ scene, changed: () => drawn.push(scene.layer) }));
  card.button("Wait").click();
  assert.deepEqual(drawn, ["wait"]);
  assert.match(card.textContent, /oldest open job there/);
  assert.equal(card.button("Wait")["aria-pressed"], "true");
  assert.equal(card.button("Balance")["aria-pressed"], "false");
});
