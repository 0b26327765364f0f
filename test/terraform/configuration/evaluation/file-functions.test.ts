import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { newBudget } from "../../../../src/terraform/configuration/evaluation/budget.js";
import { evaluate, type Scope } from "../../../../src/terraform/configuration/evaluation/evaluate.js";
import { DataFiles } from "../../../../src/terraform/configuration/evaluation/file-functions.js";
import {
  isFailed,
  partsOf,
  stringValue,
  unknown,
  type Value,
} from "../../../../src/terraform/configuration/evaluation/value.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import { loadSyntaxParser } from "../../../../src/terraform/configuration/syntax/tree-sitter.js";
import { readJson } from "../../../../src/terraform/data/json-data.js";
import { readYaml } from "../../../../src/terraform/data/yaml-data.js";
import { diskFileSystem } from "../../../../src/terraform/files/file-system.js";
import { FUNCTIONS, inFolder } from "./file-cases.js";

async function scopeOf(directory: string): Promise<Scope & { readonly data: DataFiles }> {
  const data = new DataFiles({
    fileSystem: diskFileSystem,
    directory,
    display: (file) => path.relative(directory, file),
  });
  data.tools = { readYaml, readJson, parser: await loadSyntaxParser() };
  return {
    data,
    budget: newBudget(),
    files: data.call,
    resolve: (root) => ({ value: root === "path" ? stringValue(".") : unknown(root), consumed: 1 }),
  };
}

async function resultOf(expression: string, scope: Scope): Promise<Value> {
  const { body } = await parseFile("main.tf", `value = ${expression}\n`, { validate: false });
  const attribute = body.attribute("value");
  if (attribute === undefined) throw new Error(`not parsed: ${expression}`);
  return evaluate(attribute.value, scope);
}

describe("what Terraform does", () => {
  it("is done, or not known", () =>
    inFolder(FUNCTIONS.files, async (folder) => {
      const scope = await scopeOf(folder);
      const unknowns: string[] = [];
      for (const { expression, ...result } of FUNCTIONS.expressions) {
        const value = await resultOf(`jsonencode([${expression}])`, scope);
        if (value.kind === "unknown" && !isFailed(value)) unknowns.push(expression);
        else {
          const ours = value.kind === "string" ? { value: (JSON.parse(value.value) as unknown[])[0] } : { fails: true };
          expect({ expression, ...ours }).toEqual({ expression, ...result });
        }
      }
      expect(unknowns.filter((text) => !/^fileset\(|"(?:each|if|forempty|broken)\.tpl"/.test(text))).toEqual([]);
      expect(unknowns.length).toBeLessThan(10);
    }));
});

describe("places", () => {
  const files = {
    "people.yaml": "team:\n  - email: ann@example.com\n    role: reader\n  - &b\n    email: bo@example.com\n  - *b\n",
    "people.json": '{"ann": {"email": "ann@example.com"},\n "bo": {"email": "bo@example.com"}}\n',
    "people.csv": "email,role\nann@example.com,reader\nbo@example.com,owner\n",
    "people.txt": "\nann@example.com\nbo@example.com\n",
    "people.tpl": "- ann@example.com\n- ${who}\n",
    "plain.tpl": "- ann@example.com\n- bo@example.com\n",
  };

  const places = (value: Value) =>
    partsOf(value).map((part) =>
      part.kind === "unknown" || part.source === undefined
        ? undefined
        : `${part.source.file}:${part.source.start.line}:${part.source.start.column}`,
    );

  it.each([
    ['yamldecode(file("people.yaml")).team', ["people.yaml:2:5", "people.yaml:5:5", "people.yaml:6:5"]],
    ['yamldecode(file("people.yaml")).team[*].email', ["people.yaml:2:12", "people.yaml:5:12", "people.yaml:5:12"]],
    [
      '[for p in yamldecode(file("people.yaml")).team : lower(p.email)]',
      ["people.yaml:2:12", "people.yaml:5:12", "people.yaml:5:12"],
    ],
    ['values(jsondecode(file("people.json")))', ["people.json:1:9", "people.json:2:8"]],
    ['csvdecode(file("people.csv"))', ["people.csv:2:1", "people.csv:3:1"]],
    ['csvdecode(file("people.csv"))[*].role', ["people.csv:2:17", "people.csv:3:16"]],
    ['compact(split("\\n", file("people.txt")))', ["people.txt:2:1", "people.txt:3:1"]],
    ['split("\\n", trimspace(file("people.txt")))', ["people.txt:2:1", "people.txt:3:1"]],
    ['split("\\n", upper(trimspace(file("people.txt"))))', ["people.txt:1:1", "people.txt:1:1"]],
    ['yamldecode(templatefile("people.tpl", { who = "bo" }))', ["people.tpl:1:1", "people.tpl:1:1"]],
    ['yamldecode(templatefile("plain.tpl", {}))', ["plain.tpl:1:3", "plain.tpl:2:3"]],
    ['yamldecode("- a")', [undefined]],
  ])("%s", (expression, expected) =>
    inFolder(files, async (folder) => {
      expect(places(await resultOf(expression, await scopeOf(folder)))).toEqual(expected);
    }),
  );
});

describe("what is not read", () => {
  it.each([
    ["pipe", "pipe is not read: it is not a regular file"],
    ["link-out", "link-out is not read: it is outside the root module's directory"],
    ["folder-out/secret", "folder-out/secret is not read: it is outside the root module's directory"],
    ["../secret", "../secret is not read: it is outside the root module's directory"],
    ["/etc/passwd", "/etc/passwd is not read: it is outside the root module's directory"],
    ["~/secret", "~/secret is not read: it is in the home directory"],
    ["large", "large is not read: it is larger than 1 MB"],
  ])("%s", (name, reason) =>
    inFolder({ "root/here": "", secret: "secret" }, async (folder) => {
      const root = path.join(folder, "root");
      execFileSync("mkfifo", [path.join(root, "pipe")]);
      symlinkSync("../secret", path.join(root, "link-out"));
      symlinkSync("..", path.join(root, "folder-out"));
      writeFileSync(path.join(root, "large"), "a".repeat(2_000_000));
      expect(await resultOf(`file("${name}")`, await scopeOf(root))).toEqual(unknown(reason));
    }),
  );

  it("fails when it fails in Terraform", () =>
    inFolder({ here: "" }, async (folder) => {
      mkdirSync(path.join(folder, "folder"));
      writeFileSync(path.join(folder, "latin-1"), Buffer.from([0x66, 0xfc, 0x72]));
      const scope = await scopeOf(folder);
      for (const name of ["missing", "folder", "latin-1", "here/below"])
        expect(isFailed(await resultOf(`file("${name}")`, scope)), name).toBe(true);
      expect(await resultOf('fileexists("latin-1")', scope)).toMatchObject({ value: true });
    }));

  it.each([
    ["nested brackets", "[".repeat(300_000)],
    ["nested dashes", "- ".repeat(200_000)],
    ["items", `[${"a,".repeat(400_000)}a]`],
    ["lines", "a:\n".repeat(200_000)],
    ["quotes", `a: ${'"'.repeat(300_000)}`],
    [
      "anchors of anchors",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join()}]\n`).join("")}`,
    ],
  ])("needs little time and memory for %s", (_, text) =>
    inFolder({ "x.yaml": text }, async (folder) => {
      const started = performance.now();
      const value = await resultOf('flatten(values(yamldecode(file("x.yaml"))))', await scopeOf(folder));
      expect(value.kind).toBe("unknown");
      expect(performance.now() - started).toBeLessThan(20_000);
    }),
  );
});

it("records which expressions read a file, and in which format", () =>
  inFolder({ "a.yaml": "- a\n", "b.txt": "b" }, async (folder) => {
    const scope = await scopeOf(folder);
    await resultOf('[yamldecode(file("a.yaml")), file("a.yaml"), file("b.txt"), file("c")]', scope);
    expect(
      scope.data.files.map(({ file, readers, decoders }) => [
        file,
        readers.map(({ start }) => start.column),
        [...decoders],
      ]),
    ).toEqual([
      ["a.yaml", [21, 38], ["yamldecode"]],
      ["b.txt", [54], []],
    ]);
  }));
