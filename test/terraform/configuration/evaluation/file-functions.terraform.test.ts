import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { readCsv } from "../../../../src/terraform/data/csv-data.js";
import type { DataNode } from "../../../../src/terraform/data/data-node.js";
import { readYaml } from "../../../../src/terraform/data/yaml-data.js";
import { NO_TERRAFORM, needsTerraform, runTerraform } from "../real-terraform.js";
import { FUNCTIONS, inFolder, YAML } from "./file-cases.js";

/** The result of the real program for each expression, in one process. */
function terraformValues(files: Readonly<Record<string, string>>, expressions: readonly string[]) {
  const items = expressions.map((text) => `    try(jsonencode([${text}]), "fails"),\n`).join("");
  return inFolder({ ...files, "main.tf": `locals {\n  values = [\n${items}  ]\n}\n` }, (cwd) => {
    const { stdout, stderr, status } = runTerraform(["console"], {
      cwd,
      input: "base64encode(jsonencode(local.values))\n",
    });
    expect(status, stderr).toBe(0);
    const texts = z.array(z.string()).parse(JSON.parse(Buffer.from(stdout.trim(), "base64").toString("utf8")));
    return texts.map((text) =>
      text === "fails" ? { fails: true } : { value: z.array(z.unknown()).parse(JSON.parse(text))[0] },
    );
  });
}

test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("fixtures/data-files hold what Terraform does"), async () => {
  const expressions = FUNCTIONS.expressions.map(({ expression }) => expression);
  const recorded = FUNCTIONS.expressions.map(({ expression: _, ...result }) => result);
  expect(await terraformValues(FUNCTIONS.files, expressions)).toEqual(recorded);

  const texts = Object.fromEntries(YAML.map(({ text }, index) => [`${index}.yaml`, text]));
  const decoded = Object.keys(texts).map((name) => `yamldecode(file("${name}"))`);
  expect(await terraformValues(texts, decoded)).toEqual(YAML.map(({ text: _, ...result }) => result));
});

/** Texts with different meanings in different versions or readers of YAML. */
const ODD =
  "yes No ON off y N true null ~ 007 0o17 0x1F 1_000 1e3 .5 1. +12 -0.5 1:30 2001-12-14 <<  - ? : a:b a#b 'x' \"x\" @x %x &a *a !x |x >x [x {x ,x x, x: :x -x ?x \\\\x \\n \t ${x} =".split(
    " ",
  );
const scalar = fc.oneof(
  fc.constantFrom(...ODD),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
  fc.stringMatching(/^[a-z.]{1,8}@example\.com$/),
);
const documents = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(fc.oneof(fc.constantFrom(...ODD), fc.stringMatching(/^[a-z]{2,6}$/)), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}));
/** Correct text of a library, and then as people write it: without quotes, or with a missing line. */
const text = fc
  .record({
    value: documents.value,
    style: fc.constantFrom("any" as const, "flow" as const),
    quotes: fc.constantFrom(
      "PLAIN" as const,
      "QUOTE_DOUBLE" as const,
      "QUOTE_SINGLE" as const,
      "BLOCK_LITERAL" as const,
    ),
    unquoted: fc.boolean(),
    without: fc.option(fc.nat({ max: 20 })),
  })
  .map(({ value, style, quotes, unquoted, without }) => {
    const written = stringify(value, { collectionStyle: style, defaultStringType: quotes, defaultKeyType: "PLAIN" });
    const bare = unquoted ? written.replace(/["']/g, "") : written;
    return without === null
      ? bare
      : bare
          .split("\n")
          .filter((_, index) => index !== without)
          .join("\n");
  });

function plain(node: DataNode): unknown {
  if (node.kind === "null") return null;
  if (node.kind === "bool") return node.value;
  if (node.kind === "string") return node.text;
  if (node.kind === "number") return Number(node.text) + 0;
  if (node.kind === "list") return node.items.map(({ value }) => plain(value));
  if (node.kind === "map") return Object.fromEntries(node.items.map(({ name, value }) => [name, plain(value)]));
  return node;
}

test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("no YAML at random is read in another way"), async () => {
  const seed = 20_261_127;
  const texts = fc.sample(text, { numRuns: 600, seed });
  const files = Object.fromEntries(texts.map((one, index) => [`${index}.yaml`, one]));
  const theirs = await terraformValues(
    files,
    Object.keys(files).map((name) => `yamldecode(file("${name}"))`),
  );
  const compared = texts.flatMap((one, index) => {
    const read = readYaml(one);
    if (!read.ok && !read.failed) return [];
    const ours = read.ok ? { value: plain(read.node) } : { fails: true };
    return [{ text: one, ours, theirs: theirs[index] }];
  });
  const shown = (result: unknown) => JSON.stringify(result).normalize("NFC");
  expect(compared.filter((one) => shown(ordered(one.ours)) !== shown(ordered(one.theirs)))).toEqual([]);
  expect(compared.length).toBeGreaterThan(300);
});

/** Members by name. */
function ordered(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(ordered);
  if (typeof json !== "object" || json === null) return json;
  const members = Object.entries(json).map(([name, value]) => [name, ordered(value)] as const);
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("CSV at random is read as it reads it"), async () => {
  const piece = fc.constantFrom(
    "a",
    "b c",
    " ",
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    '"x"',
    '"x,\ny"',
    ";",
    "é",
    "\t",
  );
  const texts = fc.sample(
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join("")),
    { numRuns: 600, seed: 7 },
  );
  const files = Object.fromEntries(texts.map((one, index) => [`${index}.csv`, one]));
  const theirs = await terraformValues(
    files,
    Object.keys(files).map((name) => `csvdecode(file("${name}"))`),
  );
  const ours = texts.map((one) => {
    const [header, ...records] = readCsv(one) ?? [];
    const names = header?.map((field) => field.text);
    if (names === undefined || new Set(names).size !== names.length) return { fails: true };
    return {
      value: records.map((record) => Object.fromEntries(record.map((field, index) => [names[index], field.text]))),
    };
  });
  const wrong = texts.filter(
    (_, index) => JSON.stringify(ordered(ours[index])) !== JSON.stringify(ordered(theirs[index])),
  );
  expect(wrong).toEqual([]);
});
