import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findInFiles } from "../../support/lint-case.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-ids-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const INVITES = `resource "openai_invite" "sam" {
  email = "sam@example.com"
  role  = "reader"
}
resource "openai_invite" "team" {
  for_each = toset(["ana@example.com", "kim@example.com"])
  email    = each.key
  role     = "reader"
}
`;

/** The texts at the places where a user's id is in fact an invite's id. */
async function found(expression: string, more = ""): Promise<string[]> {
  const text = `${INVITES}${more}
resource "openai_project_user" "sam" {
  project_id = "proj_search"
  role       = "member"
  user_id    = ${expression}
}
`;
  await writeFile(path.join(folder, "main.tf"), text);
  const findings = (await findInFiles(folder)).filter(({ rule }) => rule === "invite-as-user");
  return findings.map(({ range }) => text.slice(range?.start.offset, range?.end.offset));
}

describe("ids of invites in an expression", () => {
  it.each([
    ["openai_invite.sam.id", "openai_invite.sam.id"],
    ['openai_invite.team["ana@example.com"].invite_id', 'openai_invite.team["ana@example.com"].invite_id'],
    ['"${openai_invite.sam.id}"', '"${openai_invite.sam.id}"'],
    ['"${openai_invite.sam.id} "', "openai_invite.sam.id"],
    ["one([for i in openai_invite.team : i.id])", "i.id"],
    ["{ for k, i in openai_invite.team : k => i }[each.key].id", "i"],
    ["values(openai_invite.team)[0].id", "openai_invite.team"],
    ["flatten([[openai_invite.sam], []])[0].id", "openai_invite.sam"],
    ["lookup({ sam = openai_invite.sam.id }, var.who, null)", "openai_invite.sam.id"],
    ['element(concat(["user-1"], openai_invite.team[*].id), 1)', "openai_invite.team[*].id"],
    ["one(data.openai_invites.all.invites[*].id)", "data.openai_invites.all.invites[*].id"],
    ["data.openai_invite.x.id", "data.openai_invite.x.id"],
    ['"invite-0123"', '"invite-0123"'],
    ['var.x ? "invite-0123" : "user-0123"', '"invite-0123"'],
    ["merge({ id = null }, openai_invite.sam).id", "openai_invite.sam"],
    ["trimprefix(openai_invite.sam.id, var.x)", "openai_invite.sam.id"],
  ])("%s", async (expression, place) => {
    expect(await found(expression)).toEqual([place]);
  });

  it.each([
    "openai_invite.sam.email",
    "openai_invite.sam.projects[0].id",
    "var.users[openai_invite.sam.id]",
    'openai_invite.sam.id != "" ? var.a : var.b',
    "{ (openai_invite.sam.id) = var.a }[var.b]",
    "{ invite = openai_invite.sam.id, user = var.a }.user",
    "[openai_invite.sam.id, var.a][1]",
    "one([for openai_invite in var.users : openai_invite.sam.id])",
    "one([for id, user in var.users : id if id == openai_invite.sam.id])",
    "length(openai_invite.sam.id)",
    "data.openai_organization_users.all.users[0].id",
    '"user-0123"',
    "local.missing",
    "each.value.id",
    "module.missing.id",
  ])("none in %s", async (expression) => {
    expect(await found(expression)).toEqual([]);
  });

  it("ends when definitions refer to themselves", async () => {
    const locals = "locals {\n  a = [local.b, openai_invite.sam.id]\n  b = local.a[0]\n}\n";
    expect(await found("local.b", locals)).toEqual([]);
    expect(await found("local.a[1]", locals)).toEqual(["local.a[1]"]);
  });

  it("ends when the number of paths multiplies", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `  l${i + 1} = flatten([local.l${i}, local.l${i}])`);
    const locals = `locals {\n  l0 = [var.a]\n${lines.join("\n")}\n}\n`;
    expect(await found("local.l60[0]", locals)).toEqual([]);
  });
});
