import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { rowsOf } from "../../src/invites/providers/identify.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";
import type { Ran } from "../support/program.js";
import { foldersWith, type RecordedFolder } from "../support/recorded-folders.js";
import { RECORDINGS } from "../support/recording.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { type PlayedRoot, playWith, standInProvider } from "./played-root.js";
import { STAND_INS } from "./providers.js";
import { writerOf } from "./story.js";
import { type PlanJson, parseState, planSchema, readStateOf } from "./terraform.js";

/** As the Admin API of the recordings worded its refusals. */
const RECORDED_WORDING = {
  deleteAccepted: { message: "Invite has already been accepted." },
  inviteMember: { message: "User is already a member of this organization.", code: "user_already_exists" },
};

/** `TFINVITE_DIALECTS=openai,mkdev-me-2` plays these alone. */
const WANTED = process.env["TFINVITE_DIALECTS"]?.split(",");

/** A folder of recordings made by Terraform, with the stand-in that is to do the same. */
interface Played extends RecordedFolder {
  readonly dialect: StandInDialect;
}

/** The folders that have all of these files; OpenTofu's are not played, since it is another program. */
function played(...files: readonly string[]): Played[] {
  return foldersWith(...files).flatMap((folder) => {
    const rows = rowsOf(folder.source).filter(({ versions }) => semver.satisfies(folder.version, versions));
    const [row] = rows;
    if (folder.tool !== "terraform" || row === undefined) return [];
    if (WANTED !== undefined && !WANTED.includes(row.id)) return [];
    return [{ ...folder, dialect: { ...STAND_INS[row.id], version: folder.version } }];
  });
}

const folderOf = ({ name }: Played) => path.join(RECORDINGS, name);
const isRecorded = (folder: Played, file: string) => existsSync(path.join(folderOf(folder), file));

/** Ids and times are of the day; a response as text is JSON with both. */
function timeless(value: unknown): unknown {
  if (typeof value === "number") return value > 1_500_000_000 ? "a time" : value;
  if (typeof value === "string") {
    if (/^20\d\d-\d\d-\d\dT[\d:]+Z$/.test(value)) return "a time";
    return value.startsWith("{") ? timeless(JSON.parse(value)) : value.replace(/invite-\d+/g, "an id");
  }
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, timeless(one)]));
}

/** All that a plan says about objects and outputs. */
function substance({ resource_changes, resource_drift, output_changes, prior_state, planned_values }: PlanJson) {
  return timeless({ resource_changes, resource_drift, output_changes, prior_state, planned_values });
}

async function recordedPlan(folder: Played, file: string) {
  return substance(planSchema.parse(JSON.parse(await readFile(path.join(folderOf(folder), file), "utf8"))));
}

async function recordedState(folder: Played, file: string) {
  const { outputs, resources } = parseState(await readFile(path.join(folderOf(folder), file), "utf8"));
  return timeless({ outputs, resources });
}

async function stateNow({ directory }: PlayedRoot) {
  const { outputs, resources } = await readStateOf(directory);
  return timeless({ outputs, resources });
}

/** What Terraform said, without what differs from run to run: order, ids, where lines break, the API's port. */
function said(text: string): string[] {
  // Where in a provider's code it was.
  const own = text.replace(/^[\w./-]+\.\S+\n\t\S+:\d+$\n?/gm, "");
  const [progress = "", ...errors] = own.replace(/\nexit (\d+)\s*$/, "\n\nexit $1").split(/\n\n(?=Error: |exit )/);
  const words = (one: string) =>
    one
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "http://api")
      .replace(/invite-\d+/g, "an id")
      // The API's code for what it does not know.
      .replace("invite_not_found", "not_found")
      .replace(/after \d+s/g, "after a while")
      .split(/\s+/)
      .join(" ")
      .trim();
  return [...progress.split("\n"), ...errors].map(words).filter(Boolean).sort();
}

/** Those of a recording end with the exit code. */
const asRecorded = ({ code, stdout, stderr }: Ran) => said(`${stdout}${stderr}exit ${code}\n`);

async function recordedText(folder: Played, file: string): Promise<string[]> {
  return said(await readFile(path.join(folderOf(folder), file), "utf8"));
}

/** Everybody is invited, in the recorded root module. */
async function invited(folder: Played, play: (root: PlayedRoot) => Promise<void>): Promise<void> {
  const { dialect } = folder;
  await playWith(standInProvider(dialect), { api: { wording: RECORDED_WORDING } }, async (root) => {
    await cp(path.join(folderOf(folder), "config"), root.directory, { recursive: true });
    await root.done("init");
    root.api.sentStatus = dialect.sentWith ?? 200;
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
async function refreshed(folder: Played, play: (root: PlayedRoot) => Promise<void>): Promise<void> {
  await invited(folder, async (root) => {
    accepted(root);
    // Where no plan gets past the invite that is gone.
    if (await failsOnMissing(folder))
      await root.done("state", "rm", `module.squads["data"].${folder.type}.member["max@example.com"]`);
    await root.done("apply", "-auto-approve");
    await play(root);
  });
}

async function failsOnMissing(folder: Played): Promise<boolean> {
  const plan = await readFile(path.join(folderOf(folder), "plan-after-acceptance.json"), "utf8");
  return z.object({ errored: z.boolean() }).parse(JSON.parse(plan)).errored;
}

/** The errors alone, of a text or a run. */
const errorsIn = (lines: readonly string[]) => lines.filter((line) => /^(?:Error: |exit )/.test(line));

async function edit({ directory }: PlayedRoot, file: string, change: (text: string) => string): Promise<void> {
  const name = path.join(directory, file);
  const before = await readFile(name, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing was edited in ${file}`);
  await writeFile(name, after);
}

const told = it.skipIf(NO_TERRAFORM !== undefined);

const STORY = played("config/squads.tf", "state-created.tfstate", "plan-role-change.json");

describe.each(STORY)("the stand-in for $name does as the real one", (folder) => {
  const { type } = folder;

  told(needsTerraform("when everybody is invited, accepts, and all is destroyed"), () =>
    invited(folder, async (root) => {
      expect(await stateNow(root)).toEqual(await recordedState(folder, "state-created.tfstate"));
      accepted(root);
      if (await failsOnMissing(folder)) {
        const said = errorsIn(await recordedText(folder, "plan-after-acceptance.txt"));
        expect(errorsIn(asRecorded(await root.terraform("plan")))).toEqual(said);
      } else {
        const plan = await root.plan("unedited");
        expect(substance(plan)).toEqual(await recordedPlan(folder, "plan-after-acceptance.json"));
      }
      const [name, ...flags] = isRecorded(folder, "plan-destroy.json")
        ? ["destroy"]
        : ["destroy-refresh-false", "-refresh=false"];
      const plan = await root.plan("gone", "-destroy", ...flags);
      expect(substance(plan)).toEqual(await recordedPlan(folder, `plan-${name}.json`));
      const applied = asRecorded(await root.terraform("apply", "gone"));
      expect(applied).toEqual(await recordedText(folder, `apply-${name}.txt`));
      expect(await stateNow(root)).toEqual(await recordedState(folder, `state-after-${name}.tfstate`));
    }),
  );

  told(needsTerraform("when a role is edited"), () =>
    refreshed(folder, async (root) => {
      expect(await stateNow(root)).toEqual(await recordedState(folder, "state-refreshed.tfstate"));
      await edit(root, "invites.tf", (text) => text.replace('"owner"', '"reader"'));
      expect(substance(await root.plan("edited"))).toEqual(await recordedPlan(folder, "plan-role-change.json"));
      const applied = asRecorded(await root.terraform("apply", "edited"));
      expect(applied).toEqual(await recordedText(folder, "apply-role-change.txt"));
      expect(await stateNow(root)).toEqual(await recordedState(folder, "state-after-role-change.tfstate"));
    }),
  );

  told(needsTerraform("when accepted invites leave the state and the configuration stays"), () =>
    refreshed(folder, async (root) => {
      const removed = await root.done("state", "rm", `${type}.alice`, `${type}.team["dan@example.com"]`);
      expect(removed.stdout).toBe(await readFile(path.join(folderOf(folder), "state-rm.txt"), "utf8"));
      expect(substance(await root.plan("again"))).toEqual(await recordedPlan(folder, "plan-after-state-rm.json"));
      const applied = asRecorded(await root.terraform("apply", "again"));
      expect(applied).toEqual(await recordedText(folder, "apply-after-state-rm.txt"));
    }),
  );

  told(needsTerraform("when one is moved away and forgotten"), () =>
    refreshed(folder, async (root) => {
      await edit(root, "invites.tf", (text) => text.replace('"dan@example.com", ', ""));
      await writeFile(
        path.join(root.directory, "forgotten.tf"),
        `moved {
          from = ${type}.team["dan@example.com"]
          to   = ${type}.forgotten_dan
        }
        removed {
          from = ${type}.forgotten_dan
          lifecycle {
            destroy = false
          }
        }\n`,
      );
      expect(substance(await root.plan("forgotten"))).toEqual(await recordedPlan(folder, "plan-moved-removed.json"));
      const applied = asRecorded(await root.terraform("apply", "forgotten"));
      expect(applied).toEqual(await recordedText(folder, "apply-moved-removed.txt"));
      const listed = path.join(folderOf(folder), "state-list-after-moved-removed.txt");
      expect((await root.done("state", "list")).stdout).toBe(await readFile(listed, "utf8"));
    }),
  );
});

/** A root module with one invite of `user@example.com`, which is not sent yet. */
async function exampleOf(
  { dialect }: Played,
  projects: string | undefined,
  play: (root: PlayedRoot, write: (projects: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const writer = writerOf(dialect);
  const [localName = ""] = dialect.resourceType.split("_");
  const required = `terraform {\n  required_providers {\n    ${localName} = { source = "${dialect.source}" }\n  }\n}\n`;
  const block = (given: string | undefined) =>
    writer.block("example", { email: "user@example.com", ...(given !== undefined && { projects: given }) });
  const files = { "versions.tf": required, "main.tf": block(projects) };
  await playWith(standInProvider(dialect), { files }, async (root) => {
    await root.done("init");
    root.api.sentStatus = dialect.sentWith ?? 200;
    await play(root, (given) => writeFile(path.join(root.directory, "main.tf"), block(given)));
  });
}

describe.each(played("plan-default-project.json"))("the stand-in for $name does as the real one", (folder) => {
  told(needsTerraform("when OpenAI adds a project that is not configured"), () =>
    exampleOf(folder, undefined, async (root) => {
      const projects = [{ id: "proj_default", role: "member" }];
      root.api.next("invites", { do: "change", with: (body) => ({ ...body, projects }) });
      const sent = asRecorded(await root.terraform("apply", "-auto-approve"));
      if (isRecorded(folder, "sent-default-project.txt"))
        expect(errorsIn(sent)).toEqual(errorsIn(await recordedText(folder, "sent-default-project.txt")));
      root.api.invites.splice(0, 1, ...root.api.invites.map((invite) => ({ ...invite, projects })));
      const plan = await root.plan("unedited");
      expect(substance(plan)).toEqual(await recordedPlan(folder, "plan-default-project.json"));
    }),
  );
});

describe.each(played("plan-without-projects.json", "plan-dropped-projects.json"))(
  "the stand-in for $name does as the real one",
  (folder) => {
    told(needsTerraform("when it has to send an invite without projects"), () =>
      exampleOf(folder, "", async (root) => {
        const plan = await root.plan("sent");
        expect(substance(plan)).toEqual(await recordedPlan(folder, "plan-without-projects.json"));
        const applied = asRecorded(await root.terraform("apply", "sent"));
        expect(errorsIn(applied)).toEqual(errorsIn(await recordedText(folder, "apply-without-projects.txt")));
      }),
    );

    told(needsTerraform("when the projects of a pending invite are dropped"), () => {
      const projects = 'projects = [{ id = "proj_search", role = "member" }]\n';
      return exampleOf(folder, projects, async (root, write) => {
        await root.done("apply", "-auto-approve");
        await write("");
        const plan = await root.plan("dropped");
        expect(substance(plan)).toEqual(await recordedPlan(folder, "plan-dropped-projects.json"));
        const applied = asRecorded(await root.terraform("apply", "dropped"));
        expect(errorsIn(applied)).toEqual(errorsIn(await recordedText(folder, "apply-dropped-projects.txt")));
        expect(await stateNow(root)).toEqual(await recordedState(folder, "state-after-dropped-projects.tfstate"));
      });
    });
  },
);

describe.each(played("plan-answered-200.json"))("the stand-in for $name does as the real one", (folder) => {
  told(needsTerraform("when OpenAI answers 200 to an invite that it sends"), () =>
    exampleOf(folder, undefined, async (root) => {
      root.api.sentStatus = 200;
      const plan = await root.plan("sent");
      expect(substance(plan)).toEqual(await recordedPlan(folder, "plan-answered-200.json"));
      const { code } = await root.terraform("apply", "sent");
      expect(code).toBe(1);
      expect(await stateNow(root)).toEqual(await recordedState(folder, "state-after-answered-200.tfstate"));
    }),
  );
});

const SHORTEST = played("config/main.tf", "plan-destroy.json", "state-created.tfstate").filter(
  (folder) => !isRecorded(folder, "api-invites.json"),
);

describe.each(SHORTEST)("the stand-in for $name does as the real one", (folder) => {
  told(needsTerraform("when its one invite is accepted and destroyed"), () => {
    const api = { wording: RECORDED_WORDING, key: "sk-admin-lab" };
    return playWith(standInProvider(folder.dialect), { api }, async (root) => {
      await cp(path.join(folderOf(folder), "config"), root.directory, { recursive: true });
      await root.done("init");
      await root.done("apply", "-auto-approve");
      expect(await stateNow(root)).toEqual(await recordedState(folder, "state-created.tfstate"));
      for (const { id } of root.api.invites) root.api.accept(id);
      expect(substance(await root.plan("gone", "-destroy"))).toEqual(await recordedPlan(folder, "plan-destroy.json"));
      const applied = asRecorded(await root.terraform("apply", "gone"));
      expect(applied).toEqual(await recordedText(folder, "apply-destroy.txt"));
    });
  });
});
