import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { newBudget } from "../../../../src/terraform/configuration/evaluation/budget.js";
import { evaluate, type Scope } from "../../../../src/terraform/configuration/evaluation/evaluate.js";
import {
  isFailed,
  isWhollyKnown,
  named,
  type Value,
} from "../../../../src/terraform/configuration/evaluation/value.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import { plain } from "../configuration-cases.js";
import { NO_TERRAFORM, needsTerraform, runTerraform } from "../real-terraform.js";
import { collectionExpression } from "./expression-arbitraries.js";

const LOCALS = `
locals {
  names   = ["dan", "Ann", "ben", "dan"]
  numbers = [10, 9, 2.5]
  mixed   = [1, "two", true]
  empty   = []
  nothing = null
  person  = { email = "ann@example.com", tags = ["x", "y"], note = null }
  people  = { ann = { role = "owner" }, Ben = { role = "reader" } }
  text    = "Grüße, o'neil"
}
`;

/** Expressions in native syntax; each is held against what the real console prints. */
const EXPRESSIONS = String.raw`
1 + 2 * 3
(1 + 2) * 3
7 / 2
7 % 4
-7 % 4
0.1 + 0.2
"5" + 1
10 > 9 && "10" > "9"
1 == "1"
"a" == "a"
null == null
local.nothing == null
["a"] == ["b"]
!true || "true"
true ? 1 : "x"
false ? ["a", "b"] : [1]
true ? null : "x"
"\${1 + 1}"
"\${true} and \${2.50} and \${"in"}"
"a\tb\"c\\d\u00e9\U0001F600"
"$\${x} %%{y}"
local.names[0]
local.names["1"]
local.names.2
local.names[10]
local.person.email
local.person["email"]
local.person.missing
local.person.note
local.people.ann.role
local.people[*].ann
local.names[*]
values(local.people)[*].role
local.nothing[*]
local.text[*]
[for n in local.names : upper(n)]
[for i, n in local.names : "\${i}\${n}"]
[for n in local.names : n if n != "dan"]
{ for n in local.names : n => upper(n) }
{ for n in local.names : n => upper(n)... }
{ for n in distinct(local.names) : n => length(n) }
{ for k, v in local.people : lower(k) => v.role }
[for k, v in local.people : k]
[for n in toset(local.names) : n]
[for k, v in toset(local.names) : k]
{ for k, v in { b = 1, a = 2 } : k => v }
{ a = 1, "b" = 2, (local.names[0]) = 3, "\${local.names[1]}x" = 4 }
{ a = 1, a = 2 }
{ 1 = "x" }
[1, "a", null, true, [2]]
toset(local.names)
toset(local.mixed)
toset(local.numbers)
toset(["é", "e\u0301", "z", "\U0001F600", "\uffee"])
tolist(local.mixed)
tolist(toset(["b", "a"]))[0]
toset(["a"])[0]
tomap({ a = 1, b = "x" })
tostring(1.50)
tostring(true)
tostring(1000000000000)
tostring(null)
tonumber("1e3")
tonumber("x")
tobool("false")
tobool("yes")
concat(local.names, ["x"], [])
concat(toset(["b", "a"]), ["c"])
merge({ a = 1, b = 2 }, { b = 3 }, null)
merge({ a = 1 }, { a = null })
merge()
flatten([["a", ["b"]], [], "c", toset(["e", "d"])])
flatten([{ a = 1 }, [{ b = 2 }]])
distinct(["a", "b", "a", 1, "1"])
compact(["a", "", null, "b"])
keys({ b = 1, a = 2, B = 3 })
values({ b = 1, a = 2, B = 3 })
length("Grüße 👨‍👩‍👧")
length(local.names)
length(toset(local.names))
length(local.people)
length(null)
lower("ÀÉÎ ΑΣ İ")
upper("straße ǆ ŉ")
title("hello wORLD o'neil a-b c_d 2nd")
trimspace("  \t a b \n ")
trim("?!hello?!", "!?")
trim("aXbXa", "")
trimprefix("helloworld", "hello")
trimsuffix("helloworld", "world")
trimsuffix("helloworld", "")
replace("1 + 2 + 3", "+", "-")
replace("a.b.c", ".", "$")
replace("abc", "", "-")
split(",", "a,b,,c")
split(",", "")
split("", "abc")
join("-", local.names)
join("-", ["a"], ["b", 2])
join(",", toset(["b", "a"]))
format("%s is %d, %06.2f%%, %q, %v %t", "x", 3, 2.25, "a\"b", [1, "z"], true)
format("%-5s|%5s|%03d|%+d", "ab", "cd", 7, 7)
format("%d", 1.5)
format("%s")
format("%s", "a", "b")
lookup({ a = "x" }, "a")
lookup({ a = "x" }, "b", "y")
lookup({ a = "x" }, "b")
element(local.names, 5)
element([], 0)
contains(local.names, "ben")
contains(local.names, "none")
contains(["1"], 1)
index(local.names, "ben")
index(local.names, "none")
setunion(["b"], ["a", "b"])
setunion(["1"], [1])
setintersection(["a", "b"], ["b", "c"], ["b"])
setsubtract(["a", "b"], ["b", "c"])
setproduct(["b", "a"], ["x", "y"])
setproduct(["a"], [1, 2])
[for p in setproduct(toset(["b", "a"]), toset(["x"])) : p[0]]
zipmap(["a", "b"], [1, 2])
zipmap(["a"], [1, 2])
coalesce(null, "", "x", "y")
coalesce("", "")
coalesce(1, "x")
coalescelist([], ["a"], ["b"])
try(local.person.missing, "fallback")
try(local.person.note.deep, local.person.email)
try(tonumber("x"), 1)
try([for x in ["a"] : x.missing], [])
can(local.person.missing)
can(local.person.email)
can(tonumber("1"))
range(3)
range(1, 4)
range(1, 8, 2)
range(4, 1)
range(0)
range(2000)
reverse(["a", "b"])
sort(["b", "B", "a", "10", "9"])
sort([3, 20, 1])
slice(["a", "b", "c"], 1, 3)
slice(["a"], 0, 2)
chunklist(["a", "b", "c"], 2)
min(3, 1, 2)
max(local.numbers...)
abs(-3)
floor(2.7)
ceil(2.1)
signum(-3)
pow(2, 10)
startswith("hello", "he")
endswith("hello", "lo")
strcontains("hello", "ell")
substr("hello", 1, 3)
substr("hello", -3, -1)
sum([1, 2.5, "3"])
sum([])
one([])
one(["a"])
one(["a", "b"])
one(toset(["a"]))
alltrue([true, "true"])
anytrue([false, true])
alltrue([])
jsonencode({ b = [1, null], a = "<é&>" })
jsondecode("{\"a\":[1,\"x\",null]}")
jsondecode("{")
base64encode("é")
base64decode("w6k=")
md5("x")
sha1("x")
sha256("x")
chomp("a\n\n")
nonsensitive("x")
core::lower("X")
merge([{ a = 1 }, { b = 2 }]...)
concat([["a"], ["b"]]...)
{ for pair in flatten([for k, v in { core = ["kim"], data = ["lee", "max"] } : [for n in v : { k = k, n = n }]]) : "\${pair.k}/\${pair.n}" => pair.n }
toset([for k, v in local.people : k if v.role == "owner"])
length(local.empty) > 0 ? local.empty[0] : "none"
`
  .replaceAll("\\${", "${")
  .trim()
  .split("\n");

describe("what the console prints", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "evaluate-"));
    writeFileSync(path.join(folder, "main.tf"), LOCALS);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What Terraform makes of every expression, as JSON; "failed" where it is an error. */
  function terraformValues(expressions: readonly string[]): readonly unknown[] {
    // Piped, the console prints its last result only, so all of them are one value.
    const items = expressions.map((text) => `    try(jsonencode(${text}), "failed"),\n`).join("");
    writeFileSync(path.join(folder, "values.tf"), `locals {\n  values = [\n${items}  ]\n}\n`);
    const { stdout, stderr, status } = runTerraform(["console"], {
      cwd: folder,
      input: "base64encode(jsonencode(local.values))\n",
    });
    expect(status, stderr + stdout).toBe(0);
    const texts = z.array(z.string()).parse(JSON.parse(Buffer.from(stdout.trim(), "base64").toString("utf8")));
    return texts.map((text): unknown => (text === "failed" ? text : JSON.parse(text)));
  }

  test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("every function and operator"), async () => {
    const scope = await scopeOf(LOCALS);
    const printed = terraformValues(EXPRESSIONS);
    expect(printed).toHaveLength(EXPRESSIONS.length);
    const ours = await Promise.all(EXPRESSIONS.map((text) => shown(text, scope)));
    expect(EXPRESSIONS.map((text, index) => `${text} => ${JSON.stringify(ours[index])}`)).toEqual(
      EXPRESSIONS.map((text, index) => `${text} => ${JSON.stringify(printed[index])}`),
    );
  });

  test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("random chains of collections"), async () => {
    const scope = await scopeOf(LOCALS);
    const expressions = fc.sample(collectionExpression, { numRuns: 300, seed: 20_260_801 }).map(({ text }) => text);
    const printed = terraformValues(expressions);
    const ours = await Promise.all(expressions.map((text) => shown(text, scope)));
    expect(expressions.map((text, index) => [text, ours[index]])).toEqual(
      expressions.map((text, index) => [text, printed[index]]),
    );
  });
});

async function shown(text: string, scope: Scope): Promise<unknown> {
  const { body } = await parseFile("x.tf", `value = ${text}\n`, { validate: false });
  const attribute = body.attribute("value");
  if (attribute === undefined) return `not parsed: ${text}`;
  const value = evaluate(attribute.value, scope);
  return isFailed(value) ? "failed" : isWhollyKnown(value) ? ordered(plain(value)) : plain(value);
}

/** Members by name, as Terraform prints them. */
function ordered(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(ordered);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, ordered(value)]),
  );
}

async function scopeOf(text: string): Promise<Scope> {
  const { body } = await parseFile("main.tf", text, { validate: false });
  const attributes = body.blocks("locals", 0)[0]?.body;
  const scope: Scope = {
    budget: newBudget(),
    resolve(root, steps) {
      const [step] = steps;
      const attribute = step?.kind === "attribute" ? attributes?.attribute(step.name) : undefined;
      const unknown: Value = { kind: "unknown", reason: `no ${root}` };
      return {
        value: attribute === undefined ? unknown : named(evaluate(attribute.value, scope), "local"),
        consumed: 1,
      };
    },
  };
  return scope;
}
