import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonPruner, type Keep, keepMembers } from "../../../src/terraform/document/prune-json.js";

const KEYS = ["a", "b", "type", "__proto__", 'q"\u00e9\\'];

const keep: fc.Arbitrary<Keep> = fc.letrec<{ keep: Keep }>((tie) => ({
  keep: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("nothing" as const, "key" as const, "everything" as const),
    fc
      .dictionary(fc.constantFrom(...KEYS), tie("keep"), { noNullPrototype: true })
      .map((members) => keepMembers([], members)),
    tie("keep").map((elements): Keep => ({ elements })),
    fc.dictionary(fc.constantFrom("a", "b"), tie("keep"), { noNullPrototype: true }).map(
      (members): Keep => ({
        ...keepMembers([], { ...members, type: "everything" }),
        wholeIf: { key: "type", test: (value) => value === "x" },
      }),
    ),
  ),
})).keep;

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, -1.5e3, "", "x", 'text "\u00e9\\\n'),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie("value")), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const isObject = (item: unknown): item is object => typeof item === "object" && item !== null && !Array.isArray(item);

/** What the pruner promises, applied to the parsed document. */
function pruned(item: unknown, how: Keep): unknown {
  if (how === "key") return null;
  if (how === "everything" || typeof item !== "object" || item === null) return item;
  if (Array.isArray(item)) {
    if (typeof how === "string" || !("elements" in how) || how.elements === "nothing") return [];
    return item.map((element) => pruned(element, how.elements));
  }
  if (typeof how === "string" || !("members" in how)) return {};
  const type: unknown = Object.getOwnPropertyDescriptor(item, "type")?.value;
  if (how.wholeIf !== undefined && (type === undefined || how.wholeIf.test(type))) return item;
  return Object.fromEntries(
    Object.entries(item)
      .filter(([key]) => how.members(key) !== "nothing")
      .map(([key, member]) => [key, pruned(member, how.members(key))]),
  );
}

function prune(text: Buffer, how: Keep, length: number): unknown {
  const pruner = new JsonPruner(how);
  for (let at = 0; at < text.length; at += length) {
    expect(pruner.push(Buffer.from(text.subarray(at, at + length)))).toBeUndefined();
  }
  expect(pruner.scanner.done).toBe(true);
  return pruner.value;
}

/** A value without prototypes, and with `__proto__` as an ordinary key. */
const asEntries = (item: unknown): unknown => {
  if (Array.isArray(item)) return item.map(asEntries);
  return isObject(item) ? { entries: Object.entries(item).map(([key, member]) => [key, asEntries(member)]) } : item;
};

describe("JsonPruner", () => {
  it("keeps the same parts of any document as of the parsed one, in any pieces", () => {
    fc.assert(
      fc.property(value, keep, fc.integer({ min: 1, max: 40 }), (document, how, length) => {
        fc.pre(how !== "nothing");
        // Inside an array, so that a number at the end of the input is complete.
        const text = Buffer.from(JSON.stringify([document]));
        expect(asEntries(prune(text, { elements: how }, length))).toEqual(asEntries([pruned(document, how)]));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes the last of two members with the same key", () => {
    const text = Buffer.from('{"a": {"b": 1}, "c": 0, "a": [2]}');
    expect(prune(text, keepMembers(["a"]), 1)).toEqual({ a: [2] });
  });

  it("reads as deep as the scanner, and no deeper than its own stack", () => {
    const depth = 9_990;
    const text = Buffer.from(`${'{"m":'.repeat(depth)}0${"}".repeat(depth)}`);
    const all: Keep = { members: () => all };
    let at = prune(text, all, 1000);
    let found = 0;
    for (; isObject(at); found++) at = Object.values(at)[0];
    expect(found).toBe(depth);
    const tooDeep = new JsonPruner(all);
    expect(tooDeep.push(Buffer.from('{"m":'.repeat(10_001)))).toMatchObject({
      kind: "json",
      reason: expect.stringContaining("10000 levels"),
    });
  });
});
