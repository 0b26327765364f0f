import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateHcl } from "../../../../src/terraform/configuration/syntax/hcl-validation.js";
import { LineIndex } from "../../../../src/terraform/configuration/syntax/line-index.js";
import { readBrokenFile, readSoundFile } from "../../../../src/terraform/configuration/syntax/native-syntax.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import type { Body, Expression } from "../../../../src/terraform/configuration/syntax/syntax.js";
import { loadSyntaxParser } from "../../../../src/terraform/configuration/syntax/tree-sitter.js";
import type { SourceRange } from "../../../../src/terraform/source-range.js";
import { asTemplate, expectRangesInside, plainValue } from "../evaluation/plain-values.js";
import { hclFile, type WrittenBody, type WrittenValue } from "./hcl-arbitrary.js";
import { printExpression, printFile } from "./print-syntax.js";

const parser = await loadSyntaxParser();

async function expressionIn(text: string): Promise<Expression | undefined> {
  const { body } = await parseFile("main.tf", `a = ${text}\n`, { validate: false });
  return body.attribute("a")?.value;
}

/** Reads like parseFile, but never asks hcl2json, so that thousands of texts take seconds. */
function readAlone(text: string): { body: Body; problems: []; text: string } {
  const lines = new LineIndex("main.tf", text);
  const source = { text, range: (start: number, end: number) => lines.range(start, end) };
  return { body: readSoundFile(parser, source) ?? readBrokenFile(parser, source), problems: [], text };
}

function terraformFiles(): string[] {
  return readdirSync("fixtures", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tf|tofu|tfvars|hcl)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The files that were written to be hard to read. */
function isHard(file: string): boolean {
  return file.startsWith(path.join("fixtures", "hcl"));
}

describe("generated files", () => {
  test("every name, label and literal is found at its place with its value", async () => {
    await fc.assert(
      fc.asyncProperty(hclFile, async ({ text, body }) => {
        const parsed = await parseFile("main.tf", text, { validate: false });
        expect(parsed.problems).toEqual([]);
        expectBody(parsed.body, body, text);
      }),
      { numRuns: 300 },
    );
  });

  test("recovery reads a valid file like normal parsing", async () => {
    fc.assert(
      fc.property(hclFile, ({ text, body }) => {
        const lines = new LineIndex("main.tf", text);
        const source = { text, range: (start: number, end: number) => lines.range(start, end) };
        const known = { expression: () => undefined, block: () => known, rest: () => undefined };
        expectBody(readBrokenFile(parser, source, known), body, text);
      }),
      { numRuns: 200 },
    );
  });

  test("values are equal to those of HCL's own parser", async () => {
    await fc.assert(
      fc.asyncProperty(hclFile, async ({ text }) => {
        await expectValuesOfHcl("main.tf", text);
      }),
      { numRuns: 200 },
    );
  });

  test("cut off anywhere, everything that was whole before the cut is still there", () => {
    fc.assert(
      fc.property(hclFile, fc.double({ min: 0, max: 1, noNaN: true }), ({ text, body }, where) => {
        const cut = Math.floor(text.length * where);
        const parsed = readAlone(text.slice(0, cut));
        expectRangesInside(parsed);
        const kept = body.blocks.filter(({ end }) => end < cut);
        expect(
          parsed.body
            .allBlocks()
            .slice(0, kept.length)
            .map(({ type }) => type),
        ).toEqual(kept.map(({ type }) => type));
      }),
      { numRuns: 300 },
    );
  });
});

describe("files of the fixtures", () => {
  test.each(terraformFiles())("%s has the values that HCL's own parser reads", async (file) => {
    await expectValuesOfHcl(file, readFileSync(file, "utf8"));
  });

  test("cut off at every third offset (TFINVITE_ALL=1: at every one), no hard file makes the reader throw or leave the text", () => {
    for (const file of terraformFiles()) {
      const text = readFileSync(file, "utf8");
      const hardStep = process.env["TFINVITE_ALL"] === "1" ? 1 : 3;
      const step = isHard(file) ? hardStep : 31;
      for (let cut = 0; cut < text.length; cut += step) expectRangesInside(readAlone(text.slice(0, cut)));
    }
  });

  test("with any one character removed, no file makes the reader throw", () => {
    for (const file of terraformFiles().filter(isHard)) {
      const text = readFileSync(file, "utf8");
      for (let cut = 0; cut < text.length; cut += 3)
        expectRangesInside(readAlone(text.slice(0, cut) + text.slice(cut + 1)));
    }
  });
});

describe("any text at all", () => {
  const fragments = [
    '"',
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "${",
    "%{",
    "~",
    "<<E\n",
    "<<-E\n",
    "E\n",
    "\n",
    "\r\n",
    "=",
    " ",
    "a",
    "b.c",
    "1",
    "1e5",
    "#",
    "//",
    "/*",
    "*/",
    "for",
    "in",
    ":",
    "?",
    "...",
    "*",
    "\\",
    "\ufeff",
    "\0",
    "é",
    "😀",
    "\ud800",
    'resource "a" "b" {\n',
    "x = ",
    ",",
  ];

  test.each([
    ["characters", fc.string({ unit: "binary", maxLength: 80 })],
    ["fragments of HCL", fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(""))],
  ] as const)("%s: never throws, and ranges stay inside", async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (text) => {
        expectRangesInside(readAlone(text));
        expectRangesInside(await parseFile("main.tf", text, { validate: true }));
      }),
      { numRuns: 500 },
    );
  });

  const deep: Record<string, string> = {
    "closed lists": `a = ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
    "open lists": `a = ${"[".repeat(20_000)}`,
    parentheses: `a = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n`,
    objects: `a = ${"{a=".repeat(5_000)}1${"}".repeat(5_000)}\n`,
    templates: `a = ${'"${'.repeat(5_000)}1${'}"'.repeat(5_000)}\n`,
    conditionals: `a = ${"x ? y : ".repeat(5_000)}z\n`,
    sums: `a = ${"1 + ".repeat(20_000)}1\n`,
    negations: `a = ${"!".repeat(20_000)}true\n`,
    blocks: `${"a {\n".repeat(20_000)}${"}\n".repeat(20_000)}`,
    "open blocks": "a {\n".repeat(20_000),
    "open heredocs": "a = <<E\n".repeat(5_000),
    quotes: '"'.repeat(20_000),
    closers: "}".repeat(20_000),
    calls: `a = ${"f(".repeat(5_000)}${")".repeat(5_000)}\n`,
    "steps of a traversal": `a = b${".c".repeat(20_000)}\n`,
    "words without a brace": `${"word ".repeat(20_000)}\n`,
    "one long word": "w".repeat(200_000),
    "dollar signs": `a = "${"$".repeat(50_000)}"\n`,
    "blanks in a template": `a = "\${~ x ~}${" ".repeat(50_000)}y"\n`,
    "blanks in code": `a${" ".repeat(50_000)}= [${"\r\n".repeat(50_000)}1,\t# ${" ".repeat(50_000)}\n${"\n".repeat(50_000)}]\n`,
    "strange blanks": `a = ${"\u00a0".repeat(5_000)}1\n`,
    "closers of another kind": `a = ${"[".repeat(20_000)}${"}".repeat(20_000)}\n`,
  };
  test.each(Object.entries(deep))("%s, thousands deep, are read without an overflow", async (_, text) => {
    expectRangesInside(await parseFile("main.tf", text, { validate: true }));
    expectRangesInside(await parseFile("main.tf", `${text}\n= broken\n`, { validate: true }));
  });

  test("long runs of white space change nothing", async () => {
    const run = " ".repeat(300);
    const lines = "\n".repeat(300);
    const text = `a =${run}"x${run}" #${run}${lines}b {${run}${lines}c = <<E\n${lines}E${lines}}${lines}`;
    const { body } = await parseFile("main.tf", text, { validate: false });
    expect(body.attribute("a")?.value).toMatchObject({ value: `x${run}` });
    expect(body.blocks("b", 0)[0]?.body.attribute("c")?.value).toMatchObject({ value: lines });
  });

  test("what is nested too deeply is unsupported, and the rest is read", async () => {
    const text = `deep = ${"[".repeat(1_000)}${"]".repeat(1_000)}\nresource "openai_invite" "a" {\n  email = "x"\n}\n`;
    const { body, problems } = await parseFile("main.tf", text, { validate: true });
    expect(problems).toEqual([]);
    expect(body.blocks("resource", 2)[0]?.body.attribute("email")?.value).toMatchObject({
      kind: "literal",
      value: "x",
    });
  });
});

describe("expressions", () => {
  test.each([
    ["1e5", "100000"],
    ["1.5E-3", "0.0015"],
    ["0x10", "unsupported"],
    ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
    ["(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"],
    ["a.*.b[0]", "<a[*].b>[0]"],
    ["a[*].b[0]", "a[*].b[0]"],
    ["a[*].b[*].c", "a[*].b[*].c"],
    ["[for x in y : x]", "for(x in y: x)"],
    ["{ for k, v in y : k => v... if v }", "for(k, v in y: k => v... if v)"],
    ["core::f(x...)", "core::f(x @1:13-1:14...)"],
    ["{ a.b = 1 }", "{unsupported @1:7-1:10 = 1 @1:13-1:14}"],
    ["{ null = 1 }", '{"null" @1:7-1:11 = 1 @1:14-1:15}'],
    [
      '"%{ for x in y }${x}%{ endfor }"',
      'template("", join("" @1:18-1:19, for(x in y: template("", x @1:23-1:24)) @1:18-1:19) @1:18-1:19)',
    ],
    ['"%{ for x in y }${x}%{ endif }"', "unsupported"],
    ['"\\q"', "unsupported"],
    ['"\\ud800"', "unsupported"],
    ['"\\UFFFFFFFF"', "unsupported"],
    ["<<E\n\n${~ x ~}\n\nE", 'template(x @3:5-3:6, "\\n")'],
    ["<<-E\n\ta\n\t\tb\nE", '"a\\n\\tb\\n"'],
    ["<<E\nE}\nE", '"E}\\n"'],
    ["<<E\nE ${x}\nE", 'template("E ", x @2:5-2:6, "\\n")'],
  ])("%s", async (text, expected) => {
    const value = await expressionIn(text);
    expect(value === undefined ? undefined : printExpression(value)).toBe(expected);
  });

  // hcl2json works out templates whose interpolations are constant, which shows the effect of `~` and `<<-`.
  test.each([
    '"a  ${~ 1 ~}  b"',
    '"a \\n ${~ 1 ~} \\n b"',
    "<<E\na\n\n  ${~ 1 ~}  \n\n b\nE",
    "<<-E\n  a\n  ${~1}\n  b\nE",
    "<<-E\n  a ${1 ~}\n  b\nE",
    "<<-E\n  a\n \n\n    b${1}\n    E",
    "<<-E\n${1}\n  w\nE",
    "<<-E\r\n  a\r\n    b\r\nE",
    "<<-E\n\u00a0\u3000a\n\u00a0\u00a0b\nE",
    '"$$${1}$$$$${2}%%{3}$${4}${5}"',
  ])("%j has the same value as in HCL", async (text) => {
    const value = await expressionIn(text);
    const parts = value?.kind === "template" ? value.parts : value === undefined ? [] : [value];
    const worked = parts.map((part) => (typeof part === "string" ? part : String(plainValue(part)))).join("");
    const file = `a = ${text}\n`;
    const verdict = await validateHcl("main.tf", file, new LineIndex("main.tf", file));
    expect(verdict).toEqual({ kind: "valid", contents: { a: asTemplate(worked) } });
  });
});

describe("where tree-sitter and HCL disagree", () => {
  test("a value that only HCL understands is taken from it", async () => {
    const text = 'resource "a" "b" {\n  c = <<É\nx ${y}\nÉ\n  d = 1\n}\n';
    const parsed = await parseFile("main.tf", text, { validate: false });
    expect(parsed.problems).toEqual([]);
    expect(printFile(parsed)).toContain('"c @2:3-2:4": "template(\\"x \\", y @2:7-4:2, \\"\\\\n\\") @2:7-4:2"');
  });

  test("what only HCL refuses is a problem, and the body is whole", async () => {
    const { body, problems } = await parseFile("main.tf", "a = 1\na = 2\nb = 1 +\n  2\n", { validate: true });
    expect(problems.length).toBeGreaterThan(0);
    expect(body.attributes().map(({ name }) => name)).toEqual(["a", "a", "b"]);
  });

  test("a value that hcl2json cannot convert is not a problem", async () => {
    const { body, problems } = await parseFile("main.tf", "a = -null\nb = 1\n", { validate: true });
    expect(problems).toEqual([]);
    expect(body.attribute("b")?.value).toMatchObject({ kind: "literal", value: 1 });
  });
});

function expectBody(body: Body, written: WrittenBody, text: string): void {
  const slice = (range: SourceRange) => text.slice(range.start.offset, range.end.offset);
  expect(body.attributes().map(({ name }) => name)).toEqual(written.attributes.map(({ name }) => name));
  for (const [index, expected] of written.attributes.entries()) {
    const attribute = body.attributes()[index];
    if (attribute === undefined) continue;
    expect(attribute.nameRange.start.offset).toBe(expected.start);
    expect(slice(attribute.nameRange)).toBe(expected.name);
    expect(slice(attribute.range)).toBe(text.slice(expected.start, expected.value.end));
    expectValue(attribute.value, expected.value);
  }
  expect(body.allBlocks().map(({ type, labels }) => [type, ...labels.map(({ value }) => value)])).toEqual(
    written.blocks.map(({ type, labels }) => [type, ...labels]),
  );
  for (const [index, expected] of written.blocks.entries()) {
    const block = body.allBlocks()[index];
    if (block === undefined) continue;
    expect([block.range.start.offset, block.range.end.offset]).toEqual([expected.start, expected.end]);
    expect(slice(block.headerRange).startsWith(expected.type)).toBe(true);
    expect(slice(block.headerRange).endsWith(expected.labels.length === 0 ? expected.type : '"')).toBe(true);
    expectBody(block.body, expected.body, text);
  }
}

function expectValue(expression: Expression, written: WrittenValue): void {
  expect([expression.range.start.offset, expression.range.end.offset]).toEqual([written.start, written.end]);
  expect(plainValue(expression)).toEqual(written.value);
  if (expression.kind === "tuple") {
    for (const [index, item] of expression.items.entries()) {
      const expected = written.items[index];
      if (expected !== undefined) expectValue(item, expected);
    }
  } else if (expression.kind === "object") {
    for (const [index, item] of expression.items.entries()) {
      const expected = written.items[index];
      if (expected !== undefined) expectValue(item.value, expected);
    }
  }
}

/** Compares every literal of a file with hcl2json's value; files that HCL refuses have no values. */
async function expectValuesOfHcl(file: string, text: string): Promise<void> {
  const verdict = await validateHcl(file, text, new LineIndex(file, text));
  const { body } = await parseFile(file, text, { validate: false });
  if (verdict.kind === "valid") compare(body, verdict.contents);
}

function compare(body: Body, contents: unknown): void {
  const members: Record<string, unknown> = isRecord(contents) ? contents : {};
  for (const { name, value } of body.attributes()) {
    const plain = plainValue(value);
    // hcl2json keeps parentheses, so there is no value to compare with.
    const theirs = members[name];
    if (typeof theirs === "string" && theirs.startsWith("${(")) continue;
    // Nor does it normalize bare names that are keys, while Terraform does.
    if (plain !== undefined) expect(JSON.parse(JSON.stringify(theirs).normalize("NFC"))).toEqual(asTemplate(plain));
  }
  const seen = new Map<string, number>();
  for (const { type, labels, body: inside } of body.allBlocks()) {
    const path = [type, ...labels.map(({ value }) => value)];
    const key = JSON.stringify(path);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    let level: unknown = contents;
    for (const step of path) level = isRecord(level) ? level[step] : undefined;
    // The same type with different numbers of labels is merged into one, which tells nothing.
    if (Array.isArray(level)) compare(inside, level[index]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
