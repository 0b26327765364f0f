import { describe, expect, it } from "vitest";
import { inCase } from "./case.js";

const TEAM = ["check", "status", "repair"] as const;

describe("a block whose instances are not known", () => {
  it("lint says so, names the flags that help, and exits by its findings", () =>
    inCase("unknown-for-each", async ({ run, json }) => {
      const text = await run(["lint"]);
      expect([text.code, text.stdout]).toEqual([0, ""]);
      expect(text.stderr).toContain("main.tf:5");
      expect(text.stderr).toContain("TF_VAR_people");
      expect(text.stderr).toContain("--var-file");
      const { document } = await json(["lint"]);
      expect(document.invites).toMatchObject([{ address: "openai_invite.team", instances: "unknown" }]);
      expect(document.invites[0].reason).toContain("TF_VAR_people");
      expect((await run(["lint", "--format", "pretty"])).stdout).not.toContain("no invites");
    }));

  it.each(TEAM)("%s exits 3 and names the flags", (command) =>
    inCase("unknown-for-each", async ({ run }) => {
      const { code, stderr } = await run([command]);
      expect(code).toBe(3);
      expect(stderr).toContain("--var-file, --var or TF_VAR_people");
    }),
  );

  it.each([
    ["a local made from it", "locals {\n  team = toset([for one in var.people : lower(one)])\n}\n", "local.team"],
    ["a count", "", "length(var.people) > 0 ? 1 : 0"],
  ])("%s", (name, more, value) =>
    inCase(
      "unknown-for-each",
      async ({ run }) => {
        for (const command of ["lint", ...TEAM]) {
          const { code, stderr } = await run([command]);
          expect([command, code]).toEqual([command, command === "lint" ? 0 : 3]);
          expect(stderr).toContain("TF_VAR_people");
        }
      },
      {
        files: {
          "main.tf": (text) =>
            more +
            (name === "a count"
              ? text.replace("for_each = var.people", `count = ${value}`).replace("each.key", '"a@example.com"')
              : text.replace("= var.people", `= ${value}`)),
        },
      },
    ),
  );

  it("in a module, the root's variable is named", () =>
    inCase(
      "unknown-for-each",
      async ({ run }) => {
        const { code, stderr } = await run(["check"]);
        expect(code).toBe(3);
        expect(stderr).toContain("TF_VAR_staff");
        expect(stderr).toContain("team/main.tf:");
      },
      {
        files: {
          "main.tf": 'variable "staff" {}\n\nmodule "team" {\n  source = "./team"\n  people = var.staff\n}\n',
          "team/main.tf":
            'variable "people" { type = set(string) }\nterraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\nresource "openai_invite" "team" {\n  for_each = var.people\n  email    = each.key\n  role     = "reader"\n}\n',
        },
      },
    ));

  it("with a value from CI, every command sees the people", () =>
    inCase(
      "unknown-for-each",
      async ({ json, run }) => {
        const people = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
          json(args, { env }).then(({ document }) =>
            document.invites.map(({ email }: { email: string | null }) => email).join(),
          );
        for (const command of ["lint", "status", "check"]) {
          expect(await people([command, "--var", 'people=["a@example.com"]'])).toBe("a@example.com");
          // The last one has priority, --var or --var-file.
          expect(await people([command, "--var", "people=[]", "--var-file", "ci.tfvars"])).toBe("ci@example.com");
          expect(await people([command, "--var-file", "ci.tfvars", "--var", 'people=["b@example.com"]'])).toBe(
            "b@example.com",
          );
          const env = { TF_VAR_people: "[]", TF_CLI_ARGS_plan: "-var 'people=[\"c@example.com\"]'" };
          expect(await people([command], env)).toBe("c@example.com");
          expect(await people([command], { ...env, TF_CLI_ARGS: "-compact-warnings --var-file=ci.tfvars" })).toBe(
            "ci@example.com",
          );
          expect(await people([command, "--var", "people=[]"], env)).toBe("");
        }
        const refused = await run(["lint"], { env: { TF_CLI_ARGS: "-var 'people=" } });
        expect(refused.code).toBe(2);
        expect(refused.stderr).toContain("TF_CLI_ARGS can't be split into words");
        expect((await run(["lint", "--var", "people"])).code).toBe(2);
      },
      { files: { "ci.tfvars": 'people = ["ci@example.com"]\n' } },
    ));
});
