// @ts-check
// Logged in or not: a device's tokens, kept in the browser and renewed in time.
//
// The courier's key is exchanged once for tokens and never kept. A refresh token is good once, so
// windows of one browser take turns (`alone`), and look first whether another has renewed it. Where
// the browser can keep a key that no script reads (`device`), it signs each: a copied token is worth nothing.

import { Refusal } from "../shared/api.js";

const PATH = "/v1/courier/session";
const STORED = "hexhaul-courier-session";
const EARLY_MS = 60_000; // a token that ends so soon is renewed before it is used

/**
 * @typedef {{ accessToken: string, accessEndsAt: number, refreshToken: string, isBound?: boolean }} Tokens
 *   `accessEndsAt` is milliseconds since 1970, by this phone; `isBound`: the device signs for the next.
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store
 * @typedef {Pick<import("../shared/api.js").Api, "ask">} Asking
 * @typedef {{ renew: () => Promise<string | null>, sign: (text: string) => Promise<string | null> }} Device
 *   `renew` makes another key and tells its public half; both are null where there is none
 */

export class Session {
  /**
   * @param {{ store: Store, api: Asking, device: Device, now: () => number,
   *           alone: (act: () => Promise<void>) => Promise<void> }} means
   *   `now` is milliseconds since 1970; `alone` runs the act while no other window runs one
   */
  constructor({ store, api, device, now, alone }) {
    this.device = device;
    this.store = store;
    this.api = api;
    this.now = now;
    this.alone = alone;
  }

  /** @returns {Tokens | null} */
  get tokens() {
    const text = this.store.getItem(STORED);
    return text === null ? null : JSON.parse(text);
  }

  get isLoggedIn() {
    return this.tokens !== null;
  }

  /**
   * Exchange the courier's key for tokens.
   * @param {string} key
   * @throws {Refusal} 401: it is not a good one
   */
  async logIn(key) {
    const publicKey = await this.device.renew();
    const { headers } = bearer(key);
    const saying = publicKey === null ? headers : { ...headers, "Hexhaul-Device-Key": publicKey };
    this.#keep(await this.api.ask("POST", PATH, undefined, { headers: saying }), publicKey !== null);
  }

  /** End the log-in here at once, and at the service if it can be reached. */
  async logOut() {
    const tokens = this.tokens;
    this.store.removeItem(STORED);
    if (tokens !== null) await this.#end(tokens).catch(() => null);
  }

  /**
   * Call the service as this courier, with tokens that are renewed when they have to be.
   * @param {string} method @param {string} path @param {Blob} [body]
   * @param {{ patienceMs?: number }} [options]
   * @throws {Refusal} 401: the log-in is over, and forgotten
   */
  async call(method, path, body, options = {}) {
    const token = await this.#accessToken(null);
    try {
      return await this.api.ask(method, path, body, { ...bearer(token), ...options });
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      const next = await this.#accessToken(token);
      return this.api.ask(method, path, body, { ...bearer(next), ...options });
    }
  }

  /** @returns {Promise<string>} a one-time ticket for the websocket */
  async fetchTicket() {
    return (await this.call("POST", "/v1/courier/tickets")).ticket;
  }

  /** A token that will do, and not the one that was refused.
   * @param {string | null} refused */
  async #accessToken(refused) {
    const isGood = (/** @type {Tokens | null} */ tokens) =>
      tokens !== null &&
      tokens.accessToken !== refused &&
      tokens.accessEndsAt - EARLY_MS > this.now();
    if (!isGood(this.tokens)) {
      await this.alone(async () => {
        if (!isGood(this.tokens)) await this.#refresh(); // unless another window just has
      });
    }
    return this.#tokensOrNone().accessToken;
  }

  /** Who logged out meanwhile, in whichever window, stays out. */
  async #refresh() {
    const tokens = this.#tokensOrNone();
    const isStored = () => this.tokens?.refreshToken === tokens.refreshToken;
    try {
      const answer = await this.#exchange(tokens);
      if (isStored()) this.#keep(answer, tokens.isBound ?? false);
      else await this.#leave(answer.access_token).catch(() => null);
    } catch (error) {
      if (isUnauthenticated(error) && isStored()) this.store.removeItem(STORED);
      throw error;
    }
  }

  /** Spend the refresh token. @param {Tokens} tokens */
  async #exchange({ refreshToken: token, isBound = false }) {
    const proof = isBound ? await this.device.sign(`hexhaul refresh ${token}`) : null;
    const body = proof === null ? { refresh_token: token } : { refresh_token: token, proof };
    return this.api.ask("POST", `${PATH}/refresh`, body);
  }

  /** End the log-in at the service, with a new token where this one is over. @param {Tokens} tokens */
  async #end(tokens) {
    try {
      await this.#leave(tokens.accessToken);
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      await this.#leave((await this.#exchange(tokens)).access_token);
    }
  }

  /** @param {string} token */
  #leave(token) {
    return this.api.ask("DELETE", PATH, undefined, bearer(token));
  }

  #tokensOrNone() {
    if (this.tokens === null) throw new Refusal(401, "unauthenticated", "Nobody is logged in.");
    return this.tokens;
  }

  /** @param {Record<string, any>} answer @param {boolean} isBound */
  #keep(answer, isBound) {
    const accessEndsAt = this.now() + answer.access_expires_in_s * 1_000;
    const { access_token: accessToken, refresh_token: refreshToken } = answer;
    this.store.setItem(STORED, JSON.stringify({ accessToken, accessEndsAt, refreshToken, isBound }));
  }
}

/** @param {string} token */
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });

/** @param {unknown} error */
export function isUnauthenticated(error) {
  return error instanceof Refusal && error.status === 401;
}
