import type { z } from "zod";
import type { AdminApi, Endpoint } from "./client.js";
import type { LookUpError } from "./errors.js";
import { type Page, readPage } from "./schema.js";

/** The most the API gives at once. */
const LIMIT = "100";
/** A list this long is taken for one that does not end. */
export const MOST_PAGES = 1000;

/** Reads a list page by page. An error that ends the list is returned by the request for the next page. */
export class Pages<T extends { readonly id: string }> {
  /** Pages read so far. */
  read = 0;
  /** Whether the list goes on. */
  more = true;
  readonly #api: AdminApi;
  readonly #endpoint: Endpoint;
  readonly #element: z.ZodType<T>;
  readonly #query: readonly (readonly [string, string])[];
  readonly #cursors = new Set<string>();
  /** What each id's row said. */
  readonly #rows = new Map<string, string>();
  #after: string | undefined;
  #stuck: LookUpError | undefined;

  constructor(
    api: AdminApi,
    endpoint: "invites" | "users",
    element: z.ZodType<T>,
    query: readonly (readonly [string, string])[] = [],
  ) {
    this.#api = api;
    this.#endpoint = endpoint;
    this.#element = element;
    this.#query = query;
  }

  async next(): Promise<
    | { readonly ok: true; readonly page: Page<T>; readonly unexpected: (problem: string) => LookUpError }
    | { readonly ok: false; readonly error: LookUpError }
  > {
    if (this.#stuck !== undefined) return { ok: false, error: this.#stuck };
    const query: [string, string][] = [["limit", LIMIT]];
    for (const [name, value] of this.#query) query.push([name, value]);
    if (this.#after !== undefined) query.push(["after", this.#after]);
    const answer = await this.#api.get(this.#endpoint, ["organization", this.#endpoint], query);
    if (answer.type === "failed") return { ok: false, error: answer.error };
    if (answer.type === "not-found") throw new Error("a list is never answered by not-found");
    const page = readPage(answer.body, this.#element);
    if ("problem" in page) return { ok: false, error: answer.unexpected(page.problem) };
    this.read += 1;
    this.more = page.more;
    if (page.more) {
      const problem = this.#advance(page.cursor);
      if (problem !== undefined) this.#stuck = answer.unexpected(problem);
    }
    return { ok: true, page: this.#withoutContradictions(page), unexpected: answer.unexpected };
  }

  /** The same row may come twice, where others were added meanwhile; two that differ say nothing about their id. */
  #withoutContradictions(page: Page<T>): Page<T> {
    const malformed = [...page.malformed];
    const items = page.items.filter((item) => {
      const row = JSON.stringify(item);
      const known = this.#rows.get(item.id) ?? row;
      this.#rows.set(item.id, known);
      if (known !== row) malformed.push({ raw: item, problem: `two rows have the id ${JSON.stringify(item.id)}` });
      return known === row;
    });
    return { ...page, items, malformed };
  }

  /** Moves on to the next page; a list that gives no way on, or goes in a circle, is an error and no end. */
  #advance(cursor: string | undefined): string | undefined {
    if (cursor === undefined) return "has_more is true, yet nothing says where the next page begins";
    if (this.#cursors.has(cursor)) return "last_id is that of an earlier page, so the list goes in a circle";
    if (this.read >= MOST_PAGES) return `the list does not end after ${MOST_PAGES} pages`;
    this.#cursors.add(cursor);
    this.#after = cursor;
    return undefined;
  }
}
