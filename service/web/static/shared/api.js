// @ts-check
// REST: JSON in, JSON out, and refusals as errors with their stable code.

const PATIENCE_MS = 15_000;
const PAGES_COUNT_MAX = 60; // of one listing
const PAGE_COUNT = 100;

/** What the service refuses, or that it was not reached (`code` is "unreachable"). */
export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} detail */
  constructor(status, code, detail) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.retryAfterMs = 0;
  }
}

export class Api {
  /**
   * @param {{ token?: () => string | null, headers?: () => Record<string, string>,
   *   onUnauthenticated?: () => void, jitter?: () => number }} [options]
   *   `token` is for `Authorization`; without one the browser's cookie speaks for the page; `headers` go with every request;
   *   `jitter` draws from 0 to 1
   */
  constructor({ token = () => null, headers = () => ({}), onUnauthenticated = () => {}, jitter = Math.random } = {}) {
    this.token = token;
    this.headers = headers;
    this.onUnauthenticated = onUnauthenticated;
    this.jitter = jitter;
  }

  /** @param {string} path @param {Record<string, string | number | string[]>} [query] */
  get(path, query = {}) {
    return this.ask("GET", withQuery(path, query));
  }

  /** @param {string} path @param {unknown} [body] */
  post(path, body) {
    return this.ask("POST", path, body);
  }

  /** @param {string} path @param {unknown} body */
  put(path, body) {
    return this.ask("PUT", path, body);
  }

  /** @param {string} path */
  delete(path) {
    return this.ask("DELETE", path);
  }

  /**
   * What is done by hand: the answer's body, and the id of the request, by which it can be taken back.
   * @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} [headers]
   * @returns {Promise<{ body: any, requestId: string }>}
   */
  async act(method, path, body, headers = {}) {
    const answer = await this.fetch(method, path, body, { headers });
    return { body: await answer.json(), requestId: answer.headers.get("X-Request-Id") ?? "" };
  }

  /**
   * Every row of a listing, page by page; `field` is where a page has its rows.
   * @param {string} path @param {string} field @param {Record<string, string | number | string[]>} [query]
   * @returns {Promise<any[]>}
   */
  async list(path, field, query = {}) {
    const rows = [];
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < PAGES_COUNT_MAX; page++) {
      /** @type {any} */
      const answer = await this.get(path, { ...query, limit: PAGE_COUNT, ...(cursor ? { cursor } : {}) });
      rows.push(...answer[field]);
      cursor = answer.next_cursor;
      if (cursor === null) break;
    }
    return rows;
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body] a `Blob` goes as it is
   * @param {{ headers?: Record<string, string>, patienceMs?: number }} [options]
   * @returns {Promise<any>} the answer's body, or null where it has none
   */
  async ask(method, path, body, options) {
    const answer = await this.fetch(method, path, body, options);
    return answer.status === 204 ? null : answer.json();
  }

  /**
   * Comes again, as long as there is patience, where a busy service asks for that.
   * @param {string} method @param {string} path @param {unknown} [body]
   * @param {{ headers?: Record<string, string>, patienceMs?: number }} [options]
   * @returns {Promise<Response>} an answer that says yes
   */
  async fetch(method, path, body, { headers = {}, patienceMs = PATIENCE_MS } = {}) {
    const givesUpAtMs = performance.now() + patienceMs;
    for (;;) {
      const answer = await this.fetchOnce(method, path, body, headers, Math.ceil(givesUpAtMs - performance.now()));
      if (answer.ok) return answer;
      const refusal = await this.refusalOf(answer);
      const pauseMs = refusal.retryAfterMs * (1 + this.jitter() / 2);
      if (!mayComeAgain(method, refusal) || performance.now() + pauseMs >= givesUpAtMs) throw refusal;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (performance.now() >= givesUpAtMs) throw refusal; // a pause may take longer
    }
  }

  /**
   * @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers
   * @param {number} patienceMs
   */
  fetchOnce(method, path, body, headers, patienceMs) {
    const token = this.token();
    const isPlain = !(body instanceof Blob);
    return fetch(path, {
      method,
      // said without a body too: a form of another page could not say it
      headers: {
        ...(method === "GET" ? {} : { "Content-Type": isPlain ? "application/json" : body.type }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...this.headers(),
        ...headers,
      },
      body: body === undefined || !isPlain ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    }).catch(() => {
      throw new Refusal(0, "unreachable", "The service cannot be reached.");
    });
  }

  /** @param {Response} answer */
  async refusalOf(answer) {
    const problem = await answer.json().catch(() => ({}));
    const refusal = new Refusal(answer.status, problem.code ?? "unknown", problem.detail ?? "");
    refusal.retryAfterMs = 1_000 * Number(answer.headers.get("Retry-After") ?? 0);
    if (answer.status === 401) this.onUnauthenticated();
    return refusal;
  }
}

/**
 * Of what is overloaded nothing was begun; of what is unavailable nobody knows, and only reading does no harm. Who asks
 * too often waits for what is read; of what is done, people are told at once.
 * @param {string} method @param {Refusal} refusal
 */
function mayComeAgain(method, refusal) {
  return refusal.code === "overloaded" || (["unavailable", "rate_limited"].includes(refusal.code) && method === "GET");
}

/** @param {string} path @param {Record<string, string | number | string[]>} query */
function withQuery(path, query) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) words.append(name, String(one));
  }
  return words.size === 0 ? path : `${path}?${words}`;
}
