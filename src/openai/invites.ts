import type { AdminApi } from "./client.js";
import { badInputError, concernsAll, concernsOne, type LookUpError } from "./errors.js";
import { Pages } from "./pages.js";
import { inviteSchema, problemOf, textMember } from "./schema.js";
import { nextStep } from "./strategy.js";
import type { Invite } from "./types.js";

/** Every id asked for is in exactly one of `found`, `missing` and `failed`. */
export interface InvitesFound {
  readonly found: ReadonlyMap<string, Invite>;
  /** The API itself says that there is no such invite, or two readings of the whole list lack it. */
  readonly missing: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, LookUpError>;
  /** Reads what is left of the list, for what the API can't be asked about one by one, such as an email address. */
  list(): Promise<InviteList>;
}

/** Every invite that was seen. */
export interface InviteList {
  readonly invites: readonly Invite[];
  /** Why there may be others. */
  readonly problem?: LookUpError;
}

/** Looks invites up by id, in as few requests as `nextStep` can. Failures are values; nothing is thrown. */
export async function lookUpInvites(api: AdminApi, ids: readonly string[]): Promise<InvitesFound> {
  const search = new InviteSearch(api, ids);
  await search.run();
  return search;
}

class InviteSearch implements InvitesFound {
  readonly found = new Map<string, Invite>();
  readonly missing = new Set<string>();
  readonly failed = new Map<string, LookUpError>();
  readonly #api: AdminApi;
  readonly #open = new Set<string>();
  readonly #seen = new Map<string, Invite>();
  #pages: Pages<Invite>;
  /** Pages of the longest reading, and the number of readings that reached the end. */
  #length = 0;
  #readings = 0;
  /** Why the list ends too early. */
  #broken: LookUpError | undefined;
  /** The error of an element that could not be parsed, and of one that has no id either: it may be any invite. */
  #malformed: LookUpError | undefined;
  #nameless: LookUpError | undefined;

  constructor(api: AdminApi, ids: readonly string[]) {
    this.#api = api;
    this.#pages = new Pages(api, "invites", inviteSchema);
    for (const id of ids) {
      if (isAskable(id)) this.#open.add(id);
      else this.failed.set(id, notAnId);
    }
  }

  async run(): Promise<void> {
    const wanted = this.#open.size;
    for (;;) {
      const progress = { wanted, missing: this.#open.size, pages: this.#length, readings: this.#readings };
      const step = nextStep({ ...progress, more: this.#pages.more });
      if (step === "singles") return this.#askOneByOne();
      const isListOfNoUse = step !== "page" && this.#nameless !== undefined;
      if (isListOfNoUse) return this.#askOneByOne(this.#nameless);
      if (step === "done") break;
      if (step === "again") {
        this.#readings += 1;
        this.#pages = new Pages(this.#api, "invites", inviteSchema);
      }
      const broken = await this.#readPage();
      if (broken !== undefined) return concernsAll(broken) ? this.#giveUp(broken) : this.#askOneByOne(broken);
    }
    for (const id of this.#open) this.missing.add(id);
    this.#open.clear();
  }

  async list(): Promise<InviteList> {
    let broken: LookUpError | undefined;
    while (this.#readings === 0 && this.#pages.more && broken === undefined) broken = await this.#readPage();
    const problem = broken ?? this.#malformed;
    const invites = [...new Map([...this.#seen, ...this.found]).values()];
    return { invites, ...(problem !== undefined && { problem }) };
  }

  /** Gives the error where the list can't be read on. */
  async #readPage(): Promise<LookUpError | undefined> {
    if (this.#broken !== undefined) return this.#broken;
    const next = await this.#pages.next();
    if (!next.ok) {
      this.#broken = next.error;
      return next.error;
    }
    this.#length = Math.max(this.#length, this.#pages.read);
    for (const invite of next.page.items) {
      this.#seen.set(invite.id, invite);
      if (this.#open.delete(invite.id)) this.found.set(invite.id, invite);
    }
    for (const { raw, problem } of next.page.malformed) {
      const id = textMember(raw, "id");
      this.#malformed ??= next.unexpected(problem);
      if (id === undefined) this.#nameless ??= next.unexpected(problem);
      else if (this.#open.delete(id) || this.found.delete(id)) this.failed.set(id, next.unexpected(problem));
      if (id !== undefined) this.#seen.delete(id);
    }
    this.#api.emit({ type: "page", endpoint: "invites", page: this.#pages.read, wanted: this.#open.size });
    return undefined;
  }

  /** Asks for each id that is left, up to an error that the others would also hit. `before`: why the list did not do. */
  async #askOneByOne(before?: LookUpError): Promise<void> {
    let failedInARow = 0;
    for (const id of this.#open) {
      const result = await readOne(this.#api, id);
      if (result.type === "failed") {
        failedInARow += 1;
        if (!concernsOne(result.error) || failedInARow >= 2) return this.#giveUp(before ?? result.error);
        this.failed.set(id, before ?? result.error);
      } else {
        failedInARow = 0;
        if (result.type === "found") this.found.set(id, result.invite);
        else this.missing.add(id);
      }
      this.#open.delete(id);
    }
  }

  #giveUp(error: LookUpError): void {
    for (const id of this.#open) this.failed.set(id, error);
    this.#open.clear();
  }
}

type SingleResult =
  | { readonly type: "found"; readonly invite: Invite }
  | { readonly type: "not-found" }
  | { readonly type: "failed"; readonly error: LookUpError };

async function readOne(api: AdminApi, id: string): Promise<SingleResult> {
  const answer = await api.get("invite", ["organization", "invites", id]);
  if (answer.type !== "json") return answer;
  const parsed = inviteSchema.safeParse(answer.body);
  if (!parsed.success) return { type: "failed", error: answer.unexpected(problemOf(parsed.error)) };
  if (parsed.data.id !== id) return { type: "failed", error: answer.unexpected("id: it is that of another invite") };
  return { type: "found", invite: parsed.data };
}

/** An empty id would ask for the whole list, and `..` for something else altogether. */
function isAskable(id: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(id) && id !== "." && id !== "..";
}

const notAnId = badInputError(
  "this id is not one that OpenAI gives",
  "See where it comes from; an invite's id looks like invite-abc123.",
);
