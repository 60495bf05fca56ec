// A courier's app without a screen: goes online, takes what is offered, and tells what it hears.
//
//     HEXHAUL_KEY=hh_... node courier.mjs http://127.0.0.1:8000
//
// One JSON line for each message heard on standard output. Standard input takes commands:
// `cut MS` drops the connection and stays silent so long, `stop` ends the program.

import { createInterface } from "node:readline";
import { Connection, KeyRefused } from "./client.mjs";

const SHIFT_MS = 4 * 3_600_000;
const base = process.argv[2];
const unconfirmed = new Map(); // by offer: what has to be said again after a snapshot
let positionSeq = 0;

async function fetchTicket(signal) {
  const headers = { Authorization: `Bearer ${process.env.HEXHAUL_KEY}` };
  const response = await fetch(`${base}/v1/courier/tickets`, { method: "POST", headers, signal });
  if ([401, 403].includes(response.status)) throw new KeyRefused(`status ${response.status}`);
  if (!response.ok) throw new Error(`no ticket: ${response.status}`);
  return (await response.json()).ticket;
}

const goOnline = () => ({
  type: "set_status",
  status: "online",
  vehicle: "bike",
  capacity: { weight_g: 16_000, volume_l: 60, jobs_count: 3 },
  shift_ends_at: new Date(Date.now() + SHIFT_MS).toISOString(),
});

function take(offer) {
  connection.send({ type: "ack", offer_id: offer.offer_id });
  unconfirmed.set(offer.offer_id, { type: "accept_offer", offer_id: offer.offer_id, ref: offer.offer_id });
  connection.send(unconfirmed.get(offer.offer_id));
}

function sayAgain(offerId) {
  if (unconfirmed.has(offerId)) connection.send(unconfirmed.get(offerId));
}

function hear(message) {
  console.log(JSON.stringify(message));
  switch (message.type) {
    case "snapshot":
      for (const answer of unconfirmed.values()) connection.send(answer);
      if (message.state?.status === "offline") connection.send(goOnline());
      if (message.state?.offer) take(message.state.offer);
      break;
    case "notice":
      if (message.status === "online") {
        const place = { lat_deg: 48.2082, lng_deg: 16.3738, accuracy_m: 8 };
        connection.send({ type: "report_position", seq: ++positionSeq, ...place });
      }
      break;
    case "offer_made":
      take(message);
      break;
    case "offer_revoked":
      unconfirmed.delete(message.offer_id);
      break;
    case "done":
      unconfirmed.delete(message.ref);
      break;
    case "refused":
      if (message.retry_in_ms) setTimeout(sayAgain, message.retry_in_ms * (0.5 + Math.random()), message.ref);
      else unconfirmed.delete(message.ref);
      break;
  }
}

const connection = new Connection({
  address: async (signal) =>
    `${base.replace("http", "ws")}/v1/courier?ticket=${encodeURIComponent(await fetchTicket(signal))}`,
  fetchTicket,
  hear,
});

const commands = createInterface({ input: process.stdin });
commands.on("line", (line) => {
  const [word, argument] = line.split(" ");
  if (word === "cut") connection.cut(Number(argument));
  if (word === "stop") connection.stop();
});

await connection.run();
commands.close();
