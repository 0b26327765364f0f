import { describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { inCase } from "./case.js";

const CASE = "key-without-invite";
const KEY = "sk-admin-not-a-real-key-0123456789abcdefghij";
const SECRETS = /0123456789abcdefghij|9876543210abcdefghij/;
const found = (...places: readonly string[]) => places.map((place) => `error hardcoded-admin-key ${place}`);

describe("a key where there is no invite", () => {
  it("is found in a provider and in a variable file", () =>
    inCase(CASE, async ({ json }) => {
      const { code, findings } = await json(["lint"]);
      expect([code, findings]).toEqual([1, found("main.tf:7", "terraform.tfvars:1")]);
    }));

  it.each(Object.keys(REPORT_FORMATS))("is never printed by the format %s", (format) =>
    inCase(CASE, async ({ run }) => {
      const { stdout, stderr } = await run(["lint", "--format", format]);
      expect(stdout).toContain("terraform.tfvars");
      expect(stdout + stderr).not.toMatch(SECRETS);
    }),
  );

  it.each([
    ["a variable file that Terraform does not read by itself", "env/prod.tfvars", `admin_key = "${KEY}"\n`],
    ["the same in JSON", "prod.tfvars.json", `{ "admin_key": "${KEY}" }\n`],
    ["a comment", "env/prod.tfvars", `# admin_key = "${KEY}"\n`],
    [
      "a file of a stack",
      "stack/main.tfcomponent.hcl",
      `provider "openai" "main" {\n  config {\n    admin_api_key = "${KEY}"\n  }\n}\n`,
    ],
    ["its deployments", "stack/main.tfdeploy.hcl", `deployment "prod" {\n  inputs = { key = "${KEY}" }\n}\n`],
    ["the settings", "sub/.tfinvite.json", `{ "$schema": "${KEY}" }\n`],
    ["a module of its own", "modules/other/main.tf", `provider "openai" {\n  admin_api_key = "${KEY}"\n}\n`],
    ["any argument of any block", "modules/other/main.tf", `module "x" {\n  source = "./x"\n  k      = "${KEY}"\n}\n`],
  ])("is found in %s", (_, file, text) =>
    inCase(
      CASE,
      async ({ json, run }) => {
        const line = text.split("\n").findIndex((one) => one.includes(KEY)) + 1;
        const { code, findings } = await json(["lint"]);
        expect([code, findings]).toEqual([1, found(`${file}:${line}`)]);
        const { stdout, stderr } = await run(["lint"]);
        expect(stdout + stderr).not.toMatch(SECRETS);
      },
      { files: { [file]: text, "terraform.tfvars": null, "main.tf": 'variable "k" {}\n' } },
    ),
  );

  it("of another form is found where a provider takes it", () =>
    inCase(CASE, async ({ json }) => expect((await json(["lint"])).findings).toEqual(found("main.tf:2")), {
      files: {
        "main.tf": 'provider "openai" {\n  admin_api_key = "Zm9yIHRlc3RzIG9ubHk"\n}\n',
        "terraform.tfvars": null,
      },
    }));

  it.each([
    ["git ignores the file", { ".gitignore": "*.tfvars\n", "main.tf": "" }],
    ["it is a placeholder", { "terraform.tfvars": 'admin_key = "sk-admin-your-key-goes-in-here"\n', "main.tf": "" }],
    ["it is part of a word", { "terraform.tfvars": 'disk = "disk-admin-0123456789abcdefghijkl"\n', "main.tf": "" }],
  ])("is not reported where %s", (_, files) =>
    inCase(
      CASE,
      async ({ json }) => {
        const { code, findings } = await json(["lint"]);
        expect([code, findings]).toEqual([0, []]);
      },
      { files },
    ),
  );

  it("is not printed where settings that hold it are refused", () =>
    inCase(
      CASE,
      async ({ run }) => {
        const { code, stdout, stderr } = await run(["lint"]);
        expect(code).toBe(2);
        expect(stdout + stderr).not.toMatch(SECRETS);
      },
      { files: { ".tfinvite.json": `{ "rules": { "${KEY}": "${KEY}" }, "organizations": { "openai": "${KEY}" } }\n` } },
    ));
});
