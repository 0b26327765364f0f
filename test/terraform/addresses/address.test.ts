// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Terraform's template markers
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Address,
  compareAddresses,
  formatAddress,
  formatInstanceKey,
  formatModulePath,
  formatResourceAddress,
  type InstanceKey,
  respellAddress,
} from "../../../src/terraform/addresses/address.js";
import { parseAddress, parseModulePath } from "../../../src/terraform/addresses/address-parser.js";
import { anyAddress, awkwardText } from "../../support/address-arbitraries.js";
import { addressesOfState } from "../../support/state-addresses.js";

const sameAddress = (a: Address, b: Address) => compareAddresses(a, b) === 0;

const RECORDINGS = new URL("../../../fixtures/recordings/addresses/", import.meta.url);
const recorded = readdirSync(RECORDINGS)
  .filter((name) => name.endsWith(".state-list.txt"))
  .map((name) => name.replace(".state-list.txt", ""));

function invite(key: InstanceKey, overrides: Partial<Address> = {}): Address {
  return { module: [], mode: "managed", type: "openai_invite", name: "team", key, ...overrides };
}

function parsed(text: string): Address {
  const result = parseAddress(text);
  if (!result.ok) throw new Error(`${result.error.message} (at ${result.error.offset} of ${text})`);
  return result.address;
}

describe.each(recorded)("what terraform state list printed for %s", (name) => {
  const lines = readFileSync(new URL(`${name}.state-list.txt`, RECORDINGS), "utf8")
    .trimEnd()
    .split("\n");
  const addresses = addressesOfState(readFileSync(new URL(`${name}.tfstate`, RECORDINGS), "utf8"));

  it("is equal to what we print, in the same order", () => {
    // Sorted from the reverse, so that the file's own order cannot stand in for ours.
    expect([...addresses].reverse().sort(compareAddresses).map(formatAddress)).toEqual(lines);
  });

  it("is what we read", () => {
    expect(lines.map(parsed)).toEqual([...addresses].sort(compareAddresses));
  });
});

describe("formatAddress", () => {
  it.each<[InstanceKey, string]>([
    [undefined, "openai_invite.team"],
    [0, "openai_invite.team[0]"],
    ["0", 'openai_invite.team["0"]'],
    ["", 'openai_invite.team[""]'],
    ["o'neil@example.com", `openai_invite.team["o'neil@example.com"]`],
    ['say "hi"\\', 'openai_invite.team["say \\"hi\\"\\\\"]'],
    ["a\nb\rc\td", 'openai_invite.team["a\\nb\\rc\\td"]'],
    ["${x}", 'openai_invite.team["$${x}"]'],
    ["$${x}", 'openai_invite.team["$$${x}"]'],
    ["%{y}", 'openai_invite.team["%%{y}"]'],
    ["$%{y}", 'openai_invite.team["$%%{y}"]'],
    ["5$ or 5%", 'openai_invite.team["5$ or 5%"]'],
    ["$\u200b{", 'openai_invite.team["$\\u200b{"]'],
    ["\u0000\u007f\u00a0\u00ad\ufeff", 'openai_invite.team["\\u0000\\u007f\\u00a0\\u00ad\\ufeff"]'],
    ["👩\u200d👧", 'openai_invite.team["👩\\u200d👧"]'],
    ["\u{10ffff}\u{e0001}", 'openai_invite.team["\\U0010ffff\\U000e0001"]'],
    ["e\u0301 é 日本語", 'openai_invite.team["e\u0301 é 日本語"]'],
    ["\ud800", 'openai_invite.team["\ufffd"]'],
  ])("prints the key %j", (key, text) => {
    expect(formatAddress(invite(key))).toBe(text);
  });

  it("prints modules and data sources", () => {
    const address = invite("a.b", {
      mode: "data",
      module: [
        { name: "squads", key: "core infra" },
        { name: "inner", key: 1 },
        { name: "leaf", key: undefined },
      ],
    });
    expect(formatAddress(address)).toBe(
      'module.squads["core infra"].module.inner[1].module.leaf.data.openai_invite.team["a.b"]',
    );
    expect(formatResourceAddress(address)).toBe(
      'module.squads["core infra"].module.inner[1].module.leaf.data.openai_invite.team',
    );
    expect(formatModulePath(address.module)).toBe('module.squads["core infra"].module.inner[1].module.leaf');
    expect(formatModulePath([])).toBe("");
    expect(formatInstanceKey("a.b")).toBe('["a.b"]');
  });
});

describe("parseAddress", () => {
  it("reads back everything that formatAddress prints", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parsed(formatAddress(address))).toEqual(address);
        expect(parseModulePath(formatModulePath(address.module))).toEqual({ ok: true, module: address.module });
      }),
      { numRuns: 3_000 },
    );
  });

  it("reads the second spelling that escapes more, as the same address", () => {
    fc.assert(
      fc.property(anyAddress, awkwardText, (address, escaped) => {
        expect(parsed(respellAddress(address, escaped))).toEqual(address);
      }),
      { numRuns: 1_000 },
    );
  });

  it("prints what it read, if that was printed", () => {
    fc.assert(
      fc.property(awkwardText, (inside) => {
        const text = `openai_invite.team["${inside}"]`;
        const result = parseAddress(text);
        if (result.ok) expect(parsed(formatAddress(result.address))).toEqual(result.address);
        else expect(result.error.offset).toBeGreaterThan(0);
      }),
      { numRuns: 3_000 },
    );
  });

  it("takes the optional prefix of a managed resource", () => {
    expect(parsed("module.a.resource.openai_invite.team[0]")).toEqual(
      invite(0, { module: [{ name: "a", key: undefined }] }),
    );
    expect(parsed("resource.count.team")).toEqual(invite(undefined, { type: "count" }));
  });

  it.each<[string, number, string]>([
    ["", 0, "expected a resource type, found the end of the text"],
    [" openai_invite.team", 0, "expected a resource type"],
    ["openai_invite", 13, 'expected "." and a name after the type "openai_invite", found the end of the text'],
    ["openai_invite.", 14, 'expected a resource name after "openai_invite.", found the end of the text'],
    ["openai_invite.1st", 14, "expected a resource name"],
    ["data.openai_invite", 18, 'expected "." and a name'],
    ["module.a", 8, 'expected "." and a resource after the module path, found the end of the text'],
    ["module", 0, 'expected "module." and a module name'],
    ["module.", 7, 'expected a module name after "module."'],
    ["module.a[x].b.c", 9, "put the whole address in single quotes"],
    ["count.team", 0, '"count" is a reserved word'],
    ["ephemeral.a.b", 0, "ephemeral resources are never in a state"],
    ["openai_invite.team[alice]", 19, "if the shell removed the quotes, put the whole address in single quotes"],
    ["openai_invite.team[*]", 19, "Terraform doesn't accept a wildcard here"],
    ["openai_invite.team[]", 19, "expected a number or a string in double quotes"],
    ["openai_invite.team[-1]", 19, "expected a number or a string in double quotes"],
    ["openai_invite.team[01]", 19, "expected a number without leading zeros"],
    ["openai_invite.team[9007199254740993]", 19, "expected a number up to 9007199254740991"],
    ["openai_invite.team[1.5]", 20, 'expected "]" after the key, found ".5]"'],
    ["openai_invite.team[0", 20, 'expected "]" after the key, found the end of the text'],
    ["openai_invite.team[0].id", 21, 'expected the end of the address, found ".id"'],
    ["openai_invite.team.email", 18, 'expected the end of the address, found ".email"'],
    ['openai_invite.team["a', 21, 'expected a closing quote ("), found the end of the text'],
    ['openai_invite.team["a\\', 22, 'expected a closing quote (")'],
    ['openai_invite.team["a" ]', 22, 'expected "]" after the key'],
    ['openai_invite.team["${x}"]', 20, "expected $${ for a literal ${ in a key"],
    ['openai_invite.team["a%{x}"]', 21, "expected %%{ for a literal %{ in a key"],
    ['openai_invite.team["\\x"]', 20, "expected one of \\n, \\r, \\t"],
    ['openai_invite.team["\\u12"]', 20, "expected 4 hexadecimal digits after \\u"],
    ['openai_invite.team["\\U0000"]', 20, "expected 8 hexadecimal digits after \\U"],
    ['openai_invite.team["\\ud83d\\udc69"]', 20, "expected the number of a Unicode character after \\u"],
    ['openai_invite.team["\\U00110000"]', 20, "expected the number of a Unicode character after \\U"],
    ['openai_invite.team["a\nb"]', 21, "expected \\n instead of a line break"],
  ])("refuses %j", (text, offset, message) => {
    const result = parseAddress(text);
    expect(result).toMatchObject({ ok: false, error: { offset } });
    expect(result.ok ? "" : result.error.message).toContain(message);
  });
});

describe("parseModulePath", () => {
  it("reads the root module", () => {
    expect(parseModulePath("")).toEqual({ ok: true, module: [] });
  });

  it.each<[string, number, string]>([
    ["modules.a", 0, 'expected "module." and a module name'],
    ["module.a.b", 9, 'expected "module." and a module name, found "b"'],
    ["module.a.", 9, 'expected "module." and a module name, found the end of the text'],
    ["module.a[0]b", 11, 'expected "." or the end of the module path, found "b"'],
  ])("refuses %j", (text, offset, message) => {
    const result = parseModulePath(text);
    expect(result).toMatchObject({ ok: false, error: { offset } });
    expect(result.ok ? "" : result.error.message).toContain(message);
  });
});

describe("compareAddresses", () => {
  it("puts shallow modules first, data sources before resources, numbers before strings", () => {
    const order = [
      "data.openai_invite.team",
      "a_type.z",
      "openai_invite.team",
      "openai_invite.team[2]",
      "openai_invite.team[10]",
      'openai_invite.team["10"]',
      'openai_invite.team["2"]',
      // By code point: JavaScript's own order has these two the other way round.
      'openai_invite.team["\ufffd"]',
      'openai_invite.team["😀"]',
      "module.a.data.z.z",
      "module.a.a.a",
      "module.a[0].a.a",
      'module.a["0"].a.a',
      "module.b.a.a",
      "module.a.module.a.a.a",
    ];
    expect([...order].reverse().map(parsed).sort(compareAddresses).map(formatAddress)).toEqual(order);
  });

  it("is an order, and zero only for the same address", () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, anyAddress, (a, b, c) => {
        expect(Math.sign(compareAddresses(a, b))).toBe(-Math.sign(compareAddresses(b, a)) + 0);
        if (compareAddresses(a, b) <= 0 && compareAddresses(b, c) <= 0) {
          expect(compareAddresses(a, c)).toBeLessThanOrEqual(0);
        }
        expect(sameAddress(a, b)).toBe(formatAddress(a) === formatAddress(b));
        expect(sameAddress(a, parsed(formatAddress(a)))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("distinguishes a number from its digits", () => {
    expect(sameAddress(invite(0), invite("0"))).toBe(false);
    expect(sameAddress(invite(undefined), invite(""))).toBe(false);
  });
});
