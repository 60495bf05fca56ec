// A device's tokens: exchanged, renewed in time, by one window at a time, and given up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceKey } from "../../../service/web/static/courier/device_key.js";
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
    if (path === "/v1/courier/session" && headers.Authorization === "Bearer key") {
      this.deviceKey = headers["Hexhaul-Device-Key"] ?? null;
      return this.tokens();
    }
    if (path.endsWith("/refresh")) {
      await this.delay;
      if (!(await this.isSigned(body))) throw unauthenticated();
      if (body.refresh_token !== `refresh-${this.count}` || this.isRevoked) throw unauthenticated();
      return this.tokens();
    }
    const isGood = headers.Authorization === `Bearer access-${this.count}` && !this.isRevoked && !this.isOver;
    if (!isGood) throw unauthenticated();
    if (method === "DELETE") this.isRevoked = true;
    return { ticket: "ticket" };
  };

  async isSigned({ refresh_token: token, proof }) {
    if (this.deviceKey === null) return proof === undefined;
    const raw = bytesOf(this.deviceKey);
    const key = await crypto.subtle.importKey("raw", raw, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const said = new TextEncoder().encode(`hexhaul refresh ${token}`);
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(proof), said);
  }

  tokens() {
    this.count += 1;
    this.isOver = false;
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

// What the browser's database keeps; `has` whether it keeps anything.
function keeperOf({ has = true } = {}) {
  let kept = null;
  return {
    read: async () => kept,
    write: async (key) => void (kept = has ? key : null),
  };
}

const bytesOf = (text) => Buffer.from(text, "base64url");

// Windows of one browser share the store, and take turns.
function windowsOf(service, clock) {
  const store = storeOf();
  let last = Promise.resolve();
  const alone = (act) => (last = last.then(act, act));
  const device = deviceKey({ keeper: keeperOf() });
  return () => new Session({ store, api: service, device, now: () => clock.now, alone });
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

test("each log-in has a key of its own, which nobody can read", async () => {
  const service = new Service();
  const keeper = keeperOf();
  const device = deviceKey({ keeper });
  const session = new Session({ store: storeOf(), api: service, device, now: () => 0, alone: (act) => act() });
  await session.logIn("key");
  const first = service.deviceKey;
  assert.equal(bytesOf(first).length, 65);
  await assert.rejects(crypto.subtle.exportKey("jwk", await keeper.read()));
  await session.logIn("key");
  assert.notEqual(service.deviceKey, first);
});

test("where the browser makes or keeps no key, the device logs in without one", async () => {
  const { subtle } = crypto;
  const broken = async () => {
    throw new Error("no database");
  };
  for (const means of [
    { subtle: null, keeper: keeperOf() },
    { subtle, keeper: keeperOf({ has: false }) },
    { subtle, keeper: { read: broken, write: broken } },
  ]) {
    const service = new Service();
    const clock = { now: 0 };
    const device = deviceKey(means);
    const session = new Session({ store: storeOf(), api: service, device, now: () => clock.now, alone: (act) => act() });
    await session.logIn("key");
    assert.equal(service.deviceKey, null);
    clock.now = HOUR_MS;
    assert.equal(await session.fetchTicket(), "ticket");
  }
});

test("a key that cannot be read for a moment ends no log-in", async () => {
  const [service, clock] = [new Service(), { now: 0 }];
  const keeper = keeperOf();
  const { read } = keeper;
  const session = new Session({ store: storeOf(), api: service, device: deviceKey({ keeper }), now: () => clock.now, alone: (act) => act() });
  await session.logIn("key");
  clock.now += 3_600_000;
  keeper.read = () => Promise.reject(new Error("not now"));
  await assert.rejects(session.call("GET", "/v1/courier/earnings"), { message: "not now" });
  assert.ok(session.isLoggedIn);
  keeper.read = read;
  await session.call("GET", "/v1/courier/earnings");
});

test("who logs out with a token that is over is out at the service too", async () => {
  const service = new Service();
  const session = windowsOf(service, { now: 0 })();
  await session.logIn("key");
  service.isOver = true; // the access token, and not the log-in
  await session.logOut();
  assert.equal(session.isLoggedIn, false);
  assert.equal(service.isRevoked, true);
});

test("a renewal that is answered after the log-out brings nobody back", async () => {
  const service = new Service();
  const clock = { now: 0 };
  const open = windowsOf(service, clock);
  const [one, other] = [open(), open()];
  await one.logIn("key");
  clock.now = HOUR_MS;
  let answer;
  service.delay = new Promise((resolve) => (answer = resolve));
  const asking = assert.rejects(one.fetchTicket(), isUnauthenticated);
  await new Promise((resolve) => setImmediate(resolve));
  const leaving = other.logOut();
  answer();
  await Promise.all([asking, leaving]);
  assert.equal(one.isLoggedIn, false);
  assert.equal(service.isRevoked, true);
});

test("a renewal that is answered after another courier logged in leaves that one alone", async () => {
  const service = new Service();
  const clock = { now: 0 };
  const open = windowsOf(service, clock);
  const [one, other] = [open(), open()];
  await one.logIn("key");
  clock.now = HOUR_MS;
  let answer;
  service.delay = new Promise((resolve) => (answer = resolve));
  const asking = one.fetchTicket().catch(() => null);
  await new Promise((resolve) => setImmediate(resolve));
  one.store.removeItem("hexhaul-courier-session");
  await other.logIn("key");
  const { refreshToken } = other.tokens;
  answer();
  await asking;
  assert.equal(other.tokens.refreshToken, refreshToken);
});
