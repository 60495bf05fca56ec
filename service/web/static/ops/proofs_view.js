// @ts-check
// The proofs of a job: what each stop asks for and got, with the pictures.

import { el } from "../shared/dom.js";
import { sentence, when, words } from "../shared/format.js";
import { chip, section } from "./pieces.js";

const PICTURES_COUNT_MAX = 20; // kept, the latest ones

/** Where a picture is to be had once it was read; the address of the service's own bears no market. @type {Map<string, string>} */
const urls = new Map();

/** What was looked at is for nobody who comes after. */
export function forgetPictures() {
  for (const url of urls.values()) URL.revokeObjectURL(url);
  urls.clear();
}

/** @param {string} id @param {Blob} picture */
function keep(id, picture) {
  urls.set(id, URL.createObjectURL(picture));
  const [oldest] = urls;
  if (urls.size <= PICTURES_COUNT_MAX) return;
  URL.revokeObjectURL(oldest[1]);
  urls.delete(oldest[0]);
}

/**
 * @param {import("../shared/api.js").Api} api @param {string} jobId
 * @param {{ stops: any[], proofs: any[] }} told what GET /v1/ops/jobs/{job_id}/proofs tells
 */
export function proofsView(api, jobId, { stops, proofs }) {
  const asking = stops.filter(({ required_proofs, given_proofs }) => required_proofs.length + given_proofs.length > 0);
  if (asking.length === 0 && proofs.length === 0) return null;
  const named = new Map(stops.map((stop) => [stop.stop_id, (stop.accepted_proofs ?? []).map((/** @type {any} */ one) => one.id)]));
  return section(
    "Proofs",
    el("ul.plain", null, asking.map(stopRow)),
    el("ol.plain", null, proofs.map((proof) => proofRow(api, jobId, proof, isLeftOut(proof, named.get(proof.stop_id) ?? [])))),
  );
}

/** @param {any} stop */
function stopRow({ kind, required_proofs: required, given_proofs: given, waived_proofs: waived = [], waiver_reason: reason = null }) {
  const kinds = [...new Set([...required, ...given])];
  /** @param {string} one */
  const tone = (one) => (given.includes(one) ? "good" : waived.includes(one) ? "" : "warn");
  return el("li", null, el("span", null, sentence(kind)), kinds.map((one) => chip(tone(one), words(one))),
    reason === null ? null : el("span.faint", null, `${waived.map(words).join(", ")} waived: ${words(reason)}`));
}

/** A picture beside those by which its stop was completed. @param {any} proof @param {string[]} namedIds */
function isLeftOut({ id, media_type: mediaType }, namedIds) {
  return mediaType !== null && namedIds.length > 0 && !namedIds.includes(id);
}

/** @param {import("../shared/api.js").Api} api @param {string} jobId @param {any} proof @param {boolean} isOut */
function proofRow(api, jobId, { id, kind, created_at: at, media_type: mediaType }, isOut) {
  const picture = /** @type {HTMLImageElement} */ (el("img.proof", { alt: sentence(kind) }));
  const link = /** @type {HTMLAnchorElement} */ (el("a", { download: `${kind}-${id}` }, picture));
  if (mediaType !== null) void show();
  return el(
    "li",
    null,
    el("span", null, sentence(kind)),
    el("time.faint", { dateTime: at }, when(at, true)),
    isOut ? el("span.faint", null, "not what it was completed with") : null,
    mediaType === null ? null : link,
  );

  async function show() {
    try {
      const answer = urls.has(id) ? null : await api.fetch("GET", `/v1/ops/jobs/${jobId}/proofs/${id}/content`);
      if (answer !== null) keep(id, await answer.blob());
      picture.src = link.href = /** @type {string} */ (urls.get(id));
    } catch {
      link.replaceWith("The picture cannot be read.");
    }
  }
}
