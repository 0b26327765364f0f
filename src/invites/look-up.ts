import type { AdminApi } from "../openai/client.js";
import type { LookUpError } from "../openai/errors.js";
import { lookUpInvites } from "../openai/invites.js";
import { emailKey, lookUpMembers } from "../openai/members.js";
import type { Invite, User } from "../openai/types.js";
import type { InviteAssessment } from "./assessment.js";
import { groupBy } from "./group-by.js";
import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import { type Answer, type StandingReport, standingOf, standingOfUnsent } from "./standing.js";

/** Why a standing is unknown, and what the user can do about it. */
export interface LookUpFailure {
  readonly message: string;
  readonly hint: string;
}

/** What a look-up brought: a standing for every invite, and why some of them are unknown. */
export interface LookUpOutcome {
  readonly standings: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** Each failure once, however many invites it concerns. */
  readonly failures: readonly LookUpFailure[];
}

/** Ids that a forerunner of mkdev-me/openai made up for people who were members already; the API has never heard of them. */
const MADE_UP_ID = /^existing-user-/;

/** Looks up every invite of many root modules at once, with as few requests as it takes. */
export async function lookUpStandings(
  api: AdminApi,
  inventories: readonly Inventory[],
  now: number,
): Promise<LookUpOutcome> {
  const entries = inventories.flatMap((inventory) => inventory.entries);
  const invites = await askInvites(api, entries);
  const members = await askMembers(api, entries, invites.answer);
  const strangers = findStrangers(entries, invites.answer, members.answer);
  const standings = new Map(
    entries.map((entry): [InviteEntry, InviteAssessment] => {
      const stranger = strangers.get(entry);
      if (stranger !== undefined) return [entry, unknownBecause(entry, stranger.message)];
      if (entry.objects.length === 0) return [entry, { ...standingOfUnsent(members.answer(entry.email)), objects: [] }];
      const objects = entry.objects.map((object) => {
        const answer = invites.answer(object);
        const member = members.answer(emailOf(object, answer, entry));
        return isMadeUp(object) ? madeUpStanding(member, now) : standingOf(answer, member, now);
      });
      return [entry, { ...(objects[0] ?? { standing: "unknown" }), objects }];
    }),
  );
  const failures = [...invites.failures, ...members.failures, ...strangers.values()];
  return { standings, failures: uniqueBy(failures, ({ message }) => message) };
}

interface Asked<Question, T> {
  answer(question: Question): Answer<T>;
  readonly failures: readonly LookUpError[];
}

async function askInvites(api: AdminApi, entries: readonly InviteEntry[]): Promise<Asked<InviteObject, Invite>> {
  const objects = entries.flatMap((entry) => entry.objects);
  const ids = unique(objects.flatMap((object) => (object.id === undefined || isMadeUp(object) ? [] : [object.id])));
  const { found, failed } = ids.length === 0 ? NOTHING_ASKED : await lookUpInvites(api, ids);
  return {
    answer({ id }) {
      if (id === undefined) return { kind: "failed", reason: "the state holds no id for it" };
      return answerOf(found.get(id), failed.get(id));
    },
    failures: [...failed.values()],
  };
}

async function askMembers(
  api: AdminApi,
  entries: readonly InviteEntry[],
  answerFor: (object: InviteObject) => Answer<Invite>,
): Promise<Asked<string | undefined, User>> {
  const emails = unique(
    entries.flatMap((entry) =>
      entry.objects.length === 0
        ? spellings(entry.email)
        : entry.objects.flatMap((object) => emailsToAsk(object, answerFor(object), entry)),
    ),
  );
  const { members, failed } = emails.length === 0 ? NOTHING_ASKED : await lookUpMembers(api, emails);
  return {
    answer(email) {
      if (email === undefined) return { kind: "not-asked" };
      return answerOf(members.get(emailKey(email)), failed.get(emailKey(email)));
    },
    failures: [...failed.values()],
  };
}

const NOTHING_ASKED = {
  found: new Map<string, Invite>(),
  members: new Map<string, User>(),
  failed: new Map<string, LookUpError>(),
};

function answerOf<T>(value: T | undefined, failure: LookUpError | undefined): Answer<T> {
  if (value !== undefined) return { kind: "found", value };
  return failure === undefined ? { kind: "absent" } : { kind: "failed", reason: failure.message };
}

/**
 * Invites that most likely belong to an organization which the key is not of. A look-up there finds none of them, and
 * "revoked" would be a falsehood; so they are unknown, unless one of their people is a member of the key's organization.
 */
function findStrangers(
  entries: readonly InviteEntry[],
  inviteOf: (object: InviteObject) => Answer<Invite>,
  memberOf: (email: string | undefined) => Answer<User>,
): Map<InviteEntry, LookUpFailure> {
  const groups = groupBy(entries, (entry) => `${entry.directory}\0${entry.providerConfiguration}`);
  const strangers = new Map<InviteEntry, LookUpFailure>();
  for (const group of groups.values()) {
    const [first] = group;
    const answers = group.flatMap((entry) => entry.objects.filter((object) => !isMadeUp(object)).map(inviteOf));
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
  const unknown: StandingReport = { standing: "unknown", reason };
  return { ...unknown, objects: entry.objects.map(() => unknown) };
}

function isMadeUp({ id }: InviteObject): boolean {
  return id !== undefined && MADE_UP_ID.test(id);
}

/** An id that was never an invite's: the person was a member from the start, so it is spent, whether they stayed or not. */
function madeUpStanding(member: Answer<User>, now: number): StandingReport {
  return standingOf(
    { kind: "found", value: { id: "", email: "", role: "", status: "accepted", projects: [] } },
    member,
    now,
  );
}

/** The address that the person is known by: the API's word first, the state's next, the configuration's last. */
function emailOf(object: InviteObject, answer: Answer<Invite>, entry: InviteEntry): string | undefined {
  return answer.kind === "found" ? answer.value.email : (object.email ?? entry.email);
}

/** Membership decides every standing but those that stay unknown anyway. */
function emailsToAsk(object: InviteObject, answer: Answer<Invite>, entry: InviteEntry): string[] {
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

function uniqueBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
