import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { Plan } from "../../../src/terraform/plan/plan.js";
import { readPlan } from "../../../src/terraform/plan/read-plan.js";
import { isStale, type Staleness } from "../../../src/terraform/plan/staleness.js";
import { explainShowFailure, loadPlan, showPlan } from "../../../src/terraform/run/show-plan.js";
import { readStateFile } from "../../../src/terraform/state/read-state.js";
import { onPath } from "../../support/shells.js";

const hasTerraform = onPath("terraform") !== undefined;
const FIXTURES = fileURLToPath(new URL("../../../fixtures", import.meta.url));
const wantedTypes = () => true;

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "tfinvite-plan-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(path.join(directory, name), text);
/** No settings of the machine, and no update check. */
const environment = () => ({ PATH: process.env["PATH"], HOME: directory, CHECKPOINT_DISABLE: "1" });

function terraform(...args: string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync("terraform", args, { cwd: directory, env: environment(), encoding: "utf8" });
}

function succeed(...args: string[]): string {
  return execFileSync("terraform", args, { cwd: directory, env: environment(), encoding: "utf8", stdio: "pipe" });
}

const show = (file: string, env: Record<string, string> = {}, tool: readonly string[] = ["terraform"]) =>
  loadPlan({
    tool: { argv: tool },
    directory,
    origin: "infra",
    file,
    cwd: directory,
    env: { ...environment(), ...env },
    wantedTypes,
  });

/** Makes a plan with real Terraform and reads it back. */
async function plan(...args: string[]): Promise<Plan> {
  terraform("plan", "-input=false", "-out=p.tfplan", ...args);
  const result = await show("p.tfplan");
  if (!result.ok) throw new Error(`${result.error.message}\n${result.error.detail ?? ""}`);
  return result.plan;
}

async function staleness(of: Plan): Promise<Staleness> {
  const state = await readStateFile(path.join(directory, "terraform.tfstate"), { wantedTypes });
  if (!state.ok) throw new Error(state.error.message);
  return isStale(of, state.state);
}

/** `ADDRESS: operation reason`, of all that is no no-op, and of moves. */
const told = ({ changes }: Plan) =>
  changes
    .filter(({ operation, previousAddress }) => operation.kind !== "no-op" || previousAddress !== undefined)
    .map(({ address, previousAddress, deposed, operation, reason }) =>
      [
        `${formatAddress(address)}${deposed === undefined ? "" : ` (deposed ${deposed})`}:`,
        operation.kind,
        ...("order" in operation ? [operation.order] : []),
        ...(reason === undefined ? [] : [reason]),
        ...(previousAddress === undefined ? [] : [`from ${formatAddress(previousAddress)}`]),
      ].join(" "),
    );

const REMOTE = JSON.stringify({
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "x",
  outputs: { p: { value: "z", type: "string" } },
  resources: [],
});

const BEFORE = `
resource "terraform_data" "edited" { input = "x" }
resource "terraform_data" "each" {
  for_each = toset(["k", "q\\"x"])
  input    = each.key
}
resource "terraform_data" "forgotten" {}
resource "terraform_data" "old" {}
resource "terraform_data" "replaced" { triggers_replace = "1" }
resource "terraform_data" "created_first" {
  triggers_replace = "1"
  lifecycle {
    create_before_destroy = true
  }
}
data "terraform_remote_state" "look" {
  backend = "local"
  config  = { path = "remote.json" }
}
`;

const AFTER = `
resource "terraform_data" "edited" { input = "y" }
resource "terraform_data" "each" {
  for_each = toset(["k"])
  input    = each.key
}
removed {
  from = terraform_data.forgotten
  lifecycle {
    destroy = false
  }
}
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
resource "terraform_data" "new" {}
resource "terraform_data" "replaced" { triggers_replace = "2" }
resource "terraform_data" "created_first" {
  triggers_replace = "2"
  lifecycle {
    create_before_destroy = true
  }
}
import {
  to = terraform_data.imported
  id = "abc"
}
resource "terraform_data" "imported" {}
data "terraform_remote_state" "look" {
  backend    = "local"
  config     = { path = "remote.json" }
  depends_on = [terraform_data.edited]
}
variable "key" {
  default   = "hush"
  sensitive = true
}
resource "terraform_data" "added" {
  count      = 1
  input      = [{ a = terraform_data.edited.id, b = var.key }]
  depends_on = [terraform_data.new]
}
`;

describe.skipIf(!hasTerraform)("plans of the real Terraform (needs terraform on the PATH)", () => {
  beforeEach(async () => {
    await write("remote.json", REMOTE);
    await write("main.tf", BEFORE);
    succeed("init");
  });

  it("reads creations and a data source", async () => {
    const made = await plan();
    expect(told(made)).toEqual([
      "terraform_data.created_first: create",
      'terraform_data.each["k"]: create',
      'terraform_data.each["q\\"x"]: create',
      "terraform_data.edited: create",
      "terraform_data.forgotten: create",
      "terraform_data.old: create",
      "terraform_data.replaced: create",
    ]);
    expect(made).toMatchObject({ applyable: true, complete: true, errored: false, reads: { managed: 0, data: 1 } });
    expect(made.changes[0]).toMatchObject({ before: undefined, afterUnknown: { id: true } });
  });

  it("reads every other action, and the configuration behind it", async () => {
    succeed("apply", "-auto-approve");
    await write("main.tf", AFTER);
    const made = await plan();
    expect(told(made)).toEqual([
      "data.terraform_remote_state.look: read read_because_dependency_pending",
      "terraform_data.added[0]: create",
      "terraform_data.created_first: replace create-first replace_because_cannot_update",
      'terraform_data.each["q\\"x"]: delete delete_because_each_key',
      "terraform_data.edited: update",
      "terraform_data.forgotten: forget delete_because_no_resource_config",
      "terraform_data.new: no-op from terraform_data.old",
      "terraform_data.replaced: replace delete-first replace_because_cannot_update",
    ]);
    const change = (name: string) => made.changes.find(({ address }) => address.name === name);
    expect(change("replaced")?.replacePaths).toEqual([["triggers_replace"]]);
    expect(change("imported")).toMatchObject({ operation: { kind: "no-op" }, importing: { id: "abc" } });
    expect(change("added")?.afterSensitive).toMatchObject({ input: [{ b: true }] });
    expect(made.configuration.resources.find(({ name }) => name === "added")).toEqual({
      module: [],
      mode: "managed",
      type: "terraform_data",
      name: "added",
      providerKey: "terraform",
      expressions: [{ name: "input", references: ["terraform_data.edited.id", "terraform_data.edited", "var.key"] }],
      count: { references: [] },
      forEach: undefined,
      dependsOn: ["terraform_data.new"],
    });
    expect(made.variables).toEqual(["key"]);
    expect(JSON.stringify([made.configuration, made.variables])).not.toContain("hush");
    expect(await staleness(made)).toEqual({ stale: false });
  });

  it("recognises a plan as stale after it was applied, and after an object was removed", async () => {
    succeed("apply", "-auto-approve");
    succeed("state", "rm", "terraform_data.forgotten");
    await write("main.tf", AFTER);
    const made = await plan();
    expect(await staleness(made)).toEqual({ stale: false });
    succeed("state", "rm", "terraform_data.edited");
    const lost = await staleness(made);
    expect(lost).toMatchObject({ stale: true, differences: [{ kind: "only-in-plan", address: { name: "edited" } }] });
    succeed("apply", "-auto-approve");
    const applied = await staleness(made);
    if (applied.stale !== true) throw new Error("it is not stale");
    expect(applied.differences.map(({ address, kind }) => `${formatAddress(address)} ${kind}`)).toEqual([
      "terraform_data.added[0] only-in-state",
      "terraform_data.created_first other-id",
      'terraform_data.each["q\\"x"] only-in-plan',
      "terraform_data.edited other-id",
      "terraform_data.new already-moved",
      "terraform_data.replaced other-id",
    ]);
  });

  it("recognises a plan as stale after an object was tainted", async () => {
    succeed("apply", "-auto-approve");
    const made = await plan();
    expect(made).toMatchObject({ applyable: false, effectiveChangeCount: 0 });
    succeed("taint", "terraform_data.edited");
    expect(await staleness(made)).toMatchObject({ stale: true, differences: [{ kind: "other-taint" }] });
    const again = await plan();
    expect(told(again)).toEqual(["terraform_data.edited: replace delete-first replace_because_tainted"]);
    expect(await staleness(again)).toEqual({ stale: false });
  });

  it("reads plans of -destroy, -refresh-only and -target", async () => {
    succeed("apply", "-auto-approve");
    const destroy = await plan("-destroy");
    expect(new Set(destroy.changes.map(({ operation }) => operation.kind))).toEqual(new Set(["delete"]));
    expect(destroy.changes).toHaveLength(7);
    const refresh = await plan("-refresh-only");
    expect(refresh).toMatchObject({ changes: [], complete: true, reads: { managed: 7, data: 1 } });
    const target = await plan("-target=terraform_data.old", "-replace=terraform_data.old");
    expect(told(target)).toEqual(["terraform_data.old: replace delete-first replace_by_request"]);
    expect(target.complete).toBe(false);
    for (const made of [destroy, refresh, target]) expect(await staleness(made)).toEqual({ stale: false });
  });

  it("says that planning failed halfway", async () => {
    const check =
      'lifecycle {\n    postcondition {\n      condition     = self.input == "z"\n      error_message = "no"\n    }\n  }';
    await write(
      "main.tf",
      `resource "terraform_data" "a" {\n  input = "x"\n  ${check}\n}\nresource "terraform_data" "b" {}\n`,
    );
    const made = await plan();
    expect(made).toMatchObject({ errored: true, applyable: false, complete: false });
    expect(told(made)).toContain("terraform_data.b: create");
  });

  it("reads deposed objects", async () => {
    await copyFile(
      path.join(FIXTURES, "recordings/addresses/04-deposed-twice.tfstate"),
      path.join(directory, "terraform.tfstate"),
    );
    await write("main.tf", 'resource "terraform_data" "cbd" {}\n');
    const made = await plan("-target=terraform_data.cbd");
    expect(told(made).filter((line) => line.startsWith("terraform_data.cbd"))).toEqual([
      expect.stringMatching(/^terraform_data\.cbd: /),
      "terraform_data.cbd (deposed 77f88b15): delete",
      "terraform_data.cbd (deposed ce3e801b): delete",
    ]);
    expect(await staleness(made)).toEqual({ stale: false });
  });

  it("reads what `terraform show -json` prints, for any TF_CLI_ARGS, and the same from a file", async () => {
    succeed("plan", "-out=p.tfplan");
    const shown = await show("p.tfplan", { TF_CLI_ARGS: "-nonsense", TF_CLI_ARGS_show: "-help" });
    if (!shown.ok) throw new Error(shown.error.message);
    expect(shown.removedVariables).toEqual(["TF_CLI_ARGS", "TF_CLI_ARGS_show"]);
    await write("p.json", succeed("show", "-json", "p.tfplan"));
    // No program is needed for it.
    const printed = await show("p.json", {}, ["no-such-program"]);
    if (!printed.ok) throw new Error(printed.error.message);
    expect(printed.plan).toEqual(shown.plan);
  });

  it("says that the file is damaged", async () => {
    succeed("plan", "-out=p.tfplan");
    await writeFile(
      path.join(directory, "half.tfplan"),
      (await readFile(path.join(directory, "p.tfplan"))).subarray(0, 400),
    );
    const result = await show("half.tfplan");
    expect(result).toMatchObject({
      ok: false,
      error: {
        kind: "show-failed",
        message: "`terraform show -json half.tfplan` failed in infra (exit code 1): the file is damaged or not a plan",
        detail: expect.stringContaining("zip: not a valid zip file"),
      },
    });
  });

  it("reports output that is not a plan", async () => {
    await write("state.json", REMOTE);
    const result = await showPlan({
      tool: { argv: ["terraform"] },
      directory,
      file: path.join(directory, "state.json"),
      env: environment(),
      wantedTypes,
    });
    expect(result).toMatchObject({ ok: false, error: { kind: "state" } });
  });
});

describe("saved plans without Terraform", () => {
  const saved = path.join(FIXTURES, "plans/bad-saved-plan/input.tfplan");

  it("report a missing program", async () => {
    expect(await show(saved, { PATH: directory })).toMatchObject({
      ok: false,
      error: {
        kind: "no-terraform",
        message: `cannot read the plan from ${saved}: no program "terraform" on the PATH`,
      },
    });
  });

  it("are refused on standard input, which Terraform cannot read", async () => {
    const result = await readPlan(createReadStream(saved), { wantedTypes, origin: "standard input" });
    expect(result).toMatchObject({
      ok: false,
      error: { kind: "saved-plan", hint: expect.stringContaining("Pass the file's path to --plan") },
    });
  });

  it.skipIf(process.platform === "win32")(
    "are passed to the program by their absolute path, without secrets",
    async () => {
      await write("fake", '#!/bin/sh\nprintf "%s\\n" "$@" "$SECRET" > seen\n');
      await chmod(path.join(directory, "fake"), 0o755);
      await copyFile(saved, path.join(directory, "-odd name"));
      const result = await loadPlan({
        tool: { argv: [path.join(directory, "fake"), "--"] },
        directory,
        file: "-odd name",
        cwd: directory,
        env: { ...environment(), SECRET: "hush" },
        wantedTypes,
        withhold: (name) => name === "SECRET",
      });
      expect(result).toMatchObject({ ok: false, error: { kind: "empty" } });
      expect(await readFile(path.join(directory, "seen"), "utf8")).toBe(
        `--\nshow\n-json\n-no-color\n${path.join(directory, "-odd name")}\n\n`,
      );
    },
  );

  it.each([
    [
      "Error: Couldn't show local plan\n\nPlan read error: plan file was created by Terraform 1.10.4, but this is\n1.11.4; plan files cannot be transferred between different Terraform versions",
      "the plan was made by another version",
    ],
    [
      "Error: registry.terraform.io/hashicorp/aws: there is no package for registry.terraform.io/hashicorp/aws 5.100.0 cached in .terraform/providers",
      "a provider used by the plan is not installed",
    ],
    [
      'Error: Failed to load plugin schemas\n\nError while loading schemas for plugin components: Failed to obtain provider\nschema: Could not load the schema for provider\nregistry.terraform.io/hashicorp/aws: failed to instantiate provider\n"registry.terraform.io/hashicorp/aws" to obtain schema: unavailable provider\n"registry.terraform.io/hashicorp/aws"..',
      "a provider used by the plan is not installed",
    ],
    [
      "Error: Failed to read the given file as a state or plan file\n\nState read error: Error loading statefile: open none.tfplan: no such file or\ndirectory",
      "no such file",
    ],
    ['Error: Backend initialization required, please run "terraform init"', "the directory is not initialized"],
    ["Error: something entirely new", "(exit code 1)"],
  ])("recognise %j", (stderr, what) => {
    const options = { argv: ["terraform"], directory: "infra", file: "p.tfplan", ending: "exit code 1", stderr };
    const error = explainShowFailure(options);
    expect(error.message.endsWith(what)).toBe(true);
    expect(error.detail).toBe(stderr);
  });
});
