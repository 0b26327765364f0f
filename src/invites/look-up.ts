import { defined } from "../base/defined.js";
import { emailKey } from "../base/email.js";
import { groupBy, uniqueBy } from "../base/group-by.js";
import { listOf } from "../base/phrases.js";
import type { AdminApi } from "../openai/client.js";
import type { LookUpError } from "../openai/errors.js";
import { type InviteList, lookUpInvites } from "../openai/invites.js";
import { lookUpMembers, type MembersFound } from "../openai/members.js";
import type { Invite, User } from "../openai/types.js";
import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import { isSyntheticId } from "./providers/registry.js";
import {
  type InviteAssessment,
  isAccepted,
  isPending,
  type LookUpAnswer,
  mayHaveJoined,
  type OtherAccepted,
  type StatusReport,
  statusOf,
  statusOfNotSent,
} from "./status.js";

/** Why a status is unknown, and what the user can do about it. */
export interface LookUpFailure {
  readonly message: string;
  readonly hint: string;
  /** The same for failures that have one cause. */
  readonly cause?: string;
}

/** What a look-up brought: a status for every invite, and why some of them are unknown. */
export interface LookUpOutcome {
  readonly statuses: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** Each failure once, however many invites it concerns. */
  readonly failures: readonly LookUpFailure[];
  /** What is not known beside the statuses. */
  readonly notes: readonly string[];
  /** With `wholeList`: every invite of the organization. */
  readonly list?: InviteList;
}

/**
 * Whether a key is that of an invite's organization: the settings say so (`named`); it is the only provider configuration
 * that they do not name (`only`); or others have no key of their own either (`shared`), and it can be that of any.
 */
export type KeyOwnership = "named" | "only" | "shared";

/** How much to look up. */
export interface LookUpExtent {
  /**
   * Invites that are about to be sent, each with the address that it goes to where that is known. Whether their people
   * have been invited already, only the whole list tells.
   */
  readonly toBeSent?: ReadonlyMap<InviteEntry, string | undefined>;
  /** Whether an accepted one's person has stayed is not asked: the invite is used either way. */
  readonly onlyWhetherUsed?: boolean;
  /** What prevents sending an expired or missing one again. */
  readonly advice?: boolean;
  /** The whole list is wanted for its own sake. */
  readonly wholeList?: boolean;
  /** `only` where it is not said. */
  readonly ownership?: ReadonlyMap<InviteEntry, KeyOwnership>;
}

/** Looks up every invite of many root modules at once, with as few requests as it takes. */
export async function lookUpStatuses(
  api: AdminApi,
  inventories: readonly Inventory[],
  now: number,
  extent: LookUpExtent = {},
): Promise<LookUpOutcome> {
  const entries = inventories.flatMap((inventory) => inventory.entries);
  const invites = await askInvites(api, entries);
  const unproven = unprovenGroups(entries, invites.answer, extent.ownership);
  // A member of another organization proves nothing, and need not be asked for.
  const foreign = new Set(unproven.filter(({ isShared }) => isShared).flatMap((group) => group.entries));
  const own = entries.filter((entry) => !foreign.has(entry));
  const members = await askMembers(api, own, invites.answer, extent);
  const isProven = (group: UnprovenGroup) =>
    !group.isShared && group.entries.some(({ email }) => members.answer(email).kind === "found");
  const doubts = new Map(
    unproven
      .filter((group) => !isProven(group))
      .flatMap((group) => group.entries.map((entry) => [entry, doubtOf(group, invites.answer)] as const)),
  );
  const seen: Seen = { inviteOf: invites.answer, memberOf: members.answer, doubts, now };
  // What single requests tell comes first: a list can be too long to be read to its end.
  const wantsList = extent.wholeList === true || own.some((entry) => needsList(entry, seen, extent));
  const list = wantsList ? await invites.list() : undefined;
  const withList = { ...seen, list };
  const statuses = new Map(entries.map((entry) => [entry, assess(entry, extent.toBeSent?.get(entry), withList)]));

  const told = uniqueBy([...doubts.values()], ({ message }) => message);
  const absent = told.filter(({ isAbsent }) => isAbsent);
  const failures = [...invites.failures, ...(list?.problem ? [list.problem] : []), ...members.failures, ...absent];
  return {
    statuses,
    failures: uniqueBy(
      failures.map(({ message, hint, ...more }) => ({ message, hint, ...("cause" in more && { cause: more.cause }) })),
      ({ message, cause = message }) => cause,
    ),
    notes: told.filter(({ isAbsent }) => !isAbsent).map(({ unasked, hint }) => `${unasked}. ${hint}`),
    ...(extent.wholeList === true && list !== undefined && { list }),
  };
}

/** What was found out, as far as the look-up has come. */
interface Seen {
  inviteOf(object: InviteObject): LookUpAnswer<Invite>;
  memberOf(email: string | undefined): LookUpAnswer<User>;
  /** Invites that the key may not be for. */
  readonly doubts: ReadonlyMap<InviteEntry, ReturnType<typeof doubtOf>>;
  readonly list?: InviteList | undefined;
  readonly now: number;
}

/** Whether the whole list has to be read for what is said about an invite: the API can't be asked by email address. */
function needsList(
  entry: InviteEntry,
  seen: Seen,
  { toBeSent, onlyWhetherUsed, advice = !onlyWhetherUsed }: LookUpExtent,
) {
  if (toBeSent?.has(entry) === true) return true;
  return entry.objects.some((object) => {
    const { status } = statusOfObject(object, entry, seen);
    return joiningOf(object, entry, seen) !== undefined || (advice && (status === "expired" || status === "missing"));
  });
}

function assess(entry: InviteEntry, recipient: string | undefined, seen: Seen): InviteAssessment {
  const { objects, email } = entry;
  const ids = new Set(objects.map(({ id }) => id));
  const doubt = seen.doubts.get(entry);
  if (objects.length === 0) {
    if (doubt !== undefined) return { status: "not-sent", reason: doubt.unasked, objects: [] };
    return { ...statusOfNotSent(seen.memberOf(email)), ...othersOf(email, ids, seen), objects: [] };
  }
  const invitee =
    recipient === undefined || doubt !== undefined
      ? undefined
      : { ...defined({ isMember: isMember(seen.memberOf(recipient)) }), ...othersOf(recipient, new Set(), seen) };
  const reports = objects.map((object) => ({
    ...statusOfObject(object, entry, seen),
    ...(doubt === undefined && othersOf(emailOf(object, seen.inviteOf(object), entry), ids, seen)),
    ...defined({ invitee }),
  }));
  return { ...(reports[0] ?? { status: "unknown" }), objects: reports };
}

function statusOfObject(object: InviteObject, entry: InviteEntry, seen: Seen): StatusReport {
  const answer = seen.inviteOf(object);
  const member = seen.memberOf(emailOf(object, answer, entry));
  if (isSyntheticId(object.id)) return syntheticStatus(member, seen.now);
  const doubt = answer.kind === "absent" ? seen.doubts.get(entry) : undefined;
  if (doubt !== undefined) return { status: "unknown", reason: doubt.message };
  const joining = joiningOf(object, entry, seen);
  return statusOf(answer, member, seen.now, joining && otherAccepted(seen.list, joining));
}

/** A pending invite that its person may have joined by. */
function joiningOf(object: InviteObject, entry: InviteEntry, { inviteOf, memberOf }: Seen) {
  const answer = inviteOf(object);
  const member = memberOf(emailOf(object, answer, entry));
  if (answer.kind !== "found" || member.kind !== "found" || !mayHaveJoined(answer.value, member)) return undefined;
  return { invite: answer.value, user: member.value };
}

/**
 * Other invites of a person that can still be accepted, which keep OpenAI from sending one more. Not known where the list
 * was not read, or may hold one that could not be read.
 */
function othersOf(
  person: string | undefined,
  own: ReadonlySet<string | undefined>,
  { list, now }: Seen,
): Pick<StatusReport, "otherInvites"> {
  if (person === undefined || list === undefined) return {};
  const others = list.invites.filter((one) => !own.has(one.id) && isSame(one.email, person) && isPending(one, now));
  return others.length === 0 && list.problem !== undefined ? {} : { otherInvites: others.map(({ id }) => id) };
}

/** Whether a person who was added since an invite was sent can have joined by another one. */
function otherAccepted(
  list: InviteList | undefined,
  { invite, user }: { readonly invite: Invite; readonly user: User },
): OtherAccepted {
  const others = (list?.invites ?? []).filter(({ id, email }) => id !== invite.id && isSame(email, invite.email));
  const member = { kind: "found", value: user } as const;
  if (others.some((other) => isAccepted(other) || mayHaveJoined(other, member))) return true;
  return list !== undefined && list.problem === undefined ? false : { reason: list?.problem?.message ?? "" };
}

interface Asked<Question, T> {
  answer(question: Question): LookUpAnswer<T>;
  readonly failures: readonly LookUpError[];
}

async function askInvites(
  api: AdminApi,
  entries: readonly InviteEntry[],
): Promise<Asked<InviteObject, Invite> & { list(): Promise<InviteList> }> {
  const objects = entries.flatMap((entry) => entry.objects);
  const ids = unique(
    objects.flatMap((object) => (object.id === undefined || isSyntheticId(object.id) ? [] : [object.id])),
  );
  const asked = await lookUpInvites(api, ids);
  const { found, failed } = asked;
  return {
    answer({ id }) {
      if (id === undefined) return { kind: "failed", reason: "the state holds no id for it" };
      return answerOf(found.get(id), failed.get(id));
    },
    failures: [...failed.values()],
    list: () => asked.list(),
  };
}

function isMember({ kind }: LookUpAnswer<User>): boolean | undefined {
  return kind === "found" || kind === "absent" ? kind === "found" : undefined;
}

function isSame(one: string | undefined, other: string): boolean {
  return one !== undefined && emailKey(one) === emailKey(other);
}

async function askMembers(
  api: AdminApi,
  entries: readonly InviteEntry[],
  answerFor: (object: InviteObject) => LookUpAnswer<Invite>,
  { toBeSent, onlyWhetherUsed = false }: LookUpExtent,
): Promise<Asked<string | undefined, User>> {
  const isSettled = (answer: LookUpAnswer<Invite>) =>
    onlyWhetherUsed && answer.kind === "found" && answer.value.status === "accepted";
  const emails = unique(
    entries.flatMap((entry) => [
      ...spellings(toBeSent?.get(entry)),
      ...(entry.objects.length === 0
        ? spellings(entry.email)
        : entry.objects.flatMap((object) => {
            const answer = answerFor(object);
            return isSettled(answer) ? [] : emailsToAsk(object, answer, entry);
          })),
    ]),
  );
  const asked = new Set(emails.map(emailKey));
  const { members, failed } = emails.length === 0 ? NOTHING_ASKED : await lookUpMembers(api, emails);
  return {
    answer(email) {
      if (email === undefined || !asked.has(emailKey(email))) return { kind: "not-asked" };
      return answerOf(members.get(emailKey(email)), failed.get(emailKey(email)));
    },
    failures: [...failed.values()],
  };
}

const NOTHING_ASKED: MembersFound = { members: new Map(), absent: new Set(), failed: new Map() };

function answerOf<T>(value: T | undefined, failure: LookUpError | undefined): LookUpAnswer<T> {
  if (value !== undefined) return { kind: "found", value };
  return failure === undefined ? { kind: "absent" } : { kind: "failed", reason: failure.message };
}

/** Invites of one provider configuration of one root module, if the API knows none of them. */
interface UnprovenGroup {
  readonly entries: readonly InviteEntry[];
  readonly isShared: boolean;
}

/**
 * Invites that may well belong to an organization which the key is not of. A look-up there finds none of them, and
 * "missing" would be a falsehood.
 */
function unprovenGroups(
  entries: readonly InviteEntry[],
  inviteOf: (object: InviteObject) => LookUpAnswer<Invite>,
  ownership?: ReadonlyMap<InviteEntry, KeyOwnership>,
): UnprovenGroup[] {
  const groups = groupBy(entries, (entry) => `${entry.directory}\0${entry.providerConfiguration}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const owned = (first && ownership?.get(first)) ?? "only";
    const answers = group.flatMap((entry) => entry.objects.filter(({ id }) => !isSyntheticId(id)).map(inviteOf));
    if (owned === "named" || answers.some(({ kind }) => kind === "found")) return [];
    // One invite of the only configuration may well have been revoked, and those that were never sent are unknown to any.
    const mayBeGone = answers.length < 2 || !answers.some(({ kind }) => kind === "absent");
    return owned === "only" && mayBeGone ? [] : [{ entries: group, isShared: owned === "shared" }];
  });
}

/** What is not known of such a group, and how to make it known. */
function doubtOf({ entries, isShared }: UnprovenGroup, inviteOf: (object: InviteObject) => LookUpAnswer<Invite>) {
  const [{ directory, configurationNames } = { directory: ".", configurationNames: [] as readonly string[] }] = entries;
  const which = ` of the provider configuration ${listOf(configurationNames, "or")}`;
  const setting = (variable: string) => `"organizations": { ${JSON.stringify(configurationNames[0])}: "${variable}" }`;
  return {
    isAbsent: entries.some(({ objects }) => objects.some((object) => inviteOf(object).kind === "absent")),
    message: `the Admin API knows none of the invites${isShared ? which : ""} in ${directory}: the key may be one of another organization`,
    unasked: `whether the people of the new invites${which} in ${directory} are members is not known: the key may be one of another organization`,
    hint: isShared
      ? `Say in .tfinvite.json which variable holds its key: ${setting("OPENAI_ADMIN_KEY_…")}.`
      : `Run tfinvite with a key of the organization that sent them. If they were all revoked, say in .tfinvite.json that the key is the right one: ${setting("OPENAI_ADMIN_KEY")}.`,
  };
}

/** An id that was never an invite's: the person was a member from the start, so it is used, whether they stayed or not. */
function syntheticStatus(member: LookUpAnswer<User>, now: number): StatusReport {
  return statusOf(
    { kind: "found", value: { id: "", email: "", role: "", status: "accepted", projects: [] } },
    member,
    now,
  );
}

/** The address that the person is known by: the API's word first, the state's next, the configuration's last. */
function emailOf(object: InviteObject, answer: LookUpAnswer<Invite>, entry: InviteEntry): string | undefined {
  return answer.kind === "found" ? answer.value.email : (object.email ?? entry.email);
}

/** Membership decides every status but those that stay unknown anyway. */
function emailsToAsk(object: InviteObject, answer: LookUpAnswer<Invite>, entry: InviteEntry): string[] {
  return answer.kind === "failed" ? [] : spellings(emailOf(object, answer, entry), object.email, entry.email);
}

/** One address in every spelling that is known of it: whether the API's filter minds case is not documented. */
function spellings(email: string | undefined, ...others: readonly (string | undefined)[]): string[] {
  if (email === undefined) return [];
  return [
    email,
    ...others.filter((other): other is string => other !== undefined && emailKey(other) === emailKey(email)),
  ];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
