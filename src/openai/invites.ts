import type { AdminApi } from "./client.js";
import { badInputError, type LookUpError } from "./errors.js";
import { Pages } from "./pages.js";
import { inviteSchema, problemOf, textMember } from "./schema.js";
import { nextStep } from "./strategy.js";
import type { Invite } from "./types.js";

/** Every id asked for is in exactly one of `found`, `missing` and `failed`. */
export interface InvitesFound {
  readonly found: ReadonlyMap<string, Invite>;
  /** The API itself says that there is no such invite. */
  readonly missing: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, LookUpError>;
  /** Every invite on the list pages that were read, asked for or not; absent where the list was not needed. */
  readonly all?: readonly Invite[];
  /** Whether `all` is the whole list. */
  readonly complete: boolean;
  /** Why the whole list was asked for and is not there. */
  readonly listFailed?: LookUpError;
}

/**
 * Looks invites up by id, in as few requests as `nextStep` can; with `wholeList`, the list is read to its end whatever
 * is found, for the API cannot be asked by email address. Failures are values; nothing is thrown.
 */
export async function lookUpInvites(
  api: AdminApi,
  ids: readonly string[],
  { wholeList = false }: { readonly wholeList?: boolean } = {},
): Promise<InvitesFound> {
  const found = new Map<string, Invite>();
  const missing = new Set<string>();
  const failed = new Map<string, LookUpError>();
  const open = new Set<string>();
  for (const id of ids) {
    if (isAskable(id)) open.add(id);
    else failed.set(id, notAnId);
  }
  const wanted = open.size;
  const all: Invite[] = [];
  const pages = new Pages(api, "invites", inviteSchema);
  const settle = <T>(id: string, into: Map<string, T>, value: T): void => {
    open.delete(id);
    into.set(id, value);
  };
  const result = (): InvitesFound => {
    const complete = pages.read > 0 && !pages.more;
    return { found, missing, failed, complete, ...(pages.read > 0 && { all }) };
  };
  const giveUp = (error: LookUpError): InvitesFound => {
    for (const id of [...open]) settle(id, failed, error);
    return { ...result(), ...(wholeList && !result().complete && { listFailed: error }) };
  };

  /** The error of an element that could not be parsed and has no id: it may be any of those not found. */
  let unreadable: LookUpError | undefined;
  for (;;) {
    const wholeStep = pages.more ? "page" : "done";
    const step = wholeList ? wholeStep : nextStep({ wanted, missing: open.size, pages: pages.read, more: pages.more });
    if (step === "done") break;
    if (step === "singles") {
      const error = await readOneByOne(api, [...open], (id, result) => {
        if (result.type === "found") settle(id, found, result.invite);
        else if (result.type === "failed") settle(id, failed, result.error);
        else if (open.delete(id)) missing.add(id);
      });
      return error === undefined ? result() : giveUp(error);
    }
    const next = await pages.next();
    if (!next.ok) return giveUp(next.error);
    for (const invite of next.page.items) {
      all.push(invite);
      if (open.has(invite.id)) settle(invite.id, found, invite);
    }
    for (const { raw, problem } of next.page.malformed) {
      const id = textMember(raw, "id");
      if (id === undefined) unreadable ??= next.unexpected(problem);
      else if (open.has(id)) settle(id, failed, next.unexpected(problem));
    }
    api.emit({ type: "page", endpoint: "invites", page: pages.read, wanted: open.size });
  }
  if (unreadable !== undefined) return giveUp(unreadable);
  for (const id of open) missing.add(id);
  return result();
}

type SingleResult =
  | { readonly type: "found"; readonly invite: Invite }
  | { readonly type: "not-found" }
  | { readonly type: "failed"; readonly error: LookUpError };

/** Asks for each id. Returns the error that all the others would also hit, if there is one. */
async function readOneByOne(
  api: AdminApi,
  ids: readonly string[],
  tell: (id: string, result: SingleResult) => void,
): Promise<LookUpError | undefined> {
  let failedInARow = 0;
  for (const id of ids) {
    const result = await readOne(api, id);
    if (result.type !== "failed") {
      failedInARow = 0;
    } else {
      failedInARow += 1;
      if (!OF_ONE.includes(result.error.kind) || failedInARow >= 2) return result.error;
    }
    tell(id, result);
  }
  return undefined;
}

async function readOne(api: AdminApi, id: string): Promise<SingleResult> {
  const answer = await api.get("invite", ["organization", "invites", id]);
  if (answer.type !== "json") return answer;
  const parsed = inviteSchema.safeParse(answer.body);
  if (!parsed.success) return { type: "failed", error: answer.unexpected(problemOf(parsed.error)) };
  if (parsed.data.id !== id) return { type: "failed", error: answer.unexpected("id: it is that of another invite") };
  return { type: "found", invite: parsed.data };
}

/** Kinds of errors that another id may not meet. */
const OF_ONE: readonly LookUpError["kind"][] = ["server", "unexpected-answer", "refused"];

/** An empty id would ask for the whole list, and `..` for something else altogether. */
function isAskable(id: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(id) && id !== "." && id !== "..";
}

const notAnId = badInputError(
  "this id is not one that OpenAI gives",
  "See where it comes from; an invite's id looks like invite-abc123.",
);
