import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import { place, plain } from "./configuration-cases.js";

const RECORDINGS = fileURLToPath(new URL("../../../fixtures/recordings", import.meta.url));

function load(recording: string) {
  return loadConfiguration({
    directory: `${recording}/config`,
    cwd: RECORDINGS,
    types: ["openai_invite"],
    mention: ["openai_"],
    tool: "terraform",
    env: {},
  });
}

type Declared = readonly [address: string, email: string, role: string, block: string, key?: string];

/** Lines of invites.tf move by what the provider calls `projects`. */
function thirteen(projectLines: number): readonly Declared[] {
  const line = (number: number) => number + projectLines;
  const team = (columns: string) => `invites.tf:${line(44)}:${columns} via var.team`;
  const member = "modules/squad/main.tf:9:1-34";
  return [
    ["openai_invite.alice", "alice@example.com", "owner", "invites.tf:2:1-33"],
    ["openai_invite.bob", "bob@example.com", "reader", "invites.tf:7:1-31"],
    ["openai_invite.carol", "Carol@Example.com", "reader", "invites.tf:12:1-33"],
    ["openai_invite.scoped", "sam@example.com", "reader", "invites.tf:17:1-34"],
    [
      'openai_invite.team["dan@example.com"]',
      "dan@example.com",
      "reader",
      `invites.tf:${line(22)}:1-32`,
      team("14-31"),
    ],
    [
      'openai_invite.team["erin@example.com"]',
      "erin@example.com",
      "reader",
      `invites.tf:${line(22)}:1-32`,
      team("33-51"),
    ],
    [
      `openai_invite.team["o'neil@example.com"]`,
      "o'neil@example.com",
      "reader",
      `invites.tf:${line(22)}:1-32`,
      team("53-73"),
    ],
    ["openai_invite.contractor[0]", "contractor0@example.com", "reader", `invites.tf:${line(28)}:1-38`],
    ["openai_invite.contractor[1]", "contractor1@example.com", "reader", `invites.tf:${line(28)}:1-38`],
    [
      'module.platform.openai_invite.member["lead@example.com"]',
      "lead@example.com",
      "reader",
      member,
      "squads.tf:3:13-31 via var.people",
    ],
    [
      'module.squads["core infra"].openai_invite.member["kim@example.com"]',
      "kim@example.com",
      "reader",
      member,
      "squads.tf:8:32-49 via var.people",
    ],
    [
      'module.squads["data"].openai_invite.member["lee@example.com"]',
      "lee@example.com",
      "reader",
      member,
      "squads.tf:8:60-77 via var.people",
    ],
    [
      'module.squads["data"].openai_invite.member["max@example.com"]',
      "max@example.com",
      "reader",
      member,
      "squads.tf:8:79-96 via var.people",
    ],
  ];
}

const CASES: readonly (readonly [string, string, string, readonly Declared[]])[] = [
  ["openai-openai-1.1.0", "openai/openai", "1.1.0", thirteen(1)],
  ["jianyuan-openai-0.7.0", "jianyuan/openai", "0.7.0", thirteen(1)],
  ["mkdev-me-openai-2.2.7", "mkdev-me/openai", "2.2.7", thirteen(4)],
  [
    "mkdev-me-openai-1.2.0",
    "mkdev-me/openai",
    "1.2.0",
    [["openai_invite.example", "user@example.com", "reader", "main.tf:13:1-35"]],
  ],
];

describe("the recorded configurations", () => {
  test.each(CASES)("%s", async (recording, provider, version, expected) => {
    const configuration = await load(recording);
    const managed = configuration.resources.filter(({ mode }) => mode === "managed");
    const within = (text: string) => text.replace(`${recording}/config/`, "");
    const declared = managed.flatMap((resource) =>
      resource.instances.map(({ address, keySource, keyVia, arguments: values }) => [
        formatAddress(address),
        plain(values.get("email") ?? { kind: "null" }),
        plain(values.get("role") ?? { kind: "null" }),
        within(place(resource.block.headerRange)),
        ...(keySource === undefined ? [] : [`${within(place(keySource))} via ${keyVia}`]),
      ]),
    );
    expect(declared).toEqual(expected);
    for (const resource of configuration.resources) {
      expect(resource.complete).toBe(true);
      expect(resource.provider).toMatchObject({
        configuration: "openai",
        source: `registry.terraform.io/${provider}`,
        constraints: [version],
        lockedVersion: version,
      });
    }
    expect(configuration.problems).toEqual([]);
    expect(configuration.unresolvedModules).toEqual([]);
    expect(configuration.settings.backend).toBeUndefined();
  });

  test("who reads the invites", async () => {
    const { references } = await load("openai-openai-1.1.0");
    expect(references.map(({ from, target, range }) => [from, target, place(range)])).toEqual([
      [
        "data.openai_invite.alice",
        { mode: "managed", type: "openai_invite", name: "alice" },
        "openai-openai-1.1.0/config/invites.tf:36:15-37",
      ],
      [
        "output.alice_status",
        { mode: "data", type: "openai_invite", name: "alice" },
        "openai-openai-1.1.0/config/invites.tf:40:11-42",
      ],
    ]);
  });
});
