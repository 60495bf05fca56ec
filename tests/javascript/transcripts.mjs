// Plays every transcript of tests/transcripts with the link; the README there tells the format.
//
//     node transcripts.mjs ../transcripts

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Link } from "./client.mjs";

class Stage {
  constructor(story) {
    this.messages = story.messages;
    this.steps = story.steps;
    this.jitter = story.chance ?? 0.5;
    this.nowMs = 0;
    this.link = new Link({ jitter: () => this.jitter });
    this.effects = []; // that no step has told of yet
  }

  play() {
    this.steps.forEach((step, number) => {
      try {
        this[Object.keys(step)[0]](step);
      } catch (error) {
        error.message = `step ${number} ${JSON.stringify(step)}: ${error.message}`;
        throw error;
      }
    });
    this.quiet();
  }

  named = (message) => (typeof message === "string" ? this.messages[message] : message);
  put = (effects) => this.effects.push(...effects);
  take = () => this.effects.shift();
  quiet = () => assert.deepEqual(this.effects, []);

  // what happens
  at_ms({ at_ms }) {
    this.quiet();
    while (this.link.wakesAtMs <= at_ms) this.put(this.link.tick(this.link.wakesAtMs));
    this.nowMs = at_ms;
  }
  chance({ chance }) {
    this.jitter = chance;
  }
  opened() {
    this.quiet();
    this.link.opened(this.nowMs);
  }
  server({ server, may_deliver = false }) {
    this.quiet();
    const effects = this.link.received(JSON.stringify(this.named(server)), this.nowMs);
    this.put(may_deliver ? effects.filter((effect) => effect.do !== "deliver") : effects);
  }
  server_text({ server_text }) {
    this.quiet();
    this.put(this.link.received(server_text, this.nowMs));
  }
  closed({ closed }) {
    this.quiet();
    this.link.closed(closed, this.nowMs);
  }
  cut({ cut }) {
    this.quiet();
    this.link.cut(cut.silent_ms, this.nowMs);
  }
  ticket({ ticket }) {
    this.quiet();
    this.put(this.link.renew(ticket));
  }
  app({ app, sent = true, times = 1 }) {
    this.quiet();
    const message = this.named(app);
    for (let count = 0; count < times; count++) {
      assert.deepEqual(this.link.send(message), sent ? [{ do: "transmit", message }] : []);
    }
  }

  // what the client does
  client({ client }) {
    assert.deepEqual(this.take(), { do: "transmit", message: this.named(client) });
  }
  delivered({ delivered }) {
    const effect = this.take();
    assert.equal(effect?.do, "deliver");
    for (const [key, value] of Object.entries(delivered)) {
      assert.deepEqual(effect.message[key], value);
    }
  }
  fetches_ticket() {
    assert.deepEqual(this.take(), { do: "fetchTicket" });
  }
  hangs_up({ hangs_up }) {
    assert.deepEqual(this.take(), { do: "hangUp", code: hangs_up });
  }
  then({ then, after_ms }) {
    this.quiet();
    if (then === "stay_away") return assert.equal(this.link.dialsAtMs, Infinity);
    const pauseMs = this.link.dialsAtMs - this.nowMs;
    assert.ok(after_ms[0] - 1 <= pauseMs && pauseMs <= after_ms[1] + 1, `dials after ${pauseMs}`);
    this.nowMs += pauseMs;
  }
}

const folder = process.argv[2];
const files = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
for (const file of files) {
  try {
    new Stage(JSON.parse(readFileSync(join(folder, file), "utf8"))).play();
    console.log(`ok ${file}`);
  } catch (error) {
    console.log(`not ok ${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
