// @ts-check
// The forms of the page when news come: what somebody is writing stays, also where it can no longer be sent.

import { $, el } from "../shared/dom.js";

/** @type {Record<string, string>} why it ended, by what the form was for */
const TOO_LATE = {
  wishes: "The delivery has gone on, so this was not sent. Here it is, should you still need it.",
  rating: "This can no longer be sent.",
};

/** Put the forms of the page as it is now in the place of those that stand here.
 * @param {ParentNode} page as it is now */
export function renewForms(page) {
  const forms = $("#forms");
  const written = [...forms.querySelectorAll("form")].filter((form) => isChanged(form) || form.contains(document.activeElement));
  if (written.some((form) => form.id !== "" && page.querySelector(`#forms form#${form.id}`) !== null)) return; // it goes on
  const over = written.filter((form) => isChanged(form));
  over.forEach(end);
  forms.replaceChildren(...$("#forms", page).childNodes, ...over);
}

/** @param {HTMLFormElement} form */
function isChanged(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name]"));
  return [...fields].some((field) => field.checked !== field.defaultChecked || field.value !== field.defaultValue);
}

/** Nothing more can be said by it. @param {HTMLFormElement} form */
function end(form) {
  if (form.dataset.isOver !== undefined) return;
  form.dataset.isOver = "";
  const why = TOO_LATE[form.id] ?? TOO_LATE.rating;
  form.removeAttribute("id");
  for (const field of form.querySelectorAll("button")) field.remove();
  for (const field of form.querySelectorAll("textarea, input")) field.setAttribute("readonly", "");
  form.prepend(el("p.notice", { role: "status" }, why));
  form.addEventListener("submit", (event) => event.preventDefault());
}
