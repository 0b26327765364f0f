import { z } from "zod";
import { ADMIN_KEYS_PAGE, type ApiSettings, DEFAULT_BASE_URL } from "./api-settings.js";
import { redactKeys } from "./redact-keys.js";
import type { HttpHeaders } from "./waits.js";

/**
 * Why something could not be looked up.
 * - `unauthorized`: the key was refused. `missing-scope`: it lacks `scope`. `forbidden`: another 403.
 * - `wrong-base-url`: what answers there is not the Admin API, or not this organization's.
 * - `rate-limited`: 429, and no time or no tries left. `quota`: a 429 that waiting does not cure.
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

/** One failure, told to the user: `message` says what and where, `hint` what to do. Neither holds a key. */
export interface LookUpError {
  readonly kind: LookUpErrorKind;
  readonly message: string;
  readonly hint: string;
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

/** OpenAI's error, as far as it can be made out. */
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

/** JSON as a value, or undefined where the text is none. */
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

/** Statuses without a story of their own, the narrower range first: what is said of them, and what to do. */
const BY_STATUS: readonly {
  readonly from: number;
  readonly to: number;
  readonly kind: LookUpErrorKind;
  readonly what: string;
  /** Between what happened and the request. */
  readonly link: " by" | " at" | ", said";
  readonly hint: (context: RequestContext) => string;
}[] = [
  { from: 401, to: 401, kind: "unauthorized", what: "the admin key was refused", link: " by", hint: keyHint },
  { from: 403, to: 403, kind: "forbidden", what: "access was refused", link: " by", hint: keyHint },
  { from: 429, to: 429, kind: "rate-limited", what: "too many requests", link: ", said", hint: () => MORE_TIME },
  { from: 400, to: 499, kind: "refused", what: "the request was refused", link: " by", hint: baseUrlHint },
  { from: 500, to: Infinity, kind: "server", what: "the API failed", link: " at", hint: () => LATER },
];

const MORE_TIME = "Allow more time, or try again when nothing else uses the Admin API.";
const LATER = "Try again later; https://status.openai.com tells of outages.";

/** The error of an answer that is not a success. */
export function answerError(answer: HttpAnswer, context: RequestContext): LookUpError {
  const { status } = answer;
  const json = readJson(answer.text);
  if (json === undefined && looksLikeHtml(answer)) return htmlError(answer, context);
  const make = maker(context, answer);
  const at = requestOf(context);
  const api = readApiError(json?.value);
  const code = api?.code === undefined ? "" : ` ${redactKeys(api.code, context.key)}`;
  const said = api === undefined || api.message === "" ? "" : `: ${redactKeys(api.message, context.key)}`;

  // Told by the text, since the status was seen to be 401 as well as 403.
  const scope = /missing scopes?:\s*([\w.*:-]+(?:\s*,\s*[\w.*:-]+)*)/i.exec(api?.message ?? "")?.[1];
  if (scope !== undefined) return missingScope(scope, answer, context);
  if (api?.code === "incorrect_hostname") {
    const host = /(?<![\w.-])((?:[a-z0-9-]+\.)*openai\.com)(?![\w-]|\.\w)/i.exec(api.message)?.[1];
    const todo = host === undefined ? "to the host that OpenAI names." : `to https://${host.toLowerCase()}/v1.`;
    const what = `this organization is served from another host (${status}${code}), said ${at}${said}`;
    return make("wrong-base-url", what, `Set OPENAI_BASE_URL ${todo}`);
  }
  if (status >= 300 && status < 400) {
    const what = `a redirect came back (${status}) from ${at}; it is not followed, so as not to hand the key on`;
    return make("wrong-base-url", what, baseUrlHint(context));
  }
  if (status === 404) {
    return make("wrong-base-url", `no Admin API was found (404) at ${at}${said}`, baseUrlHint(context));
  }
  if (status === 429 && isBilling(api)) {
    const what = `the organization is out of quota (429${code}), said ${at}${said}`;
    return make("quota", what, "Waiting does not help here: see the organization's billing and limits.");
  }
  const row = BY_STATUS.find(({ from, to }) => status >= from && status <= to);
  return row === undefined
    ? make("unexpected-answer", `a status of ${status} is not expected from ${at}`, baseUrlHint(context))
    : make(row.kind, `${row.what} (${status}${code})${row.link} ${at}${said}`, row.hint(context));
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

/** The error of an answer that grew past the limit. */
export function tooLargeError(bytes: number, context: RequestContext): LookUpError {
  const what = `the answer of GET ${context.url.href} is larger than ${Math.round(bytes / 1024 / 1024)} MiB`;
  return maker(context)("unexpected-answer", what, baseUrlHint(context));
}

/** No answer in time, or only a part of one. */
export function timeoutError(part: "headers" | "body", ms: number, context: RequestContext): LookUpError {
  const problem = part === "headers" ? "no answer came" : "the answer stayed unfinished";
  const what = `${problem} within ${duration(ms)} from ${requestOf(context)}`;
  return maker(context)("network", what, "Try again later, or check the network between here and the API.");
}

/** Errors of certificates that no known authority signed, or that are out of date. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_SIGNATURE\w*)$/;

/** The error of a connection that could not be made, or broke. `code` is Node's or undici's. */
export function connectionError(code: string, detail: string, context: RequestContext): LookUpError {
  const { host } = context.url;
  const make = (kind: LookUpErrorKind, what: string, hint: string, more = "") =>
    maker(context)(kind, `${what} (${redactKeys(code, context.key)}) for ${requestOf(context)}${more}`, hint);
  const baseUrl = baseUrlHint(context);
  const network = "Check the network, and HTTPS_PROXY and NO_PROXY where a proxy is needed.";
  if (code === "ENOTFOUND") {
    const what = `the host ${host} is not known`;
    const isOpenAi = host === "openai.com" || host.endsWith(".openai.com");
    return isOpenAi ? make("network", what, network) : make("wrong-base-url", what, baseUrl);
  }
  if (code === "ECONNREFUSED") return make("wrong-base-url", `nothing listens at ${host}`, `${baseUrl} ${network}`);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return make("wrong-base-url", `the certificate of ${host} is made out to another host`, baseUrl);
  }
  if (UNTRUSTED.test(code)) {
    const hint =
      "Where a proxy inspects TLS, name its certificate authority in NODE_EXTRA_CA_CERTS; else check OPENAI_BASE_URL.";
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
  const wait = `the next try would have to wait ${duration(waitMs)}, ${leftOver(leftMs)}`;
  return { ...base, message: `${base.message}; ${wait}` };
}

/** The learned pace leaves no room for another request before the deadline. */
export function paceError(waitMs: number, leftMs: number, context: RequestContext): LookUpError {
  const room = `the API's limit on requests leaves no room for GET ${context.url.href}`;
  const next = `the next may go in ${duration(waitMs)}, ${leftOver(leftMs)}`;
  return maker(context)("rate-limited", `${room}: ${next}`, MORE_TIME);
}

function leftOver(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? "which is too long" : `and ${duration(ms)} are left`;
}

/** The time was up (`deadline`), or the caller stopped (`aborted`), before the request was answered. */
export function stoppedError(kind: "deadline" | "aborted", context: RequestContext): LookUpError {
  const request = `GET ${context.url.href} was answered`;
  return kind === "deadline"
    ? maker(context)(kind, `the deadline passed before ${request}`, MORE_TIME)
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
    ...(answer !== undefined && { status: answer.status }),
    ...(requestId !== undefined && { requestId }),
  });
}

function missingScope(named: string, answer: HttpAnswer, context: RequestContext): LookUpError {
  const scopes = named.split(",").map((scope) => scope.trim().replace(/[.:]+$/, ""));
  const scope = redactKeys(scopes.join(", "), context.key);
  const message = `the key lacks the scope ${scope} (${answer.status}) for ${requestOf(context)}`;
  const hint = isOrdinaryKey(context.key)
    ? `${context.keyVariable} holds an ordinary API key; make an admin key with that scope at ${ADMIN_KEYS_PAGE}.`
    : `Give the key that scope, or make a new admin key that has it, at ${ADMIN_KEYS_PAGE}.`;
  return { ...maker(context, answer)("missing-scope", message, hint), scope };
}

function isOrdinaryKey(key: string): boolean {
  return /^sk-(proj|svcacct|None)-/.test(key);
}

function keyHint(context: RequestContext): string {
  return isOrdinaryKey(context.key)
    ? `${context.keyVariable} holds an ordinary API key; the Admin API needs an admin key, which an owner of the organization makes at ${ADMIN_KEYS_PAGE}.`
    : `Set ${context.keyVariable} to an admin key that is still valid; an owner of the organization makes one at ${ADMIN_KEYS_PAGE}.`;
}

function baseUrlHint(context: RequestContext): string {
  const { href, pathname } = context.baseUrl;
  const base = href.replace(/\/$/, "");
  return /\/v\d+$/.test(pathname)
    ? `Check OPENAI_BASE_URL, which is ${base}.`
    : `Check OPENAI_BASE_URL: it is ${base}, without the /v1 that ${DEFAULT_BASE_URL} ends in.`;
}

function looksLikeHtml(answer: HttpAnswer): boolean {
  return /^text\/html\b/i.test(answer.headers["content-type"] ?? "") || /^\s*<(!doctype|html)\b/i.test(answer.text);
}

function htmlError(answer: HttpAnswer, context: RequestContext): LookUpError {
  const title = redactKeys(/<title[^>]*>([^<]{1,200})/i.exec(answer.text)?.[1] ?? "", context.key);
  const what = `a web page came back (${answer.status}${title === "" ? "" : `, "${title}"`}), not the API's JSON`;
  return maker(context, answer)(
    answer.status >= 500 ? "server" : "wrong-base-url",
    `${what}, from ${requestOf(context)}`,
    `${baseUrlHint(context)} A proxy or a firewall on the way may have answered in its place.`,
  );
}

/** `GET URL`, after how many tries where there was more than one. */
function requestOf({ tries, url }: RequestContext): string {
  return `${tries > 1 ? `${tries} tries of ` : ""}GET ${url.href}`;
}

/** "41 s", "1 min 30 s", "0.5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
  const whole = Math.ceil(ms / 1000);
  if (whole < 90) return `${whole} s`;
  const rest = whole % 60;
  return rest === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}
