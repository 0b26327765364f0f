import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type PlayedRoot, playWith, standInProvider } from "../e2e/played-root.js";
import { type PlanJson, parseState, planSchema, readStateOf } from "../e2e/terraform.js";
import type { Ran } from "../support/program.js";
import { RECORDINGS } from "../support/recording.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import type { StandInDialect } from "./dialect.js";
import { JIANYUAN_0_7 } from "./dialects/jianyuan.js";
import { MKDEV_ME_1, MKDEV_ME_2 } from "./dialects/mkdev-me.js";
import { OPENAI } from "./dialects/openai.js";

/** As the Admin API of the recordings worded its refusals. */
const RECORDED_WORDING = {
  deleteAccepted: { message: "Invite has already been accepted." },
  inviteMember: { message: "User is already a member of this organization.", code: "user_already_exists" },
};

const folderOf = ({ source, version }: StandInDialect) =>
  path.join(RECORDINGS, `${source.replace("/", "-")}-${version}`);

/** Ids and times are of the day; a response as text is JSON with both. */
function timeless(value: unknown): unknown {
  if (typeof value === "number") return value > 1_500_000_000 ? "a time" : value;
  if (typeof value === "string") {
    return value.startsWith("{") ? timeless(JSON.parse(value)) : value.replace(/invite-\d+/g, "an id");
  }
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, timeless(one)]));
}

/** All that a plan says of objects and outputs. */
function substance({ resource_changes, resource_drift, output_changes, prior_state, planned_values }: PlanJson) {
  return timeless({ resource_changes, resource_drift, output_changes, prior_state, planned_values });
}

async function recordedPlan(dialect: StandInDialect, file: string) {
  return substance(planSchema.parse(JSON.parse(await readFile(path.join(folderOf(dialect), file), "utf8"))));
}

async function recordedState(dialect: StandInDialect, file: string) {
  const { outputs, resources } = parseState(await readFile(path.join(folderOf(dialect), file), "utf8"));
  return timeless({ outputs, resources });
}

async function stateNow({ directory }: PlayedRoot) {
  const { outputs, resources } = await readStateOf(directory);
  return timeless({ outputs, resources });
}

/** What Terraform said, without what differs from run to run: order, ids, where lines break, the API's port. */
function said(text: string): string[] {
  const [progress = "", ...errors] = text.replace(/\nexit (\d+)\s*$/, "\n\nexit $1").split(/\n\n(?=Error: |exit )/);
  const words = (one: string) =>
    one
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "http://api")
      .replace(/invite-\d+/g, "an id")
      .replace(/after \d+s/g, "after a while")
      .split(/\s+/)
      .join(" ")
      .trim();
  return [...progress.split("\n"), ...errors].map(words).filter(Boolean).sort();
}

/** Those of a recording end with the exit code. */
const asRecorded = ({ code, stdout, stderr }: Ran) => said(`${stdout}${stderr}exit ${code}\n`);

async function recordedText(dialect: StandInDialect, file: string): Promise<string[]> {
  return said(await readFile(path.join(folderOf(dialect), file), "utf8"));
}

/** Everybody is invited, in the recorded root module. */
async function invited(dialect: StandInDialect, play: (root: PlayedRoot) => Promise<void>): Promise<void> {
  await playWith(standInProvider(dialect), { api: { wording: RECORDED_WORDING } }, async (root) => {
    await cp(path.join(folderOf(dialect), "config"), root.directory, { recursive: true });
    await root.done("init");
    await root.done("apply", "-auto-approve");
    await play(root);
  });
}

const ACCEPTING = ["alice", "sam", "dan", "o'neil", "contractor1", "kim"].map((name) => `${name}@example.com`);

function accepted({ api }: PlayedRoot): void {
  const idOf = (email: string) => api.invites.find((invite) => invite.email === email)?.id ?? "";
  for (const email of ACCEPTING) api.accept(idOf(email));
  api.acceptButLag(idOf("Carol@Example.com"));
  api.expire(idOf("contractor0@example.com"));
  api.revoke(idOf("max@example.com"));
}

/** Everybody has accepted who did, max is invited again, and the state knows. */
async function refreshed(dialect: StandInDialect, play: (root: PlayedRoot) => Promise<void>): Promise<void> {
  await invited(dialect, async (root) => {
    accepted(root);
    await root.done("apply", "-auto-approve");
    await play(root);
  });
}

async function edit({ directory }: PlayedRoot, file: string, change: (text: string) => string): Promise<void> {
  const name = path.join(directory, file);
  const before = await readFile(name, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing was edited in ${file}`);
  await writeFile(name, after);
}

const told = it.skipIf(NO_TERRAFORM !== undefined);

describe.each([OPENAI, MKDEV_ME_2, JIANYUAN_0_7])(
  "the stand-in for $source $version does as the real one",
  (dialect) => {
    told(needsTerraform("when everybody is invited, accepts, and all is destroyed"), () =>
      invited(dialect, async (root) => {
        expect(await stateNow(root)).toEqual(await recordedState(dialect, "state-created.tfstate"));
        accepted(root);
        expect(substance(await root.plan("unedited"))).toEqual(
          await recordedPlan(dialect, "plan-after-acceptance.json"),
        );
        expect(substance(await root.plan("gone", "-destroy"))).toEqual(
          await recordedPlan(dialect, "plan-destroy.json"),
        );
        expect(asRecorded(await root.terraform("apply", "gone"))).toEqual(
          await recordedText(dialect, "apply-destroy.txt"),
        );
        expect(await stateNow(root)).toEqual(await recordedState(dialect, "state-after-destroy.tfstate"));
      }),
    );

    told(needsTerraform("when a role is edited"), () =>
      refreshed(dialect, async (root) => {
        expect(await stateNow(root)).toEqual(await recordedState(dialect, "state-refreshed.tfstate"));
        await edit(root, "invites.tf", (text) => text.replace('"owner"', '"reader"'));
        expect(substance(await root.plan("edited"))).toEqual(await recordedPlan(dialect, "plan-role-change.json"));
        expect(asRecorded(await root.terraform("apply", "edited"))).toEqual(
          await recordedText(dialect, "apply-role-change.txt"),
        );
        expect(await stateNow(root)).toEqual(await recordedState(dialect, "state-after-role-change.tfstate"));
      }),
    );

    told(needsTerraform("when accepted invites leave the state and the configuration stays"), () =>
      refreshed(dialect, async (root) => {
        const removed = await root.done("state", "rm", "openai_invite.alice", 'openai_invite.team["dan@example.com"]');
        expect(removed.stdout).toBe(await readFile(path.join(folderOf(dialect), "state-rm.txt"), "utf8"));
        expect(substance(await root.plan("again"))).toEqual(await recordedPlan(dialect, "plan-after-state-rm.json"));
        expect(asRecorded(await root.terraform("apply", "again"))).toEqual(
          await recordedText(dialect, "apply-after-state-rm.txt"),
        );
      }),
    );

    told(needsTerraform("when one is moved away and forgotten"), () =>
      refreshed(dialect, async (root) => {
        await edit(root, "invites.tf", (text) => text.replace('"dan@example.com", ', ""));
        await writeFile(
          path.join(root.directory, "forgotten.tf"),
          `moved {
          from = openai_invite.team["dan@example.com"]
          to   = openai_invite.forgotten_dan
        }
        removed {
          from = openai_invite.forgotten_dan
          lifecycle {
            destroy = false
          }
        }\n`,
        );
        expect(substance(await root.plan("forgotten"))).toEqual(await recordedPlan(dialect, "plan-moved-removed.json"));
        expect(asRecorded(await root.terraform("apply", "forgotten"))).toEqual(
          await recordedText(dialect, "apply-moved-removed.txt"),
        );
        const listed = path.join(folderOf(dialect), "state-list-after-moved-removed.txt");
        expect((await root.done("state", "list")).stdout).toBe(await readFile(listed, "utf8"));
      }),
    );
  },
);

describe.each([OPENAI, MKDEV_ME_2])("the stand-in for $source $version does as the real one", (dialect) => {
  told(needsTerraform("when OpenAI adds a project that nobody asked for"), () => {
    const example = 'resource "openai_invite" "example" {\n  email = "user@example.com"\n  role  = "reader"\n}\n';
    const required = `terraform {\n  required_providers {\n    openai = { source = "${dialect.source}" }\n  }\n}\n`;
    return playWith(standInProvider(dialect), { files: { "main.tf": `${required}${example}` } }, async (root) => {
      const projects = [{ id: "proj_default", role: "member" }];
      await root.done("init");
      root.api.next("invites", { do: "change", with: (body) => ({ ...body, projects }) });
      await root.done("apply", "-auto-approve");
      root.api.invites.splice(0, 1, ...root.api.invites.map((invite) => ({ ...invite, projects })));
      const plan = await root.plan("unedited");
      expect(substance(plan)).toEqual(await recordedPlan(dialect, "plan-default-project.json"));
    });
  });
});

describe("the stand-in for mkdev-me/openai 1.2.0 does as the real one", () => {
  told(needsTerraform("when its one invite is accepted and destroyed"), () => {
    const api = { wording: RECORDED_WORDING, key: "sk-admin-lab" };
    return playWith(standInProvider(MKDEV_ME_1), { api }, async (root) => {
      await cp(path.join(folderOf(MKDEV_ME_1), "config"), root.directory, { recursive: true });
      await root.done("init");
      await root.done("apply", "-auto-approve");
      expect(await stateNow(root)).toEqual(await recordedState(MKDEV_ME_1, "state-created.tfstate"));
      for (const { id } of root.api.invites) root.api.accept(id);
      expect(substance(await root.plan("gone", "-destroy"))).toEqual(
        await recordedPlan(MKDEV_ME_1, "plan-destroy.json"),
      );
      expect(asRecorded(await root.terraform("apply", "gone"))).toEqual(
        await recordedText(MKDEV_ME_1, "apply-destroy.txt"),
      );
    });
  });
});
