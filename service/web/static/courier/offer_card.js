// @ts-check
// The card that rises with an offer: shown, counted down, answered, and gone.

import { watch } from "../shared/clock.js";
import { money } from "../shared/format.js";
import { drawTimeLeft, offerView } from "./offer_view.js";
import { askReason } from "./reasons.js";
import { region } from "./region.js";
import { DECLINES } from "./words.js";

const TITLE = document.title;

export class OfferCard {
  /** @param {import("./courier.js").Courier} courier @param {HTMLDialogElement} element
   * @param {import("./ringer.js").Ringer} ringer */
  constructor(courier, element, ringer) {
    this.courier = courier;
    this.ringer = ringer;
    this.element = element;
    this.region = region(element);
    /** @type {{ offerId: string, sheet: AbortController } | null} */
    this.declining = null;
    element.addEventListener("cancel", (event) => event.preventDefault()); // an offer is answered
    element.addEventListener("close", () => this.#isOpen && this.#show()); // some browsers insist
  }

  get #isOpen() {
    const open = this.courier.work.offer;
    return open !== null && this.courier.answerTo(open.offer.offer_id) !== "decline_offer";
  }

  /** @param {import("../shared/roads.js").Roads | null} roads */
  draw(roads) {
    const { courier, element } = this;
    const open = courier.work.offer;
    const answer = open === null ? null : courier.answerTo(open.offer.offer_id);
    if (this.declining?.offerId !== open?.offer.offer_id) this.declining?.sheet.abort();
    if (open === null || answer === "decline_offer") {
      if (element.open) void this.ringer.quieten();
      element.hidden = true;
      element.close();
      document.title = TITLE;
      return;
    }
    const { offer_id, pay } = open.offer;
    this.region([offer_id, answer, courier.isLive, roads === null], () =>
      offerView({
        open,
        isAccepted: answer === "accept_offer",
        isLive: courier.isLive,
        clock: courier.clock,
        here: courier.positions.fix,
        roads,
        accept: () => courier.say({ type: "accept_offer", offer_id }),
        decline: () => void this.#decline(offer_id),
      }),
    );
    this.tick();
    if (answer === "accept_offer" && element.matches(":modal")) this.#stepBack();
    if (!element.open) this.#rise(money(pay.total_cents, pay.currency));
  }

  /** Draw the time that is left. */
  tick() {
    const { offer } = this.courier.work;
    if (offer !== null) drawTimeLeft(this.element, offer, watch.nowMs());
  }

  /** Ask for attention, but leave the buttons alone: nobody accepts by accident.
   * @param {string} pay */
  #rise(pay) {
    this.#show();
    document.title = `Offer: ${pay}`;
    this.ringer.ring(document.title);
  }

  /** Behind the sheet again: what is answered may wait long for a network, and work goes on. */
  #stepBack() {
    this.element.close();
    this.element.show();
  }

  /** Show it above whatever is open: behind a sheet nobody would see it, nor could answer. */
  #show() {
    const { element } = this;
    if (element.open) return;
    element.hidden = false;
    if (document.querySelector("dialog:modal") === null) element.show();
    else element.showModal();
    element.scrollTop = 0;
    element.focus({ preventScroll: true });
  }

  /** @param {string} offer_id */
  async #decline(offer_id) {
    const sheet = new AbortController();
    this.declining = { offerId: offer_id, sheet };
    const reason = await askReason({
      title: "Why not?",
      note: "It has no consequence for you. It helps to make better offers.",
      reasons: DECLINES,
      without: "No reason",
      signal: sheet.signal,
    });
    this.declining = null;
    if (reason !== null) this.courier.say({ type: "decline_offer", offer_id, reason });
  }
}
