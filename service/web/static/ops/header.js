// @ts-check
// The bar above all: which market, what time it is there, how the connection is, and who is here.

import { el } from "../shared/dom.js";
import { ask } from "../shared/dialog.js";
import { clockTime, zoneName } from "../shared/format.js";

const CONNECTION = /** @type {Record<string, [string, string]>} */ ({
  connecting: ["warn", "Connecting"], live: ["good", "Live"], away: ["warn", "Coming back"], ended: ["bad", "Ended"],
});

/**
 * @param {{ desk: import("./console.js").Desk, market: any, replayButton: HTMLElement, soundButton?: HTMLElement | null,
 *   turnTo: (marketId: string) => void, logOut: () => Promise<void> }} options
 */
export function header({ desk, market, replayButton, soundButton = null, turnTo, logOut }) {
  const { api, model, clock, session, undo } = desk;
  const time = el("strong.market-time", { title: market.timezone }, "");
  const zone = el("span.faint", null);
  const scale = el("span.faint", null);
  const dot = el("i.dot", null);
  const state = el("span", null, "Connecting");
  const connection = el("p.connection", { role: "status" }, dot, state);
  const paused = el("span.chip.bad", { hidden: true }, "Market is paused");
  const canPause = session.rights.includes("ops:dispatch");
  const pause = canPause ? el("button.button.small", { type: "button", onclick: toggle }, "Pause market …") : null;
  const stillIn = el("span.chip.bad", { role: "alert", hidden: true });
  const out = /** @type {HTMLButtonElement} */ (el("button.button.quiet.small", { type: "button", onclick: goOut }, "Log out"));
  const element = el(
    "header.top-bar",
    null,
    el("div.brand", null, el("img", { src: new URL("../shared/icon.svg", import.meta.url).href, alt: "" }), el("span", null, "Hexhaul")),
    el(`h1.market${session.markets.length > 1 ? ".visually-hidden" : ""}`, null, market.name),
    session.markets.length > 1 ? picker() : null,
    paused,
    el("p.clock", null, time, zone, scale),
    connection,
    el("div.spring", null),
    replayButton,
    soundButton,
    pause,
    el("p.person", null, el("span", null, session.name), el("span.chip", null, session.role)),
    stillIn,
    out,
  );

  /** The markets of whoever is here, of which another may be looked at. */
  function picker() {
    const choice = /** @type {HTMLSelectElement} */ (
      el(
        "select.input",
        { "aria-label": "market", onchange: () => turnTo(choice.value) },
        session.markets.map(({ market_id, name }) => el("option", { value: market_id, selected: market_id === session.market_id }, name)),
      )
    );
    return choice;
  }

  /** Who believes to be out leaves the console to others: what failed is said. */
  async function goOut() {
    stillIn.hidden = true;
    out.disabled = true;
    try {
      await logOut();
    } catch (error) {
      stillIn.textContent = `Not logged out: ${/** @type {Error} */ (error).message}`;
      stillIn.hidden = false;
    }
    out.disabled = false;
  }

  async function toggle() {
    const isPaused = !model.isPaused;
    await ask({
      title: isPaused ? `Pause ${market.name}?` : `Go on with ${market.name}?`,
      text: isPaused
        ? "No new jobs and no new offers until somebody goes on; what is under way goes on."
        : "New jobs are taken, and offers are made again.",
      confirm: isPaused ? "Pause the market" : "Go on",
      isDanger: isPaused,
      submit: async () => {
        const { body, requestId } = await api.act("PUT", "/v1/ops/market/pause", { is_paused: isPaused });
        model.isPaused = body.is_paused;
        undo.offer(isPaused ? "The market is paused." : "The market goes on.", requestId);
      },
    });
    desk.changed();
  }

  /** @param {import("../shared/socket.js").SocketState} now */
  function tell(now) {
    const [tone, text] = CONNECTION[now];
    dot.className = `dot ${tone}`;
    state.textContent = text;
    document.body.dataset.connection = now;
  }

  function update() {
    time.textContent = clockTime(clock.nowMs(), true);
    zone.textContent = zoneName(clock.nowMs());
    scale.textContent = clock.scale === 1 ? "" : `× ${Number(clock.scale.toPrecision(3))}`;
    paused.hidden = !model.isPaused;
    if (pause) pause.textContent = model.isPaused ? "Go on …" : "Pause market …";
  }

  return { element, update, tell };
}
