import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import type { Expression, ParsedFile } from "../../../../src/terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../../../src/terraform/source-range.js";
import { expectRangesInside, type Plain, plainValue } from "../evaluation/plain-values.js";
import { place, printExpression } from "./print-syntax.js";

const read = (text: string): Promise<ParsedFile> => parseFile("main.tf.json", text, { validate: true });

async function expressionIn(json: string): Promise<Expression | undefined> {
  return (await read(`{"a": ${json}}`)).body.attribute("a")?.value;
}

describe("blocks", () => {
  test.each([
    ["an object a label", '{"resource": {"openai_invite": {"a": {"n": 1}, "b": {"n": 2}}}}'],
    ["an array at the end", '{"resource": {"openai_invite": {"a": [{"n": 1}], "b": [{"n": 2}]}}}'],
    ["an array of types", '{"resource": [{"openai_invite": {"a": {"n": 1}}}, {"openai_invite": {"b": {"n": 2}}}]}'],
    ["an array of names", '{"resource": {"openai_invite": [{"a": {"n": 1}}, {"b": {"n": 2}}]}}'],
    [
      "an array of files",
      '[{"resource": {"openai_invite": {"a": {"n": 1}}}}, {"resource": {"openai_invite": {"b": {"n": 2}}}}]',
    ],
    ["a key twice", '{"resource": {"openai_invite": {"a": {"n": 1}}}, "resource": {"openai_invite": {"b": {"n": 2}}}}'],
    [
      "comments",
      '{"//": 1, "resource": {"//": {"x": {}}, "openai_invite": {"//": {}, "a": {"n": 1}, "b": {"//": "", "n": 2}}}}',
    ],
  ])("%s", async (_, text) => {
    const { body, problems } = await read(text);
    expect(problems).toEqual([]);
    const blocks = body.blocks("resource", 2);
    expect(blocks.map(({ labels }) => labels.map(({ value }) => value))).toEqual([
      ["openai_invite", "a"],
      ["openai_invite", "b"],
    ]);
    expect(
      blocks.map(({ body: inside }) => inside.attributes().map(({ name, value }) => [name, plainValue(value)])),
    ).toEqual([[["n", 1]], [["n", 2]]]);
    for (const { headerRange, labels } of blocks) expect(headerRange).toEqual(labels[1]?.range);
  });

  test("without labels, and where there are none", async () => {
    const { body } = await read('{"locals": {"a": 1}, "lifecycle": [{"x": 1}, {"x": 2}], "count": 3, "none": null}');
    expect(body.blocks("locals", 0)).toHaveLength(1);
    expect(body.blocks("lifecycle", 0)).toHaveLength(2);
    expect([body.blocks("count", 0), body.blocks("none", 0), body.blocks("locals", 1), body.allBlocks()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(place(body.blocks("locals", 0)[0]?.range ?? body.range)).toBe("1:2-1:20");
    expect(place(body.blocks("lifecycle", 0)[0]?.range ?? body.range)).toBe("1:36-1:44");
  });
});

describe("strings are templates", () => {
  test.each([
    ['"plain"', '"plain"'],
    ['"${var.x}"', "var.x"],
    ['"a ${var.x[\\"k\\"]} b"', 'template("a ", var.x["k"] @1:12-1:24, " b")'],
    ['"\\u00e9\\ud83d\\ude00 ${x}"', 'template("é😀 ", x @1:29-1:30)'],
    ['"$${x} %%{y} \\\\n \\\\\\""', '"${x} %{y} \\\\n \\\\\\""'],
    ['"%{ if x }%{ endif }"', 'template("", (x ? template("") : template("")) @1:14-1:15)'],
    ['"%{ if x }"', "unsupported"],
    ['"${"', "unsupported"],
    ['"${x y}"', "unsupported"],
    ['"${x}\\n  ${~ y }"', 'template(x @1:10-1:11, "\\n", y @1:20-1:21)'],
    ['{"k-${x}": 1}', '{template("k-", x @1:13-1:14) @1:8-1:16 = 1 @1:18-1:19}'],
    ['"a \\u0024{x} b"', 'template("a ", x @1:17-1:18, " b")'],
  ])("%s", async (json, expected) => {
    const value = await expressionIn(json);
    expect(value === undefined ? undefined : printExpression(value)).toBe(expected);
  });
});

describe("what is not valid JSON", () => {
  test.each([
    ["", "1:1-1:1", "expected a value"],
    ["{", "1:2-1:2", "closing brace"],
    ['{"a": 1,}', "1:9-1:10", "must not have a comma"],
    ['{\n  "a": 1 // x\n}', "2:10-2:14", "comments are not allowed"],
    ['{"a": tru}', "1:7-1:10", "not a value"],
    ['{"a": 1} x', "1:10-1:11", "not a value"],
    ['{"a": 01}', "1:", ""],
    ["[1]", "1:1-1:4", "must hold an object"],
    ["3", "1:1-1:2", "must hold an object"],
    ["\ufeff{\n x}", "2:2-2:3", "not a value"],
  ])("%j is reported at %s", async (text, where, words) => {
    const { problems } = await read(text);
    expect(
      place(
        problems[0]?.range ?? {
          file: "",
          start: { line: 0, column: 0, offset: 0 },
          end: { line: 0, column: 0, offset: 0 },
        },
      ),
    ).toContain(where);
    expect(problems[0]?.message).toContain(words);
  });

  test("what is sound around it is read", async () => {
    const { body } = await read(
      '{"resource": {"openai_invite": {"a": {"email": "a@x", "role": }}}, "locals": {"b": 1}',
    );
    expect(body.blocks("resource", 2)[0]?.body.attribute("email")?.value).toMatchObject({ value: "a@x" });
    expect(body.blocks("locals", 0)[0]?.body.attribute("b")?.value).toMatchObject({ value: 1 });
  });
});

describe("any JSON", () => {
  const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).map((value) => value as Plain);

  test("values are what JSON says, at places that hold the same JSON", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), json),
        fc.constantFrom(0, 2, "\t"),
        fc.boolean(),
        async (members, indent, mark) => {
          const text = `${mark ? "\ufeff" : ""}${JSON.stringify(members, undefined, indent)}`;
          const parsed = await read(text);
          expect(parsed.problems).toEqual([]);
          const at = ({ start, end }: SourceRange): unknown => JSON.parse(text.slice(start.offset, end.offset));
          const names = parsed.body.attributes().map(({ name }) => name);
          expect(names).toEqual(Object.keys(members).filter((name) => name !== "//"));
          for (const { name, nameRange, value } of parsed.body.attributes()) {
            expect(at(nameRange)).toBe(name);
            expect(at(value.range)).toEqual(JSON.parse(JSON.stringify(members[name])));
            const plain = plainValue(value);
            const wanted = JSON.stringify(members[name]);
            if (!/[$%]\{/.test(wanted)) expect(JSON.stringify(plain)?.normalize("NFC")).toBe(wanted.normalize("NFC"));
          }
          expectRangesInside(parsed);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("cut off, mangled or random text never throws, and ranges stay inside", async () => {
    const fragments = [
      '"',
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "1",
      "null",
      '"a"',
      "${",
      "\\u",
      "\\",
      "\n",
      "//",
      "/*",
      "\ufeff",
      '"resource"',
      '"${x}"',
      "é",
    ];
    const random = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join("")),
    );
    const cut = fc.tuple(json, fc.nat(200)).map(([value, at]) => JSON.stringify({ resource: value }).slice(0, at));
    await fc.assert(
      fc.asyncProperty(fc.oneof(random, cut), async (text) => {
        expectRangesInside(await read(text));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["arrays", "[".repeat(50_000) + "]".repeat(50_000)],
    ["open arrays", "[".repeat(50_000)],
    ["objects", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["closers", "]".repeat(50_000) + "[".repeat(50_000)],
    ["templates", `{"a": "${"${[".repeat(5_000)}"}`],
    ["signs", `{"a": "${"$".repeat(100_000)}${"%{".repeat(5_000)}"}`],
  ])("%s, thousands deep, are read without an overflow", async (_, text) => {
    expectRangesInside(await read(text));
  });
});
