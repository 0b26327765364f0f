import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Inventory, isInviteType, takeInventory } from "../../../src/invites/inventory.js";
import { INVITE_PREFILTER, INVITE_TYPES } from "../../../src/invites/providers/registry.js";
import { configurationSteps } from "../../../src/invites/remedies/configuration-steps.js";
import { dependentsOf } from "../../../src/invites/remedies/dependents.js";
import { dependentWords, stepWords } from "../../../src/report/messages/edit-words.js";
import { formatModulePath } from "../../../src/terraform/addresses/address.js";
import { parseAddress } from "../../../src/terraform/addresses/address-parser.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import { readState } from "../../../src/terraform/state/read-state.js";

type Files = Readonly<Record<string, string>>;

/** The inventory of `root/`, whose state holds everything that is declared, and `alsoInState`. */
async function inventoryOf(files: Files, alsoInState: readonly string[] = []): Promise<Inventory> {
  const folder = await mkdtemp(path.join(tmpdir(), "tfinvite-steps-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const mention = alsoInState.length > 0 ? [""] : INVITE_PREFILTER;
    const options = { cwd: folder, types: INVITE_TYPES, mention, tool: "terraform", env: {} } as const;
    const configuration = await loadConfiguration({ ...options, directory: "root" });
    const declared = takeInventory(configuration, undefined).entries.map(({ name, email }) => ({ name, email }));
    const state = stateOf([...declared, ...alsoInState.map((name) => ({ name, email: undefined }))]);
    const read = await readState(pieces(state), { wantedTypes: isInviteType, origin: "the state" });
    if (!read.ok) throw new Error(read.error.message);
    return takeInventory(configuration, read.state);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* pieces(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function stateOf(invites: readonly { readonly name: string; readonly email: string | undefined }[]): string {
  const resources = invites.map(({ name, email }) => {
    const parsed = parseAddress(name);
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error.message}`);
    const { module, type, name: resource, key } = parsed.address;
    return {
      ...(module.length > 0 && { module: formatModulePath(module) }),
      mode: "managed",
      type,
      name: resource,
      provider: 'provider["registry.terraform.io/openai/openai"]',
      instances: [{ schema_version: 0, index_key: key, attributes: { email } }],
    };
  });
  return JSON.stringify({ version: 4, terraform_version: "1.9.0", serial: 1, lineage: "a", outputs: {}, resources });
}

/** The steps that remove these invites. */
function steps(inventory: Inventory, ...names: readonly string[]): readonly string[] {
  return configurationSteps(entries(inventory, names), inventory).map(
    (step) => `${step.range.file}:${step.range.start.line} ${step.resource}: ${stepWords(step)}`,
  );
}

function dependents(inventory: Inventory, ...names: readonly string[]): readonly string[] {
  return dependentsOf(entries(inventory, names), inventory).map(
    (dependent) => `${dependent.range.file}:${dependent.range.start.line} ${dependentWords(dependent)}`,
  );
}

function entries(inventory: Inventory, names: readonly string[]) {
  const missing = names.filter((name) => !inventory.entries.some((entry) => entry.name === name));
  expect(missing, "addresses that the inventory lacks").toEqual([]);
  return inventory.entries.filter((entry) => names.includes(entry.name));
}

const PERSON = `variable "email" {}
resource "openai_invite" "this" {
  email = var.email
  role  = "reader"
}
`;

const SQUAD = `variable "people" { type = list(string) }
resource "openai_invite" "member" {
  for_each = toset(var.people)
  email    = each.key
}
output "ids" { value = [for invite in openai_invite.member : invite.id] }
`;

const PEOPLE = `module "kim" {
  source = "./person"
  email  = "kim@example.com"
}
module "lee" {
  source = "./person"
  email  = "lee@example.com"
}
`;

describe("invites of the root module", () => {
  it("are removed with their block only when no instance stays", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `resource "openai_invite" "team" {
  for_each = toset(var.team)
  email    = each.key
}
resource "openai_invite" "bob" { email = "bob@example.com" }
`,
      "root/variables.tf": `variable "team" {
  default = [
    "a",
    "say \\"b\\"",
    "c",
  ]
}
`,
    });
    expect(steps(inventory, "openai_invite.bob")).toEqual(["root/main.tf:5 openai_invite.bob: delete the block"]);
    expect(steps(inventory, 'openai_invite.team["c"]', 'openai_invite.team["say \\"b\\""]')).toEqual([
      'root/variables.tf:4 openai_invite.team: drop "c", "say \\"b\\"" from var.team',
    ]);
    expect(
      steps(inventory, 'openai_invite.team["a"]', 'openai_invite.team["c"]', 'openai_invite.team["say \\"b\\""]'),
    ).toEqual(["root/main.tf:1 openai_invite.team: delete the block, or empty var.team"]);
  });

  it("name a variable whose value is in a separate file", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `variable "team" {}
resource "openai_invite" "team" {
  for_each = toset(var.team)
  email    = each.key
}
`,
      "root/terraform.tfvars": 'team = ["a", "b"]\n',
    });
    expect(steps(inventory, 'openai_invite.team["a"]')).toEqual([
      'root/terraform.tfvars:1 openai_invite.team: drop "a" from var.team',
    ]);
  });

  it("stay in a collection that declares others by the same key", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `locals { team = toset(["a", "b"]) }
resource "openai_invite" "first" {
  for_each = local.team
  email    = "\${each.key}@example.com"
}
resource "openai_invite" "second" {
  for_each = local.team
  email    = "\${each.key}@example.org"
}
`,
    });
    expect(steps(inventory, 'openai_invite.first["a"]')).toEqual([
      'root/main.tf:3 openai_invite.first: exclude "a" from this for_each only, and keep them in its collection: openai_invite.second["a"] comes from the same place there, and stays',
    ]);
    expect(steps(inventory, 'openai_invite.first["a"]', 'openai_invite.second["a"]')).toEqual([
      'root/main.tf:1 openai_invite.first, openai_invite.second: drop "a" from local.team',
    ]);
  });

  it("are looked for where their keys are not known", async () => {
    const inventory = await inventoryOf(
      {
        "root/main.tf": `variable "team" {}
resource "openai_invite" "team" {
  for_each = var.team
  email    = each.key
}
`,
      },
      ['openai_invite.team["a"]'],
    );
    expect(steps(inventory, 'openai_invite.team["a"]')).toEqual([
      'root/main.tf:2 openai_invite.team: find what declares openai_invite.team["a"] and drop it there: tfinvite could not work out its keys',
    ]);
  });
});

describe("import blocks", () => {
  it("are removed with what they import, and one for many loses a key", async () => {
    const block = (name: string, more: string) => `resource "openai_invite" "${name}" {\n${more}\n}\n`;
    const files = {
      "root/main.tf": [
        block("one", 'email = "one@example.com"'),
        block("team", 'for_each = toset(["a@example.com", "b@example.com"])\nemail = each.key'),
        'import {\n  to = openai_invite.one\n  id = "invite-1"\n}\n',
        "import {\n  for_each = local.ids\n  to       = openai_invite.team[each.key]\n  id       = each.value\n}\n",
      ].join(""),
    };
    const inventory = await inventoryOf(files);
    expect(steps(inventory, "openai_invite.one").at(-1)).toContain("delete the import block");
    expect(steps(inventory, 'openai_invite.team["a@example.com"]').at(-1)).toContain(
      'drop openai_invite.team["a@example.com"] from the for_each of the import block',
    );
  });
});

describe("count", () => {
  const counted = (count: string) => ({
    "root/main.tf": `variable "emails" { default = ["a@example.com", "b@example.com", "c@example.com"] }
resource "openai_invite" "one" {
  count = ${count}
  email = var.emails[count.index]
}
`,
  });

  it("is lowered when the last instances are removed", async () => {
    expect(steps(await inventoryOf(counted("3")), "openai_invite.one[1]", "openai_invite.one[2]")).toEqual([
      "root/main.tf:3 openai_invite.one: lower the count to 1",
    ]);
  });

  it("that is computed must become lower", async () => {
    expect(steps(await inventoryOf(counted("length(var.emails)")), "openai_invite.one[2]")).toEqual([
      "root/main.tf:3 openai_invite.one: count = length(var.emails) must be 2: keep only the first 2 of var.emails",
    ]);
    expect(steps(await inventoryOf(counted("(1 +\n 2)")), "openai_invite.one[2]")).toEqual([
      "root/main.tf:3 openai_invite.one: count = (1 + 2) must be 2",
    ]);
    expect(steps(await inventoryOf(counted("max(length(var.emails), 1)")), "openai_invite.one[2]")).toEqual([
      "root/main.tf:3 openai_invite.one: count = max(length(var.emails), 1) must be 2",
    ]);
  });

  it("that is not known must become lower, too", async () => {
    const files = { "root/main.tf": 'variable "n" {}\nresource "openai_invite" "one" {\n  count = var.n\n}\n' };
    const inventory = await inventoryOf(files, ["openai_invite.one[0]", "openai_invite.one[1]"]);
    expect(steps(inventory, "openai_invite.one[1]")).toEqual([
      "root/main.tf:3 openai_invite.one: count = var.n must be 1",
    ]);
  });

  it("is replaced by for_each when one in the middle is removed, and the others are moved", async () => {
    const inventory = await inventoryOf(counted("3"));
    expect(steps(inventory, "openai_invite.one[0]", "openai_invite.one[2]")).toEqual([
      `root/main.tf:3 openai_invite.one: replace count by for_each over the invites that stay, because [0], [2] can't be removed alone, and add a moved block for each (from openai_invite.one[1] to openai_invite.one["b@example.com"]), or the next apply destroys and re-invites them`,
    ]);
  });

  it("is removed with its block when no instance stays", async () => {
    const inventory = await inventoryOf(counted("1"));
    expect(steps(inventory, "openai_invite.one[0]")).toEqual(["root/main.tf:2 openai_invite.one: delete the block"]);
  });
});

describe("invites of called modules", () => {
  const kim = "module.kim.openai_invite.this";

  it("are removed at the call, because all calls share the block", async () => {
    const inventory = await inventoryOf({ "root/main.tf": PEOPLE, "root/person/main.tf": PERSON });
    const words = (name: string) =>
      `module.${name}: delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares module.${name}.openai_invite.this`;
    expect(steps(inventory, kim)).toEqual([`root/main.tf:1 ${words("kim")}`]);
    expect(steps(inventory, "module.lee.openai_invite.this", kim)).toEqual([
      `root/main.tf:1 ${words("kim")}`,
      `root/main.tf:5 ${words("lee")}`,
    ]);
  });

  it("are removed at the only call here when the call names the person", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": PEOPLE.slice(0, PEOPLE.indexOf('module "lee"')),
      "root/person/main.tf": PERSON,
    });
    expect(steps(inventory, kim)).toEqual([
      `root/main.tf:1 module.kim: delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares ${kim}`,
    ]);
  });

  it("are removed with the block when the block names the person, and no other call is known", async () => {
    const files = {
      "root/main.tf": 'module "staff" { source = "./staff" }\n',
      "root/staff/main.tf": 'resource "openai_invite" "kim" { email = "kim@example.com" }\n',
    };
    const name = "module.staff.openai_invite.kim";
    expect(steps(await inventoryOf(files), name)).toEqual([
      "root/staff/main.tf:1 module.staff.openai_invite.kim: delete the block; this also deletes it for other root modules that call its module",
    ]);
    const beside = {
      "root/main.tf": 'module "staff" { source = "../staff" }\n',
      "staff/main.tf": files["root/staff/main.tf"],
    };
    expect(steps(await inventoryOf(beside), name)).toEqual([
      `root/main.tf:1 module.staff: delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares ${name}`,
    ]);
  });

  it("keep a call that others need", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": PEOPLE,
      "root/person/main.tf": `${PERSON}resource "openai_invite" "other" { email = "other-\${var.email}" }\n`,
    });
    expect(steps(inventory, kim)).toEqual([
      `root/main.tf:1 module.kim: change its module so that it no longer declares ${kim}, and still declares what others need`,
    ]);
  });

  it("are removed with the key of a call that has for_each", async () => {
    const files = {
      "root/main.tf": `locals { people = { kim = "kim@example.com", lee = "lee@example.com" } }
module "people" {
  source   = "./person"
  for_each = local.people
  email    = each.value
}
`,
      "root/person/main.tf": PERSON,
    };
    const name = 'module.people["kim"].openai_invite.this';
    expect(steps(await inventoryOf(files), name)).toEqual([
      'root/main.tf:1 module.people: drop "kim" from local.people; this also removes everything else that the module declares for it',
    ]);
    const two = `${PERSON}resource "openai_invite" "other" { email = "other-\${var.email}" }\n`;
    const inventory = await inventoryOf({ ...files, "root/person/main.tf": two });
    expect(steps(inventory, name)).toEqual([
      `root/main.tf:2 module.people: change its module so that it no longer declares ${name}, and still declares what others need`,
    ]);
    expect(steps(inventory, name, 'module.people["kim"].openai_invite.other')).toEqual([
      'root/main.tf:1 module.people: drop "kim" from local.people; this also removes everything else that the module declares for it',
    ]);
  });

  it("are removed with the key further up when the calls below have no key", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `module "people" {
  source   = "./outer"
  for_each = toset(["kim", "lee"])
  name     = each.key
}
`,
      "root/outer/main.tf": `variable "name" {}
module "inner" {
  source = "../person"
  email  = "\${var.name}@example.com"
}
`,
      "root/person/main.tf": PERSON,
    });
    expect(steps(inventory, 'module.people["kim"].module.inner.openai_invite.this')).toEqual([
      'root/main.tf:3 module.people: drop "kim"; this also removes everything else that the module declares for it',
    ]);
  });

  it("are removed from each call's own collection", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `module "a" {
  source = "./squad"
  people = ["x", "y"]
}
module "b" {
  source = "./squad"
  people = ["x", "y", "z"]
}
`,
      "root/squad/main.tf": SQUAD,
    });
    const member = (module: string, key: string) => `module.${module}.openai_invite.member["${key}"]`;
    expect(steps(inventory, member("a", "y"), member("b", "z"), member("b", "x"))).toEqual([
      'root/main.tf:3 module.a.openai_invite.member: drop "y"',
      'root/main.tf:7 module.b.openai_invite.member: drop "x", "z"',
    ]);
    expect(dependents(inventory, member("a", "y"), member("b", "z"), member("b", "x"))).toEqual([
      "root/squad/main.tf:6 output.ids refers to openai_invite.member (2 instances stay): edit only if it refers to a removed key",
    ]);
  });

  it("are removed with the number of a call that has count", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `module "one" {
  source = "./person"
  count  = 3
  email  = "p\${count.index}@example.com"
}
`,
      "root/person/main.tf": PERSON,
    });
    const one = (index: number) => `module.one[${index}].openai_invite.this`;
    expect(steps(inventory, one(1), one(2))).toEqual(["root/main.tf:3 module.one: lower the count to 1"]);
    expect(steps(inventory, one(0))).toEqual([
      `root/main.tf:3 module.one: replace count by for_each over the invites that stay, because [0] can't be removed alone, and add a moved block for each (from module.one[1] to module.one["p1@example.com"], from module.one[2] to module.one["p2@example.com"]), or the next apply destroys and re-invites them`,
    ]);
    expect(steps(inventory, one(0), one(1), one(2))).toEqual([
      `root/main.tf:1 module.one: delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares ${one(0)}, ${one(1)}, ${one(2)}`,
    ]);
  });

  it("are removed at the call when count is in a block that several calls share", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `module "a" {
  source = "./some"
  n      = 2
}
module "b" {
  source = "./some"
  n      = 2
}
`,
      "root/some/main.tf": `variable "n" {}
resource "openai_invite" "one" {
  count = var.n
  email = "p\${count.index}@example.com"
}
`,
    });
    expect(steps(inventory, "module.a.openai_invite.one[1]")).toEqual([
      "root/main.tf:1 module.a: change its module so that it no longer declares module.a.openai_invite.one[1], and still declares what others need",
    ]);
  });

  it("never suggest an edit of a fetched copy", async () => {
    const manifest = JSON.stringify({
      Modules: [
        { Key: "", Source: "", Dir: "." },
        { Key: "staff", Source: "registry.terraform.io/acme/staff/openai", Dir: ".terraform/modules/staff" },
        { Key: "staff.squad", Source: "./squad", Dir: ".terraform/modules/staff/squad" },
      ],
    });
    const inventory = await inventoryOf({
      "root/main.tf": 'module "staff" {\n  source = "acme/staff/openai"\n}\n',
      "root/.terraform/modules/modules.json": manifest,
      "root/.terraform/modules/staff/main.tf":
        'module "squad" {\n  source = "./squad"\n  people = ["x", "y"]\n}\nresource "openai_invite" "boss" { email = "boss@example.com" }\n',
      "root/.terraform/modules/staff/squad/main.tf": SQUAD,
    });
    const x = 'module.staff.module.squad.openai_invite.member["x"]';
    const y = 'module.staff.module.squad.openai_invite.member["y"]';
    const boss = "module.staff.openai_invite.boss";
    const copy = "; the module comes from acme/staff/openai, so do it by the arguments of this call";
    expect(steps(inventory, x, boss)).toEqual([
      `root/main.tf:1 module.staff: change its module so that it no longer declares ${boss}, ${x}, and still declares what others need${copy}`,
    ]);
    expect(steps(inventory, x, y, boss)).toEqual([
      `root/main.tf:1 module.staff: delete this module call and the references to it if nothing else needs it; otherwise change its module so that it no longer declares ${boss}, ${x}, ${y}${copy}`,
    ]);
    expect(dependents(inventory, x, y, boss)).toEqual([]);
  });

  it("are suggested at a call that could not be followed", async () => {
    const inventory = await inventoryOf({ "root/main.tf": 'module "staff" {\n  source = "acme/staff/openai"\n}\n' }, [
      "module.staff.openai_invite.boss",
    ]);
    expect(steps(inventory, "module.staff.openai_invite.boss")).toEqual([
      "root/main.tf:2 module.staff: change its module so that it no longer declares module.staff.openai_invite.boss, and still declares what others need; the module comes from acme/staff/openai, so do it by the arguments of this call",
    ]);
  });
});

describe("a reference to an invite that is removed", () => {
  it("breaks when it reads that one, and may be fine when others stay", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `resource "openai_invite" "bob" { email = "bob@example.com" }
resource "openai_invite" "team" {
  for_each = toset(["a", "b"])
  email    = each.key
}
output "bob" { value = openai_invite.bob.id }
output "a" { value = openai_invite.team["a"].id }
output "b" { value = openai_invite.team["b"].id }
output "all" { value = values(openai_invite.team)[*].id }
`,
    });
    const [bob, a, b] = ["openai_invite.bob", 'openai_invite.team["a"]', 'openai_invite.team["b"]'] as const;
    expect(dependents(inventory, bob, a)).toEqual([
      "root/main.tf:6 output.bob refers to openai_invite.bob: delete it, or write the invite's ID in place of the reference",
      'root/main.tf:7 output.a refers to openai_invite.team["a"]: delete it, or write the invite\'s ID in place of the reference',
      "root/main.tf:9 output.all refers to openai_invite.team (1 instance stays): edit only if it refers to a removed key",
    ]);
    expect(dependents(inventory, a, b).at(-1)).toBe(
      "root/main.tf:9 output.all refers to openai_invite.team: delete it, or write the invite's ID in place of the reference",
    );
  });

  it("is one place for any number of calls of its module", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": PEOPLE,
      "root/person/main.tf": `${PERSON}output "id" { value = openai_invite.this.id }\n`,
    });
    expect(dependents(inventory, "module.kim.openai_invite.this")).toEqual([
      "root/person/main.tf:6 output.id refers to openai_invite.this (1 instance stays): edit only if it refers to a removed key",
    ]);
    expect(dependents(inventory, "module.kim.openai_invite.this", "module.lee.openai_invite.this")).toEqual([
      "root/person/main.tf:6 output.id refers to openai_invite.this (no instance stays): change it so that it works without one",
    ]);
  });

  it("needs no change in a block that is removed itself", async () => {
    const inventory = await inventoryOf({
      "root/main.tf": `resource "openai_invite" "bob" { email = "bob@example.com" }
resource "openai_invite" "eve" {
  email      = "eve@example.com"
  depends_on = [openai_invite.bob]
}
`,
    });
    expect(dependents(inventory, "openai_invite.bob")).toEqual([
      "root/main.tf:4 openai_invite.eve refers to openai_invite.bob: delete it, or write the invite's ID in place of the reference",
    ]);
    expect(dependents(inventory, "openai_invite.bob", "openai_invite.eve")).toEqual([]);
  });
});
