// @ts-check
// How far the conversations about jobs are, and which have something that nobody here has read.

const JOBS_COUNT_MAX = 1_000; // the latest

export class Conversations {
  constructor() {
    /** @type {Map<string, { number: number, isUnread: boolean }>} */
    this.stateOf = new Map();
  }

  /** Takes in that something was said, by whom. @param {{ actor?: string, data: { job_id: string, number: number } }} fact */
  hear({ actor, data }) {
    this.stateOf.delete(data.job_id);
    this.stateOf.set(data.job_id, { number: data.number, isUnread: actor !== "ops" });
    if (this.stateOf.size > JOBS_COUNT_MAX) this.stateOf.delete(/** @type {string} */ (this.stateOf.keys().next().value));
  }

  /** The number of the last message that was heard of; 0: of none. @param {string} jobId */
  numberOf(jobId) {
    return this.stateOf.get(jobId)?.number ?? 0;
  }

  /** @param {string} jobId */
  isUnread(jobId) {
    return this.stateOf.get(jobId)?.isUnread ?? false;
  }

  /** Somebody looks at it. @param {string} jobId */
  markRead(jobId) {
    const state = this.stateOf.get(jobId);
    if (state !== undefined) state.isUnread = false;
  }
}
