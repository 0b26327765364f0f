/**
 * Which request to send next, where every request is dear. Looking up N things one by one costs N requests; reading the
 * list costs P, its number of pages, and P is not known beforehand. So the list is read until as few things are missing
 * as pages were read, and these are then asked for one by one: never more than 2 × min(N, P) requests.
 */

/** How far a look-up has come. */
export interface SearchProgress {
  /** How many requests it would have taken to ask for everything one by one. */
  readonly wanted: number;
  /** How many it would take for what is still missing. */
  readonly missing: number;
  /** Pages of the list read so far. */
  readonly pages: number;
  /** Whether the list goes on. True before the first page. */
  readonly more: boolean;
}

/** `done` also means that what is missing now is not there: the list was read to its end. */
export type Step = "page" | "singles" | "done";

/** The order of the list is not documented, so nothing but its end shows that something is not on it. */
export function nextStep({ wanted, missing, pages, more }: SearchProgress): Step {
  if (missing === 0) return "done";
  if (pages === 0) return wanted === 1 ? "singles" : "page";
  if (!more) return "done";
  return missing <= pages ? "singles" : "page";
}
