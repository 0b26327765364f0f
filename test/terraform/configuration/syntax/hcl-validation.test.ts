import { describe, expect, test } from "vitest";
import { type HclVerdict, validateHcl } from "../../../../src/terraform/configuration/syntax/hcl-validation.js";
import { LineIndex } from "../../../../src/terraform/configuration/syntax/line-index.js";
import { place } from "./print-syntax.js";

const FILE = "a dir/main:1,2-3: x.tf";
const validate = (text: string): Promise<HclVerdict> => validateHcl(FILE, text, new LineIndex(FILE, text));
const problemsIn = (verdict: HclVerdict): string[] =>
  verdict.kind === "invalid"
    ? verdict.problems.map(({ message, range }) => `${place(range)} ${message}`)
    : [verdict.kind];

describe("syntax errors are placed where HCL reports them, in UTF-16 columns", () => {
  test.each([
    ["a = 1 +", ["1:8-1:8 Missing expression: "]],
    ["a = \n b = 1\n", ["1:5-1:5 Invalid expression: "]],
    ['a = "é😀👩‍👩‍👧 \\q"\n', ["1:18-1:20 Invalid escape sequence: "]],
    ['\ufeffa = "e\u0301\\q"\r\n', ["1:8-1:10 Invalid escape sequence: "]],
    ["\r\n\r\na = +\r\n", ["3:5-3:6 Invalid expression: "]],
    ["a = 'x'\n", ["1:5-1:6 Invalid character: ", "1:5-1:6 Invalid expression: "]],
    ["a = [1,\n2", ["1:5-1:6 Unterminated tuple constructor expression: "]],
    ["<<E", ["1:1-1:2 Argument or block definition required: "]],
    ["a = <<E\nx", ["2:2-2:2 Unterminated template string: "]],
    ["locals {\n  a = 1\n", ["1:8-1:9 Unclosed configuration block: "]],
  ])("%j", async (text, expected) => {
    const problems = problemsIn(await validate(text));
    expect(problems.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
  });
});

test("a message that names a place names the user's file", async () => {
  expect(problemsIn(await validate("a = 1\na = 2\n"))).toEqual([
    `2:1-2:2 Attribute redefined: The argument "a" was already set at ${FILE}:1,1-2. Each argument may be set only once.`,
  ]);
});

test("a missing quote is reported once, not at every later string", async () => {
  const problems = problemsIn(await validate('a = "x\nb = "y"\nc = "z"\nd = "w"\n'));
  expect(problems.filter((problem) => problem.includes("Invalid multi-line string"))).toHaveLength(1);
});

test("what cannot be converted to JSON is not a syntax error", async () => {
  expect(await validate("a = -null\n")).toEqual({ kind: "unconvertible" });
});

test("what would break hcl2json is not passed to it, and it continues to work", async () => {
  const texts = [
    `a = ${"[".repeat(2_000)}${"]".repeat(2_000)}\n`,
    `a = ${"!".repeat(2_000)}true\n`,
    `a = ${"true ? 1 : ".repeat(2_000)}1\n`,
    `a = ${"true ?\n 1 : ".repeat(1)}1\n${"b {\n".repeat(2_000)}`,
    `a = ${'"${'.repeat(2_000)}1${'}"'.repeat(2_000)}\n`,
    `a = "${"$".repeat(100_000)}"\n`,
  ];
  for (const text of texts) expect((await validate(text)).kind).toBe("unknown");
  expect(await validate("a = 1\n")).toEqual({ kind: "valid", contents: { a: 1 } });
});

test("long files of shallow values are given to it", async () => {
  const text = `a = {\n${Array.from({ length: 3_000 }, (_, index) => `  k${index} = var.x == "y" ? !true : -1 + 2`).join("\n")}\n}\n`;
  expect((await validate(text)).kind).toBe("valid");
});
