import { describe, expect, it } from "vitest";
import { hasTerraform, WITHOUT_TERRAFORM } from "../support/apply-scene.js";
import { type CaseOptions, inCase } from "./case.js";

const CASE = "default-given-elsewhere";

function variant(main: string, more: CaseOptions["files"] = {}, module?: string): CaseOptions {
  const state = (text: string) =>
    module === undefined ? text : text.replace('"mode": "managed"', `"module": "${module}", "mode": "managed"`);
  return { files: { "main.tf": main, "terraform.tfstate": state, ...more } };
}

const TEAM =
  'resource "openai_invite" "team" {\n  for_each = COLLECTION\n  email    = each.key\n  role     = each.value\n}\n';
const team = (collection: string) => TEAM.replace("COLLECTION", collection);
const PEOPLE = 'variable "people" {\n  type    = map(string)\n  default = {}\n}\n\n';
const REQUIRED = 'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\n\n';

describe("instances from a variable's default, where the state has others", () => {
  it.each<readonly [string, CaseOptions]>([
    ["the variable itself", {}],
    [
      "locals made from it",
      variant(
        `${PEOPLE}locals {\n  all  = merge(var.people, {})\n  team = { for k, v in local.all : lower(k) => v }\n}\n\n${team("local.team")}`,
      ),
    ],
    [
      "a child module that is passed it",
      variant(
        `${PEOPLE}module "hr" {\n  source = "./hr"\n  staff  = var.people\n}\n`,
        { "hr/main.tf": `${REQUIRED}variable "staff" {}\n\n${team("var.staff")}` },
        "module.hr",
      ),
    ],
    [
      "the call of a child module",
      variant(
        `${PEOPLE}module "hr" {\n  source   = "./hr"\n  for_each = var.people\n}\n`,
        { "hr/main.tf": `${REQUIRED}${team('tomap({ "x@example.com" = "reader" })')}` },
        'module.hr[\\"eu\\"]',
      ),
    ],
    [
      "the output of another module",
      variant(
        `${PEOPLE}module "directory" {\n  source = "./directory"\n  people = var.people\n}\n\n${team("module.directory.team")}`,
        { "directory/main.tf": 'variable "people" {}\n\noutput "team" {\n  value = var.people\n}\n' },
      ),
    ],
    [
      "a switch",
      variant(`variable "on" {\n  default = false\n}\n\n${team('var.on ? { "ann@example.com" = "reader" } : {}')}`),
    ],
  ])("%s", (name, options) =>
    inCase(
      CASE,
      async ({ json, run, read }) => {
        const before = await read("main.tf");
        for (const command of ["check", "status"]) {
          const { document, stderr } = await json([command]);
          expect(JSON.stringify(document)).not.toContain("no block declares it");
          for (const invite of document.invites.filter(({ inState }: { inState: boolean }) => inState))
            expect(invite.inConfig).toBe(null);
          expect(stderr).toContain(name === "a switch" ? "TF_VAR_on" : "TF_VAR_people");
        }
        const written = await run(["repair", "--as", "blocks", "--write", "--yes"]);
        expect([written.code, await read("main.tf")]).toEqual([3, before]);
        expect(written.stderr).toContain(name === "a switch" ? "var.on" : "var.people");
      },
      options,
    ),
  );

  const LISTED = '{ "dan@example.com" = "reader" }';
  it.each<readonly [string, CaseOptions, string]>([
    [
      "removes no key from the default",
      variant(`${PEOPLE.replace("{}", LISTED)}${team("var.people")}`),
      "TF_VAR_people",
    ],
    [
      "deletes no block that is counted by it",
      variant(
        'variable "people" {\n  default = ["dan@example.com"]\n}\n\nresource "openai_invite" "team" {\n  count = length(var.people)\n  email = var.people[count.index]\n  role  = "reader"\n}\n',
        {
          "terraform.tfstate": (text) =>
            text
              .replace(/"index_key": "dan[^,]*"/, '"index_key": 0')
              .replace(/"index_key": "eve[^,]*"/, '"index_key": 1'),
        },
      ),
      "replace count by for_each over the invites that stay, because [0] can't be removed alone, and add a moved block for each (from openai_invite.team[1] to",
    ],
  ])("%s", (_, options, hint) =>
    inCase(
      CASE,
      async ({ run, read }) => {
        const before = await read("main.tf");
        const { stderr } = await run(["repair"]);
        expect(stderr).toContain(hint);
        expect(stderr).not.toContain("delete the block");
        const written = await run(["repair", "--as", "blocks", "--write", "--yes"]);
        expect([written.code, await read("main.tf")]).toEqual([3, before]);
      },
      options,
    ),
  );

  it.each<readonly [string, CaseOptions, Readonly<Record<string, string>>]>([
    ["a value in the environment", {}, { TF_VAR_people: "{}" }],
    ["a variable file that Terraform reads by itself", { files: { "terraform.tfvars": "people = {}\n" } }, {}],
    ["a value on Terraform's own command line", {}, { TF_CLI_ARGS_plan: "-var people={}" }],
  ])("%s is no default", (_, options, env) =>
    inCase(
      CASE,
      async ({ json }) => {
        const { document, stderr } = await json(["status"], { env });
        for (const { inConfig } of document.invites) expect(inConfig).toBe(false);
        expect(stderr).not.toContain("default");
      },
      options,
    ),
  );

  it("a key from the environment must be removed there", () =>
    inCase(CASE, async ({ json, run, read }) => {
      const { document } = await json(["status"]);
      const keys: readonly string[] = document.invites.map(({ email }: { email: string }) => email);
      const env = { TF_VAR_people: JSON.stringify(Object.fromEntries(keys.map((key) => [key, "reader"]))) };
      const repair = await run(["repair"], { env });
      expect(repair.stderr).toContain("TF_VAR_people");
      const before = await read("main.tf");
      const written = await run(["repair", "--as", "blocks", "--write", "--yes"], { env });
      expect([written.code, await read("main.tf")]).toEqual([3, before]);
      expect(written.stderr).toContain("TF_VAR_people");
    }));
});

describe.skipIf(!hasTerraform)(`repair --apply ${WITHOUT_TERRAFORM}`, () => {
  const twice = (text: string) => text.replace("default = {}", 'default = { "dan@example.com" = "reader" }');
  it.each<readonly [string, (text: string) => string, readonly string[], string]>([
    [
      "says what is still in the configuration, not that it was skipped",
      twice,
      ["--write"],
      "1 invite not edited in the configuration",
    ],
    [
      "exits 3 where the instances of a block are not known",
      (text) => text.replace(/ *default.*/, ""),
      [],
      "what 1 block ",
    ],
  ])("%s", (_, change, flags, reason) =>
    inCase(
      CASE,
      async ({ run }) => {
        const { code, stdout, stderr } = await run(["repair", "--apply", "--yes", ...flags]);
        expect([code, stdout]).toEqual([3, expect.stringContaining("State          1 removed, 1 other unchanged")]);
        expect(stderr).toContain(`exit 3: incomplete, ${reason}`);
      },
      { files: { "main.tf": change } },
    ),
  );
});
