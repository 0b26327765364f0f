import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { anInvite, aUser, type StandInInvite, type StandInUser } from "../stand-in/server.js";

/** What OpenAI knew when a plan was made. */
export interface RecordedApi {
  readonly invites: readonly StandInInvite[];
  readonly users: readonly StandInUser[];
}

const valuesSchema = z.looseObject({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  status: z.string(),
  created_at: z.number().optional(),
  expires_at: z.number().or(z.string()).nullish(),
  accepted_at: z.number().or(z.string()).nullish(),
  projects: z.array(z.object({ id: z.string(), role: z.string() })).nullish(),
});

const moduleSchema = z.object({
  resources: z.array(z.object({ mode: z.string(), type: z.string(), values: z.unknown() })).default([]),
  get child_modules() {
    return z.array(moduleSchema).default([]);
  },
});
type Module = z.infer<typeof moduleSchema>;

const stateSchema = z.object({ values: z.object({ root_module: moduleSchema }) });
const planSchema = z.object({ prior_state: stateSchema.optional() });

/**
 * The API behind a recorded plan: as it was listed for it, or else whichever listing of the folder knows the ids that the
 * plan has. The oldest folders have none for the second run of their story: there it is what the refreshed state says.
 */
export function apiOfPlan(folder: string, plan: string): RecordedApi {
  const name = path.basename(plan, ".json").replace(/^plan-/, "");
  const { prior_state } = planSchema.parse(readJson(folder, plan));
  const planned = prior_state === undefined ? [] : invitesOf(prior_state.values.root_module);
  const own = listingOf(folder, `-${name}`);
  if (own !== undefined) return own;
  const listings = ["", "-refreshed"].flatMap((which) => listingOf(folder, which) ?? []);
  const best = listings
    .map((listing) => ({ listing, known: planned.filter(({ id }) => listing.invites.some((one) => one.id === id)) }))
    .sort((a, b) => b.known.length - a.known.length)[0];
  if (best !== undefined && (best.known.length > 0 || planned.length === 0)) {
    return planned.length === 0 ? { invites: [], users: [] } : best.listing;
  }
  const invites = existsSync(path.join(folder, "show-state.json"))
    ? invitesOf(stateSchema.parse(readJson(folder, "show-state.json")).values.root_module)
    : // Of the shortest story, in which its person accepts, the plan is all that is left.
      planned.map((invite) => ({ ...invite, status: "accepted", accepted_at: invite.created_at }));
  // Its people became members of the second run's organization after they were invited there.
  const added = Math.max(...invites.map(({ created_at }) => created_at)) + 1;
  const users = listings[0]?.users ?? invites.map(({ email }) => aUser("user-1", email, added));
  return { invites, users: users.map((user) => ({ ...user, added_at: added })) };
}

function listingOf(folder: string, which: string): RecordedApi | undefined {
  const files = ["invites", "users"].map((kind) => path.join(folder, `api-${kind}${which}.json`));
  const [invites, users] = files.map((file) => (existsSync(file) ? readJson(folder, path.basename(file)) : undefined));
  // Our own recordings, in the shapes of the API's lists.
  const data = <T>(list: unknown) => (list === undefined ? [] : (list as { readonly data: readonly T[] }).data);
  return invites === undefined ? undefined : { invites: data<StandInInvite>(invites), users: data<StandInUser>(users) };
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8"));
}

function invitesOf({ resources, child_modules }: Module): StandInInvite[] {
  const own = resources
    .filter(({ mode, type }) => mode === "managed" && type.endsWith("_invite"))
    .map(({ values }) => {
      const { id, email, role, status, created_at = 0, expires_at, accepted_at, projects } = valuesSchema.parse(values);
      return anInvite(id, email, created_at, {
        role,
        status,
        expires_at: seconds(expires_at) ?? created_at,
        // mkdev-me/openai keeps no time of acceptance.
        accepted_at: seconds(accepted_at) ?? (status === "accepted" ? created_at : null),
        projects: projects ?? [],
      });
    });
  return [...own, ...child_modules.flatMap(invitesOf)];
}

function seconds(time: number | string | null | undefined): number | undefined {
  return typeof time === "string" ? Date.parse(time) / 1000 : (time ?? undefined);
}
