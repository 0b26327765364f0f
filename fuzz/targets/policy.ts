import { printBaseline, readBaselineText } from "../../src/policy/baseline.js";
import { type LocatedResult, printProblems } from "../../src/policy/located-json.js";
import { readSettingsText } from "../../src/policy/read-settings.js";
import { suppressionsOf } from "../../src/policy/suppression-comments.js";
import { suppressionRemoval } from "../../src/policy/suppression-removal.js";
import { formatAddress, formatModulePath } from "../../src/terraform/addresses/address.js";
import { parseAddress, parseModulePath } from "../../src/terraform/addresses/address-parser.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import type { Body } from "../../src/terraform/configuration/syntax/syntax.js";
import { applyEdits } from "../../src/terraform/edit/text-edit.js";
import type { Random } from "../random.js";
import { HCL_PIECES, holds, holdsRanges, JSON_PIECES, SIGNS, type Target } from "./target.js";

function holdsProblems<T>(read: LocatedResult<T>, text: string): void {
  if (read.ok) return;
  holds(read.problems.length > 0, "nothing is wrong, and nothing is read");
  for (const { offset } of read.problems) holds(0 <= offset && offset <= text.length, "a place outside", offset);
  printProblems("input.json", text, read.problems);
}

async function runSettings(bytes: Buffer, random: Random): Promise<void> {
  const text = bytes.toString("utf8");
  const read = readSettingsText(text, { folder: "/folder", file: ".tfinvite.json" });
  holdsProblems(read, text);
  if (!read.ok) return;
  for (const path of ["main.tf", "modules/a/main.tf", text.slice(0, random.below(30))]) {
    read.value.excludes(path, "file");
    for (const { matches } of read.value.paths) matches(path);
  }
}

async function runBaseline(bytes: Buffer): Promise<void> {
  const text = bytes.toString("utf8");
  const read = readBaselineText(text);
  holdsProblems(read, text);
  if (!read.ok) return;
  const printed = printBaseline(read.value);
  const again = readBaselineText(printed);
  holds(again.ok && printBaseline(again.value) === printed, "a baseline is not what was written", printed);
}

/** Everything in a body except places and comments. */
function outlineOf(body: Body): unknown {
  return [
    body.attributes().map(({ name }) => name),
    body
      .allBlocks()
      .map(({ type, labels, body: inside }) => [type, labels.map(({ value }) => value), outlineOf(inside)]),
  ];
}

async function runSuppressions(bytes: Buffer, random: Random): Promise<void> {
  const text = bytes.toString("utf8");
  const parsed = await parseFile("main.tf", text, { validate: "in-doubt" });
  const suppressions = suppressionsOf(parsed);
  const ranges = suppressions.flatMap(({ range, names }) => [range, ...names.map((name) => name.range)]);
  holdsRanges(ranges, text, "a suppression");
  // Each removal is parsed on its own, so the work grows with their number.
  for (const suppression of suppressions.slice(0, 5)) {
    for (const { name, range } of suppression.names) {
      holds(text.slice(range.start.offset, range.end.offset) === name, "another name is there", name);
    }
    if (parsed.problems.length > 0) continue;
    const names = new Set(suppression.names.filter(() => random.below(2) === 0));
    const edit = suppressionRemoval(text, suppression, names);
    const after = edit === undefined ? text : applyEdits(text, [edit]);
    holds(after !== undefined && after.length <= text.length, "a removal that adds something", edit);
    const left = await parseFile("main.tf", after, { validate: true });
    const [one, other] = [parsed, left].map(({ body }) => JSON.stringify(outlineOf(body)));
    holds(left.problems.length === 0 && one === other, "a removal changes more than a comment", edit);
  }
}

async function runAddress(bytes: Buffer): Promise<void> {
  const text = bytes.toString("utf8");
  const read = parseAddress(text);
  if (read.ok) {
    const printed = formatAddress(read.address);
    const again = parseAddress(printed);
    holds(again.ok && formatAddress(again.address) === printed, "an address is not what was written", printed);
  } else holds(0 <= read.error.offset && read.error.offset <= text.length, "a place outside", read.error);
  const path = parseModulePath(text);
  if (!path.ok) return;
  const again = parseModulePath(formatModulePath(path.module));
  holds(again.ok && JSON.stringify(again.module) === JSON.stringify(path.module), "another module path", text);
}

export const POLICY_TARGETS: readonly Target[] = [
  {
    name: "settings",
    seeds: /\.tfinvite\.json$/,
    pieces: [
      ...JSON_PIECES,
      '"rules":{',
      '"accepted-invite":"off"',
      '"paths":[{"paths":["**"]',
      '"exclude":["',
      "**/",
      "[!a-",
      "!",
    ],
    run: runSettings,
    growsFrom: '{"exclude":',
  },
  {
    name: "baseline",
    seeds: /baseline[^/]*\.json$/,
    pieces: [...JSON_PIECES, '{"version":1,"findings":[', '{"rule":"a","directory":".","address":"b.c"},', '"count":2'],
    run: runBaseline,
    growsFrom: '{"version":1,"findings":',
  },
  {
    name: "suppressions",
    seeds: /\.(?:tf|tofu)$/,
    pieces: [
      ...HCL_PIECES,
      "# tfinvite-ignore: a, b -- c\n",
      "/* tfinvite-ignore: a */",
      "// tfinvite-ignore-file: b\n",
      ", ",
      " -- ",
    ],
    run: runSuppressions,
    growsFrom: "# tfinvite-ignore: ",
  },
  {
    name: "addresses",
    seeds: /state-list[^/]*\.txt$|addresses[^/]*\.txt$/,
    pieces: [
      ...SIGNS,
      "module.",
      "data.",
      "resource.",
      "openai_invite",
      ".a",
      '["',
      '"]',
      "[0]",
      "[00]",
      "${",
      "$${",
      "\\u0041",
      "\\U0001f600",
    ],
    run: runAddress,
    growsFrom: "module.a[",
  },
];
