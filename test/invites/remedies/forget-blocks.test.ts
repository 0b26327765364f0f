import { describe, expect, it } from "vitest";
import { blockSupport } from "../../../src/invites/remedies/block-support.js";
import { forgetFile, isForgetFile, withForgetBlocks } from "../../../src/invites/remedies/forget-block-text.js";
import { type ForgetFacts, forgetBlocks } from "../../../src/invites/remedies/forget-blocks.js";
import type { Address } from "../../../src/terraform/addresses/address.js";
import { parseAddress } from "../../../src/terraform/addresses/address-parser.js";

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.address;
}

const NOTHING_LEFT: Omit<ForgetFacts, "held"> = {
  isDeclared: () => false,
  isCalled: () => false,
  holdsOnlyInvites: false,
  isTaken: () => false,
};

function blocks(going: readonly string[], facts: Partial<ForgetFacts> = {}, others: readonly string[] = []): string[] {
  const held = [...going, ...others].map(address);
  const found = forgetBlocks(going.map(address), { ...NOTHING_LEFT, held, ...facts });
  return found.map((block) => (block.kind === "removed" ? `removed ${block.from}` : `${block.from} -> ${block.to}`));
}

describe("blocks that forget", () => {
  it("are one block for a whole resource, for all instances of its modules", () => {
    expect(blocks(['module.m["a"].openai_invite.x[0]', 'module.m["b"].openai_invite.x[0]'])).toEqual([
      "removed module.m.openai_invite.x",
    ]);
  });

  it("name instances when other instances stay in the state, or the block of the resource stays", () => {
    const moved = ['openai_invite.x["a"] -> openai_invite.forgotten_x["a"]', "removed openai_invite.forgotten_x"];
    expect(blocks(['openai_invite.x["a"]'], {}, ['openai_invite.x["b"]'])).toEqual(moved);
    expect(blocks(['openai_invite.x["a"]'], { isDeclared: () => true })).toEqual(moved);
  });

  it("are one block for a whole module when nothing else of it is in the state", () => {
    const going = ['module.m["a"].module.n.openai_invite.x', 'module.m["a"].module.n.openai_invite.y["k"]'];
    expect(blocks(going, { holdsOnlyInvites: true })).toEqual(["removed module.m"]);
    expect(blocks(going, { holdsOnlyInvites: true, isCalled: (names) => names.length === 1 })).toEqual([
      "removed module.m.module.n",
    ]);
    expect(blocks(going)).toEqual([
      "removed module.m.module.n.openai_invite.x",
      "removed module.m.module.n.openai_invite.y",
    ]);
    expect(blocks(going, { holdsOnlyInvites: true }, ["module.m.openai_invite.z"])).toEqual([
      "removed module.m.module.n.openai_invite.x",
      "removed module.m.module.n.openai_invite.y",
    ]);
  });

  it("have unused names as targets, with different keys at each target", () => {
    const going = [
      'module.m["a/b"].openai_invite.x["c"]',
      'module.m["a"].openai_invite.x["b/c"]',
      "openai_invite.m_x[1]",
      'openai_invite.m_x["1"]',
      "openai_invite.m_x",
    ];
    expect(
      blocks(going, {
        isDeclared: () => true,
        isTaken: (type, name) => `${type}.${name}` === "openai_invite.forgotten_m_x",
      }),
    ).toEqual([
      'module.m["a/b"].openai_invite.x["c"] -> openai_invite.forgotten_m_x_2["a/b/c"]',
      'module.m["a"].openai_invite.x["b/c"] -> openai_invite.forgotten_m_x_2["a/b/c 2"]',
      "openai_invite.m_x[1] -> openai_invite.forgotten_m_x_3[1]",
      'openai_invite.m_x["1"] -> openai_invite.forgotten_m_x_4["1"]',
      "openai_invite.m_x -> openai_invite.forgotten_m_x_5",
      "removed openai_invite.forgotten_m_x_2",
      "removed openai_invite.forgotten_m_x_3",
      "removed openai_invite.forgotten_m_x_4",
      "removed openai_invite.forgotten_m_x_5",
    ]);
  });
});

describe("the file for them", () => {
  const MOVED = { kind: "moved", from: 'openai_invite.x["a"]', to: 'openai_invite.forgotten_x["a"]' } as const;
  const REMOVED = { kind: "removed", from: "openai_invite.forgotten_x" } as const;

  it.each([true, false])("is recognised, and blocks are added: JSON %s", (json) => {
    for (const lifecycle of [true, false]) {
      const form = { json, lifecycle };
      const file = forgetFile([MOVED, REMOVED], form);
      expect(isForgetFile(file)).toBe(true);
      expect(isForgetFile(`\ufeff${file}`)).toBe(true);
      expect(file.includes("destroy")).toBe(lifecycle);
      expect(withForgetBlocks(file, [], form)).toBe(file);
      // Blocks added one by one or together result in the same file.
      const grown = withForgetBlocks(forgetFile([MOVED], form), [REMOVED], form);
      if (json) expect(JSON.parse(grown ?? "")).toEqual(JSON.parse(file));
      else expect(grown).toBe(file);
    }
  });

  it("keeps its line ends", () => {
    const form = { json: false, lifecycle: true };
    const crlf = forgetFile([MOVED], form).replaceAll("\n", "\r\n");
    expect(withForgetBlocks(crlf, [REMOVED], form)).toBe(forgetFile([MOVED, REMOVED], form).replaceAll("\n", "\r\n"));
  });

  it("is not a file of someone else", () => {
    expect(isForgetFile("# Mine\n# Written by tfinvite: no\n")).toBe(false);
    expect(isForgetFile("{}")).toBe(false);
    expect(withForgetBlocks("[]", [MOVED], { json: true, lifecycle: true })).toBeUndefined();
  });
});

describe("the versions that support the blocks", () => {
  it.each<[tool: "terraform" | "tofu", required: string[], version: string | undefined, expected: unknown]>([
    ["terraform", [">= 1.7"], undefined, { ok: true, lifecycle: true, assumed: false }],
    ["terraform", [">= 1.7"], "1.5.7", { ok: true, lifecycle: true, assumed: false }],
    ["terraform", ["~> 1.0"], "1.11.4", { ok: true, lifecycle: true, assumed: false }],
    ["terraform", ["~> 1.0"], undefined, { ok: true, lifecycle: true, assumed: true }],
    [
      "terraform",
      [],
      "1.6.6",
      { ok: false, reason: "Terraform has removed blocks since 1.7, and this is Terraform 1.6.6" },
    ],
    [
      "terraform",
      ["< 1.6", "~> 1.3"],
      "1.11.4",
      {
        ok: false,
        reason:
          "Terraform has removed blocks since 1.7, and required_version (< 1.6, ~> 1.3) allows no Terraform that has them",
      },
    ],
    ["terraform", ["what"], undefined, { ok: true, lifecycle: true, assumed: true }],
    ["tofu", [">= 1.7"], undefined, { ok: true, lifecycle: false, assumed: false }],
    ["tofu", [">= 1.7"], "1.9.1", { ok: true, lifecycle: false, assumed: false }],
    ["tofu", [">= 1.7"], "1.10.0-rc1", { ok: true, lifecycle: true, assumed: false }],
    ["tofu", [">= 1.10"], undefined, { ok: true, lifecycle: true, assumed: false }],
    ["tofu", ["= 1.8.2"], "1.12.0", { ok: true, lifecycle: false, assumed: false }],
    ["tofu", [], "1.6.2", { ok: false, reason: "OpenTofu has removed blocks since 1.7, and this is OpenTofu 1.6.2" }],
  ])("%s, required %j, found %s", (tool, requiredVersion, version, expected) => {
    expect(blockSupport({ tool, requiredVersion, ...(version !== undefined && { version }) })).toEqual(expected);
  });
});
