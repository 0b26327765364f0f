import { describe, expect, it } from "vitest";
import { type CaseOptions, inCase } from "./case.js";

const CASE = "module-source-by-variable";
const DUPLICATE = "warning duplicate-invite module.hr.openai_invite.lead mods/prod/main.tf:10";

/** The call in another form. */
function withMain(main: string, files: CaseOptions["files"] = {}): CaseOptions {
  return { files: { "main.tf": main, ...files } };
}

const IDA = 'resource "openai_invite" "ida" {\n  email = "ida@example.com"\n  role  = "reader"\n}\n';

describe("a module source that is made from variables", () => {
  it.each([["lint"], ["check", "--offline"]])("%s reads it by the default, and says so", (...args: string[]) =>
    inCase(CASE, async ({ json, run }) => {
      expect((await json(args)).findings).toContain(DUPLICATE);
      const { code, stderr } = await run(args);
      expect(code).toBe(0);
      expect(stderr).toContain("main.tf:6: module.hr is read from mods/prod, because of the default of var.env: pass");
      expect(stderr).toContain("--var-file, --var or TF_VAR_env");
    }),
  );

  it("status lists what it declares", () =>
    inCase(CASE, async ({ json }) => {
      const { statuses } = await json(["status", "--offline"]);
      expect(Object.keys(statuses)).toEqual(["openai_invite.ida", "module.hr.openai_invite.lead"]);
    }));

  it("uses a given value, and does not mention the default", () =>
    inCase(CASE, async ({ json, run }) => {
      const { findings } = await json(["lint", "--var", "env=test"]);
      expect(findings).toEqual([]);
      expect((await run(["lint", "--var", "env=test"])).stderr).toBe("");
      expect((await json(["lint"], { env: { TF_VAR_env: "prod" } })).findings).toContain(DUPLICATE);
    }));

  it.each([
    [
      "a local",
      'variable "env" { default = "prod" }\nlocals {\n  folder = "./mods/${var.env}"\n}\nmodule "hr" {\n  source = local.folder\n}\n',
    ],
    [
      "a root module without invites",
      'variable "hr" { default = "./mods/prod" }\nmodule "hr" {\n  source = var.hr\n}\n',
    ],
    [
      "for_each",
      'variable "env" { default = "prod" }\nmodule "hr" {\n  for_each = toset(["a"])\n  source = "./mods/${var.env}"\n}\n',
    ],
  ])("%s", (_, main) =>
    inCase(
      CASE,
      async ({ json, run }) => {
        const { document } = await json(["check", "--offline"]);
        expect(document.invites).toMatchObject([{ email: "ida@example.com", file: "mods/prod/main.tf" }]);
        expect((await run(["lint"])).stderr).toContain("is read from mods/prod, because of the default of var.");
      },
      withMain(main),
    ),
  );

  it("in a module, from what its call passes", () =>
    inCase(
      CASE,
      async ({ json, run }) => {
        const { document } = await json(["status", "--offline"]);
        expect(document.invites.map(({ address }: { address: string }) => address)).toEqual([
          "module.all.module.hr.openai_invite.lead",
        ]);
        expect((await run(["lint"])).stderr).toContain(
          "module.all.module.hr is read from mods/prod, because of the default of var.stage: pass",
        );
      },
      withMain('variable "stage" { default = "prod" }\nmodule "all" {\n  source = "./all"\n  env = var.stage\n}\n', {
        "all/main.tf": 'variable "env" {}\nmodule "hr" {\n  source = "../mods/${var.env}"\n}\n',
      }),
    ));

  it("in JSON syntax", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { document } = await json(["status", "--offline"]);
        expect(document.invites).toMatchObject([{ address: "module.hr.openai_invite.lead" }]);
      },
      {
        files: {
          "main.tf": null,
          "main.tf.json": JSON.stringify({
            variable: { env: { default: "prod" } },
            module: { hr: { source: "./mods/${var.env}" } },
          }),
        },
      },
    ));

  it.each([
    ["no value", 'variable "env" {}\nmodule "hr" {\n  source = "./mods/${var.env}"\n}\n', "TF_VAR_env"],
    ["a data source", 'module "hr" {\n  source = "./mods/${data.x_y.z.id}"\n}\n', "module.hr"],
    [
      "no such directory",
      'variable "env" { default = "none" }\nmodule "hr" {\n  source = "./mods/${var.env}"\n}\n',
      "module.hr",
    ],
  ])("%s: what the call declares is not known", (_, main, word) =>
    inCase(
      CASE,
      async ({ run }) => {
        for (const command of ["check", "status", "repair"]) {
          const { code, stderr } = await run([command]);
          expect([command, code]).toEqual([command, 3]);
          expect(stderr).toContain("what module.hr declares is not known");
          expect(stderr).toContain(word);
        }
        const { code, stderr } = await run(["lint"]);
        expect([code, stderr]).toEqual([0, expect.stringContaining("what module.hr declares is not known")]);
      },
      withMain(`${main}${IDA}`),
    ),
  );

  it("an invite is not an orphan if the module of another value may declare it", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { document } = await json(["check", "--offline"]);
        const held = document.invites.find(({ inState }: { inState: boolean }) => inState);
        expect(held).toMatchObject({ address: "module.hr.openai_invite.gone", inConfig: null });
        expect(JSON.stringify(document)).not.toContain("no block declares it");
      },
      {
        files: {
          "terraform.tfstate": JSON.stringify({
            version: 4,
            serial: 1,
            lineage: "1",
            resources: [
              {
                module: "module.hr",
                mode: "managed",
                type: "openai_invite",
                name: "gone",
                provider: 'provider["registry.opentofu.org/openai/openai"]',
                instances: [
                  { schema_version: 0, attributes: { id: "invite-1", email: "g@example.com", role: "reader" } },
                ],
              },
            ],
          }),
        },
      },
    ));
});
