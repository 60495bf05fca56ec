// @ts-check
// The card that rises with an offer: shown, counted down, answered, and gone.

import { money } from "../shared/format.js";
import { drawTimeLeft, offerView } from "./offer_view.js";
import { askReason } from "./reasons.js";
import { region } from "./region.js";
import { DECLINES } from "./words.js";

const RING_MS = [300, 150, 300, 150, 300];
const TITLE = document.title;

export class OfferCard {
  /** @param {import("./courier.js").Courier} courier @param {HTMLElement} element */
  constructor(courier, element) {
    this.courier = courier;
    this.element = element;
    this.region = region(element);
  }

  /** @param {import("../shared/roads.js").Roads | null} roads */
  draw(roads) {
    const { courier, element } = this;
    const open = courier.work.offer;
    const answer = open === null ? null : courier.answerTo(open.offer.offer_id);
    if (open === null || answer === "decline_offer") {
      element.hidden = true;
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
    if (element.hidden) this.#rise(money(pay.total_cents, pay.currency));
  }

  /** Draw the time that is left. */
  tick() {
    const { offer } = this.courier.work;
    if (offer !== null) drawTimeLeft(this.element, offer, performance.now());
  }

  /** Ask for attention, but leave the buttons alone: nobody accepts by accident.
   * @param {string} pay */
  #rise(pay) {
    this.element.hidden = false;
    this.element.scrollTop = 0;
    this.element.focus({ preventScroll: true });
    document.title = `Offer: ${pay}`;
    navigator.vibrate?.(RING_MS);
  }

  /** @param {string} offer_id */
  async #decline(offer_id) {
    const reason = await askReason({
      title: "Why not?",
      note: "It has no consequence for you. It helps to make better offers.",
      reasons: DECLINES,
      without: "No reason",
    });
    if (reason !== null) this.courier.say({ type: "decline_offer", offer_id, reason });
  }
}
