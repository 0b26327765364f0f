import path from "node:path";
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { Configuration } from "../../../src/terraform/configuration/configuration.js";
import { type LoadOptions, loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import type { FileSystem } from "../../../src/terraform/files/file-system.js";
import { plain } from "./configuration-cases.js";

const ROOT = path.resolve("/", "work");

/** A file system of the given texts, by path from the root; `read` lists the files that were read. */
function inMemory(files: Readonly<Record<string, string>>): FileSystem & { readonly seen: string[] } {
  const byPath = new Map(Object.entries(files).map(([name, text]) => [path.join(ROOT, name), text]));
  const seen: string[] = [];
  const below = (directory: string) => [...byPath.keys()].filter((file) => file.startsWith(directory + path.sep));
  return {
    seen,
    list(directory) {
      const inside = below(directory);
      if (inside.length === 0) return undefined;
      return inside.filter((file) => path.dirname(file) === directory).map((file) => path.basename(file));
    },
    read(file) {
      const text = byPath.get(file);
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${file}`), { code: "ENOENT" });
      if (text === "unreadable") throw new Error("EACCES: permission denied");
      seen.push(path.relative(ROOT, file).split(path.sep).join("/"));
      return text;
    },
    data: () => ({ kind: "missing" }),
  };
}

function load(files: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): Promise<Configuration> {
  return loadConfiguration({
    directory: ".",
    cwd: ROOT,
    types: ["acme_invite"],
    mention: ["acme_"],
    tool: "terraform",
    env: {},
    fileSystem: inMemory(files),
    ...options,
  });
}

const addresses = (configuration: Configuration) =>
  configuration.resources.flatMap(({ instances }) => instances.map(({ address }) => formatAddress(address)));

const INVITE = 'resource "acme_invite" "one" {}\n';

describe("what is read and parsed", () => {
  test("a module that nothing in it or below it mentions is not parsed", async () => {
    const broken = 'variable "x" { = = =\n';
    const configuration = await load({
      "main.tf": `${INVITE}module "a" { source = "./a" }\nmodule "b" { source = "./b" }\n`,
      "a/main.tf": `module "c" { source = "../c" }\n`,
      "b/main.tf": broken,
      "c/main.tf": INVITE,
    });
    expect(addresses(configuration)).toEqual(["acme_invite.one", "module.a.module.c.acme_invite.one"]);
    expect(configuration.problems).toEqual([]);
    expect([...configuration.texts.keys()]).toEqual(["main.tf", "a/main.tf", "c/main.tf"]);
  });

  test("within a module that matters, a file with other resources only is not parsed", async () => {
    const configuration = await load({
      "main.tf": INVITE,
      "network.tf": 'resource "other" "x" {\n  broken = = \n}\n',
      "values.tf": 'locals {\n  x = "y"\n}\n',
    });
    expect([...configuration.texts.keys()]).toEqual(["main.tf", "values.tf"]);
    expect(configuration.problems).toEqual([]);
    expect(configuration.files).toEqual(["main.tf", "network.tf", "values.tf"]);
  });

  test("when nothing matters, the backend is still reported, and variable files are not read", async () => {
    const fileSystem = inMemory({
      "main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "terraform.tfvars": "broken = = \n",
      "other.tf": "resource {{{",
    });
    const configuration = await load({}, { fileSystem });
    expect(configuration.settings.backend?.type).toBe("s3");
    expect(configuration.problems).toEqual([]);
    expect(fileSystem.seen).toEqual(["main.tf", "other.tf"]);
  });

  test("files are shown as the user would write them", async () => {
    const configuration = await load(
      { "infra/root/main.tf": `${INVITE}module "m" { source = "../m" }\n`, "infra/m/main.tf": INVITE },
      { directory: "../work/infra/root", cwd: path.join(ROOT, "elsewhere") },
    );
    expect(configuration.directory).toBe("../work/infra/root");
    expect(configuration.files).toEqual([]);
    expect(configuration.problems.map(({ message }) => message)).toEqual(["the file can't be read: no such directory"]);
    const found = await load(
      { "infra/root/main.tf": `${INVITE}module "m" { source = "../m" }\n`, "infra/m/main.tf": INVITE },
      { directory: "../infra/root/", cwd: path.join(ROOT, "elsewhere") },
    );
    expect(found.files).toEqual(["../infra/root/main.tf", "../infra/m/main.tf"]);
  });

  test("an unreadable file is reported, and the others are used", async () => {
    const configuration = await load({ "main.tf": INVITE, "secret.tf": "unreadable" });
    expect(configuration.problems.map(({ message, range }) => [range.file, range.start.line, message])).toEqual([
      ["secret.tf", 1, "the file can't be read: EACCES: permission denied"],
    ]);
    expect(addresses(configuration)).toEqual(["acme_invite.one"]);
  });

  test("a module whose outputs are used is parsed for them", async () => {
    const configuration = await load({
      "main.tf":
        'resource "acme_invite" "all" {\n  for_each = toset(module.people.names)\n}\nmodule "people" {\n  source = "./people"\n}\n',
      "people/names.tf":
        'output "names" {\n  value = module.deeper.names\n}\nmodule "deeper" {\n  source = "../deeper"\n}\n',
      "people/other.tf": "resource {{{",
      "deeper/outputs.tf": 'output "names" {\n  value = ["ann"]\n}\n',
    });
    expect(addresses(configuration)).toEqual(['acme_invite.all["ann"]']);
    expect(configuration.problems).toEqual([]);
  });
});

describe("values from outside the files", () => {
  const files = {
    "main.tf": `variable "people" { type = set(string) }
variable "name" { default = "default" }
resource "acme_invite" "all" {
  for_each = var.people
  email    = var.name
}
`,
  };

  test("have no place", async () => {
    const { resources } = await load(files, {
      env: { TF_VAR_people: '["b", "a"]' },
      variables: [{ assignment: "name=x" }],
    });
    expect(resources[0]?.instances.map(({ address, keySource }) => [address.key, keySource])).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    const email = resources[0]?.instances[0]?.arguments.get("email");
    expect(email).toMatchObject({ kind: "string", value: "x", via: "var.name" });
    expect(email).not.toHaveProperty("source");
  });

  test("that are not expressions are not known", async () => {
    const { resources } = await load(files, { variables: [{ assignment: "people=[oops" }] });
    expect(resources[0]).toMatchObject({
      complete: false,
      reason: "the value of var.people can't be parsed",
      instances: [],
    });
  });

  test("that do not match the type are not known", async () => {
    const { resources } = await load(files, { variables: [{ assignment: "people={}" }] });
    expect(resources[0]).toMatchObject({ complete: false, reason: "var.people: an object cannot become a set" });
  });

  test("a missing variable file is reported", async () => {
    const { problems, resources } = await load(files, { variables: [{ file: "none.tfvars" }] });
    expect(problems.map(({ message, range }) => [range.file, message.split(":")[0]])).toEqual([
      ["none.tfvars", "the file can't be read"],
    ]);
    expect(resources[0]?.complete).toBe(false);
  });

  test("the selected workspace is the one that init recorded", async () => {
    const text = 'resource "acme_invite" "x" {\n  email = terraform.workspace\n}\n';
    const email = async (configuration: Promise<Configuration>) =>
      plain((await configuration).resources[0]?.instances[0]?.arguments.get("email") ?? { kind: "null" });
    expect(await email(load({ "main.tf": text }))).toBe("default");
    expect(await email(load({ "main.tf": text, ".terraform/environment": "staging\n" }))).toBe("staging");
    expect(await email(load({ "main.tf": text, "data/environment": "live" }, { env: { TF_DATA_DIR: "data" } }))).toBe(
      "live",
    );
    expect(await email(load({ "main.tf": `${text}terraform {\n  cloud {}\n}\n` }))).toMatch(/unknown/);
  });

  test("installed modules are found by their call path, and a broken manifest counts as none", async () => {
    const call = 'module "m" {\n  source = "git::https://git.example.com/m.git"\n}\n';
    const manifest = JSON.stringify({
      Modules: [{ Key: "m", Source: "git::https://git.example.com/m.git", Dir: "vendor/m" }],
    });
    const all = { "main.tf": INVITE + call, "vendor/m/main.tf": INVITE };
    expect(addresses(await load({ ...all, ".terraform/modules/modules.json": manifest }))).toEqual([
      "acme_invite.one",
      "module.m.acme_invite.one",
    ]);
    const broken = await load({ ...all, ".terraform/modules/modules.json": '{"Modules":[{"Key":1}]}' });
    expect(addresses(broken)).toEqual(["acme_invite.one"]);
    expect(broken.unresolvedModules.map(({ reason }) => reason)).toEqual(["it is not installed; run init first"]);
  });

  test("an invite in an installed module only is found from a root that mentions none", async () => {
    const configuration = await load({
      "main.tf": 'module "m" {\n  source = "example/m/test"\n}\n',
      "vendor/m/main.tf": INVITE,
      ".terraform/modules/modules.json": '{"Modules":[{"Key":"m","Source":"","Dir":"vendor/m"}]}',
    });
    expect(addresses(configuration)).toEqual(["module.m.acme_invite.one"]);
  });
});

describe("endless configurations", () => {
  test("modules that each call the next one twice", async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 30; index += 1) {
      const source = `source = "../m${index + 1}"`;
      files[`m${index}/main.tf`] = `module "a" {\n  ${source}\n}\nmodule "b" {\n  ${source}\n}\n`;
    }
    files["m30/main.tf"] = INVITE;
    const configuration = await load(files, { directory: "m0" });
    expect(configuration.unresolvedModules.map(({ reason }) => reason)).toContain("too many modules call each other");
    expect(addresses(configuration).length).toBeGreaterThan(100);
  });

  test("counts of counts", async () => {
    const call = (next: string) => `module "m" {\n  source = "../${next}"\n  count  = 1000\n}\n`;
    const configuration = await load(
      {
        "a/main.tf": call("b"),
        "b/main.tf": call("c"),
        "c/main.tf": call("d"),
        "d/main.tf": 'resource "acme_invite" "x" {\n  count = 1e9\n}\n',
      },
      { directory: "a" },
    );
    expect(configuration.resources[0]).toMatchObject({ complete: false, reason: expect.stringContaining("more than") });
  });

  test("locals that double in size", async () => {
    const doubling = Array.from(
      { length: 60 },
      (_, index) =>
        `  l${index + 1} = [local.l${index}, local.l${index}]\n  t${index + 1} = "\${local.t${index}}\${local.t${index}}"\n`,
    );
    const configuration = await load({
      "main.tf": `locals {\n  l0 = ["x"]\n  t0 = "x"\n${doubling.join("")}}\nresource "acme_invite" "x" {\n  list = local.l60\n  text = local.t60\n}\n`,
    });
    const values = configuration.resources[0]?.instances[0]?.arguments;
    expect(JSON.stringify(plain(values?.get("list") ?? { kind: "null" }))).toMatch(/unknown: .*too /);
    expect(plain(values?.get("text") ?? { kind: "null" })).toMatch(/unknown: .*too /);
  });

  test("a long chain of locals, each within brackets", async () => {
    const chain = Array.from({ length: 3000 }, (_, index) => `  l${index + 1} = [[[[[local.l${index}]]]]]\n`);
    const configuration = await load({
      "main.tf": `locals {\n  l0 = "x"\n${chain.join("")}}\nresource "acme_invite" "x" {\n  email = local.l3000\n  first = local.l1\n}\n`,
    });
    expect(
      JSON.stringify(plain(configuration.resources[0]?.instances[0]?.arguments.get("email") ?? { kind: "null" })),
    ).toMatch(/unknown: /);
  });
});

describe("lock files", () => {
  test("of OpenTofu, read as Terraform", async () => {
    const files = {
      "main.tf": `terraform {\n  required_providers {\n    acme = { source = "acme/acme" }\n  }\n}\n${INVITE}`,
      ".terraform.lock.hcl": 'provider "registry.opentofu.org/acme/acme" {\n  version = "1.2.3"\n}\n',
    };
    const terraform = await load(files);
    expect(terraform.resources[0]?.provider).toMatchObject({
      source: "registry.terraform.io/acme/acme",
      lockedVersion: "1.2.3",
    });
    const tofu = await load(files, { tool: "tofu" });
    expect(tofu.resources[0]?.provider).toMatchObject({
      source: "registry.opentofu.org/acme/acme",
      lockedVersion: "1.2.3",
    });
  });
});
