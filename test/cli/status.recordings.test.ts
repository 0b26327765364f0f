import path from "node:path";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../src/report/json-schema.js";
import { NOW } from "../support/program.js";
import { foldersWith, type RecordedFolder, storyInvites } from "../support/recorded-folders.js";
import { inScene, RECORDINGS, type Scene } from "../support/recording.js";

/** The folders of the story with recorded API responses. */
const STORIES = foldersWith("config/squads.tf", "state-created.tfstate", "api-invites.json", "plan-role-change.json");

/** The status of the thirteen invites after the acceptances: written by hand, not by the program. */
function expectedInvites(story: RecordedFolder) {
  return storyInvites(story).map(({ address, email, status, file, line }) => ({ address, email, status, file, line }));
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

/** What happened after the last refresh, and so is in no state: every event that an invite can have. */
const STATUSES_SINCE: Readonly<Record<string, string>> = {
  "erin@example.com": "accepted",
  "lead@example.com": "joined",
  "dan@example.com": "departed",
  "bob@example.com": "expired",
  "lee@example.com": "missing",
};

/** After every recording. */
const SINCE = Date.UTC(2027, 0, 1);

function happenSince({ api }: Scene): void {
  const idOf = (email: string) => api.invites.find((invite) => invite.email === email)?.id ?? "";
  api.accept(idOf("erin@example.com"));
  api.acceptButLag(idOf("lead@example.com"));
  api.removeMember("dan@example.com");
  api.expire(idOf("bob@example.com"));
  api.revoke(idOf("lee@example.com"));
}

describe.each(STORIES)("the recorded story of $name", (story) => {
  const { name: recording } = story;

  it("has the right status, address, email, file and line of each invite from the state after the first apply", () =>
    inScene({ recording }, async (scene) => {
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
    inScene({ recording, state: null, apiOf: "plan-role-change.json", api: { now: () => SINCE } }, async (scene) => {
      happenSince(scene);
      const { report, invites } = await shownInvites(scene, ["--state", path.join(RECORDINGS, recording, state)]);
      expect(invites).toEqual(
        refreshed.map((invite) => ({ ...invite, status: STATUSES_SINCE[invite.email] ?? invite.status })),
      );
      expect(report.mode).toBe("live");
    }),
  );

  it("shows what a refreshed state alone contains, with --offline", () =>
    inScene({ recording, state: "state-refreshed.tfstate" }, async (scene) => {
      const { report, invites } = await shownInvites(scene, ["--offline"]);
      // A state does not contain the members, so "joined" is not known there.
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
