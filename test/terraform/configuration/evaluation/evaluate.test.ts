import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newBudget } from "../../../../src/terraform/configuration/evaluation/budget.js";
import { evaluate, type Scope } from "../../../../src/terraform/configuration/evaluation/evaluate.js";
import {
  failed,
  stringValue,
  unknown,
  unknownIn,
  type Value,
} from "../../../../src/terraform/configuration/evaluation/value.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import type { Expression } from "../../../../src/terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../../../src/terraform/source-range.js";
import { plain } from "../configuration-cases.js";
import { byBytes, collectionExpression, modelValue, quote } from "./expression-arbitraries.js";

const names: Record<string, Value> = {
  unknown: unknown("not known"),
  failed: failed("it is broken"),
  known: stringValue("known"),
};

function scope(): Scope {
  return {
    budget: newBudget(),
    resolve: (root) => ({ value: names[root] ?? unknown(`${root} is not there`), consumed: 0 }),
  };
}

async function parse(
  text: string,
): Promise<{ expression: Expression; written: (range: SourceRange | undefined) => string }> {
  const file = `value = ${text}\n`;
  const { body } = await parseFile("x.tf", file, { validate: false });
  const expression = body.attribute("value")?.value;
  if (expression === undefined) throw new Error(`not an expression: ${text}`);
  return {
    expression,
    written: (range) => (range === undefined ? "nowhere" : file.slice(range.start.offset, range.end.offset)),
  };
}

async function value(text: string): Promise<unknown> {
  return plain(evaluate((await parse(text)).expression, scope()));
}

/** Every text of a collection, with its own source or that of its entry. */
async function places(text: string): Promise<readonly string[]> {
  const { expression, written } = await parse(text);
  const result = evaluate(expression, scope());
  if (result.kind === "list" || result.kind === "set") {
    return result.elements.map(
      (element) =>
        `${JSON.stringify(plain(element))} from ${written(element.kind === "unknown" ? undefined : element.source)}`,
    );
  }
  if (result.kind !== "object") throw new Error(`${text} is ${result.kind}`);
  return [...result.entries].map(([key, entry]) => `${key} from ${written(entry.source)}`);
}

describe("what is not known", () => {
  test.each([
    ["unknown", "(unknown: not known)"],
    ["unknown ? 1 : 2", "(unknown: not known)"],
    ["unknown ? 1 : 1", 1],
    ["false && unknown", false],
    ["true || unknown", true],
    ["true && unknown", "(unknown: not known)"],
    [`"a\${unknown}"`, "(unknown: not known)"],
    ["[1, unknown]", [1, "(unknown: not known)"]],
    ["{ a = unknown, b = 1 }", { a: "(unknown: not known)", b: 1 }],
    ["{ (unknown) = 1 }", "(unknown: not known)"],
    ["[for x in unknown : x]", "(unknown: not known)"],
    ['[for x in ["a", unknown] : x]', ["a", "(unknown: not known)"]],
    ['[for x in ["a"] : x if unknown]', "(unknown: not known)"],
    ["{ for x in [unknown] : x => 1 }", "(unknown: not known)"],
    ["length([unknown, 1])", 2],
    ["length(toset([unknown, 1]))", "(unknown: not known)"],
    ["length({ a = unknown })", 1],
    ["keys({ a = unknown })", ["a"]],
    ["merge({ a = 1 }, unknown)", "(unknown: not known)"],
    ["concat([1], unknown)", "(unknown: not known)"],
    ["flatten([[1], unknown])", "(unknown: not known)"],
    ['contains(["a", unknown], "a")', true],
    ['contains(["a", unknown], "b")', "(unknown: not known)"],
    ["coalesce(unknown, 1)", "(unknown: not known)"],
    ['try(unknown, "x")', "(unknown: not known)"],
    ['try(failed, "x")', "x"],
    ['try([failed], "x")', "x"],
    ["can(unknown)", "(unknown: not known)"],
    ["can(failed)", false],
    ["[unknown][0]", "(unknown: not known)"],
    ["[1, unknown][0]", 1],
    ["unknown == null", "(unknown: not known)"],
    ["[] == []", true],
    ["[] == tolist([])", false],
    ["tolist([]) == tolist(toset([]))", true],
    ["[null] == [null]", "(unknown: a part of it has no type yet)"],
    ["[1] == [2]", false],
    ["sort([unknown])", "(unknown: not known)"],
    ["jsonencode([unknown])", "(unknown: not known)"],
    ['file("x")', "(unknown: file() reads a file, which is not followed here)"],
    ['csvdecode(file("x"))', "(unknown: file() reads a file, which is not followed here)"],
    ["timestamp()", "(unknown: timestamp() differs from run to run)"],
    ["provider::x::y(1)", "(unknown: provider::x::y() is not evaluated here)"],
    ['replace("a", "/b/", unknown)', "(unknown: not known)"],
    ["true ? 1 : unknown", "(unknown: its type depends on something that is not known)"],
    ['true ? ["a"] : unknown', ["a"]],
    ["true ? 1 : length(unknown)", 1],
    ['toset(["a", unknown])', ["a", "(unknown: not known)"]],
    ["toset([1, unknown])", ["(unknown: its type depends on something that is not known)", "(unknown: not known)"]],
    ["false && failed", "(unknown: it depends on Terraform's version)"],
    ["can(1 + [])", false],
    ["99999999999999999999", 1e20],
    ['"${99999999999999999999}"', 1e20],
    ['"x${99999999999999999999}"', "x99999999999999999999"],
    ['"x${1e999}"', "(unknown: a number too large or too fine)"],
    ["setproduct([unknown], [1])", [["(unknown: not known)", 1]]],
  ])("%s", async (text, expected) => {
    expect(await value(text)).toEqual(expected);
  });
});

describe("where a value is written", () => {
  test.each([
    ['toset(["b", "a"])', ['"a" from "a"', '"b" from "b"']],
    ['distinct(concat(["a"], compact(["", "b"])))', ['"a" from "a"', '"b" from "b"']],
    ['[for x in ["a"] : x]', ['"a" from "a"']],
    ['[for x in ["A"] : lower(x)]', ['"a" from "A"']],
    ['[for x in ["a"] : "<${x}>"]', ['"<a>" from "a"']],
    ['[for x in ["a"] : { name = x }]', ['{"name":"a"} from "a"']],
    ['[for x in [{ n = "a" }] : x.n]', ['"a" from "a"']],
    ['flatten([for x in [{ n = ["a"] }] : x.n])', ['"a" from "a"']],
    ['reverse(sort(["b", "a"]))', ['"b" from "b"', '"a" from "a"']],
    ['split(",", "a,b")', ['"a" from nowhere', '"b" from nowhere']],
    ["keys({ a = 1 })", ['"a" from a = 1']],
    ['values({ a = "x" })', ['"x" from "x"']],
    ["{ a = 1, b = 2 }", ["a from a = 1", "b from b = 2"]],
    ["merge({ a = 1, b = 2 }, { a = 3 })", ["b from b = 2", "a from a = 3"]],
    ["{ for k, v in { a = 1 } : upper(k) => v }", ["A from a = 1"]],
    ['{ for x in ["a"] : x => true }', ['a from "a"']],
    ['{ for x in [{ n = "a" }] : x.n => x }', ['a from { n = "a" }']],
    ['{ for x in ["a", "a"] : x => x... }', ["a from nowhere"]],
    ['zipmap(["a"], [1])', ['a from "a"']],
    ['setunion(["b"], ["a", "b"])', ['"a" from "a"', '"b" from "b"']],
    ['true ? ["a"] : ["b"]', ['"a" from "a"']],
    ['tolist(toset(["a", 1]))', ['"1" from 1', '"a" from "a"']],
  ])("%s", async (text, expected) => {
    expect(await places(text)).toEqual(expected);
  });
});

describe("random chains of collections", () => {
  test("have the value that a plain model has", async () => {
    await fc.assert(
      fc.asyncProperty(collectionExpression, async ({ text, model }) => {
        expect(await value(text)).toEqual(modelValue(model));
      }),
    );
  });

  test("keep each text's own place, as long as it passes through unchanged", async () => {
    const unchanged = collectionExpression.filter(({ text }) => !/<|!|\{ *["}]|=>/.test(text));
    await fc.assert(
      fc.asyncProperty(unchanged, async ({ text, model }) => {
        const items = model.kind === "map" ? [] : model.items;
        expect(await places(text)).toEqual(
          items.map((item) => `${JSON.stringify(item.normalize("NFC"))} from ${quote(item)}`),
        );
      }),
    );
  });

  test("texts in a set are in the order of their bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 8 }), async (texts) => {
        const normal = texts.map((text) => text.normalize("NFC"));
        expect(await value(`toset([${texts.map(quote).join(", ")}])`)).toEqual([...new Set(normal)].toSorted(byBytes));
      }),
    );
  });
});

describe("values that no machine can hold", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const long = 'join("", [for a in range(1000) : "aaaaaaaa"])';

  test.each([
    [
      "nested for-expressions",
      "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]",
      "too large",
    ],
    ["a long range", "range(1000000000)", "more than 1024"],
    ["a long text", `join("", [for a in range(1000) : ${long}])`, "too l"],
    ["a text that replaces every letter", `replace(${long}, "a", ${long})`, "too long"],
    ["a long list", "flatten([for a in range(1000) : [for b in range(1000) : b]])", "too large"],
    ["a large product", "setproduct(range(1000), range(1000), range(1000))", "too large"],
    ["many products", "[for x in range(1000) : setproduct(range(300), range(300))]", "too large"],
    ["a wide format", 'format("%100000d", 1)', "too long"],
    ["a large exponent", "1e999999999 + 1", "too large"],
    ["a pattern that repeats what it repeats", 'regex("((((a{50}){50}){50}){50})", "a")', ""],
    ["a long match", `regexall("(a*)*b", ${long})`, ""],
    [
      "a type that doubles",
      `[for a in [[1]] : [for b in [[a, a, a, a]] : [for c in [[b, b, b, b]] : [for d in [[c, c, c, c]] : [for e in [[d, d, d, d]] : [for f in [[e, e, e, e]] : [for g in [[f, f, f, f]] : [for h in [[g, g, g, g]] : [for i in [[h, h, h, h]] : [for j in [[i, i, i, i]] : true ? [j, j] : [j]]]]]]]]]]]`,
      "too large",
    ],
    ["a deep document", `jsondecode(${JSON.stringify(nested(5000))})`, "too deep"],
  ])("%s", async (_, text, reason) => {
    const { expression } = await parse(text);
    const result = evaluate(expression, scope());
    expect(unknownIn(result) ?? JSON.stringify(plain(result))).toContain(reason);
  });

  test("an expression that is merely deep", async () => {
    const { expression } = await parse(nested(300));
    expect(evaluate(expression, scope()).kind).toBe("list");
  });
});
