import type { AdminApi } from "../openai/client.js";
import type { LookUpError } from "../openai/errors.js";
import { lookUpInvites } from "../openai/invites.js";
import { emailKey, lookUpMembers } from "../openai/members.js";
import type { Invite, User } from "../openai/types.js";
import type { InviteAssessment } from "./assessment.js";
import type { Inventory, InviteEntry, InviteObject } from "./inventory.js";
import { type Answer, recordedStanding, type StandingReport, standingOf, standingOfUnsent } from "./standing.js";

/** What a look-up brought: a standing for every invite, and why some of them are unknown. */
export interface LookUpOutcome {
  readonly standings: ReadonlyMap<InviteEntry, InviteAssessment>;
  /** Each failure once, however many invites it concerns. */
  readonly failures: readonly LookUpError[];
  /** True where the API answered and knows none of the invites: most likely a key of another organization. */
  readonly noneKnown: boolean;
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
  const objects = entries.flatMap((entry) => entry.objects);
  const ids = unique(objects.flatMap(({ id }) => (id === undefined || MADE_UP_ID.test(id) ? [] : [id])));
  const invites = ids.length === 0 ? undefined : await lookUpInvites(api, ids);
  const answerFor = (object: InviteObject): Answer<Invite> => {
    const { id } = object;
    if (id === undefined) return { kind: "failed", reason: "the state holds no id for it" };
    const found = invites?.found.get(id);
    if (found !== undefined) return { kind: "found", value: found };
    const failure = invites?.failed.get(id);
    if (failure !== undefined) return { kind: "failed", reason: failure.message };
    return { kind: "absent" };
  };
  const emails = unique(
    entries.flatMap((entry) =>
      entry.objects.length === 0
        ? spellings(entry.email)
        : entry.objects.flatMap((object) => emailsToAsk(object, answerFor(object), entry)),
    ),
  );
  const members = emails.length === 0 ? undefined : await lookUpMembers(api, emails);
  const memberFor = (email: string | undefined): Answer<User> => {
    if (email === undefined || members === undefined) return { kind: "not-asked" };
    const member = members.members.get(emailKey(email));
    if (member !== undefined) return { kind: "found", value: member };
    const failure = members.failed.get(emailKey(email));
    return failure === undefined ? { kind: "absent" } : { kind: "failed", reason: failure.message };
  };
  const standings = new Map(
    entries.map((entry): [InviteEntry, InviteAssessment] => {
      if (entry.objects.length === 0) return [entry, { ...standingOfUnsent(memberFor(entry.email)), objects: [] }];
      const reports = entry.objects.map((object) => {
        const answer = answerFor(object);
        const member = memberFor(emailOf(object, answer, entry));
        if (object.id !== undefined && MADE_UP_ID.test(object.id)) return madeUpStanding(member, now);
        return standingOf(answer, member, now);
      });
      const [current] = reports;
      const live = entry.objects[0]?.id === undefined ? undefined : invites?.found.get(entry.objects[0].id);
      if (current === undefined) return [entry, { standing: "unknown", objects: [] }];
      return [entry, { ...current, objects: reports, ...(live !== undefined && { live }) }];
    }),
  );
  const failures = uniqueBy(
    [...(invites?.failed.values() ?? []), ...(members?.failed.values() ?? [])],
    (error) => error.message,
  );
  const noneKnown = invites !== undefined && ids.length > 1 && invites.found.size === 0 && invites.failed.size === 0;
  return { standings, failures, noneKnown };
}

/** Standings as the states recorded them at their last refresh. */
export function recordedStandings(inventories: readonly Inventory[], now: number): Map<InviteEntry, InviteAssessment> {
  return assessEach(
    inventories,
    (object) => recordedStanding(object.recorded, now),
    ({ stateUnread }) =>
      stateUnread ? { standing: "unknown", reason: "its state was not read" } : { standing: "unsent" },
  );
}

/** Every invite is unknown for one reason. For one that is configured only, it is its person's membership that is not known. */
export function unknownStandings(
  inventories: readonly Inventory[],
  reason: string,
): Map<InviteEntry, InviteAssessment> {
  const unknown: StandingReport = { standing: "unknown", reason };
  return assessEach(
    inventories,
    () => unknown,
    () => unknown,
  );
}

function assessEach(
  inventories: readonly Inventory[],
  assess: (object: InviteObject) => StandingReport,
  configuredOnly: (inventory: Inventory) => StandingReport,
): Map<InviteEntry, InviteAssessment> {
  const standings = new Map<InviteEntry, InviteAssessment>();
  for (const inventory of inventories) {
    for (const entry of inventory.entries) {
      const objects = entry.objects.map(assess);
      standings.set(entry, { ...(objects[0] ?? configuredOnly(inventory)), objects });
    }
  }
  return standings;
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
