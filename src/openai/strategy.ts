/**
 * Which request to send next, because requests are rate-limited. Looking up N things one by one costs N requests; reading
 * the list costs P, its number of pages, and P is not known beforehand. So the list is read until as few things are
 * missing as pages were read, and these are then asked for one by one. Where more are missing at the end of the list, it
 * is read once more: pages shift while they are read, so one reading is no evidence that something is gone. Never more
 * than 2 × min(N, P) requests.
 */

/** How far a look-up has come. */
export interface SearchProgress {
  /** How many requests it would have taken to ask for everything one by one. */
  readonly wanted: number;
  /** How many it would take for what is still missing. */
  readonly missing: number;
  /** Pages of the list read so far; in a second reading, all pages of the first. */
  readonly pages: number;
  /** Whether the list goes on. True before the first page. */
  readonly more: boolean;
  /** How many times the list was read to its end before. */
  readonly readings: number;
}

/** `done` also means that what is missing now is not there: two readings of the whole list lack it. */
export type Step = "page" | "singles" | "again" | "done";

/** The order of the list is not documented, so nothing but its end shows that something is not on it. */
export function nextStep({ wanted, missing, pages, more, readings }: SearchProgress): Step {
  if (missing === 0) return "done";
  if (pages === 0) return wanted === 1 ? "singles" : "page";
  if (missing <= pages) return "singles";
  if (more) return "page";
  return readings === 0 ? "again" : "done";
}
