import { defined } from "../base/defined.js";
import { groupBy, uniqueBy } from "../base/group-by.js";
import type { AdminApi } from "../openai/client.js";
import type { LookUpError } from "../openai/errors.js";
import { type InvitesFound, lookUpInvites } from "../openai/invites.js";
import { lookUpMembers, type MembersFound } from "../openai/members.js";
import type { Invite, User } from "../openai/types.js";
import { emailKey } from "../openai/types.js";
import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import { isSyntheticId } from "./providers/registry.js";
import {
  type InviteAssessment,
  type Invitee,
  type LookUpAnswer,
  type StatusReport,
  statusOf,
  statusOfNotSent,
} from "./status.js";

/** Why a status is unknown, and what the user can do about it. */
export interface LookUpFailure {
  readonly message: string;
  readonly hint: string;
}

/** What a look-up brought: a status for every invite, and why some of them are unknown. */
export interface LookUpOutcome {
  readonly statuses: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** Each failure once, however many invites it concerns. */
  readonly failures: readonly LookUpFailure[];
}

/** How much to look up. */
export interface LookUpExtent {
  /**
   * Invites that are about to be sent, each with the address that it goes to where that is known. Whether their people
   * have been invited already, only the whole list tells.
   */
  readonly toBeSent?: ReadonlyMap<InviteEntry, string | undefined>;
  /** Whether an accepted one's person has stayed is not asked: the invite is used either way. */
  readonly onlyWhetherUsed?: boolean;
}

/** Looks up every invite of many root modules at once, with as few requests as it takes. */
export async function lookUpStatuses(
  api: AdminApi,
  inventories: readonly Inventory[],
  now: number,
  { toBeSent = new Map(), onlyWhetherUsed = false }: LookUpExtent = {},
): Promise<LookUpOutcome> {
  const entries = inventories.flatMap((inventory) => inventory.entries);
  const wholeList = entries.some((entry) => toBeSent.has(entry));
  const invites = await askInvites(api, entries, wholeList);
  const members = await askMembers(api, entries, invites.answer, toBeSent, onlyWhetherUsed);
  const strangers = findStrangers(entries, invites.answer, members.answer);
  const pending = invites.all.filter(
    ({ status, acceptedAt, expiresAt }) =>
      status === "pending" && acceptedAt === undefined && (expiresAt === undefined || expiresAt > now),
  );
  const statuses = new Map(
    entries.map((entry): [InviteEntry, InviteAssessment] => {
      const stranger = strangers.get(entry);
      if (stranger !== undefined) return [entry, unknownBecause(entry, stranger.message)];
      const listFailed = toBeSent.has(entry) ? invites.listFailed : undefined;
      if (listFailed !== undefined) {
        return [entry, unknownBecause(entry, `whether the person is invited already: ${listFailed.message}`)];
      }
      const other = otherPending(entry, pending);
      const invitee = inviteeOf(toBeSent.get(entry), entry, pending, members.answer);
      if (entry.objects.length === 0) {
        return [entry, { ...statusOfNotSent(members.answer(entry.email)), ...other, objects: [] }];
      }
      const objects = entry.objects.map((object) => {
        const answer = invites.answer(object);
        const member = members.answer(emailOf(object, answer, entry));
        const status = isSyntheticId(object.id) ? syntheticStatus(member, now) : statusOf(answer, member, now);
        return { ...status, ...other, ...defined({ invitee }) };
      });
      return [entry, { ...(objects[0] ?? { status: "unknown" }), objects }];
    }),
  );
  const failures = [...invites.failures, ...members.failures, ...strangers.values()];
  return { statuses, failures: uniqueBy(failures, ({ message }) => message) };
}

interface Asked<Question, T> {
  answer(question: Question): LookUpAnswer<T>;
  readonly failures: readonly LookUpError[];
}

interface AskedInvites extends Asked<InviteObject, Invite> {
  /** The whole list, where it was read. */
  readonly all: readonly Invite[];
  readonly listFailed?: LookUpError;
}

async function askInvites(api: AdminApi, entries: readonly InviteEntry[], wholeList: boolean): Promise<AskedInvites> {
  const objects = entries.flatMap((entry) => entry.objects);
  const ids = unique(
    objects.flatMap((object) => (object.id === undefined || isSyntheticId(object.id) ? [] : [object.id])),
  );
  const asked = ids.length === 0 && !wholeList ? NOTHING_ASKED : await lookUpInvites(api, ids, { wholeList });
  const { found, failed, listFailed } = asked;
  return {
    all: asked.complete ? (asked.all ?? []) : [],
    ...defined({ listFailed }),
    answer({ id }) {
      if (id === undefined) return { kind: "failed", reason: "the state holds no id for it" };
      return answerOf(found.get(id), failed.get(id));
    },
    failures: [...failed.values(), ...(listFailed === undefined ? [] : [listFailed])],
  };
}

/** What is known of whom a plan is about to invite, where no object of the entry was sent to that address. */
function inviteeOf(
  email: string | undefined,
  entry: InviteEntry,
  pending: readonly Invite[],
  memberOf: (email: string) => LookUpAnswer<User>,
): Invitee | undefined {
  if (email === undefined || entry.objects.some((object) => isSame(object.email, email))) return undefined;
  const { kind } = memberOf(email);
  return {
    ...((kind === "found" || kind === "absent") && { isMember: kind === "found" }),
    ...otherPending({ objects: [], email }, pending),
  };
}

function isSame(one: string | undefined, other: string): boolean {
  return one !== undefined && emailKey(one) === emailKey(other);
}

/** Another invite of the person that can still be accepted, which keeps OpenAI from sending one more. */
function otherPending(
  entry: Pick<InviteEntry, "objects" | "email">,
  pending: readonly Invite[],
): Pick<StatusReport, "otherInvite"> {
  if (pending.length === 0) return {};
  const emails = new Set(
    [entry.email, ...entry.objects.map(({ email }) => email)].flatMap((email) => email ?? []).map(emailKey),
  );
  const own = new Set(entry.objects.map(({ id }) => id));
  const other = pending.find(({ id, email }) => !own.has(id) && emails.has(emailKey(email)));
  return other === undefined ? {} : { otherInvite: other.id };
}

async function askMembers(
  api: AdminApi,
  entries: readonly InviteEntry[],
  answerFor: (object: InviteObject) => LookUpAnswer<Invite>,
  toBeSent: ReadonlyMap<InviteEntry, string | undefined>,
  onlyWhetherUsed: boolean,
): Promise<Asked<string | undefined, User>> {
  const isSettled = (answer: LookUpAnswer<Invite>) =>
    onlyWhetherUsed && answer.kind === "found" && answer.value.status === "accepted";
  const emails = unique(
    entries.flatMap((entry) => [
      ...spellings(toBeSent.get(entry)),
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

const NOTHING_ASKED: InvitesFound & MembersFound = {
  found: new Map(),
  missing: new Set(),
  complete: false,
  members: new Map(),
  absent: new Set(),
  failed: new Map(),
};

function answerOf<T>(value: T | undefined, failure: LookUpError | undefined): LookUpAnswer<T> {
  if (value !== undefined) return { kind: "found", value };
  return failure === undefined ? { kind: "absent" } : { kind: "failed", reason: failure.message };
}

/**
 * Invites that most likely belong to an organization which the key is not of. A look-up there finds none of them, and
 * "revoked" would be a falsehood; so they are unknown, unless one of their people is a member of the key's organization.
 */
function findStrangers(
  entries: readonly InviteEntry[],
  inviteOf: (object: InviteObject) => LookUpAnswer<Invite>,
  memberOf: (email: string | undefined) => LookUpAnswer<User>,
): Map<InviteEntry, LookUpFailure> {
  const groups = groupBy(entries, (entry) => `${entry.directory}\0${entry.providerConfiguration}`);
  const strangers = new Map<InviteEntry, LookUpFailure>();
  for (const group of groups.values()) {
    const [first] = group;
    const answers = group.flatMap((entry) => entry.objects.filter((object) => !isSyntheticId(object.id)).map(inviteOf));
    if (first === undefined || answers.some(({ kind }) => kind === "found" || kind === "failed")) continue;
    const alone = entries.every((entry) => entry.directory !== first.directory || group.includes(entry));
    // One invite of the only provider configuration may well have been revoked, and ones that were never sent are unknown to any.
    if (alone && answers.length < 2) continue;
    if (answers.length > 0 && group.some((entry) => memberOf(entry.email).kind === "found")) continue;
    const which = alone ? "" : ` of the provider configuration ${first.providerConfiguration}`;
    const failure = {
      message: `the Admin API knows none of the invites${which} in ${first.directory}: the key may be one of another organization`,
      hint: "Run tfinvite with a key of the organization that sent them. If they were all revoked, take them out of the configuration, or let the next apply send them again.",
    };
    for (const entry of group) strangers.set(entry, failure);
  }
  return strangers;
}

function unknownBecause(entry: InviteEntry, reason: string): InviteAssessment {
  const unknown: StatusReport = { status: "unknown", reason };
  return { ...unknown, objects: entry.objects.map(() => unknown) };
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
