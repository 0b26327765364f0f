import { z } from "zod";
import { ADMIN_KEYS_PAGE, type ApiSettings, DEFAULT_BASE_URL } from "./api-settings.js";
import { redactKeys } from "./redact-keys.js";
import type { HttpHeaders } from "./waits.js";

/**
 * Why something could not be looked up.
 * - `unauthorized`: the key was refused. `missing-scope`: it lacks `scope`. `forbidden`: another 403.
 * - `wrong-base-url`: what answers there is not the Admin API, or not this organization's.
 * - `rate-limited`: 429, and no time or no tries left. `quota`: a 429 that waiting does not end.
 * - `deadline`, `aborted`: the time was up; the caller stopped it.
 * - `network`: no connection, or no whole answer. `server`: 5xx.
 * - `refused`: another 4xx. `unexpected-answer`: not the JSON that the API documents. `bad-input`: cannot be asked for.
 */
export type LookUpErrorKind =
  | "unauthorized"
  | "missing-scope"
  | "forbidden"
  | "wrong-base-url"
  | "rate-limited"
  | "quota"
  | "deadline"
  | "aborted"
  | "network"
  | "server"
  | "refused"
  | "unexpected-answer"
  | "bad-input";

/** One failure for the user: `message` says what and where, `hint` what to do. Neither holds a key. */
export interface LookUpError {
  readonly kind: LookUpErrorKind;
  readonly message: string;
  readonly hint: string;
  /** The same for failures that have one cause, though they came up at different requests. */
  readonly cause?: string;
  /** The missing scopes of `missing-scope`, joined by ", ". */
  readonly scope?: string;
  readonly status?: number;
  /** OpenAI's `x-request-id`, which its support asks for. */
  readonly requestId?: string;
}

/** Errors that another request to the same endpoint may not meet. */
export function concernsOne({ kind }: LookUpError): boolean {
  return kind === "server" || kind === "unexpected-answer" || kind === "refused";
}

/** Errors of a list that requests for single things would meet, too. A list has limits of its own, and may take too long. */
export function concernsAll(error: LookUpError): boolean {
  return !concernsOne(error) && error.kind !== "rate-limited" && error.kind !== "deadline";
}

/** What the messages need to know about the request that failed. */
export interface RequestContext extends Omit<ApiSettings, "organization"> {
  /** The address without the query, e.g. `https://api.openai.com/v1/organization/invites`. */
  readonly url: URL;
  /** Requests sent for this answer, the retried ones included. */
  readonly tries: number;
}

/** A whole answer: header names in lower case, the body as text. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** OpenAI's error, as far as it can be read. */
export interface ApiError {
  readonly message: string;
  readonly code?: string;
}

const text = z.string().nullish().catch(undefined);
const stringOrNumber = z.union([z.string(), z.number().transform(String)]);
const errorObject = z.object({ message: text, type: text, code: stringOrNumber.nullish().catch(undefined) });
const errorBody = z.object({ error: z.union([z.string(), errorObject]) });

/**
 * Reads the error in a JSON body. `error` is an object on paper
 * (https://github.com/openai/openai-openapi, `ErrorResponse`) and at times a bare string.
 */
export function readApiError(body: unknown): ApiError | undefined {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { error } = parsed.data;
  if (typeof error === "string") return { message: error };
  const code = error.code ?? error.type ?? undefined;
  return { message: error.message ?? "", ...(code !== undefined && { code }) };
}

/** JSON as a value; undefined where the text is not JSON. */
export function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch {
    return undefined;
  }
}

/** Codes of a 429 that is about billing: no wait helps. */
const BILLING = /^(insufficient_quota|billing_hard_limit_reached|billing_not_active|quota_exceeded)$/;

export function isBilling(error: ApiError | undefined): boolean {
  return error?.code !== undefined && BILLING.test(error.code);
}

/** Whether a 404's body is OpenAI saying that the path itself is unknown, rather than the object. */
function isUnknownUrl(error: ApiError): boolean {
  return error.code === "unknown_url" || /^(invalid url|unknown request url)\b/i.test(error.message);
}

/** Whether an answer says that the object does not exist. A proxy's or another server's 404 does not say so. */
export function isNotFound(answer: HttpAnswer): boolean {
  if (answer.status !== 404) return false;
  const error = readApiError(readJson(answer.text)?.value);
  return error !== undefined && !isUnknownUrl(error);
}

/** Statuses that need no further look at the answer, the narrower range first: what happened, and what to do. */
const BY_STATUS: readonly {
  readonly from: number;
  readonly to: number;
  readonly kind: LookUpErrorKind;
  readonly what: string;
  readonly hint: (context: RequestContext) => string;
}[] = [
  { from: 401, to: 401, kind: "unauthorized", what: "OpenAI refused the admin key", hint: keyHint },
  { from: 403, to: 403, kind: "forbidden", what: "OpenAI denied access", hint: keyHint },
  { from: 429, to: 429, kind: "rate-limited", what: "rate-limited by OpenAI", hint: () => MORE_TIME },
  { from: 400, to: 499, kind: "refused", what: "OpenAI rejected the request", hint: baseUrlHint },
  { from: 500, to: Infinity, kind: "server", what: "the Admin API failed", hint: () => LATER },
];

const MORE_TIME = "Raise --deadline, or try again when nothing else uses the Admin API.";
const LATER = "Try again later; https://status.openai.com lists outages.";

/** The error of an answer that is not a success. */
export function answerError(answer: HttpAnswer, context: RequestContext): LookUpError {
  const { status } = answer;
  const json = readJson(answer.text);
  if (json === undefined && looksLikeHtml(answer)) return htmlError(answer, context);
  const make = maker(context, answer);
  const on = `on ${requestOf(context)}`;
  const api = readApiError(json?.value);
  const code = api?.code === undefined ? "" : ` ${redactKeys(api.code, context.key)}`;
  const said =
    api === undefined || api.message === "" ? "" : `: ${redactKeys(api.message, context.key).replace(/\.+$/, "")}`;

  // Recognized by the text, since the status has been both 401 and 403.
  const scope = /missing scopes?:\s*([\w.*:-]+(?:\s*,\s*[\w.*:-]+)*)/i.exec(api?.message ?? "")?.[1];
  if (scope !== undefined) return missingScope(scope, answer, context);
  if (api?.code === "incorrect_hostname") {
    const host = /(?<![\w.-])((?:[a-z0-9-]+\.)*openai\.com)(?![\w-]|\.\w)/i.exec(api.message)?.[1];
    const todo = host === undefined ? "to the host that OpenAI names." : `to https://${host.toLowerCase()}/v1.`;
    const what = `OpenAI serves this organization from another host (${status}${code}), ${on}${said}`;
    return make("wrong-base-url", what, `Set OPENAI_BASE_URL ${todo}`);
  }
  if (status >= 300 && status < 400) {
    const what = `the answer is a redirect (${status}), ${on}; tfinvite doesn't follow it, to keep the key from other hosts`;
    return make("wrong-base-url", what, baseUrlHint(context));
  }
  if (status === 404) {
    return make("wrong-base-url", `no Admin API at this address (404), ${on}${said}`, baseUrlHint(context));
  }
  if (status === 429 && isBilling(api)) {
    const what = `the organization has no quota left (429${code}), ${on}${said}`;
    return make("quota", what, "Waiting doesn't help: check the organization's billing and limits.");
  }
  const row = BY_STATUS.find(({ from, to }) => status >= from && status <= to);
  return row === undefined
    ? make("unexpected-answer", `unexpected status ${status} ${on}`, baseUrlHint(context))
    : make(row.kind, `${row.what} (${status}${code}) ${on}${said}`, row.hint(context));
}

/** The error of a success whose body is not what the API documents; `problem` names the place inside the answer. */
export function shapeError(problem: string, context: RequestContext, answer?: HttpAnswer): LookUpError {
  return maker(context, answer)(
    "unexpected-answer",
    `the answer of GET ${context.url.href} is not what the Admin API documents: ${redactKeys(problem, context.key)}`,
    `Check that OPENAI_BASE_URL (${context.baseUrl.href}) is OpenAI's own API.`,
  );
}

/** The error of a success whose body is not JSON at all. */
export function notJsonError(answer: HttpAnswer, context: RequestContext): LookUpError {
  if (looksLikeHtml(answer)) return htmlError(answer, context);
  const problem = answer.text.trim() === "" ? "is empty" : "is not JSON";
  const what = `the answer (${answer.status}) of GET ${context.url.href} ${problem}`;
  return maker(context, answer)("unexpected-answer", what, baseUrlHint(context));
}

/** The error of an answer that is larger than the limit. */
export function tooLargeError(bytes: number, context: RequestContext): LookUpError {
  const what = `the answer of GET ${context.url.href} is larger than ${Math.round(bytes / 1024 / 1024)} MiB`;
  return maker(context)("unexpected-answer", what, baseUrlHint(context));
}

/** No answer in time, or only a part of one. */
export function timeoutError(part: "headers" | "body", ms: number, context: RequestContext): LookUpError {
  const problem = part === "headers" ? "no answer" : "only a part of the answer";
  const what = `timeout: ${problem} within ${duration(ms)} on ${requestOf(context)}`;
  return maker(context)("network", what, "Try again later, or check the network and its proxy (HTTPS_PROXY).");
}

/** Errors of certificates that no known authority signed, or that are out of date. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_SIGNATURE\w*)$/;

/** The error of a connection that could not be made, or broke. `code` is Node's or undici's. */
export function connectionError(code: string, detail: string, context: RequestContext): LookUpError {
  const { host } = context.url;
  const make = (kind: LookUpErrorKind, what: string, hint: string, more = "") =>
    maker(context)(kind, `${what} (${redactKeys(code, context.key)}) on ${requestOf(context)}${more}`, hint);
  const baseUrl = baseUrlHint(context);
  const network = "Check the network, and set HTTPS_PROXY and NO_PROXY if a proxy is needed.";
  if (code === "ENOTFOUND") {
    const what = `unknown host ${host}`;
    const isOpenAi = host === "openai.com" || host.endsWith(".openai.com");
    return isOpenAi ? make("network", what, network) : make("wrong-base-url", what, baseUrl);
  }
  if (code === "ECONNREFUSED") return make("wrong-base-url", `${host} refused the connection`, `${baseUrl} ${network}`);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return make("wrong-base-url", `the certificate of ${host} is for another host`, baseUrl);
  }
  if (UNTRUSTED.test(code)) {
    const hint =
      "If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate authority; else check OPENAI_BASE_URL.";
    return make("network", `the certificate of ${host} is not trusted`, hint);
  }
  if (/^(EPROTO|ERR_SSL_|HPE_|HTTPParserError)/.test(code)) {
    return make("wrong-base-url", `${host} does not speak ${code.startsWith("H") ? "HTTP" : "TLS"}`, baseUrl);
  }
  const proxy = /proxy/i.test(detail) ? `: ${redactKeys(detail, context.key)}` : "";
  return make("network", "the connection failed", network, proxy);
}

/** The same error, where the wait before another try is longer than the time left (or, without a deadline, too long). */
export function tooLongAWait(base: LookUpError, waitMs: number, leftMs: number): LookUpError {
  return { ...base, message: `${base.message}; the next retry is in ${duration(waitMs)}${leftOver(leftMs)}` };
}

/** The learned pace leaves no room for another request before the deadline. */
export function paceError(waitMs: number, leftMs: number, context: RequestContext): LookUpError {
  const what = `OpenAI's rate limit is reached before GET ${context.url.href}`;
  const next = `the next request is possible in ${duration(waitMs)}${leftOver(leftMs)}`;
  return maker(context)("rate-limited", `${what}; ${next}`, MORE_TIME);
}

function leftOver(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? ", which is too long" : `, but only ${duration(ms)} of --deadline remain`;
}

/** The time was up (`deadline`), or the caller stopped (`aborted`), before the request was answered. */
export function stoppedError(kind: "deadline" | "aborted", context: RequestContext): LookUpError {
  const request = `GET ${context.url.href} was answered`;
  return kind === "deadline"
    ? maker(context)(kind, `--deadline passed before ${request}`, MORE_TIME)
    : maker(context)(kind, `stopped before ${request}`, "Run it again for the rest.");
}

/** A value that no request can ask for. */
export function badInputError(message: string, hint: string): LookUpError {
  return { kind: "bad-input", message, hint };
}

function maker(context: RequestContext, answer?: HttpAnswer) {
  const id = answer?.headers["x-request-id"];
  const requestId = id !== undefined && /^[\w-]{1,100}$/.test(id) ? redactKeys(id, context.key) : undefined;
  return (kind: LookUpErrorKind, message: string, hint: string): LookUpError => ({
    kind,
    message,
    hint,
    ...causeOf(kind, context),
    ...(answer !== undefined && { status: answer.status }),
    ...(requestId !== undefined && { requestId }),
  });
}

/** Failures whose cause is the key, the network or the limit, whichever request met it. */
function causeOf(kind: LookUpErrorKind, { url, keyVariable }: RequestContext): { readonly cause?: string } {
  const isOfOne = kind === "unexpected-answer" || kind === "refused" || kind === "bad-input";
  return isOfOne ? {} : { cause: `${kind} ${url.host} ${keyVariable}` };
}

function missingScope(named: string, answer: HttpAnswer, context: RequestContext): LookUpError {
  const scopes = named.split(",").map((scope) => scope.trim().replace(/[.:]+$/, ""));
  const scope = redactKeys(scopes.join(", "), context.key);
  const message = `the admin key lacks the scope ${scope} (${answer.status}) on ${requestOf(context)}`;
  const hint = isOrdinaryKey(context.key)
    ? `${context.keyVariable} holds an ordinary API key. Create an admin key with that scope at ${ADMIN_KEYS_PAGE}.`
    : `Add the scope to the key, or create an admin key that has it, at ${ADMIN_KEYS_PAGE}.`;
  return { ...maker(context, answer)("missing-scope", message, hint), scope };
}

function isOrdinaryKey(key: string): boolean {
  return /^sk-(proj|svcacct|None)-/.test(key);
}

const NEEDED_KEY = `An owner of the organization creates one, with the scope api.management.read, at ${ADMIN_KEYS_PAGE}.`;

function keyHint(context: RequestContext): string {
  return isOrdinaryKey(context.key)
    ? `${context.keyVariable} holds an ordinary API key. ${NEEDED_KEY}`
    : `Set ${context.keyVariable} to a valid admin key. ${NEEDED_KEY}`;
}

function baseUrlHint(context: RequestContext): string {
  const { href, pathname } = context.baseUrl;
  const base = href.replace(/\/$/, "");
  return /\/v\d+$/.test(pathname)
    ? `Check OPENAI_BASE_URL, which is ${base}.`
    : `Add /v1 to OPENAI_BASE_URL: it is ${base}, and OpenAI's own is ${DEFAULT_BASE_URL}.`;
}

function looksLikeHtml(answer: HttpAnswer): boolean {
  return /^text\/html\b/i.test(answer.headers["content-type"] ?? "") || /^\s*<(!doctype|html)\b/i.test(answer.text);
}

function htmlError(answer: HttpAnswer, context: RequestContext): LookUpError {
  const title = redactKeys(/<title[^>]*>([^<]{1,200})/i.exec(answer.text)?.[1] ?? "", context.key);
  const what = `the answer is a web page (${answer.status}${title === "" ? "" : `, "${title}"`}), not the Admin API's JSON`;
  return maker(context, answer)(
    answer.status >= 500 ? "server" : "wrong-base-url",
    `${what}, on ${requestOf(context)}`,
    `${baseUrlHint(context)} A proxy or a firewall may have answered instead.`,
  );
}

/** `GET URL`, with the number of tries where there was more than one. */
function requestOf({ tries, url }: RequestContext): string {
  return `GET ${url.href}${tries > 1 ? ` (${tries} tries)` : ""}`;
}

/** "41 s", "1 min 30 s", "0.5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
  const whole = Math.ceil(ms / 1000);
  if (whole < 90) return `${whole} s`;
  const rest = whole % 60;
  return rest === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}
