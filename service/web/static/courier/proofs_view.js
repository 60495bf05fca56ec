// @ts-check
// The sheet that asks for what a stop requires: the code, a photo, a signature.

import { el, fill } from "../shared/dom.js";
import { shrink } from "./shrink.js";
import { SignaturePad } from "./signature_pad.js";

/** @type {Record<string, string>} who says the code, by kind of stop */
const ASKED = { pickup: "Code that the sender says", dropoff: "Code that the recipient says" };

/**
 * Ask; resolves when everything is there, its pictures kept, or to null when the sheet is left.
 * @param {{ stopId: string, kind: string, required: string[],
 *           pictures: import("./pictures.js").Pictures, signal: AbortSignal }} asked
 *   `signal` takes the sheet away: something else is asked for
 * @returns {Promise<{ code: string | null } | null>}
 */
export function askProofs({ stopId, kind, required, pictures, signal }) {
  return new Promise((resolve) => {
    /** @type {{ code: string | null } | null} */
    let given = null;
    const trouble = el("p.notice.bad", { role: "alert", hidden: true });
    const code = required.includes("code") ? codeField(kind) : null;
    const photo = required.includes("photo") ? photoField(stopId, pictures, say) : null;
    const pad = required.includes("signature") ? new SignaturePad({ changed: () => say("") }) : null;
    const isSigned = () => pad?.isSigned || pictures.of(stopId).some((one) => one.kind === "signature");

    /** @param {string} words */
    function say(words) {
      trouble.textContent = words;
      trouble.hidden = words === "";
    }

    async function finish() {
      if (photo !== null && !pictures.of(stopId).some((one) => one.kind === "photo")) return say("The photo is missing.");
      if (pad !== null && !isSigned()) return say("The signature is missing.");
      if (pad?.isSigned) await pictures.keep(stopId, "signature", await pad.blob());
      if (signal.aborted) return;
      given = { code: code === null ? null : code.input.value };
      dialog.close();
    }

    const dialog = /** @type {HTMLDialogElement} */ (
      el(
        "dialog.sheet.proofs",
        { "aria-labelledby": "proofs-title" },
        el(
          "form",
          { onsubmit: (/** @type {SubmitEvent} */ event) => (event.preventDefault(), void finish()) },
          el("h2", { id: "proofs-title" }, kind === "pickup" ? "Before you leave" : "Before you go on"),
          code?.element,
          photo,
          pad === null ? null : el("fieldset", null, el("legend", null, "Signature"), pad.element),
          trouble,
          el("button.button.primary.large", { type: "submit", id: "proofs-done" }, "Done"),
          el("button.button.large.quiet", { type: "button", onclick: () => dialog.close() }, "Back"),
        ),
      )
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(given);
    });
    signal.addEventListener("abort", () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {string} kind */
function codeField(kind) {
  const input = /** @type {HTMLInputElement} */ (
    el("input.input.code", {
      id: "code",
      name: "code",
      inputMode: "numeric",
      pattern: "[0-9]{4,6}",
      title: "four to six digits",
      maxLength: 6,
      required: true,
      autocomplete: "off",
    })
  );
  return { input, element: el("label.field", { for: "code" }, el("span", null, ASKED[kind] ?? "Code"), input) };
}

/** @param {string} stopId @param {import("./pictures.js").Pictures} pictures @param {(words: string) => void} say */
function photoField(stopId, pictures, say) {
  const preview = el("div.preview");
  const draw = () => {
    const photo = pictures.of(stopId).find((one) => one.kind === "photo");
    if (photo === undefined) return fill(preview);
    const address = URL.createObjectURL(photo.blob);
    fill(preview, el("img", { src: address, alt: "The photo", onload: () => URL.revokeObjectURL(address) }));
  };
  const input = /** @type {HTMLInputElement} */ (
    el("input.visually-hidden", { type: "file", id: "photo", accept: "image/*" })
  );
  input.setAttribute("capture", "environment"); // the camera, where there is one
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    say("");
    try {
      await pictures.keep(stopId, "photo", await shrink(file));
    } catch {
      say("That is no picture that this phone can read.");
    }
    draw();
  });
  draw();
  return el("div.photo", null, input, el("label.button.large", { for: "photo" }, "Take a photo"), preview);
}
