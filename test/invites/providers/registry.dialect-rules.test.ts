import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DIALECTS } from "../../../src/invites/providers/registry.js";
import { compactFindings, findInFiles } from "../../support/lint-case.js";

/** A version of each row, and of providers without a row. */
const PROVIDERS = [
  ["openai", "openai/openai", "1.1.0"],
  ["mkdev-me-1", "mkdev-me/openai", "1.2.0"],
  ["mkdev-me-2", "mkdev-me/openai", "2.2.7"],
  ["jianyuan-0.3", "jianyuan/openai", "0.3.4"],
  ["jianyuan-0.4", "jianyuan/openai", "0.6.0"],
  ["jianyuan-0.7", "jianyuan/openai", "0.7.0"],
  ["fjcorp", "fjcorp/openai", "0.1.0"],
  ["cloudopsworks", "cloudopsworks/openai", "0.1.1"],
  ["isac322", "isac322/openaiadmin", "1.0.0"],
  ["unknown", "somebody/openai", "1.0.0"],
] as const;

const MEMBER = '{ id = "proj_a", role = "member" }';

/** Arguments of an invite's block. */
const BODIES: Readonly<Record<string, string>> = {
  plain: "",
  "projects block": '  projects {\n    id   = "proj_a"\n    role = "member"\n  }',
  "dynamic projects":
    '  dynamic "projects" {\n    for_each = ["proj_a"]\n    content {\n      id   = projects.value\n      role = "member"\n    }\n  }',
  "projects attribute": `  projects = [${MEMBER}]`,
  "projects empty": "  projects = []",
  api_key: '  api_key = "YOUR_KEY"',
  status: '  status = "pending"',
  invite_id: '  invite_id = "invite-1"',
  invited_at: "  invited_at = 1",
  user_id: '  user_id = "user-1"',
  typo: '  rolle = "reader"',
  "what Terraform takes":
    '  depends_on = []\n  timeouts {}\n  lifecycle {\n    prevent_destroy = true\n  }\n  provisioner "local-exec" {\n    command = "true"\n  }',
};

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-dialects-"));
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

function required(source: string, version: string): string {
  const name = source.split("/").at(-1);
  return `terraform {\n  required_providers {\n    ${name} = {\n      source  = "${source}"\n      version = "${version}"\n    }\n  }\n}\n`;
}

function invite(source: string, body: string): string {
  const type = DIALECTS.find(({ namespaces }) => namespaces.includes(source.split("/")[0] ?? ""))?.provider.invite;
  return `resource "${type ?? "openai_invite"}" "sam" {\n  email = "sam@example.com"\n  role  = "reader"\n${body}\n}\n`;
}

async function rulesIn(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = path.join(cwd, folder.replaceAll(/[^\w.-]/g, "-"));
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
  const found = await findInFiles(directory);
  return found
    .map((finding) => {
      if (finding.rule !== "unsupported-argument") return finding.rule;
      const { name, syntax, computed, instead } = finding.arguments;
      return `unsupported-argument(${syntax} ${name}${computed ? ", computed" : ""}${instead === undefined ? "" : ` -> ${instead}`})`;
    })
    .sort()
    .join(" ");
}

describe("every row of the dialect table", () => {
  it("is covered by these providers", () => {
    expect(PROVIDERS.map(([id]) => id).filter((id) => id !== "unknown")).toEqual(DIALECTS.map(({ id }) => id));
  });

  it("has a decision for every rule that depends on a dialect", async () => {
    const lines: string[] = [];
    for (const [id, source, version] of PROVIDERS) {
      lines.push(`${id} (${source} ${version})`);
      for (const [name, body] of Object.entries(BODIES)) {
        const text = required(source, version) + invite(source, body);
        lines.push(`  ${name.padEnd(20)} ${await rulesIn(`${id}-${name}`, { "main.tf": text })}`.trimEnd());
      }
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("dialect-rules.txt");
  });

  it("describes projects as its provider handles them", async () => {
    const lines: string[] = [];
    for (const [id, source, version] of PROVIDERS) {
      writeFileSync(
        path.join(cwd, "main.tf"),
        required(source, version) + invite(source, BODIES["projects block"] ?? ""),
      );
      const text = await compactFindings(cwd);
      lines.push(`${id}: ${text.split("\n").find((line) => line.includes("[project-scoped-invite]"))}`);
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("dialect-projects.txt");
  });
});

describe("when the version is not known", () => {
  const projectUser = (role: string) =>
    `resource "openai_project_user" "sam" {\n  project_id = "proj_a"\n  user_id    = "user-1"\n  ${role}\n}\n`;
  const lock = (version: string) => `provider "registry.terraform.io/mkdev-me/openai" {\n  version = "${version}"\n}\n`;
  const state = (extra: object) =>
    JSON.stringify({
      version: 4,
      terraform_version: "1.11.4",
      serial: 1,
      lineage: "00000000-0000-4000-8000-000000000000",
      outputs: {},
      resources: [
        {
          mode: "managed",
          type: "openai_invite",
          name: "sam",
          provider: 'provider["registry.terraform.io/mkdev-me/openai"]',
          instances: [{ schema_version: 0, attributes: { id: "invite-1", email: "sam@example.com" }, ...extra }],
        },
      ],
    });

  it.each([
    ["takes role or role_ids", ">= 1.0", {}, 'role = "member"', ""],
    ["takes role or role_ids", "~> 2.0", {}, 'role_ids = ["r"]', "silent-destroy-provider"],
    ["asks for 2.1", "~> 2.1", {}, 'role_ids = ["r"]', "silent-destroy-provider"],
    [
      "asks for 2.1",
      ">= 2.1, < 3.0",
      {},
      'role = "member"',
      "silent-destroy-provider unsupported-argument(argument role -> role_ids)",
    ],
    ["asks for 2.0", "~> 2.0.0", {}, 'role = "member"', "silent-destroy-provider"],
    ["asks for 1.x", ">= 1.0, < 2.0", {}, 'role_ids = ["r"]', "unsupported-argument(argument role_ids -> role)"],
    [
      "has a lock file of 2.2",
      ">= 1.0",
      { ".terraform.lock.hcl": lock("2.2.7") },
      'role = "member"',
      "silent-destroy-provider unsupported-argument(argument role -> role_ids)",
    ],
    [
      "has a lock file of 1.2",
      ">= 1.0",
      { ".terraform.lock.hcl": lock("1.2.0") },
      'role_ids = ["r"]',
      "unsupported-argument(argument role_ids -> role)",
    ],
  ])(
    "reports only what is true of all versions that may be in use: %s (%s)",
    async (_, constraint, files, role, expected) => {
      const main = required("mkdev-me/openai", constraint) + invite("mkdev-me/openai", "") + projectUser(role);
      expect(await rulesIn("versions", { "main.tf": main, ...files })).toBe(expected);
    },
  );

  it("uses the constraints of all modules together", async () => {
    const files = {
      "main.tf": `${required("mkdev-me/openai", ">= 1.1")}module "m" {\n  source = "./m"\n}\n`,
    };
    mkdirSync(path.join(cwd, "together/m"), { recursive: true });
    writeFileSync(
      path.join(cwd, "together/m/main.tf"),
      `${required("mkdev-me/openai", ">= 2.0")}${invite("mkdev-me/openai", "")}`,
    );
    expect(await rulesIn("together", files)).toBe("silent-destroy-provider");
  });

  it.each([
    ["SDKv2's private data, which 1.x writes", { private: "bnVsbA==" }, 1],
    ["none, as 2.x", {}, 2],
  ])("learns it from the state: %s", async (_, extra, major) => {
    const { assessFiles } = await import("../../../src/lint/assess-files.js");
    writeFileSync(path.join(cwd, "main.tf"), required("mkdev-me/openai", ">= 1.0") + invite("mkdev-me/openai", ""));
    writeFileSync(path.join(cwd, "terraform.tfstate"), state(extra));
    const { inventory } = await assessFiles(".", { cwd, env: {} });
    expect(inventory.entries.map(({ provider }) => provider.dialect.id)).toEqual([`mkdev-me-${major}`]);
  });

  it.each([
    ["rdsubhas/openai", "2.2.8-ratelimit1", "silent-destroy-provider"],
    ["Canva/openai", "1.1.2", ""],
    ["canva/openai", "~> 1.1", ""],
    ["openai/openai", "0.0.1", "unknown-provider"],
    ["jianyuan/openai", "0.2.0", "unknown-provider"],
    ["registry.example.com/openai/openai", "1.1.0", "unknown-provider"],
    ["registry.opentofu.org/mkdev-me/openai", "2.2.7", "silent-destroy-provider"],
    ["hashicorp/openai", "1.0.0", "unknown-provider"],
  ])("%s %s", async (source, version, expected) => {
    expect(await rulesIn("forks", { "main.tf": required(source, version) + invite("openai/openai", "") })).toBe(
      expected,
    );
  });
});

describe("a provider of one part of the configuration", () => {
  it("uses the provider of each alias and each module", async () => {
    mkdirSync(path.join(cwd, "own/m"), { recursive: true });
    writeFileSync(
      path.join(cwd, "own/m/main.tf"),
      `${required("jianyuan/openai", "~> 0.7.0")}${invite("jianyuan/openai", '  api_key = "YOUR_KEY"')}`,
    );
    const main = `terraform {
  required_providers {
    openai = { source = "openai/openai", version = "~> 1.1" }
    legacy = { source = "mkdev-me/openai", version = "~> 1.2" }
  }
}
provider "openai" {
  alias     = "eu"
  admin_key = "x"
}
module "m" {
  source = "./m"
}
resource "openai_invite" "a" {
  provider = openai.eu
  email    = "a@example.com"
  role     = "reader"
  projects = [${MEMBER}]
}
resource "openai_invite" "b" {
  provider = legacy.eu
  email    = "b@example.com"
  role     = "reader"
  projects = [${MEMBER}]
}
`;
    expect(await rulesIn("own", { "main.tf": main })).toBe(
      [
        "project-scoped-invite",
        "project-scoped-invite",
        "unsupported-argument(argument admin_key -> admin_api_key)",
        "unsupported-argument(argument api_key)",
        "unsupported-argument(argument projects -> projects { … })",
      ].join(" "),
    );
  });
});
