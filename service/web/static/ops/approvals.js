// @ts-check
// What waits for a second person: corrections of what jobs cost and pay, and other roles. Read now and then.

import { money, sentence, words } from "../shared/format.js";

/** @typedef {{ id: string, path: string, title: string, text: string, jobId: string | null, aboutId: string | null,
 *   proposedBy: string, expiresAt: string }} Approval `aboutId`: whom it is about, who does not approve it either */
/** @typedef {(id: string) => string} NameOf */

const READ_MS = 30_000;

/** @typedef {{ path: string, field: string, tell: (row: any, nameOf: NameOf) => Approval }} Kind */

/** By the right that it takes to decide. @type {Record<string, Kind>} */
const KINDS = {
  "ops:finance": { path: "/v1/ops/adjustments", field: "adjustments", tell: adjustmentOf },
  "ops:operators": { path: "/v1/ops/role-changes", field: "role_changes", tell: roleChangeOf },
};

export class Approvals {
  /** @param {{ api: Pick<import("../shared/api.js").Api, "get">, rights: string[] }} options */
  constructor({ api, rights }) {
    this.api = api;
    this.kinds = rights.filter((right) => right in KINDS).map((right) => KINDS[right]);
    this.knowsNames = rights.includes("ops:operators");
    /** @type {Approval[]} those whose time is over soonest first */
    this.rows = [];
    /** @type {string | null} */
    this.trouble = null;
    this.readAtMs = -Infinity;
    this.isReading = false;
    /** @type {Map<string, string>} */
    this.names = new Map();
  }

  /** Whether whoever is here decides about anything. */
  get isAny() {
    return this.kinds.length > 0;
  }

  /** Reads what is due. @param {number} nowMs of this machine's steady clock */
  async read(nowMs) {
    if (this.isReading || nowMs - this.readAtMs < READ_MS) return;
    this.isReading = true;
    this.readAtMs = nowMs;
    try {
      /** @type {any[][]} */
      const found = [];
      for (const { path, field } of this.kinds) found.push((await this.api.get(path))[field]);
      await this.#learnNames(found.flat());
      const nameOf = (/** @type {string} */ id) => this.names.get(id) ?? `operator …${id.slice(-4)}`;
      const rows = this.kinds.flatMap(({ tell }, kind) => found[kind].map((row) => tell(row, nameOf)));
      this.rows = rows.sort((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
      this.trouble = null;
    } catch (error) {
      this.trouble = /** @type {Error} */ (error).message;
    }
    this.isReading = false;
  }

  /** Something was decided: what is left is read at once. */
  forget() {
    this.readAtMs = -Infinity;
  }

  /** @param {any[]} rows */
  async #learnNames(rows) {
    const isNew = rows.some((row) => !this.names.has(row.proposed_by) || (row.operator_id && !this.names.has(row.operator_id)));
    if (!isNew || !this.knowsNames) return;
    const { operators } = await this.api.get("/v1/ops/operators");
    for (const { operator_id: id, name } of operators) this.names.set(id, name);
  }
}

/** @param {any} row @param {NameOf} nameOf @returns {Approval} */
function adjustmentOf(row, nameOf) {
  const { id, kind, amount_cents: cents, currency, reason, job_id: jobId } = row;
  const title = `${sentence(kind)} of ${money(cents, currency)}`;
  const text = `${sentence(reason)}; proposed by ${nameOf(row.proposed_by)}`;
  return { id, path: KINDS["ops:finance"].path, title, text, jobId, aboutId: null, ...proposed(row) };
}

/** @param {any} row @param {NameOf} nameOf @returns {Approval} */
function roleChangeOf(row, nameOf) {
  const { id, operator_id: operatorId, former_role: former, role } = row;
  const title = `${nameOf(operatorId)} becomes ${words(role)}`;
  const text = `Now ${words(former)}; proposed by ${nameOf(row.proposed_by)}`;
  return { id, path: KINDS["ops:operators"].path, title, text, jobId: null, aboutId: operatorId, ...proposed(row) };
}

/** @param {any} row */
function proposed(row) {
  return { proposedBy: row.proposed_by, expiresAt: row.expires_at };
}
