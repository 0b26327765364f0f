import { describe, expect, it } from "vitest";
import { rootsBelow } from "../../src/assess/root-directories.js";
import { inScene } from "../support/recording.js";
import { makeTree } from "../terraform/configuration/discovery/trees.js";

const INVITE = 'resource "openai_invite" "one" {\n  email = "one@example.com"\n  role  = "reader"\n}\n';
const CALL = 'module "m" {\n  source = "../../modules/squad"\n}\n';
const STATE = '{"version": 4, "resources": [{"mode": "managed", "type": "openai_invite"}]}';

function below(cwd: string, targets: readonly string[] = [], most?: number) {
  return rootsBelow(targets, { cwd, env: {} }, most);
}

describe("rootsBelow", () => {
  it("finds root modules with invites in their files, in a module, or in a state that git ignores", async () => {
    const cwd = makeTree({
      ".git/HEAD": "",
      ".gitignore": "*.tfstate\n",
      "infra/prod/main.tf": INVITE,
      "infra/dev/main.tf": CALL,
      "modules/squad/main.tf": INVITE,
      "left/main.tf": "",
      "left/terraform.tfstate": STATE,
      "other/main.tf": 'resource "aws_vpc" "one" {}\n',
    });
    expect(await below(cwd)).toEqual({
      directories: ["infra/dev", "infra/prod", "left"],
      errors: [],
      complete: true,
    });
  });

  it("does not read tools' folders, links, and states of other workspaces", async () => {
    const cwd = makeTree({
      "elsewhere/main.tf": INVITE,
      "here/.terraform/modules/x/main.tf": INVITE,
      "here/node_modules/x/main.tf": INVITE,
      "here/.terragrunt-cache/x/main.tf": INVITE,
      "here/linked": { to: "../elsewhere" },
      "here/round": { to: "." },
      "here/terraform.tfstate.d/dev/terraform.tfstate": STATE,
    });
    expect((await below(`${cwd}/here`)).directories).toEqual([]);
  });

  it("stops at the limit, after it has searched the upper folders", async () => {
    const deep = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a/${i}/b/c/main.tf`, INVITE]));
    const cwd = makeTree({ ...deep, "z/main.tf": INVITE });
    const { directories, complete } = await below(cwd, [], 20);
    expect([directories, complete]).toEqual([["z"], false]);
    expect(await below(cwd, [], 100_000)).toMatchObject({ complete: true, directories: { length: 51 } });
  });

  it("reports a target that does not exist, and still finds the others", async () => {
    const cwd = makeTree({ "infra/main.tf": INVITE });
    const { directories, errors } = await below(cwd, ["infra", "nowhere"]);
    expect([directories, errors.length]).toEqual([["infra"], 1]);
  });
});

const TWO = {
  "infra/dev/main.tf": INVITE,
  "infra/prod/main.tf": INVITE,
  "infra/broken/main.tf": INVITE,
  "infra/broken/terraform.tfstate": "this is no state",
};

describe("--recursive", () => {
  it.each(["status", "check", "repair"])(
    "of %s looks up all root modules together, and one that fails does not hide the others",
    (command) =>
      inScene({ files: TWO }, async ({ run, api }) => {
        const { code, stdout, stderr } = await run([
          command,
          "--recursive",
          ...(command === "repair" ? ["--as", "json"] : ["--format", "json"]),
        ]);
        expect(code).not.toBe(0);
        expect(stderr).toContain("infra/broken/terraform.tfstate");
        if (command !== "repair") {
          const { invites } = JSON.parse(stdout);
          expect(invites.map(({ directory }: { directory: string }) => directory)).toEqual(["infra/dev", "infra/prod"]);
        }
        // One list of members is enough for both.
        expect(api.requests.length).toBe(1);
      }),
  );

  it("fails when it finds no root module", () =>
    inScene({ files: { "notes/a.txt": "" } }, async ({ run }) => {
      expect(await run(["status", "--recursive"])).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "error: no root module with invites below this directory\n       Looked for invites in *.tf, *.tofu and terraform.tfstate files. Name the root modules, without --recursive.\n",
      });
    }));
});
