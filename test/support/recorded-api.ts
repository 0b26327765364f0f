import { readFileSync } from "node:fs";
import path from "node:path";
import { anInvite, readRecording, type StandInInvite, type StandInUser } from "../stand-in/server.js";

/** What OpenAI knew when a plan was made. */
export interface RecordedApi {
  readonly invites: readonly StandInInvite[];
  readonly users: readonly StandInUser[];
}

/** Attributes that all providers give an invite in plans and states. */
interface InviteValues {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly status: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly accepted_at?: number | null;
  readonly projects?: readonly { readonly id: string; readonly role: string }[];
}

interface Resource {
  readonly mode: string;
  readonly type: string;
  readonly values: InviteValues;
}

interface Module {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
}

/**
 * The API behind a recorded plan. The story was played twice, with other ids each time: for plans of the first run it is
 * what the API listed then, for those of the second what the refreshed state of that run says.
 */
export function apiOfPlan(folder: string, plan: string): RecordedApi {
  const listed = readRecording(folder);
  // Our own recordings, in the shapes of `terraform show -json`.
  const { prior_state }: { prior_state: { values: { root_module: Module } } } = readJson(folder, plan);
  const planned = invitesOf(prior_state.values.root_module);
  const known = new Set(listed.invites.map(({ id }) => id));
  if (planned.every(({ id }) => known.has(id))) return listed;
  const refreshed: { values: { root_module: Module } } = readJson(folder, "show-state.json");
  const invites = invitesOf(refreshed.values.root_module);
  // Its people became members of the second run's organization after they were invited there.
  const added = Math.max(...invites.map(({ created_at }) => created_at)) + 1;
  return { invites, users: listed.users.map((user) => ({ ...user, added_at: added })) };
}

function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8"));
}

function invitesOf({ resources = [], child_modules = [] }: Module): StandInInvite[] {
  const own = resources
    .filter(({ mode, type }) => mode === "managed" && type === "openai_invite")
    .map(({ values: { id, email, role, status, created_at, expires_at, accepted_at, projects } }) =>
      anInvite(id, email, created_at, {
        role,
        status,
        expires_at,
        // mkdev-me/openai keeps no time of acceptance.
        accepted_at: accepted_at ?? (status === "accepted" ? created_at : null),
        projects: projects ?? [],
      }),
    );
  return [...own, ...child_modules.flatMap(invitesOf)];
}
