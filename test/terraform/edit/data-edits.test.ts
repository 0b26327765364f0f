import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { readJson } from "../../../src/terraform/data/json-data.js";
import { readYaml } from "../../../src/terraform/data/yaml-data.js";
import { type WrittenData, withoutData } from "../../../src/terraform/edit/data-edits.js";
import { applyEdits } from "../../../src/terraform/edit/text-edit.js";

const yaml = (text: string): WrittenData => ({ file: "people.yaml", text, language: "yaml", read: readYaml });
const json = (text: string): WrittenData => ({ file: "people.txt", text, language: "json", read: readJson });

/** The text without the parts that are `items`, or the reason why they stay. */
function without(data: WrittenData, ...items: readonly string[]): string | undefined {
  const places = items.map((item) => ({ start: data.text.indexOf(item), end: data.text.indexOf(item) + item.length }));
  const edits = withoutData(data, places);
  return edits.ok ? applyEdits(data.text, edits.edits) : edits.reason;
}

describe("items of YAML", () => {
  it.each([
    ["a list", "- a\n- b # two\n- c\n", ["b"], "- a\n- c\n"],
    ["the first and the last", "x:\n- a\n- b\n- c", ["a", "c"], "x:\n- b\n"],
    ["a map", "x:\n  a: 1\n  b: 2\n", ["a: 1"], "x:\n  b: 2\n"],
    [
      "a person who is a map",
      "- email: a\n  role: r\n- email: b\n  role: r\n",
      ["email: a\n  role: r"],
      "- email: b\n  role: r\n",
    ],
    [
      "a person by the address alone",
      "- email: ann\n  role: r\n- email: b\n  role: r\n",
      ["ann"],
      "- email: b\n  role: r\n",
    ],
    ["the first key of an item", "- a: 1\n  b: 2\n", ["a: 1"], "- b: 2\n"],
    ["all of a list", "x: # people\n  - a\n  - b\ny: 1\n", ["a", "b"], "x: [] # people\ny: 1\n"],
    ["all of a map", "x:\n  a: 1\ny: 1\n", ["a: 1"], "x: {}\ny: 1\n"],
    ["all there is", "# people\n- a\n- b\n", ["a", "b"], "# people\n[]\n"],
    ["in brackets", "x: [a, b, c]\n", ["b"], "x: [a, c]\n"],
    ["in brackets on lines", "x: [\n  a, # one\n  b,\n]\n", ["a"], "x: [\n  b,\n]\n"],
    ["CRLF", "- a\r\n- b\r\n- c\r\n", ["b"], "- a\r\n- c\r\n"],
    ["its own comment", "- a\n\n# two\n- b\n\n- c\n", ["b"], "- a\n\n- c\n"],
    ["a comment about several", "# both\n- a\n- b\n", ["a"], "# both\n- b\n"],
    ["a literal", "x:\n  a: |\n    one\n    two\n  b: 1\n", ["a: |\n    one\n    two"], "x:\n  b: 1\n"],
    ["quotes", "- 'a'\n- \"b\"\n", ['"b"'], "- 'a'\n"],
  ])("%s", (_, text, items, after) => {
    expect(without(yaml(text), ...items)).toBe(after);
  });

  it.each([
    ["an alias needs it", "- &a x\n- *a\n", ["&a x"]],
    ["a merge takes it over", "b: &b\n  k: 1\n  l: 2\nc:\n  <<: *b\n", ["k: 1"]],
    ["it shares a line", "- - a\n  - b\n", ["b", "a"]],
    ["it is not an item", "- a\n- b\n", ["- a"]],
    ["it would still be there", "a: 1\na: 2\n", ["a: 2"]],
  ])("stay when %s", (_, text, items) => {
    expect(without(yaml(text), ...items)).toMatch(/^(?:it shares|the text there|the edit would)/);
  });
});

it.each([
  ['{\n  "a": [\n    "x",\n    "y"\n  ]\n}\n', ['"y"'], '{\n  "a": [\n    "x"\n  ]\n}\n'],
  ['["x", "y"]', ['"x"', '"y"'], "[]"],
  ['{"a": {"email": "x", "r": 1}, "b": 2}', ['"a": {"email": "x", "r": 1}'], '{"b": 2}'],
  ['[{"email": "x"}, {"email": "y"}]', ['"x"'], '[{"email": "y"}]'],
])("removes items from JSON: %s", (text, items, after) => {
  expect(without(json(text), ...items)).toBe(after);
});

// --- random documents -----------------------------------------------------------------------------------------------

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

const WORD = fc.stringMatching(/^p[a-z]{1,6}(?:@example\.com)?$/);
const documents = fc.letrec<{ value: Plain; list: Plain[]; map: { [key: string]: Plain } }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, WORD, fc.integer(), fc.boolean(), fc.constant(null), tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(WORD, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

const written = fc
  .record({
    value: fc.oneof(documents.list, documents.map),
    pick: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 3 }),
    flow: fc.boolean(),
    indentSeq: fc.boolean(),
    comments: fc.boolean(),
  })
  .filter(({ value }) => (Array.isArray(value) ? value : Object.keys(value)).length > 0);

/** Every item of a document: its place, and how to remove it from the plain value. */
function itemsOf(data: WrittenData) {
  const read = data.read(data.text);
  if (!read.ok) throw new Error(read.reason);
  const found: { start: number; end: number; path: (string | number)[] }[] = [];
  const visit = (node: typeof read.node, path: (string | number)[]) => {
    if (node.kind !== "list" && node.kind !== "map") return;
    for (const [index, item] of node.items.entries()) {
      const at = [...path, "name" in item && typeof item.name === "string" ? item.name : index];
      // The only entry of a map in a list is at the place of the map, so the map is removed.
      const isThere = found.some(({ start, end }) => start === item.start && end === item.end);
      if (!isThere) found.push({ start: item.start, end: item.end, path: at });
      visit(item.value, at);
    }
  };
  visit(read.node, []);
  return found;
}

const GONE = Symbol("gone");

function minus(value: Plain, paths: readonly (readonly (string | number)[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return GONE;
  const below = (key: string | number) => paths.filter(([first]) => first === key).map((path) => path.slice(1));
  if (Array.isArray(value)) return value.map((item, index) => minus(item, below(index))).filter((one) => one !== GONE);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, minus(item, below(key))] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== GONE));
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at += 1;
  return at === part.length;
}

describe("any document is the same without the removed items", () => {
  const counts = { made: 0, left: 0 };

  it("in YAML", () => {
    fc.assert(
      fc.property(written, ({ value, pick, flow, indentSeq, comments }) => {
        const plain = stringify(value, { indentSeq, collectionStyle: flow ? "flow" : "any", lineWidth: 60 });
        const text = comments ? plain.replace(/^(?=\s*- )/gm, "# note\n") : plain;
        const data = yaml(text);
        const items = itemsOf(data);
        const chosen = pick.map((number) => items[number % items.length]).flatMap((item) => item ?? []);
        const edits = withoutData(data, chosen);
        counts[edits.ok ? "made" : "left"] += 1;
        if (!edits.ok) return;
        const after = applyEdits(text, edits.edits) ?? "";
        const paths = chosen.map(({ path }) => path);
        expect(parse(after)).toEqual(minus(value, paths));
        const kept = after.split("\n").filter((line) => !/\[\]|\{\}|[[{,]|^- /.test(line));
        if (!flow)
          expect(
            isSubsequence(
              kept.filter((line) => text.includes(`${line}\n`)),
              text.split("\n"),
            ),
          ).toBe(true);
      }),
      { numRuns: 500 },
    );
    // Lists in lists are written on one line, and stay.
    expect(counts.made).toBeGreaterThan(counts.left * 3);
  });

  it("in JSON", () => {
    fc.assert(
      fc.property(written, fc.constantFrom(0, 2, "\t"), ({ value, pick }, indent) => {
        const text = JSON.stringify(value, null, indent);
        const data = json(text);
        const items = itemsOf(data);
        const chosen = pick.map((number) => items[number % items.length]).flatMap((item) => item ?? []);
        const edits = withoutData(data, chosen);
        if (!edits.ok) throw new Error(edits.reason);
        const paths = chosen.map(({ path }) => path);
        expect(JSON.parse(applyEdits(text, edits.edits) ?? "")).toEqual(minus(value, paths));
      }),
      { numRuns: 500 },
    );
  });
});
