import { readFileSync } from "node:fs";
import path from "node:path";

/** An invite as the API gives it. Times are Unix seconds. */
export interface StandInInvite {
  readonly object: "organization.invite";
  readonly id: string;
  readonly email: string;
  readonly role: string;
  status: string;
  created_at: number;
  expires_at: number | null;
  accepted_at: number | null;
  readonly projects: readonly { readonly id: string; readonly role: string }[];
}

/** A member as the API gives it. */
export interface StandInUser {
  readonly object: "organization.user";
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: string;
  added_at: number;
}

export const WEEK = 7 * 24 * 3600;

/** An invite with the usual values where none are given; sent at `created_at`, open for a week. */
export function anInvite(
  id: string,
  email: string,
  created_at: number,
  more: Partial<StandInInvite> = {},
): StandInInvite {
  return {
    object: "organization.invite",
    id,
    email,
    role: "reader",
    status: "pending",
    created_at,
    expires_at: created_at + WEEK,
    accepted_at: null,
    projects: [],
    ...more,
  };
}

export function aUser(
  id: string,
  email: string | null,
  added_at: number,
  more: Partial<StandInUser> = {},
): StandInUser {
  const name = email === null ? null : email.replace(/@.*/, "");
  return { object: "organization.user", id, name, email, role: "reader", added_at, ...more };
}

/**
 * Reads `api-invites.json` and `api-users.json` of one recording. With `sentAt` (Unix seconds), every time is moved by
 * the same amount, so that the last invite was sent then.
 */
export function readRecording(folder: string, sentAt?: number): { invites: StandInInvite[]; users: StandInUser[] } {
  const list = <T>(file: string): T[] => {
    // Our own recording, in the shape of the API's lists.
    const page: { data: T[] } = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
    return page.data;
  };
  const invites = list<StandInInvite>("api-invites.json");
  const users = list<StandInUser>("api-users.json");
  if (sentAt === undefined) return { invites, users };
  const by = sentAt - Math.max(...invites.map((invite) => invite.created_at));
  for (const invite of invites) {
    invite.created_at += by;
    if (invite.expires_at !== null) invite.expires_at += by;
    if (invite.accepted_at !== null) invite.accepted_at += by;
  }
  for (const user of users) user.added_at += by;
  return { invites, users };
}
