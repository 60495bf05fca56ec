// @ts-check
// Links of a list to jobs and couriers. A name may be known later than what it stands in: then it is put there.

import { el } from "../shared/dom.js";

/** @param {Pick<import("./console.js").Desk, "model" | "openJob" | "openCourier">} desk */
export function links({ model, openJob, openCourier }) {
  /** @type {Map<HTMLElement, () => string>} */
  const names = new Map();

  /** @param {() => void} onclick @param {() => string} name */
  function link(onclick, name) {
    const button = el("button.link", { type: "button", onclick }, name());
    names.set(button, name);
    return button;
  }

  return {
    /** @param {string} id */
    job: (id) => link(() => openJob(id), () => model.titleOf(model.jobs.get(id), id)),
    /** @param {string} id */
    courier: (id) => link(() => openCourier(id), () => model.nameOf(id)),
    /** Links that are on the page by now tell the names that are known by now; others are forgotten. */
    update() {
      for (const [button, name] of names) {
        if (!button.isConnected) names.delete(button);
        else if (button.textContent !== name()) button.textContent = name();
      }
    },
  };
}
