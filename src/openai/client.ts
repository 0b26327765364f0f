import { type Clock, systemClock } from "../base/clock.js";
import { defined } from "../base/defined.js";
import type { ApiSettings } from "./api-settings.js";
import {
  answerError,
  connectionError,
  type HttpAnswer,
  isBilling,
  isNotFound,
  type LookUpError,
  notJsonError,
  paceError,
  type RequestContext,
  readApiError,
  readJson,
  shapeError,
  stoppedError,
  timeoutError,
  tooLargeError,
  tooLongAWait,
} from "./errors.js";
import { Pace } from "./pace.js";
import {
  type Attempt,
  DEFAULT_TIMEOUTS,
  LARGEST_BODY,
  openTransport,
  type Timeouts,
  type Transport,
} from "./transport.js";
import { backOff, namedWait, worthRetrying } from "./waits.js";

/** The kinds of request, each with a rate limit of its own: the list of invites, one invite, the users. */
export type Endpoint = "invites" | "invite" | "users";

/** What a look-up is doing, for a progress display. */
export type LookUpEvent =
  /** A request is about to be sent; `count` is the number of all requests with this one. */
  | { readonly type: "request"; readonly endpoint: Endpoint; readonly count: number; readonly try: number }
  /** A page of a list was read; `wanted` is how many are still looked for. */
  | { readonly type: "page"; readonly endpoint: Endpoint; readonly page: number; readonly wanted: number }
  /** Nothing is sent for `seconds`, because of the API's limit or before another try. */
  | {
      readonly type: "wait";
      readonly endpoint: Endpoint;
      readonly reason: "rate-limit" | "pace" | "retry";
      readonly seconds: number;
      /** The limit, where it has been learned: `count` requests in `per` milliseconds. */
      readonly rate?: { readonly count: number; readonly per: number };
    };

export interface AdminApiOptions extends Omit<ApiSettings, "keyVariable">, Partial<Pick<ApiSettings, "keyVariable">> {
  /** `tfinvite/VERSION`. */
  readonly userAgent: string;
  /** Stops everything at any time. A reason named `TimeoutError` (as of `AbortSignal.timeout`) counts as the deadline. */
  readonly signal: AbortSignal;
  /** On the clock, in milliseconds: no wait is begun that would end later, and no answer is awaited any longer. */
  readonly deadline?: number;
  readonly clock?: Clock;
  readonly timeouts?: Timeouts;
  /** A number from 0 up to 1, for the back-off. */
  readonly random?: () => number;
  readonly onEvent?: (event: LookUpEvent) => void;
}

/** The result of one GET. `not-found`: the API itself says that the object does not exist. */
export type GetResult =
  | { readonly type: "json"; readonly body: unknown; readonly unexpected: (problem: string) => LookUpError }
  | { readonly type: "not-found" }
  | { readonly type: "failed"; readonly error: LookUpError };

/** Tries of one request where the API fails or the connection breaks. */
const MOST_TRIES = 5;
/** Tries of one request where the API says "too many requests". */
const MOST_REFUSALS = 10;
/** A longer wait than this is an error, even without a deadline. */
const LONGEST_WAIT = 10 * 60_000;

/**
 * OpenAI's Admin API, as far as looking things up needs it. Requests to one endpoint go one after another, at the pace
 * the API allows; failures come back as values. Close it when done.
 */
export class AdminApi {
  readonly #options: AdminApiOptions;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #random: () => number;
  readonly #transport: Transport;
  readonly #paces: Readonly<Record<Endpoint, Pace>> = { invites: new Pace(), invite: new Pace(), users: new Pace() };
  readonly #queues = new Map<Endpoint, Promise<unknown>>();
  #requests = 0;
  #answered = false;

  constructor(options: AdminApiOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#timeouts = options.timeouts ?? DEFAULT_TIMEOUTS;
    this.#transport = openTransport(options.baseUrl, this.#timeouts);
  }

  /** Every HTTP request sent so far, the retried ones included. */
  get requests(): number {
    return this.#requests;
  }

  /** Drops the connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  emit(event: LookUpEvent): void {
    this.#options.onEvent?.(event);
  }

  /** The address of a request, e.g. of `["organization", "invites", ID]`; a segment must not be `.`, `..` or empty. */
  url(segments: readonly string[], query: readonly (readonly [string, string])[] = []): URL {
    const url = new URL(this.#options.baseUrl);
    url.pathname = [url.pathname.replace(/\/$/, ""), ...segments.map(encodeURIComponent)].join("/");
    for (const [name, value] of query) url.searchParams.append(name, value);
    return url;
  }

  /** Sends one request, and again where that may help. */
  get(
    endpoint: Endpoint,
    segments: readonly string[],
    query: readonly (readonly [string, string])[] = [],
  ): Promise<GetResult> {
    const before = this.#queues.get(endpoint) ?? Promise.resolve();
    const result = before.then(() => this.#get(endpoint, this.url(segments, query)));
    this.#queues.set(
      endpoint,
      result.catch(() => undefined),
    );
    return result;
  }

  async #get(endpoint: Endpoint, url: URL): Promise<GetResult> {
    const pace = this.#paces[endpoint];
    let tries = 0;
    let failures = 0;
    let refusals = 0;
    for (;;) {
      const room = await this.#waitForPace(endpoint, pace, this.#context(url, tries));
      if (room !== undefined) return { type: "failed", error: room };

      tries += 1;
      this.#requests += 1;
      this.emit({ type: "request", endpoint, count: this.#requests, try: tries });
      const attempt = await this.#send(url);
      const context = this.#context(url, tries);
      const now = this.#clock.now();

      if (attempt.type === "answer") {
        const { answer } = attempt;
        this.#answered = true;
        if (answer.status === 429) {
          const api = readApiError(readJson(answer.text)?.value);
          const named = namedWait(answer.headers, api?.message ?? answer.text.slice(0, 1000), now);
          const error = answerError(answer, context);
          refusals += 1;
          if (isBilling(api) || answer.headers["x-should-retry"] === "false" || refusals >= MOST_REFUSALS) {
            return { type: "failed", error };
          }
          const until = pace.refused(now, named === 0 ? backOff(refusals, this.#random) : named);
          const stop = await this.#wait(endpoint, "rate-limit", until - now, error, context);
          if (stop !== undefined) return { type: "failed", error: stop };
          continue;
        }
        pace.gotThrough(now);
        if (answer.status >= 200 && answer.status < 300) return this.#success(answer, context);
        if (endpoint === "invite" && isNotFound(answer)) return { type: "not-found" };
      }

      const { error, again, named } = this.#judge(attempt, context);
      failures += 1;
      if (!again || failures >= MOST_TRIES) return { type: "failed", error };
      const wait = named ?? backOff(failures, this.#random);
      const stop = await this.#wait(endpoint, "retry", wait, error, context);
      if (stop !== undefined) return { type: "failed", error: stop };
    }
  }

  #success(answer: HttpAnswer, context: RequestContext): GetResult {
    const json = readJson(answer.text);
    if (json === undefined) return { type: "failed", error: notJsonError(answer, context) };
    return { type: "json", body: json.value, unexpected: (problem) => shapeError(problem, context, answer) };
  }

  /** The error of a try that failed, whether another may help, and the wait that the server names. */
  #judge(
    attempt: Attempt,
    context: RequestContext,
  ): { error: LookUpError; again: boolean; named?: number | undefined } {
    switch (attempt.type) {
      case "answer": {
        const { status, headers, text } = attempt.answer;
        const message = readApiError(readJson(text)?.value)?.message ?? "";
        return {
          error: answerError(attempt.answer, context),
          again: worthRetrying(status, headers),
          named: namedWait(headers, message, this.#clock.now()),
        };
      }
      case "stopped":
        return { error: stoppedError(this.#stopped() ?? "deadline", context), again: false };
      case "timeout":
        return { error: timeoutError(attempt.part, this.#timeouts[attempt.part], context), again: true };
      case "too-large":
        return { error: tooLargeError(LARGEST_BODY, context), again: false };
      case "broken": {
        const error = connectionError(attempt.code, attempt.detail, context);
        // Refused before the first answer: a wrong address. Refused later: a server that restarts.
        const again =
          attempt.code === "ECONNREFUSED" ? this.#answered : error.kind === "network" && mayPass(attempt.code);
        return { error, again };
      }
    }
  }

  async #send(url: URL): Promise<Attempt> {
    const { key, organization, userAgent, signal } = this.#options;
    const headers: Record<string, string> = {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      "user-agent": userAgent,
      ...(organization !== undefined && { "openai-organization": organization }),
    };
    const left = this.#left();
    if (left === Number.POSITIVE_INFINITY) return this.#transport.get(url, headers, signal);
    const cut = new AbortController();
    const stop = (): void => cut.abort();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const timer = setTimeout(stop, Math.min(left, 2 ** 31 - 1));
    try {
      return await this.#transport.get(url, headers, cut.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }

  /** Waits until the learned pace allows another request; an error where the time does not suffice for one. */
  async #waitForPace(endpoint: Endpoint, pace: Pace, context: RequestContext): Promise<LookUpError | undefined> {
    const stopped = this.#stopped();
    if (stopped !== undefined) return stoppedError(stopped, context);
    const now = this.#clock.now();
    const wait = pace.readyAt(now) - now;
    return wait <= 0 ? undefined : this.#wait(endpoint, "pace", wait, paceError(wait, this.#left(), context), context);
  }

  /** Waits. An error where the wait would end too late, or was stopped. */
  async #wait(
    endpoint: Endpoint,
    reason: "rate-limit" | "pace" | "retry",
    ms: number,
    error: LookUpError,
    context: RequestContext,
  ): Promise<LookUpError | undefined> {
    const left = this.#left();
    if (ms >= left || (left === Number.POSITIVE_INFINITY && ms > LONGEST_WAIT)) {
      return reason === "pace" ? error : tooLongAWait(error, ms, left);
    }
    const { rate } = this.#paces[endpoint];
    this.emit({ type: "wait", endpoint, reason, seconds: ms / 1000, ...defined({ rate }) });
    await this.#clock.sleep(ms, this.#options.signal);
    const stopped = this.#stopped();
    return stopped === undefined ? undefined : stoppedError(stopped, context);
  }

  #left(): number {
    const { deadline } = this.#options;
    return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - this.#clock.now());
  }

  #stopped(): "deadline" | "aborted" | undefined {
    const { signal } = this.#options;
    if (signal.aborted) {
      const reason: unknown = signal.reason;
      return reason instanceof Error && reason.name === "TimeoutError" ? "deadline" : "aborted";
    }
    return this.#left() <= 0 ? "deadline" : undefined;
  }

  #context(url: URL, tries: number): RequestContext {
    const plain = new URL(url);
    plain.search = "";
    const { baseUrl, key, keyVariable } = this.#options;
    return { url: plain, baseUrl, key, keyVariable: keyVariable ?? "OPENAI_ADMIN_KEY", tries };
  }
}

/** Whether a failed connection may succeed a moment later. A bad certificate or an unknown host will not. */
function mayPass(code: string): boolean {
  return (
    /^E(CONNRESET|PIPE|TIMEDOUT|CONNABORTED|AI_AGAIN|HOSTUNREACH|NETUNREACH|NETDOWN)$/.test(code) ||
    /^UND_ERR_(SOCKET|CONNECT_TIMEOUT|RES_CONTENT_LENGTH_MISMATCH|CLOSED|INFO)$/.test(code)
  );
}
