// Writes down what the console offers to do by hand, for a test that says all of it to a service.

import * as actions from "../../../service/web/static/ops/actions.js";
import { MARKS } from "../../../service/web/static/ops/mark_stop.js";
import { WAIVER_REASONS } from "../../../service/web/static/ops/waiver.js";

const acts = actions.ACTIONS.map(({ id, statuses, reasons, path }) => ({ id, statuses, reasons, path: path({ id: "JOB" }) }));
const { COURIER_ORDERS, COURIER_REASONS, EXTEND, OFFER_BY_HAND } = actions;
const said = {
  acts,
  marks: MARKS.map(({ id, statuses }) => ({ id, statuses })),
  extension: EXTEND,
  offer_statuses: OFFER_BY_HAND.statuses,
  orders: COURIER_ORDERS.map(({ status, statuses }) => ({ status, statuses })),
  courier_reasons: COURIER_REASONS,
  suspension_reasons: Object.keys(actions.SUSPENSION_REASONS),
  waiver_reasons: WAIVER_REASONS.map(([code]) => code),
};
console.log(JSON.stringify(said));
