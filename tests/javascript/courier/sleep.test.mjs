// A phone that slept, or whose clock was set: no offer is shown that is over, and the time is asked anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse, hear, NOTHING } from "../../../service/web/static/courier/work.js";
import { MarketClock, Watch } from "../../../service/web/static/shared/clock.js";
import { Stream } from "../../../service/web/static/shared/socket.js";

/** A watch on two clocks that stand still until they are set. */
function watchOf() {
  const at = { steadyMs: 5_000, wallMs: 1_700_000_000_000 };
  const pass = (ms) => ((at.steadyMs += ms), (at.wallMs += ms));
  const watch = new Watch({ steady: () => at.steadyMs, wall: () => at.wallMs });
  return { at, pass, watch };
}

test("time goes on in sleep, though the steady clock stood still", () => {
  const { at, pass, watch } = watchOf();
  pass(10_000);
  assert.equal(watch.nowMs(), 15_000);
  at.wallMs += 60_000; // asleep
  assert.equal(watch.nowMs(), 75_000);
  pass(1_000);
  assert.deepEqual([watch.nowMs(), watch.leapsCount], [76_000, 1]);
});

test("a clock that is put right by a little is no leap, and one that is set back turns no time back", () => {
  const { at, pass, watch } = watchOf();
  at.wallMs += 900;
  assert.deepEqual([watch.nowMs(), watch.leapsCount], [5_000, 0]);
  at.wallMs -= 3_600_000;
  assert.deepEqual([watch.nowMs(), watch.leapsCount], [5_000, 1]);
  pass(1_000);
  assert.deepEqual([watch.nowMs(), watch.leapsCount], [6_000, 1]);
});

test("many short sleeps are as one", () => {
  const { at, watch } = watchOf();
  for (let count = 0; count < 3; count++) {
    at.wallMs += 600;
    watch.nowMs();
  }
  assert.ok(watch.nowMs() >= 6_000);
  assert.equal(watch.leapsCount, 1);
});

test("an offer that a phone slept through is gone when it wakes", () => {
  const { at, watch } = watchOf();
  const offer = { type: "offer_made", seq: 1, offer_id: "o1", job_ids: ["j1"], expires_in_ms: 30_000 };
  const work = hear(NOTHING, offer, watch.nowMs());
  at.wallMs += 29_000;
  assert.notEqual(elapse(work, watch.nowMs()).offer, null);
  at.wallMs += 2_000;
  assert.equal(elapse(work, watch.nowMs()).offer, null);
});

test("market time has gone on in sleep as well", () => {
  const { at, watch } = watchOf();
  const clock = new MarketClock(watch);
  clock.set("2026-11-22T12:00:00Z", 10);
  at.wallMs += 60_000;
  assert.equal(new Date(clock.nowMs()).toISOString(), "2026-11-22T12:10:00.000Z");
});

/** A page with a stream whose sockets open at once and are told the beginning of a session. */
async function streamOn(watch) {
  const hears = {};
  const sockets = [];
  class Socket {
    constructor() {
      this.sent = [];
      this.isClosed = false;
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.isClosed = true;
    }
    begin(epoch) {
      this.onopen();
      this.onmessage({ data: JSON.stringify({ type: "hello", session_ms: 900_000 }) });
      this.onmessage({ data: JSON.stringify({ type: "snapshot", epoch, seq: 7, recovered: false }) });
    }
  }
  Object.assign(globalThis, {
    WebSocket: Socket,
    location: { href: "http://hexhaul.test/courier" },
    addEventListener: (name, hear) => (hears[name] = hear),
    removeEventListener: (name) => delete hears[name],
  });
  const stream = new Stream({ path: "/v1/courier", fetchTicket: async () => "ticket", hear: () => {}, watch });
  const run = stream.run();
  const opened = async (count) => {
    const deadlineMs = performance.now() + 2_000; // a pause before it dials is less
    while (sockets.length < count && performance.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(sockets.length, count);
    return sockets[count - 1];
  };
  return { stream, run, opened, hears, sockets };
}

test("a page that wakes asks anew what time it is, and what is open", async () => {
  const { at, pass, watch } = watchOf();
  const { stream, run, opened, hears, sockets } = await streamOn(watch);
  const first = await opened(1);
  first.begin("e1");
  pass(60_000);
  hears.visibilitychange(); // it was not before anybody's eyes, but awake
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([first.isClosed, sockets.length], [false, 1]);
  at.wallMs += 5_000;
  hears.visibilitychange();
  const second = await opened(2);
  assert.ok(first.isClosed);
  second.begin("e1");
  const all = { type: "resume", epoch: null, after_seq: null }; // what was missed would not tell how long an offer stands
  assert.deepEqual([first.sent[0], second.sent[0]], [all, all]);
  stream.stop();
  await run;
  assert.deepEqual(hears, {});
});

test("a page that was in sight all the time finds out by itself", async () => {
  const { at, watch } = watchOf();
  const { stream, run, opened } = await streamOn(watch);
  const first = await opened(1);
  first.begin("e1");
  at.wallMs += 5_000;
  stream.look(performance.now());
  await opened(2);
  assert.ok(first.isClosed);
  stream.stop();
  await run;
});
