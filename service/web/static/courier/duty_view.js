// @ts-check
// Going on duty: with which vehicle, how much of it, and until when.

import { el } from "../shared/dom.js";
import { CAPACITY_MAX, VEHICLES } from "./words.js";

const SHIFT_HOURS = [1, 2, 4, 6, 8];
const SHIFT_HOURS_USUAL = 4;

/**
 * @typedef {{ vehicle: string, capacity: { weight_g: number, volume_l: number, jobs_count: number },
 *             hours: number }} Duty
 * @param {{ vehicle: string, capacity: Duty["capacity"] | null, goOnline: (duty: Duty) => void }} means
 *   as it was the last time
 * @returns {HTMLElement}
 */
export function dutyView({ vehicle, capacity, goOnline }) {
  const form = /** @type {HTMLFormElement} */ (
    el(
      "form.duty",
      { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), goOnline(dutyOf(form))) },
      el("h1", null, "Go online"),
      choices("vehicle", "Vehicle", VEHICLES, vehicle),
      el(
        "fieldset.amounts",
        null,
        el("legend", null, "What you can take"),
        amount("weight_kg", "kg", Math.round((capacity?.weight_g ?? Infinity) / 1_000)),
        amount("volume_l", "litres", capacity?.volume_l ?? Infinity),
        amount("jobs_count", "jobs at once", capacity?.jobs_count ?? 3),
      ),
      choices("hours", "Until", untilChoices(), String(SHIFT_HOURS_USUAL)),
      el("button.button.primary.large", { type: "submit" }, "Go online"),
      el("p.faint", null, "While you are online, the service knows where this phone is. Offline it does not."),
    )
  );
  form.addEventListener("change", (event) => {
    if (/** @type {HTMLInputElement} */ (event.target).name === "vehicle") fit(form, true);
  });
  fit(form, capacity === null || capacity.weight_g === 0);
  return form;
}

/** @param {string} name @param {string} legend @param {Record<string, string>} words @param {string} chosen */
function choices(name, legend, words, chosen) {
  return el(
    "fieldset.segments",
    null,
    el("legend", null, legend),
    el(
      "div",
      null,
      Object.entries(words).map(([value, text]) =>
        el("label", null, el("input", { type: "radio", name, value, checked: value === chosen }), el("span", null, text)),
      ),
    ),
  );
}

function untilChoices() {
  return Object.fromEntries(SHIFT_HOURS.map((hours) => [`${hours}`, `${hours} h`]));
}

/** @param {string} name @param {string} unit @param {number} value */
function amount(name, unit, value) {
  const input = el("input.input", {
    type: "number",
    name,
    min: "0",
    step: "1",
    inputMode: "numeric",
    required: true,
    value: Number.isFinite(value) ? String(value) : "",
  });
  return el("label", null, input, el("span", null, unit));
}

/**
 * Keep the amounts within what the vehicle carries; fill them with it if asked to.
 * @param {HTMLFormElement} form @param {boolean} isFilled
 */
function fit(form, isFilled) {
  const most = CAPACITY_MAX[String(new FormData(form).get("vehicle"))];
  const limits = { weight_kg: most.weightKg, volume_l: most.volumeL, jobs_count: most.jobsCount };
  for (const [name, max] of Object.entries(limits)) {
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    input.max = String(max);
    const isOver = input.value === "" || Number(input.value) > max;
    if (isOver || (isFilled && name !== "jobs_count")) input.value = String(max);
  }
}

/** @param {HTMLFormElement} form @returns {Duty} */
function dutyOf(form) {
  const data = new FormData(form);
  const number = (/** @type {string} */ name) => Number(data.get(name));
  return {
    vehicle: String(data.get("vehicle")),
    capacity: {
      weight_g: number("weight_kg") * 1_000,
      volume_l: number("volume_l"),
      jobs_count: number("jobs_count"),
    },
    hours: number("hours"),
  };
}
