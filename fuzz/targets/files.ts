import path from "node:path";
import { groupBy } from "../../src/base/group-by.js";
import { findAll } from "../../src/invites/rules/registry.js";
import { lintOnce } from "../../src/lint/lint-once.js";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { PLAIN_STYLE } from "../../src/report/style.js";
import { readCsv } from "../../src/terraform/data/csv-data.js";
import type { DataNode, DataResult } from "../../src/terraform/data/data-node.js";
import { readJson } from "../../src/terraform/data/json-data.js";
import { readYaml } from "../../src/terraform/data/yaml-data.js";
import { lockedVersions } from "../../src/terraform/files/lock-file.js";
import { emptyFileSystem, overlayFileSystem } from "../../src/terraform/files/overlay-file-system.js";
import type { Random } from "../random.js";
import { HCL_PIECES, holds, holdsNoSecret, holdsRanges, JSON_PIECES, SIGNS, type Target } from "./target.js";

/** A folder that does not exist. */
export const FOLDER = path.resolve("/fuzz-has-no-files");

/** The beginning of a file with invites, so that the rest is read and not skipped. */
export const HEAD = 'resource "openai_invite" "a" {\n  email = "Kim@Example.com"\n  role = "Owner"\n}\n';

const WITH_VARIABLES = `${HEAD}
variable "people" {
  type = map(object({ role = string }))
}
resource "openai_invite" "people" {
  for_each = var.people
  email    = each.key
  role     = each.value.role
}
`;

/** Lints files that are only in memory: places are in their files, and the output contains no key and no stack trace. */
async function lintFiles(files: Readonly<Record<string, string>>, random: Random): Promise<void> {
  const texts = new Map(Object.entries(files).map(([name, text]) => [path.join(FOLDER, name), text]));
  const fileSystem = overlayFileSystem(texts, emptyFileSystem);
  const outcome = await lintOnce({ targets: ["."] }, { cwd: FOLDER, env: {}, fileSystem });
  const found = outcome.assessments.flatMap((assessment) => findAll(assessment));
  const problems = outcome.files.flatMap((file) => file.problems);
  const ranges = [...found, ...outcome.report.findings, ...problems].flatMap(({ range }) => range ?? []);
  for (const [file, own] of groupBy(ranges, (range) => range.file)) {
    const text = files[file];
    holds(text !== undefined, "a place in no file", own);
    holdsRanges(own, text, "a finding");
  }
  const formats = Object.values(REPORT_FORMATS);
  const printed = await random.pick(formats)(outcome.report, { command: () => undefined, style: PLAIN_STYLE });
  holdsNoSecret(printed, "a report");
}

/** Nodes are inside of the text and of their parent node; an alias has the places of its target. */
function holdsPlaces(result: DataResult, text: string): void {
  if (!result.ok) return;
  const visit = (node: DataNode) => {
    holds(
      0 <= node.start && node.start <= node.end && node.end <= text.length,
      "a node outside of its text",
      node.kind,
    );
    if (node.kind === "list" || node.kind === "map") for (const { value } of node.items) visit(value);
  };
  visit(result.node);
}

async function runData(bytes: Buffer): Promise<void> {
  const text = bytes.toString("utf8");
  const json = readJson(text);
  holdsPlaces(json, text);
  if (json.ok) JSON.parse(text.replace(/^\ufeff/, ""));
  holdsPlaces(readYaml(text), text);
  for (const { start, end } of readCsv(text)?.flat() ?? [])
    holds(0 <= start && start <= end && end <= text.length, "a field outside of its text", { start, end });
}

async function runLockFile(bytes: Buffer): Promise<void> {
  const text = bytes.toString("utf8");
  const versions = [...lockedVersions(text)];
  const size = versions.flat().join("").length;
  holds(size <= text.length, "more is read than is written", { size, length: text.length });
  for (const part of versions.flat())
    holds(text.includes(part) && !part.includes('"'), "a part that is not there", part);
}

export const FILE_TARGETS: readonly Target[] = [
  {
    name: "hcl",
    seeds: /\.(?:tf|tofu)$/,
    pieces: HCL_PIECES,
    run: (bytes, random) => lintFiles({ "main.tf": HEAD + bytes.toString("utf8") }, random),
    growsFrom: "x = ",
  },
  {
    name: "json-configuration",
    seeds: /\.tf\.json$/,
    pieces: [...JSON_PIECES, '"resource":{', '"openai_invite":{', '"email":"A@b.c"', '"${', '"%{'],
    run: (bytes, random) => lintFiles({ "main.tf": HEAD, "more.tf.json": bytes.toString("utf8") }, random),
    growsFrom: '{"resource":',
  },
  {
    name: "tfvars",
    seeds: /\.tfvars(?:\.json)?$/,
    pieces: [...HCL_PIECES, "people = {", '"kim@example.com" = ', '{ role = "owner" }\n'],
    run: (bytes, random) => {
      const text = bytes.toString("utf8");
      const name = text.trimStart().startsWith("{") ? "terraform.tfvars.json" : "terraform.tfvars";
      return lintFiles({ "main.tf": WITH_VARIABLES, [name]: text }, random);
    },
    growsFrom: "people = ",
  },
  {
    name: "lock-file",
    seeds: /\.terraform\.lock\.hcl$/,
    pieces: [...SIGNS, 'provider "', "version = ", '"1.0.0"', "}\n", "hashes = ["],
    run: runLockFile,
    growsFrom: 'provider "a/b/c" {\n',
  },
  {
    name: "data-files",
    seeds: /\.(?:ya?ml|csv)$|data-files\/.*\.json$/,
    pieces: [
      ...JSON_PIECES,
      "- ",
      "? ",
      "<<: *a\n",
      "&a ",
      "*a",
      "|\n",
      ">-\n",
      "---\n",
      "...\n",
      "!!str ",
      "\n  ",
      "a: ",
    ],
    run: runData,
    growsFrom: "a: ",
  },
];
