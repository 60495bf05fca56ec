// A device's tokens: exchanged, renewed in time, by one window at a time, and given up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Session, isUnauthenticated } from "../../../service/web/static/courier/session.js";
import { Refusal } from "../../../service/web/static/shared/api.js";

const HOUR_MS = 3_600_000;

// A service that has one log-in: refresh tokens are good once, access tokens for ten minutes.
class Service {
  constructor() {
    this.count = 0;
    this.asked = [];
    this.isRevoked = false;
  }

  // As `Api.ask`: the answer's body, or a refusal.
  ask = async (method, path, body, { headers = {} } = {}) => {
    this.asked.push(`${method} ${path}`);
    if (path === "/v1/courier/session" && headers.Authorization === "Bearer key") return this.tokens();
    if (path.endsWith("/refresh")) {
      if (body.refresh_token !== `refresh-${this.count}` || this.isRevoked) throw unauthenticated();
      return this.tokens();
    }
    const isGood = headers.Authorization === `Bearer access-${this.count}` && !this.isRevoked;
    if (!isGood) throw unauthenticated();
    return { ticket: "ticket" };
  };

  tokens() {
    this.count += 1;
    return {
      access_token: `access-${this.count}`,
      access_expires_in_s: 600,
      refresh_token: `refresh-${this.count}`,
      refresh_expires_in_s: 2_592_000,
    };
  }
}

const unauthenticated = () => new Refusal(401, "unauthenticated", "the key is not valid");

function storeOf() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
}

// Windows of one browser share the store, and take turns.
function windowsOf(service, clock) {
  const store = storeOf();
  let last = Promise.resolve();
  const alone = (act) => (last = last.then(act, act));
  return () => new Session({ store, api: service, now: () => clock.now, alone });
}

test("a key is exchanged for tokens and kept nowhere", async () => {
  const service = new Service();
  const session = windowsOf(service, { now: 0 })();
  assert.equal(session.isLoggedIn, false);
  await session.logIn("key");
  assert.equal(session.isLoggedIn, true);
  assert.ok(!JSON.stringify(session.tokens).includes('"key"'));
  assert.equal(await session.fetchTicket(), "ticket");
});

test("a wrong key logs nobody in", async () => {
  const session = windowsOf(new Service(), { now: 0 })();
  await assert.rejects(session.logIn("wrong"), isUnauthenticated);
  assert.equal(session.isLoggedIn, false);
});

test("tokens are renewed before they end", async () => {
  const service = new Service();
  const clock = { now: 0 };
  const session = windowsOf(service, clock)();
  await session.logIn("key");
  clock.now = HOUR_MS;
  assert.equal(await session.fetchTicket(), "ticket");
  assert.deepEqual(service.asked.slice(1), ["POST /v1/courier/session/refresh", "POST /v1/courier/tickets"]);
});

test("two windows that need new tokens at once spend one refresh token", async () => {
  const service = new Service();
  const clock = { now: 0 };
  const open = windowsOf(service, clock);
  const [one, other] = [open(), open()];
  await one.logIn("key");
  clock.now = HOUR_MS;
  assert.deepEqual(await Promise.all([one.fetchTicket(), other.fetchTicket()]), ["ticket", "ticket"]);
  assert.equal(service.asked.filter((asked) => asked.endsWith("/refresh")).length, 1);
});

test("an access token that is refused in time is renewed once, and the call is made again", async () => {
  const service = new Service();
  const session = windowsOf(service, { now: 0 })();
  await session.logIn("key");
  service.count += 1; // the service knows a newer one
  session.store.setItem(
    "hexhaul-courier-session",
    JSON.stringify({ ...session.tokens, refreshToken: "refresh-2" }),
  );
  assert.equal(await session.fetchTicket(), "ticket");
});

test("a log-in that is over is forgotten", async () => {
  const service = new Service();
  const session = windowsOf(service, { now: 0 })();
  await session.logIn("key");
  service.isRevoked = true;
  await assert.rejects(session.fetchTicket(), isUnauthenticated);
  assert.equal(session.isLoggedIn, false);
});

test("without a network the log-in stays", async () => {
  const service = new Service();
  const clock = { now: 0 };
  const session = windowsOf(service, clock)();
  await session.logIn("key");
  clock.now = HOUR_MS;
  service.ask = async () => {
    throw new Refusal(0, "unreachable", "The service cannot be reached.");
  };
  await assert.rejects(session.fetchTicket(), { code: "unreachable" });
  assert.equal(session.isLoggedIn, true);
});

test("logging out forgets the tokens whatever the service says", async () => {
  const service = new Service();
  const session = windowsOf(service, { now: 0 })();
  await session.logIn("key");
  service.isRevoked = true;
  await session.logOut();
  assert.equal(session.isLoggedIn, false);
});
