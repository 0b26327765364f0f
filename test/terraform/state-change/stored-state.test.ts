import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareStates } from "../../../src/terraform/state-change/compare-states.js";
import {
  canonical,
  elementsOf,
  membersOf,
  parseExactly,
  whyNotJson,
} from "../../../src/terraform/state-change/exact-json.js";
import { vacancyFor, withRestored } from "../../../src/terraform/state-change/restore-instances.js";
import {
  objectId,
  objectsByAddress,
  readStoredState,
  type StoredState,
  writeStoredState,
} from "../../../src/terraform/state-change/stored-state.js";
import { stateOf } from "../../support/states.js";

const indent = fc.constantFrom(undefined, 1, 2, "\t");

function stored(text: string): StoredState {
  const read = readStoredState(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  return read.state;
}

describe("parts of JSON", () => {
  it("are the bytes of each member and element, in any form of writing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), indent, (object, space) => {
        const text = Buffer.from(` ${JSON.stringify(object, null, space)}\n`);
        const members = [...membersOf(text)].map(([key, value]) => [key, JSON.parse(value.toString())]);
        expect(members).toEqual(Object.entries(JSON.parse(text.toString())));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), indent, (array, space) => {
        const text = Buffer.from(JSON.stringify(array, null, space));
        expect(elementsOf(text).map((value) => JSON.parse(value.toString()))).toEqual(JSON.parse(text.toString()));
      }),
    );
  });

  it.each(['{"a":1', "", "{,}", '{"a":1}}', "[1,]"])("are not taken from %j", (text) => {
    expect(whyNotJson(Buffer.from(text))).toBeDefined();
  });
});

describe("meaning of JSON", () => {
  const same = (a: string, b: string) =>
    canonical(parseExactly(Buffer.from(a))) === canonical(parseExactly(Buffer.from(b)));

  it.each([
    ["1.50e1", "15"],
    ["-0", "0"],
    ["0.0", "0"],
    ["1e400", `1${"0".repeat(400)}`],
    ['{"a":1,"b":[2]}', '{ "b": [2.0], "a": 1 }'],
    ['"<\\u00e9>"', '"\\u003cé\\u003e"'],
  ])("%s and %s are one", (a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each([
    ["12345678901234567890", "12345678901234567891"],
    ["1", '"1"'],
    ["[1,2]", "[2,1]"],
    ["null", "0"],
    ['"a\\\\"', '"a\\""'],
  ])("%s and %s are two", (a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it("is that of JSON.parse where numbers are small", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), indent, (a, b, space) => {
        const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
        expect(same(left, JSON.stringify(JSON.parse(left), null, space))).toBe(true);
        if (left !== right)
          expect(same(left, right)).toBe(canonical(JSON.parse(left)) === canonical(JSON.parse(right)));
      }),
    );
  });
});

describe("a stored state", () => {
  it.each([
    ["", "is empty"],
    ["{", "is not valid JSON: it ends unexpectedly"],
    ['{"version":3,"serial":1,"lineage":"x"}', "is not a state of format version 4 with a lineage and a serial"],
    ['{"version":4,"serial":1,"lineage":""}', "is not a state of format version 4 with a lineage and a serial"],
    ['{"serial":1,"lineage":"x","encrypted_data":"…"}', "is encrypted by OpenTofu"],
    [
      '{"version":4,"serial":1,"lineage":"x","resources":[{"mode":"odd"}]}',
      "has a resource (number 1) that can't be read",
    ],
  ])("%j %s", (text, what) => {
    expect(readStoredState(Buffer.from(text))).toEqual({ ok: false, what });
  });

  it("has objects under their addresses, current and deposed ones", () => {
    const state = stored(
      stateOf([
        { name: "a", id: "i1", email: "a@x", module: 'module.m["k"]', key: "a" },
        { name: "a", id: "i2", email: "a@x", module: 'module.m["k"]', key: "a", deposed: "0123abcd" },
      ]),
    );
    const found = [...objectsByAddress(state)].map(([name, all]) => [
      name,
      all.map((one) => [objectId(one), one.deposed]),
    ]);
    expect(found).toEqual([
      [
        'module.m["k"].openai_invite.a["a"]',
        [
          ["i1", undefined],
          ["i2", "0123abcd"],
        ],
      ],
    ]);
  });
});

/** A state of some invites, in Terraform's order, and some of their addresses. */
const someInvites = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("a", "b", "c"),
    module: fc.constantFrom(undefined, "module.m", 'module.m["x"]'),
    key: fc.oneof(fc.nat(20), fc.string({ minLength: 1, maxLength: 3 })),
    chosen: fc.boolean(),
  }),
  { selector: ({ name, module, key }) => JSON.stringify([module, name, key]), maxLength: 12 },
);

function inOrder(invites: readonly InviteSketch[]): InviteSketch[] {
  const text = (value: string | number | undefined) => String(value ?? "");
  const rank = ({ key }: InviteSketch) => (typeof key === "number" ? 0 : 1);
  return [...invites].sort(
    (a, b) =>
      compare(text(a.module), text(b.module)) ||
      compare(a.name, b.name) ||
      rank(a) - rank(b) ||
      (typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : compare(text(a.key), text(b.key))),
  );
}

interface InviteSketch {
  readonly name: string;
  readonly module: string | undefined;
  readonly key: number | string;
  readonly chosen: boolean;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function stateOfSketches(sketches: readonly InviteSketch[]): string {
  return stateOf(
    sketches.map(({ name, module, key }) => ({
      name,
      key,
      id: `invite-${JSON.stringify([module, name, key])}`,
      email: "a@example.com",
      ...(module !== undefined && { module }),
    })),
  );
}

describe("removing and restoring", () => {
  it("restores exactly the same state, in Terraform's order, for any removed invites", () => {
    fc.assert(
      fc.property(someInvites, (invites) => {
        const all = inOrder(invites);
        const before = stored(stateOfSketches(all));
        const after = stored(stateOfSketches(all.filter(({ chosen }) => !chosen)));
        const left = objectsByAddress(after);
        const names = [...objectsByAddress(before).keys()].filter((name) => !left.has(name));
        expect(compareStates(before, after, new Set(names))).toEqual([]);
        expect(vacancyFor(names, before, after)).toMatchObject({ free: names, taken: [], back: [] });
        const restored = JSON.parse(withRestored(new Set(names), before, after).toString());
        const original = JSON.parse(stateOfSketches(all));
        expect(restored).toEqual({ ...original, serial: original.serial + 1 });
      }),
    );
  });

  it("notices each difference", () => {
    const text = stateOf([
      { name: "a", id: "i1", email: "a@x" },
      { name: "b", id: "i2", email: "b@x" },
    ]);
    const before = stored(text);
    const changed = (edit: (document: { [name: string]: unknown; resources: object[] }) => void) => {
      const document = JSON.parse(text);
      edit(document);
      return compareStates(before, stored(JSON.stringify(document)), new Set(["openai_invite.a"])).map(
        ({ kind, what }) => `${kind} ${what}`,
      );
    };
    expect(changed((document) => document.resources.shift())).toEqual([]);
    expect(changed(() => {})).toEqual(["still-there openai_invite.a"]);
    const without = (edit: Parameters<typeof changed>[0]) =>
      changed((document) => {
        document.resources.shift();
        edit(document);
      });
    expect(without((document) => document.resources.shift())).toEqual(["gone openai_invite.b"]);
    expect(without((document) => Object.assign(document.resources[0] ?? {}, { name: "c" }))).toEqual([
      "gone openai_invite.b",
      "new openai_invite.c",
    ]);
    expect(without((document) => Object.assign(document.resources[0] ?? {}, { provider: "other" }))).toEqual([
      "changed openai_invite.b",
    ]);
    expect(without((document) => Object.assign(document, { lineage: "other" }))).toEqual(["lineage the lineage"]);
    expect(without((document) => Object.assign(document, { outputs: { o: { value: 1, type: "number" } } }))).toEqual([
      "new output o",
    ]);
    expect(without((document) => Object.assign(document, { check_results: [{ status: "pass" }] }))).toEqual([
      "changed the check results",
    ]);
    // Changes that Terraform makes whenever it writes a state.
    expect(without((document) => Object.assign(document, { terraform_version: "9.9.9", check_results: [] }))).toEqual(
      [],
    );
  });

  it("says what prevents it", () => {
    const backup = stored(
      stateOf([
        { name: "a", id: "i1", email: "a@x" },
        { name: "b", id: "i2", email: "b@x" },
        { name: "c", id: "i3", email: "c@x", key: 0 },
      ]),
    );
    const current = stored(
      stateOf([
        { name: "a", id: "i1", email: "a@x" },
        { name: "b", id: "other", email: "b@x" },
        { name: "c", id: "i4", email: "c@x", key: 1, alias: "eu" },
      ]),
    );
    const names = ["openai_invite.a", "openai_invite.b", "openai_invite.c[0]", "openai_invite.d"];
    expect(vacancyFor(names, backup, current)).toEqual({
      moved: [],
      back: ["openai_invite.a"],
      taken: ["openai_invite.b"],
      elsewhere: ["openai_invite.c[0]"],
      lost: ["openai_invite.d"],
      free: [],
    });
  });

  it("keeps every other member as it was written", () => {
    const text = '{"version":4,"serial":1,"lineage":"x","outputs":{"n":{"value":1.50e1}},"new":[1e9],"resources":[]}';
    expect(writeStoredState(stored(text), { serial: 2, resources: [] }).toString()).toBe(
      text.replace('"serial":1', '"serial":2'),
    );
  });
});
