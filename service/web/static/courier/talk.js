// @ts-check
// What is said about the jobs in hand: what was heard, what is on its way, and about which job one answers.

/**
 * @typedef {{ id: string, job_id: string, number: number, sender: string, text: string,
 *             quick_reply: string | null, sent_at: string, [field: string]: any }} Message
 * @typedef {{ key: string, sender: string, text: string, at: string | null, jobId: string }} Line
 *   `at` is null while it has not been confirmed
 */

export const MESSAGES_COUNT_MAX = 30;
export const TEXT_LENGTH_MAX = 500;
export const ANSWER_MS_MAX = 600_000; // who writes later writes about what is next

// What a courier says by one touch, in the order of how often that is.
/** @type {Record<string, string>} */
export const QUICK_REPLIES = {
  yes: "Yes.",
  no: "No.",
  on_my_way: "I am on my way.",
  ten_minutes_late: "I will be ten minutes late.",
  waiting_for_parcel: "I am waiting for the parcel.",
  cannot_find_address: "I cannot find the address.",
  nobody_answers: "Nobody answers at the door.",
  need_help: "I need help.",
};

/** The messages with one more; one that was heard before is not heard again.
 * @param {Message[]} messages @param {Message} message @returns {Message[]} */
export function withMessage(messages, message) {
  if (messages.some(({ id }) => id === message.id)) return messages;
  return [...messages, message].slice(-MESSAGES_COUNT_MAX);
}

/** Those about these jobs. @param {Message[]} messages @param {{ job_id: string }[]} jobs @returns {Message[]} */
export function aboutJobs(messages, jobs) {
  const inHand = new Set(jobs.map(({ job_id }) => job_id));
  const left = messages.filter(({ job_id }) => inHand.has(job_id));
  return left.length === messages.length ? messages : left;
}

/**
 * Which job one writes about; null: none is in hand. That which was chosen; or that of a question which
 * waits for its answer, for a while; or the one that is next.
 * @param {import("./work.js").Work} work @param {string | null} chosen @param {number} nowMs market time
 * @returns {string | null}
 */
export function subjectOf({ jobs, stops, messages }, chosen, nowMs) {
  if (jobs.some(({ job_id }) => job_id === chosen)) return chosen;
  const last = aboutJobs(messages, jobs).at(-1);
  const isAsked = last !== undefined && last.sender !== "courier" && nowMs - Date.parse(last.sent_at) < ANSWER_MS_MAX;
  return (isAsked ? last.job_id : null) ?? stops[0]?.job_id ?? jobs[0]?.job_id ?? null;
}

/** The jobs in hand, that of the next stop first, each in words that tell it from the others.
 * @param {import("./work.js").Work} work @returns {{ jobId: string, words: string }[]} */
export function subjectsOf({ jobs, stops }) {
  /** @type {Map<string, number>} */
  const rank = new Map();
  stops.forEach(({ job_id }, index) => rank.has(job_id) || rank.set(job_id, index));
  const ordered = [...jobs].sort((one, other) => (rank.get(one.job_id) ?? jobs.length * 3) - (rank.get(other.job_id) ?? jobs.length * 3));
  return ordered.map(({ job_id, reference }) => {
    const address = stops.find((stop) => stop.job_id === job_id)?.address;
    return { jobId: job_id, words: [reference ? `No. ${reference}` : null, address].filter(Boolean).join(", ") || "A job" };
  });
}

/** What is shown, in order; what was said and not confirmed comes last.
 * @param {import("./work.js").Work} work @param {import("./intents.js").Intent[]} intents @returns {Line[]} */
export function linesOf({ jobs, messages }, intents) {
  const heard = aboutJobs(messages, jobs).map((message) => ({
    key: message.id,
    sender: message.sender,
    text: message.text,
    at: /** @type {string | null} */ (message.sent_at),
    jobId: message.job_id,
  }));
  const onTheWay = intents
    .filter(({ message }) => message.type === "send_message")
    .map(({ ref, message }) => ({
      key: ref,
      sender: "courier",
      text: message.text ?? QUICK_REPLIES[message.quick_reply] ?? message.quick_reply,
      at: null,
      jobId: message.job_id,
    }));
  return [...heard, ...onTheWay];
}
