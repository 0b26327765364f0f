/**
 * How long to wait before another try, by what the server says or by back-off. All times are milliseconds.
 */

/** Header names are in lower case. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * The wait a server names, or undefined where it names none. In order: `retry-after-ms` and `Retry-After` (seconds, or
 * a date, https://www.rfc-editor.org/rfc/rfc9110#field.retry-after), then a wait in the message, since the Admin API's
 * 429 has been observed to have it only there ("try again after 6.937 seconds").
 */
export function namedWait(headers: HttpHeaders, message: string, now: number): number | undefined {
  const ms = finite(headers["retry-after-ms"]);
  if (ms !== undefined) return ms;
  const after = headers["retry-after"]?.trim();
  if (after !== undefined && after !== "") {
    const seconds = finite(after);
    if (seconds !== undefined) return seconds * 1000;
    const until = Date.parse(after);
    // Measured from the server's own date where there is one, as the two clocks may differ.
    const from = Date.parse(headers["date"] ?? "");
    if (!Number.isNaN(until)) return Math.max(0, until - (Number.isNaN(from) ? now : from));
  }
  return waitInText(message);
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|millis|milliseconds?)$/, 1],
  [/^(s|secs?|seconds?|)$/, 1000],
  [/^(m|mins?|minutes?)$/, 60_000],
  [/^(h|hrs?|hours?)$/, 3_600_000],
];

/** A wait in a message: "try again in 6.514s", "… in 200ms", "… in 1m30s", "… after 6.937 seconds". */
export function waitInText(text: string): number | undefined {
  const named = /\b(?:try again|retry)\s+(?:in|after)\s+((?:\d+(?:\.\d+)?\s*[a-z]*[\s,]*)+)/i.exec(text)?.[1];
  if (named === undefined) return undefined;
  let total: number | undefined;
  for (const [, amount, unit] of named.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)) {
    const factor = UNITS.find(([pattern]) => pattern.test((unit ?? "").toLowerCase()))?.[1];
    if (factor === undefined) break;
    total = (total ?? 0) + Number(amount) * factor;
  }
  return total;
}

function finite(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** Exponential back-off with full jitter: anything up to 0.5, 1, 2, 4 … seconds, at most 30. `failures` counts from 1. */
export function backOff(failures: number, random: () => number): number {
  return Math.round(random() * Math.min(30_000, 500 * 2 ** (failures - 1)));
}

/** Whether an answer is worth another try, `x-should-retry` first, as OpenAI's own libraries do it. */
export function worthRetrying(status: number, headers: HttpHeaders): boolean {
  if (headers["x-should-retry"] === "true") return true;
  if (headers["x-should-retry"] === "false") return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}
