// The day's earnings: all pages of the statement, and read anew while somebody looks at them.

import assert from "node:assert/strict";
import test from "node:test";
import { element } from "../pages/page.mjs";
import { Earnings, fetchEarnings } from "../../../service/web/static/courier/earnings.js";
import { earningsTab } from "../../../service/web/static/courier/earnings_view.js";

test("a day's earnings are all its pages, the newest line first", async () => {
  const pages = [
    { totals: [{ currency: "EUR", balance_cents: 900 }], lines: [{ id: 1 }, { id: 2 }], next_cursor: "c" },
    { totals: null, lines: [{ id: 3 }], next_cursor: null },
  ];
  const asked = [];
  const session = {
    call: async (_, path) => {
      asked.push(new URLSearchParams(path.split("?")[1]));
      return pages[asked.length - 1];
    },
  };
  const { totals, lines } = await fetchEarnings(session, Date.UTC(2026, 10, 20, 17));
  assert.deepEqual(lines.map(({ id }) => id), [3, 2, 1]);
  assert.equal(totals[0].balance_cents, 900);
  assert.deepEqual(asked.map((query) => query.get("cursor")), [null, "c"]);
});

test("a day of earnings is from midnight to midnight, whatever hours it has", async () => {
  const zone = process.env.TZ;
  process.env.TZ = "Europe/Vienna";
  try {
    const days = [
      [Date.UTC(2026, 10, 20, 17), "2026-11-19T23:00:00.000Z", "2026-11-20T23:00:00.000Z"],
      [Date.UTC(2026, 9, 25, 22, 30), "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
      [Date.UTC(2026, 2, 29, 12), "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ];
    for (const [nowMs, from, to] of days) {
      const asked = [];
      const call = async (_, path) => {
        asked.push(new URLSearchParams(path.split("?")[1]));
        return { totals: [], lines: [], next_cursor: null };
      };
      await fetchEarnings({ call }, nowMs);
      assert.deepEqual([asked[0].get("from"), asked[0].get("to")], [from, to]);
    }
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

/** Earnings that were read so often, and what is waited for. */
function readings({ fails = () => false } = {}) {
  const state = { count: 0, drawn: 0 };
  const earnings = new Earnings({
    fetch: async () => {
      state.count += 1;
      if (fails(state.count)) throw new Error("not now");
      return { totals: [], lines: [], number: state.count };
    },
    changed: () => (state.drawn += 1),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { earnings, state, settled };
}

test("they are read when somebody begins to look, and anew after half a minute", async () => {
  const { earnings, state, settled } = readings();
  const work = [];
  for (const nowMs of [0, 200, 29_999]) {
    earnings.look(nowMs, work);
    await settled();
  }
  assert.deepEqual(state, { count: 1, drawn: 1 });
  earnings.look(30_000, work);
  await settled();
  assert.equal(earnings.ofDay.number, 2);
});

test("what was just delivered is told soon", async () => {
  const { earnings, state, settled } = readings();
  earnings.look(0, ["a job"]);
  await settled();
  const left = [];
  earnings.look(1_000, left);
  assert.equal(state.count, 1); // not with every word of the service
  earnings.look(2_000, left);
  assert.equal(state.count, 2);
});

test("one reading follows another, and one that fails leaves what is known", async () => {
  const { earnings, state, settled } = readings({ fails: (count) => count === 2 });
  earnings.look(0, null);
  earnings.look(40_000, null);
  assert.equal(state.count, 1);
  await settled();
  earnings.look(40_000, null);
  await settled();
  assert.deepEqual([earnings.hasFailed, earnings.ofDay.number], [true, 1]);
  earnings.look(70_000, null);
  await settled();
  assert.deepEqual([earnings.hasFailed, earnings.ofDay.number], [false, 3]);
});

test("who asks again begins no second reading, and sees that one is under way", async () => {
  const { earnings, state, settled } = readings({ fails: () => true });
  earnings.look(0, null);
  await settled();
  earnings.again(1_000, null);
  assert.deepEqual([state.count, state.drawn, earnings.isReading], [2, 2, true]);
  earnings.again(1_100, null);
  void earnings.read(1_200, null);
  assert.equal(state.count, 2);
  await settled();
  assert.deepEqual([earnings.isReading, earnings.hasFailed], [false, true]);
});

test("a tap says that it is being read, and when that has failed, it can be tried again", () => {
  const tab = (isReading) => {
    const main = element();
    main.append(...earningsTab(null, true, isReading, () => {}));
    return main;
  };
  assert.equal(tab(true).button("Reading …")["aria-disabled"], "true");
  assert.equal(tab(false).button("Try again")["aria-disabled"], undefined);
});
