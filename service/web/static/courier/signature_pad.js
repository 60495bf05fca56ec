// @ts-check
// A field to sign in with a finger, or by typing a name; black on white, whatever the theme.

import { el } from "../shared/dom.js";
import { blobOf } from "./shrink.js";

const WIDTH_PX = 600;
const HEIGHT_PX = 240;
const MOVES_COUNT_MIN = 3; // less is a touch by mistake

export class SignaturePad {
  /** @param {{ changed: () => void }} means */
  constructor({ changed }) {
    this.changed = changed;
    this.movesCount = 0;
    // No role tells of something to be drawn on: `img` is to be looked at, and `application` would promise keys.
    // Who hears the page cannot sign here, and is led to the name, which is as good and is drawn here too.
    this.canvas = /** @type {HTMLCanvasElement} */ (
      el("canvas.signature", { width: WIDTH_PX, height: HEIGHT_PX, "aria-hidden": "true" })
    );
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.name = /** @type {HTMLInputElement} */ (
      el("input.input", { id: "signed-name", maxLength: 60, autocomplete: "off", oninput: () => this.#write() })
    );
    this.element = el(
      "div.signing",
      null,
      this.canvas,
      el("button.button.small", { type: "button", id: "sign-again", onclick: () => this.clear() }, "Clear"),
      el("label.field", { for: "signed-name" }, el("span", null, "Or type the name"), this.name),
    );
    for (const type of ["pointerdown", "pointermove"]) {
      this.canvas.addEventListener(type, (event) => this.#draw(/** @type {PointerEvent} */ (event)));
    }
    this.clear();
  }

  get isSigned() {
    return this.movesCount >= MOVES_COUNT_MIN || this.name.value.trim() !== "";
  }

  clear() {
    this.movesCount = 0;
    this.name.value = "";
    this.#wipe();
    this.changed();
  }

  /** @returns {Promise<Blob>} a PNG */
  blob() {
    return blobOf(this.canvas, "image/png");
  }

  #wipe() {
    Object.assign(this.pen, { fillStyle: "#ffffff", strokeStyle: "#101820", lineWidth: 4, lineCap: "round" });
    this.pen.fillRect(0, 0, WIDTH_PX, HEIGHT_PX);
  }

  /** @param {PointerEvent} event */
  #draw(event) {
    if (event.buttons === 0) return;
    event.preventDefault();
    if (this.name.value !== "") this.clear();
    const frame = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - frame.left) * WIDTH_PX) / frame.width;
    const y = ((event.clientY - frame.top) * HEIGHT_PX) / frame.height;
    if (event.type === "pointerdown") {
      this.canvas.setPointerCapture(event.pointerId);
      this.pen.beginPath();
      this.pen.moveTo(x, y);
    } else {
      this.pen.lineTo(x, y);
      this.pen.stroke();
      this.movesCount += 1;
    }
    this.changed();
  }

  /** The name stands for the signature of who cannot draw one. */
  #write() {
    this.movesCount = 0;
    this.#wipe();
    Object.assign(this.pen, { fillStyle: "#101820", font: "italic 48px serif", textBaseline: "middle" });
    this.pen.fillText(this.name.value.trim(), 24, HEIGHT_PX / 2, WIDTH_PX - 48);
    this.changed();
  }
}
