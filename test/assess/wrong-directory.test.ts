import { describe, expect, it } from "vitest";
import { nothingIn } from "../../src/assess/wrong-directory.js";
import { inScene } from "../support/recording.js";
import { makeTree } from "../terraform/configuration/discovery/trees.js";

const INVITE = 'resource "openai_invite" "one" {\n  email = "one@example.com"\n  role  = "reader"\n}\n';

async function complaint(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
  let said = "";
  await inScene({ files }, async ({ run, api }) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, api.requests]).toEqual([2, "", []]);
    said = stderr.replace(/^exit 2: .*\n/m, "");
  });
  return `\n${said}`;
}

const REPOSITORY = {
  "README.md": "",
  "infra/prod/main.tf": INVITE,
  "infra/dev/main.tf": INVITE,
  "teams/eu/main.tf": INVITE,
};

describe("a wrong directory", () => {
  it("at the top of a repository suggests the root modules below", async () => {
    expect(await complaint(REPOSITORY, ["status"])).toMatchInlineSnapshot(`
      "
      error: no Terraform configuration and no state in this directory
             3 root modules with invites are below it: infra/dev, infra/prod, teams/eu. Run:
               tfinvite status --recursive
               tfinvite status infra/dev
      "
    `);
    expect(await complaint(REPOSITORY, ["check", "infra"])).toMatchInlineSnapshot(`
      "
      error: no Terraform configuration and no state in infra
             2 root modules with invites are below it: infra/dev, infra/prod. Run:
               tfinvite check --recursive infra
               tfinvite check infra/dev
      "
    `);
    expect(await complaint(REPOSITORY, ["repair", "teams"])).toMatchInlineSnapshot(`
      "
      error: no Terraform configuration and no state in teams
             1 root module with invites is below it: teams/eu. Run:
               tfinvite repair teams/eu
      no invites seen · 0 requests
      "
    `);
  });

  it("suggests no flags where directories are called like them, and no control characters", async () => {
    const said = await complaint({ "--apply/main.tf": INVITE, "--yes/main.tf": INVITE }, ["repair"]);
    expect(said).toContain("\n         tfinvite repair ./--apply\n");
    // A file system of Windows has no such names.
    if (process.platform === "win32") return;
    const strange = await complaint({ "a\u001b[2Jb\nc/main.tf": INVITE }, ["repair"]);
    expect(strange).not.toContain("\u001b");
    expect(strange).toContain("is below it: a\\u001b[2Jb\\u000ac. Run:\n         tfinvite repair 'a'");
  });

  it("that is empty says what was searched for", async () => {
    expect(await complaint({ "notes.txt": "" }, ["status"])).toMatchInlineSnapshot(`
      "
      error: no Terraform configuration and no state in this directory
             Looked for invites in *.tf, *.tofu and terraform.tfstate files, here and in all directories below it. Run tfinvite in the directory of a root module, or give its state with --state FILE.
      "
    `);
  });

  it("that does not exist or is a file suggests what was probably meant", async () => {
    expect(await complaint(REPOSITORY, ["status", "infra/prd"])).toMatchInlineSnapshot(`
      "
      error: no such directory: infra/prd
             Did you mean infra/prod? Run:
               tfinvite status infra/prod
      "
    `);
    expect(await complaint(REPOSITORY, ["status", "somewhere"])).toMatchInlineSnapshot(`
      "
      error: no such directory: somewhere
             Name the directory of a root module, or let --recursive find them.
      "
    `);
    expect(await complaint(REPOSITORY, ["status", "infra/prod/main.tf"])).toMatchInlineSnapshot(`
      "
      error: not a directory: infra/prod/main.tf
             Name the directory that it is in:
               tfinvite status infra/prod
      "
    `);
    expect(await complaint(REPOSITORY, ["status", "README.md"])).toMatchInlineSnapshot(`
      "
      error: not a directory: README.md
             Name the directory of a root module. A state file is given with --state FILE.
      "
    `);
  });

  it("says so when it did not search everything below", async () => {
    const deep = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a/${i}/b/main.tf`, INVITE]));
    const cwd = makeTree({ ...deep, "z/main.tf": INVITE });
    expect(await nothingIn(".", "status", { cwd, env: {} }, 20)).toEqual({
      message: "no Terraform configuration and no state in this directory",
      hint: [
        "At least 1 root module with invites is below it: z. Run:",
        "  tfinvite status --recursive",
        "  tfinvite status z",
      ].join("\n"),
    });
    const elsewhere = await nothingIn("a", "status", { cwd, env: {} }, 20);
    expect(elsewhere.hint).toContain("here and in the first directories below it");
  });
});
