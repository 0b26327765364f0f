import { emailKey } from "../base/email.js";
import type { AdminApi } from "./client.js";
import { badInputError, concernsAll, type LookUpError } from "./errors.js";
import { Pages } from "./pages.js";
import { textMember, userSchema } from "./schema.js";
import { nextStep } from "./strategy.js";
import type { User } from "./types.js";

/** Every email address asked for is, in lower case, in exactly one of the three. */
export interface MembersFound {
  readonly members: ReadonlyMap<string, User>;
  readonly absent: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, LookUpError>;
}

/** Email addresses in one filtered request: few enough for their answer to fit on one page of 100. */
const MOST_IN_A_BATCH = 90;
/** Characters of the query, which keeps the whole URL below what proxies take. */
const LONGEST_QUERY = 6000;

/**
 * Tells members of the organization from others, by email address. The first page of the list decides in a small
 * organization. In a larger one the users' `emails` filter is asked for those not seen yet.
 *
 * What the filter's "no" means: no member has this address in any of the spellings that were sent (each as given, and in
 * lower case). Whether the filter minds the case is not documented, so a member stored as `Kim@Example.com` may be
 * overlooked when only `kim@example.com` was asked for. Pass every spelling that is known: the one written, and the one
 * that the invite has. That the filter works at all is known, not assumed: each request also asks for a member
 * of the first page, and a "no" counts only when that member is returned, and no one who was not asked for. Else, or when
 * the filter is refused (400), the list is read to its end.
 */
export async function lookUpMembers(api: AdminApi, emails: readonly string[]): Promise<MembersFound> {
  const members = new Map<string, User>();
  const absent = new Set<string>();
  const failed = new Map<string, LookUpError>();
  /** The spellings of those not found yet. */
  const open = new Map<string, Set<string>>();
  for (const email of emails) {
    const key = emailKey(email);
    if (key === "" || key.length > 1000) failed.set(key, notAnAddress);
    else open.set(key, (open.get(key) ?? new Set([key])).add(email.trim()));
  }
  const result: MembersFound = { members, absent, failed };
  const take = (users: readonly User[]): void => {
    for (const user of users) {
      const key = user.email === undefined ? undefined : emailKey(user.email);
      if (key !== undefined && open.delete(key)) members.set(key, user);
    }
  };
  const giveUp = (error: LookUpError): MembersFound => {
    for (const key of open.keys()) failed.set(key, error);
    return result;
  };

  const pages = new Pages(api, "users", userSchema);
  /** Of an element that could not be read, and does not even tell its email address. */
  let unreadable: LookUpError | undefined;
  let known: string | undefined;
  let filterWorks = true;
  /** Why the list ends too early. */
  let broken: LookUpError | undefined;
  while (open.size > 0) {
    const batches = filterWorks && known !== undefined ? inBatches(open, known) : undefined;
    const missing = batches?.length ?? Number.POSITIVE_INFINITY;
    if (!pages.more) break;
    if (broken !== undefined && batches === undefined) return giveUp(broken);
    // `wanted` is not 1, as the first page often decides for everybody.
    const progress = { wanted: Number.POSITIVE_INFINITY, missing, pages: pages.read, more: true, readings: 0 };
    // What a broken list can't tell, the filter can.
    const step = broken === undefined ? nextStep(progress) : "singles";
    if (step === "singles" && batches !== undefined) {
      for (const batch of batches) {
        const outcome = await askFiltered(api, batch);
        if (outcome.type === "failed") return giveUp(broken ?? outcome.error);
        if (outcome.type === "useless") {
          filterWorks = false;
          break;
        }
        take(outcome.users);
        for (const key of batch.keys) {
          if (!open.delete(key)) continue;
          if (outcome.unreadable === undefined) absent.add(key);
          else failed.set(key, outcome.unreadable);
        }
        api.emit({ type: "page", endpoint: "users", page: pages.read, wanted: open.size });
      }
      continue;
    }
    const next = await pages.next();
    if (!next.ok) {
      if (concernsAll(next.error)) return giveUp(next.error);
      broken = next.error;
      continue;
    }
    take(next.page.items);
    known ??= next.page.items.find((user) => user.email !== undefined && user.email.length < 320)?.email;
    for (const { raw, problem } of next.page.malformed) {
      const email = emailOf(raw);
      const id = textMember(raw, "id");
      for (const [key, user] of members) {
        if (user.id === id && members.delete(key)) failed.set(key, next.unexpected(problem));
      }
      if (email === undefined) unreadable ??= next.unexpected(problem);
      else if (open.delete(emailKey(email))) failed.set(emailKey(email), next.unexpected(problem));
    }
    api.emit({ type: "page", endpoint: "users", page: pages.read, wanted: open.size });
  }
  if (unreadable !== undefined) return giveUp(unreadable);
  for (const key of open.keys()) absent.add(key);
  return result;
}

/** One filtered request: whom it is about, the spellings to send, and the member who must come back. */
interface Batch {
  readonly keys: readonly string[];
  readonly spellings: readonly string[];
  readonly known: string;
}

/** Divides addresses into requests that stay short, each with the known member among them. */
function inBatches(open: ReadonlyMap<string, ReadonlySet<string>>, known: string): Batch[] {
  const batches: { keys: string[]; spellings: string[]; known: string }[] = [];
  let length = 0;
  for (const [key, spellings] of open) {
    const cost = [...spellings].reduce((sum, spelling) => sum + lengthInQuery(spelling), 0);
    let batch = batches.at(-1);
    if (batch === undefined || batch.keys.length >= MOST_IN_A_BATCH || length + cost > LONGEST_QUERY) {
      batch = { keys: [], spellings: [known], known };
      batches.push(batch);
      length = lengthInQuery(known);
    }
    batch.keys.push(key);
    batch.spellings.push(...spellings);
    length += cost;
  }
  return batches;
}

function lengthInQuery(email: string): number {
  return new URLSearchParams([["emails[]", email]]).toString().length + 1;
}

type Filtered =
  | { readonly type: "users"; readonly users: readonly User[]; readonly unreadable?: LookUpError }
  /** The filter does not work here. */
  | { readonly type: "useless" }
  | { readonly type: "failed"; readonly error: LookUpError };

async function askFiltered(api: AdminApi, batch: Batch): Promise<Filtered> {
  // OpenAI's own libraries send arrays with brackets.
  const query = batch.spellings.map((spelling): [string, string] => ["emails[]", spelling]);
  const asked = new Set([...batch.keys, emailKey(batch.known)]);
  const pages = new Pages(api, "users", userSchema, query);
  const users: User[] = [];
  let unreadable: LookUpError | undefined;
  while (pages.more) {
    const next = await pages.next();
    if (!next.ok) return next.error.kind === "refused" ? { type: "useless" } : { type: "failed", error: next.error };
    const unasked = next.page.items.some((user) => user.email !== undefined && !asked.has(emailKey(user.email)));
    if (unasked) return { type: "useless" };
    users.push(...next.page.items);
    const malformed = next.page.malformed[0];
    if (malformed !== undefined) unreadable ??= next.unexpected(malformed.problem);
  }
  const works = users.some((user) => user.email !== undefined && emailKey(user.email) === emailKey(batch.known));
  if (!works && unreadable === undefined) return { type: "useless" };
  return { type: "users", users, ...(unreadable !== undefined && { unreadable }) };
}

function emailOf(raw: unknown): string | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  return textMember(raw, "email") ?? textMember(Reflect.get(raw, "user"), "email");
}

const notAnAddress = badInputError("this is not an email address", "See where it comes from.");
