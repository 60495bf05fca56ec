// @ts-check
// Links of a list to jobs and couriers. A name may be known later than what it stands in: then it is put there.

import { el } from "../shared/dom.js";

/** @param {Pick<import("./console.js").Desk, "model" | "openJob" | "openCourier">} desk */
export function links({ model, openJob, openCourier }) {
  /** @type {Map<HTMLElement, () => string | null>} */
  const unnamed = new Map();

  /** @param {() => void} onclick @param {() => string | null} known @param {string} text until it is */
  function link(onclick, known, text) {
    const name = known();
    const button = el("button.link", { type: "button", onclick }, name ?? text);
    if (name === null) unnamed.set(button, known);
    return button;
  }

  /** @param {string} id */
  const titleOf = (id) => (model.jobs.has(id) ? model.titleOf(model.jobs.get(id)) : null);
  /** @param {string} id */
  const nameOf = (id) => model.couriers.get(id)?.name ?? null;

  return {
    /** @param {string} id */
    job: (id) => link(() => openJob(id), () => titleOf(id), model.titleOf(undefined, id)),
    /** @param {string} id */
    courier: (id) => link(() => openCourier(id), () => nameOf(id), model.nameOf(id)),
    /** Links that are on the page by now tell names that are known by now; those that are gone are forgotten. */
    update() {
      for (const [button, known] of unnamed) {
        const name = known();
        if (name === null && button.isConnected) continue;
        if (name !== null) button.textContent = name;
        unnamed.delete(button);
      }
    },
  };
}
