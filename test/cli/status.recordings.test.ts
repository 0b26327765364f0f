import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reportSchema } from "../../src/report/json-schema.js";
import type { StandInInvite } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene, RECORDINGS, type Scene, STORIES } from "../support/recording.js";

const expectedSchema = z.array(
  z.object({ address: z.string(), email: z.string(), status: z.string(), file: z.string(), line: z.int() }),
);

/** What is true of the thirteen invites of a story after the acceptances: told by hand, not by the program. */
function expectedInvites(story: string) {
  return expectedSchema.parse(JSON.parse(readFileSync(path.join(RECORDINGS, story, "expected-invites.json"), "utf8")));
}

async function shownInvites(scene: Scene, args: readonly string[]) {
  const ran = await scene.run(["status", "--format", "json", ...args]);
  expect(ran.stderr).toBe("");
  const report = reportSchema.parse(JSON.parse(ran.stdout));
  expect(ran.code).toBe(0);
  const invites = report.invites.map(({ address, email, status, file, range }) => ({
    address,
    email,
    status,
    file,
    line: range?.start.line,
  }));
  return { report, invites };
}

const stateSchema = z.object({
  resources: z.array(
    z.object({
      mode: z.string(),
      instances: z.array(
        z.object({
          attributes: z.looseObject({
            id: z.string(),
            email: z.string(),
            status: z.string(),
            expires_at: z.number(),
            created_at: z.number(),
          }),
        }),
      ),
    }),
  ),
});

/** The second run of a story has new ids and no recorded listing; its refreshed state says what the API said then. */
function invitesOfRefreshedState(story: string): StandInInvite[] {
  const state = stateSchema.parse(
    JSON.parse(readFileSync(path.join(RECORDINGS, story, "state-refreshed.tfstate"), "utf8")),
  );
  return state.resources
    .filter((resource) => resource.mode === "managed")
    .flatMap((resource) => resource.instances)
    .map(({ attributes: { id, email, status, created_at, expires_at } }) => ({
      object: "organization.invite",
      id,
      email,
      role: "reader",
      status,
      created_at,
      expires_at,
      accepted_at: status === "accepted" ? created_at : null,
      projects: [],
    }));
}

/** What came after the last refresh, and so is in no state: of every kind that can happen to an invite. */
const STATUSES_SINCE: Readonly<Record<string, string>> = {
  "erin@example.com": "accepted",
  "lead@example.com": "joined",
  "dan@example.com": "departed",
  "bob@example.com": "expired",
  "lee@example.com": "missing",
};

/** Leaves the invites of the second run alone, of which its people are members then. */
function inSecondRun({ api }: Scene, invites: readonly StandInInvite[]): void {
  api.invites.splice(0, api.invites.length - invites.length);
  for (const user of api.users) user.added_at = Math.max(...invites.map((invite) => invite.created_at)) + 1;
}

function happenSince({ api }: Scene): void {
  const idOf = (email: string) => api.invites.find((invite) => invite.email === email)?.id ?? "";
  api.accept(idOf("erin@example.com"));
  api.acceptButLag(idOf("lead@example.com"));
  api.removeMember("dan@example.com");
  api.expire(idOf("bob@example.com"));
  api.revoke(idOf("lee@example.com"));
}

describe.each(STORIES)("the recorded story of %s", (story) => {
  it("has every status, address, email, file and line right from the state after the first apply", () =>
    inScene({ recording: story }, async (scene) => {
      const { report, invites } = await shownInvites(scene, []);
      expect(invites).toEqual(expectedInvites(story));
      // One for each list, and one for the invite that the list lacks.
      expect(report.summary.requests).toBe(3);
    }));

  // From the refreshed state on, max's invite has been sent again.
  const refreshed = expectedInvites(story).map((invite) =>
    invite.status === "missing" ? { ...invite, status: "pending" } : invite,
  );

  it.each(["state-refreshed.tfstate", "show-state.json"])("has them from the API, not from %s itself", (state) =>
    inScene({ recording: story, state: null, api: { invites: invitesOfRefreshedState(story) } }, async (scene) => {
      inSecondRun(scene, invitesOfRefreshedState(story));
      happenSince(scene);
      const { report, invites } = await shownInvites(scene, ["--state", path.join(RECORDINGS, story, state)]);
      expect(invites).toEqual(
        refreshed.map((invite) => ({ ...invite, status: STATUSES_SINCE[invite.email] ?? invite.status })),
      );
      expect(report.mode).toBe("live");
    }),
  );

  it("tells from a refreshed state alone what it can, with --offline", () =>
    inScene({ recording: story, state: "state-refreshed.tfstate" }, async (scene) => {
      const { report, invites } = await shownInvites(scene, ["--offline"]);
      // Who is a member is not in a state, so the lag cannot be seen there.
      expect(invites).toEqual(
        refreshed.map((invite) => (invite.status === "joined" ? { ...invite, status: "pending" } : invite)),
      );
      expect([report.mode, report.summary.requests, scene.api.requests]).toEqual(["offline", 0, []]);
    }));
});

it("the recording of mkdev-me/openai 1.2.0 has its one invite right", () =>
  inScene(
    { recording: "mkdev-me-openai-1.2.0", api: { recording: path.join(RECORDINGS, "mkdev-me-openai-2.2.7") } },
    async (scene) => {
      scene.api.invites.push({
        object: "organization.invite",
        id: "invite-00000003",
        email: "user@example.com",
        role: "reader",
        status: "accepted",
        created_at: NOW / 1000 - 60,
        expires_at: NOW / 1000 + 60,
        accepted_at: NOW / 1000,
        projects: [],
      });
      const { report, invites } = await shownInvites(scene, []);
      expect(invites).toEqual([
        {
          address: "openai_invite.example",
          email: "user@example.com",
          status: "departed",
          file: "main.tf",
          line: 13,
        },
      ]);
      expect(report.invites[0]).toMatchObject({
        dialect: "mkdev-me-1",
        provider: "registry.terraform.io/mkdev-me/openai",
        providerVersion: "1.2.0",
      });
    },
  ));
