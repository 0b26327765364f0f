import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { inSentRoot, ownTexts } from "../support/forget-case.js";

const WRITE = ["repair", "--as", "blocks", "--write", "--yes"] as const;

function invite(name: string, email: string, more = ""): string {
  return `resource "openai_invite" "${name}" {\n  email = "${email}"\n  role  = "reader"\n${more}}\n`;
}

const TEAM = `resource "openai_invite" "team" {
  for_each = toset(var.team)
  email    = each.key
  role     = "reader"
}

variable "team" {
  default = ["used-dan@example.com", "erin@example.com"]
}
`;

const ALICE = invite("alice", "used-alice@example.com");

/** Runs `--write`, and returns what it said and what was in the files before and after. */
async function written(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = WRITE,
  { root = ".", cwd = "." } = {},
): Promise<{ readonly code: number | null; readonly stderr: string; readonly changed: Record<string, string> }> {
  let result: Awaited<ReturnType<typeof written>> | undefined;
  await inSentRoot(
    files,
    async ({ directory, run }) => {
      const before = ownTexts(directory);
      const { code, stderr } = await run(args, { cwd: path.join(directory, cwd) });
      const changed = Object.fromEntries([...ownTexts(directory)].filter(([name, text]) => before.get(name) !== text));
      result = { code, stderr, changed };
    },
    root,
  );
  if (result === undefined) throw new Error("nothing was run");
  return result;
}

describe("repair --as blocks, where it takes care", () => {
  it("is not offered below 1.7", async () => {
    const versions = 'terraform {\n  required_version = "~> 1.5.0"\n}\n';
    expect(await written({ "main.tf": ALICE, "old.tf": versions, "versions.tf": "" })).toEqual({
      code: 2,
      changed: {},
      stderr:
        "error: . can't use blocks: Terraform has removed blocks since 1.7, and required_version (~> 1.5.0) allows no Terraform that has them\n       Remove the invites by command: tfinvite repair\n",
    });
  });

  it("leaves lifecycle out where OpenTofu may not know it, and says so where the version is not known", () =>
    inSentRoot({ "main.tf": ALICE, "versions.tf": "" }, async ({ run }) => {
      const { stdout, stderr, code } = await run(["repair", "--as", "blocks", "--terraform-bin", "/nowhere/tofu"]);
      expect(stdout.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
        "",
        "removed {",
        "  from = openai_invite.alice",
        "}",
        "",
      ]);
      expect(stderr).toContain("note: which tofu applies . is not known, so the blocks are for 1.7 or later\n");
      expect(code).toBe(0);
    }));

  it.each([
    [["repair", "--as", "atlantis", "--write"], "--write can't be used with --as"],
    [["repair", "--write"], "--write asks before it changes anything, and there is no terminal to ask on"],
    [["repair", "--dry-run"], "--dry-run requires --apply or --write"],
    [["repair", "--as", "blocks", "--out", "blocks.txt"], "--out blocks.txt is not a name of a configuration file"],
    [[...WRITE, "--out", "../elsewhere.tf"], "--out ../elsewhere.tf is not in ., so Terraform would not read it"],
    [[...WRITE, "--out", "main.tf"], "main.tf already exists, and tfinvite did not write it"],
    [
      ["repair", "--as", "blocks", "--redact"],
      "--redact would mask email addresses that the blocks need, as instance keys",
    ],
  ])("refuses %j", async (args, message) => {
    const { code, stderr, changed } = await written({ "main.tf": TEAM }, args);
    expect({ code, changed, message: stderr.split("\n").findLast((line) => line.startsWith("error: ")) }).toEqual({
      code: 2,
      changed: {},
      message: `error: ${message}`,
    });
  });

  it("writes blocks alone where that is all that is asked for, and has them in place of new ones later", () =>
    inSentRoot({ "main.tf": TEAM }, async ({ directory, run }) => {
      const out = ["--out", "forget.tf"];
      expect((await run(["repair", "--as", "blocks", ...out])).code).toBe(0);
      const blocks = readFileSync(path.join(directory, "forget.tf"), "utf8");
      expect(blocks).toContain('moved {\n  from = openai_invite.team["used-dan@example.com"]');
      expect((await run([...WRITE, ...out])).code).toBe(0);
      expect(readFileSync(path.join(directory, "forget.tf"), "utf8")).toBe(blocks);
      expect(readFileSync(path.join(directory, "main.tf"), "utf8")).toContain('default = ["erin@example.com"]');
      expect(existsSync(path.join(directory, "tfinvite-forget.tf"))).toBe(false);
    }));

  it.each(["main.tf", "main.tf.json"])("adds to the blocks of an earlier run: %s", (name) => {
    const list = { for_each: "${toset(var.team)}", email: "${each.key}", role: "reader" };
    const team = {
      variable: { team: { default: ["used-dan@example.com", "erin@example.com"] } },
      resource: { openai_invite: { team: list } },
    };
    const files: Record<string, string> =
      name === "main.tf" ? { "main.tf": TEAM } : { [name]: JSON.stringify(team, null, 2) };
    return inSentRoot(files, async ({ directory, run, api }) => {
      expect((await run(WRITE)).code).toBe(0);
      const file = path.join(directory, name.replace("main", "tfinvite-forget"));
      const first = readFileSync(file, "utf8");
      for (const { id, email } of [...api.invites]) if (email === "erin@example.com") api.accept(id);
      expect((await run(WRITE)).code).toBe(0);
      const both = readFileSync(file, "utf8");
      // Now every instance is used, so the block is deleted, too.
      expect(
        both
          .match(/"?(?:from|to)"? *[=:] *[^\n]+/g)
          ?.map((line) => line.replace(/[",\\]/g, "").replace(/ *[=:] */, " ")),
      ).toMatchSnapshot();
      if (name === "main.tf") expect(both.startsWith(first)).toBe(true);
    });
  });

  const USERS = `data "openai_organization_users" "all" {}

resource "openai_project_user" "team" {
  for_each   = toset([for user in data.openai_organization_users.all.users : user.id if contains(var.team, user.email)])
  project_id = "proj_a"
  user_id    = each.key
}
`;
  const OVERRIDE = 'resource "openai_invite" "alice" {\n  role = "owner"\n}\n';
  it.each<[what: string, files: Record<string, string>, reason: string | RegExp]>([
    [
      "other resources are made from the same list, in a way that only Terraform knows",
      { "main.tf": TEAM + USERS },
      "what openai_project_user.team declares may change with it, and cannot be worked out (main.tf:12)",
    ],
    [
      "other resources read the list",
      { "main.tf": `${TEAM}resource "terraform_data" "count" {\n  input = length(var.team)\n}\n` },
      "input of terraform_data.count would change as well, or may (main.tf:10)",
    ],
    [
      "an override file has a part of it",
      { "main.tf": ALICE, "main_override.tf": OVERRIDE },
      "an override file has a part of the block",
    ],
    [
      "a file does not parse",
      { "main.tf": ALICE, "broken.tf": 'locals {\n  a = "\n}\n' },
      /broken\.tf:\d+ has a syntax error, which comes first/,
    ],
    [
      "a removed block destroys it",
      { "main.tf": `${ALICE}removed {\n  from = openai_invite.alice\n}\n` },
      "the removed block at main.tf:5 destroys it; to fix it: tfinvite lint --fix",
    ],
    [
      "a moved block takes it elsewhere",
      { "main.tf": `${ALICE}moved {\n  from = openai_invite.alice\n  to   = openai_invite.ann\n}\n` },
      "the moved block at main.tf:5 moves it: apply that first",
    ],
    [
      "a status is read",
      { "main.tf": `${ALICE}output "status" {\n  value = openai_invite.alice.status\n}\n` },
      "output.status reads openai_invite.alice, which goes (main.tf:6)",
    ],
    [
      "a validation counts the list",
      {
        "main.tf": TEAM.replace(
          "]\n}",
          ']\n  validation {\n    condition     = length(var.team) > 1\n    error_message = "Too few."\n  }\n}',
        ),
      },
      "a validation may not hold without it (main.tf:10)",
    ],
    [
      "the list is passed to a module that cannot be read",
      { "main.tf": `${TEAM}module "mail" {\n  source = "acme/mail/any"\n  to     = var.team\n}\n` },
      "what module.mail does with it is not known (main.tf:10)",
    ],
    [
      "a module makes another resource of it",
      {
        "main.tf": `${TEAM}module "mail" {\n  source = "./mail"\n  to     = var.team\n}\n`,
        "mail/main.tf":
          'variable "to" {}\n\nresource "terraform_data" "mail" {\n  for_each = toset([for one in var.to : upper(one)])\n}\n',
      },
      'module.mail.terraform_data.mail["USED-DAN@EXAMPLE.COM"] would go as well (mail/main.tf:3)',
    ],
    [
      "other resources are made for each of the invites",
      { "main.tf": `${TEAM}resource "terraform_data" "each" {\n  for_each = openai_invite.team\n}\n` },
      "what terraform_data.each declares may change with it, and cannot be worked out (main.tf:10)",
    ],
  ])("leaves it to the person where %s", async (_, files, reason) => {
    const { code, stderr, changed } = await written(files);
    expect(changed).toEqual({});
    expect(stderr.replace(/\s+/g, " ")).toMatch(
      typeof reason === "string" ? new RegExp(reason.replace(/[.()[\]]/g, "\\$&")) : reason,
    );
    expect(code).toBe(3);
  });

  it("takes the import block along that would want it declared", async () => {
    const { code, changed } = await written({
      "main.tf": `${ALICE}import {\n  to = openai_invite.alice\n  id = "invite-1"\n}\n\nlocals {\n  kept = true\n}\n`,
    });
    expect(code).toBe(0);
    expect(changed["main.tf"]).toBe("locals {\n  kept = true\n}\n");
  });

  const MODULE = { "modules/alice/main.tf": ALICE };
  const call = (source: string) => `module "alice" {\n  source = "${source}"\n}\n`;

  it("does not touch a module that another root module calls, and says which", async () => {
    const files = {
      "main.tf": call("./modules/alice"),
      "other/main.tf": call("../modules/alice"),
      ".git/HEAD": "",
      ...MODULE,
    };
    const { code, stderr, changed } = await written(files);
    expect({ code, changed }).toEqual({ code: 3, changed: {} });
    expect(stderr).toContain("modules/alice/main.tf is not changed: other calls the module as well");
  });

  it("deletes the call of a module outside of the root module's directory, and leaves the module alone", async () => {
    const files = { "infra/main.tf": `${call("../modules/alice")}${invite("bob", "bob@example.com")}`, ...MODULE };
    const { code, changed } = await written(files, WRITE, { root: "infra", cwd: "infra" });
    expect(code).toBe(0);
    expect(Object.keys(changed).sort()).toEqual(["infra/main.tf", "infra/tfinvite-forget.tf"]);
    expect(changed["infra/tfinvite-forget.tf"]).toContain("from = module.alice.openai_invite.alice\n");
  });

  it("leaves a file alone that is not UTF-8 throughout, with all that depends on it", () =>
    inSentRoot({ "main.tf": ALICE, "team.tf": TEAM }, async ({ directory, run }) => {
      const team = path.join(directory, "team.tf");
      const bytes = Buffer.concat([Buffer.from([0x23, 0xff, 0x0a]), Buffer.from(TEAM)]);
      writeFileSync(team, bytes);
      const { code, stderr } = await run(WRITE);
      expect(code).toBe(3);
      expect(stderr).toContain("team.tf is not changed: it is not valid UTF-8");
      expect(readFileSync(team).equals(bytes)).toBe(true);
      expect(readFileSync(path.join(directory, "main.tf"), "utf8")).toBe("");
      expect(readFileSync(path.join(directory, "tfinvite-forget.tf"), "utf8")).not.toContain("team");
    }));

  it("does not ask for a backup where no command is run on the state", () =>
    inSentRoot({ "main.tf": ALICE, "backend.tf": 'terraform {\n  backend "s3" {}\n}\n' }, async ({ run }) => {
      const state = ["--state", "terraform.tfstate"];
      expect((await run(["repair", ...state])).stderr).toContain("makes no backup of a state in s3");
      const { code, stdout, stderr } = await run(["repair", "--as", "blocks", ...state]);
      expect(stderr).not.toContain("backup");
      expect(stdout).toContain("from = openai_invite.alice\n");
      expect(code).toBe(0);
    }));

  it("takes several root modules in one call", async () => {
    const files = { "a/main.tf": ALICE, "b/main.tf": invite("bob", "bob@example.com") };
    const { code, changed, stderr } = await written(files, [...WRITE, "a", "b"], { root: "a" });
    expect({ code, files: Object.keys(changed) }).toEqual({ code: 0, files: ["a/main.tf", "a/tfinvite-forget.tf"] });
    expect(stderr).toContain("After that     tfinvite repair --clean a b");
  });
});
