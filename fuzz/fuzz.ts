/**
 * `npm run fuzz -- [MINUTES]`: whatever bytes a file holds, lint must come back with findings or a syntax error whose
 * places are in the file, in time and memory that grow with the file and no faster. Ends with exit code 1 and the input
 * that broke it, written to a file.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { findAll } from "../src/invites/rules/registry.js";
import { assessFiles } from "../src/lint/assess-files.js";
import { emptyFileSystem, overlayFileSystem } from "../src/terraform/files/overlay-file-system.js";
import type { SourceRange } from "../src/terraform/source-range.js";
import { makeRandom, type Random } from "./random.js";

const FIXTURES = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "fixtures");
const minutes = Number(process.argv[2] ?? "3");
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);

/** What an invite file begins with, so that the rest is looked at and not skipped. */
const HEAD = 'resource "openai_invite" "a" {\n  email = "Kim@Example.com"\n  role = "Owner"\n}\n';

/** Pieces of the language, and of what is not. */
const PIECES = [
  ..."{}[]()\"'=,.:?!<>&|+-*/%#$~\\\n\t \0\r\u2028\ufeff😀é".split(""),
  "${",
  "%{",
  "%{ if true }",
  "%{ endif }",
  "<<EOT\n",
  "<<-E\n",
  "EOT\n",
  "/*",
  "*/",
  "//",
  "...",
  "=>",
  "for",
  "in",
  "null",
  'resource "openai_invite" "b" {\n',
  "projects {",
  "for_each = ",
  'dynamic "projects" {',
  'email = "A@b.c"',
  "role = ",
  "each.key",
  "toset([",
  "removed {",
  "moved {",
  "from = openai_invite.a",
  "# tfinvite-ignore: ",
  "1e309",
  "$$${",
  "%%{",
];

interface Measure {
  readonly milliseconds: number;
}

async function lintBytes(bytes: Buffer, name: string): Promise<Measure> {
  const text = bytes.toString("utf8");
  const directory = path.resolve("/fuzz");
  const fileSystem = overlayFileSystem(new Map([[path.join(directory, name), text]]), emptyFileSystem);
  const before = performance.now();
  const assessment = await assessFiles(".", { cwd: directory, env: {}, fileSystem });
  const findings = findAll(assessment);
  const milliseconds = performance.now() - before;
  for (const { range, rule } of findings) if (range !== undefined) checkRange(range, text, rule);
  for (const { range, message } of assessment.inventory.configuration.problems) checkRange(range, text, message);
  return { milliseconds };
}

function checkRange({ start, end }: SourceRange, text: string, what: string): void {
  const lines = text.slice(0, start.offset).split("\n");
  const column = (lines[lines.length - 1]?.length ?? 0) + 1;
  const inside = 0 <= start.offset && start.offset <= end.offset && end.offset <= text.length;
  const bom = lines.length === 1 && text.startsWith("\ufeff") ? 1 : 0;
  if (!inside || start.line !== lines.length || ![column, column - bom].includes(start.column)) {
    throw new Error(`a wrong place for ${what}: ${JSON.stringify({ start, end, length: text.length })}`);
  }
}

function corpus(): readonly Buffer[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:tf|tofu|tf\.json)$/.test(file))
    .map((file) => path.join(FIXTURES, file))
    .filter((file) => statSync(file).isFile() && statSync(file).size < 20_000)
    .map((file) => readFileSync(file));
}

function mutated(random: Random, sources: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(random.pick(sources));
  for (let times = random.below(6); times >= 0; times -= 1) {
    const at = random.below(bytes.length + 1);
    const gone = random.below(4) === 0 ? random.below(bytes.length - at + 1) : random.below(4);
    const other = random.pick(sources);
    const from = random.below(other.length);
    const piece =
      random.below(3) === 0 ? other.subarray(from, from + random.below(200)) : soup(random, random.below(6));
    bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + gone)]);
  }
  return bytes;
}

function soup(random: Random, length: number): Buffer {
  const pieces = Array.from({ length }, () =>
    random.below(20) === 0 ? random.bytes(3) : Buffer.from(random.pick(PIECES)),
  );
  return Buffer.concat(pieces);
}

/** Repeats of a piece, closed or not: what makes parsers slow. */
async function checkGrowth(random: Random): Promise<string | undefined> {
  const unit = Array.from({ length: 1 + random.below(3) }, () => random.pick(PIECES)).join("");
  const repeat = (size: number) => Buffer.from(`${HEAD}x = ${unit.repeat(Math.ceil(size / unit.length))}`);
  const small = await lintBytes(repeat(8_000), "main.tf");
  if (small.milliseconds > 4_000) return `${small.milliseconds.toFixed(0)} ms for 8 kB of ${JSON.stringify(unit)}`;
  const large = await lintBytes(repeat(64_000), "main.tf");
  // Eight times the text; four times that again, and half a second, for noise and collections of garbage.
  if (large.milliseconds <= 32 * small.milliseconds + 500) return undefined;
  return `${small.milliseconds.toFixed(0)} ms for 8 kB and ${large.milliseconds.toFixed(0)} ms for 64 kB of ${JSON.stringify(unit)}`;
}

const random = makeRandom(seed);
const sources = corpus();
const end = performance.now() + minutes * 60_000;
let count = 0;
let total = 0;
let slowest = { perKilobyte: 0, bytes: 0, milliseconds: 0 };
console.log(`seed ${seed}, ${sources.length} files to start from, ${minutes} minutes`);
// The first file of a process also pays for loading the parsers.
await lintBytes(Buffer.from(HEAD), "main.tf");
while (performance.now() < end) {
  const kind = random.below(10);
  const bytes =
    kind === 0
      ? random.bytes(random.below(4000))
      : kind < 4
        ? Buffer.concat([Buffer.from(HEAD), soup(random, random.below(300))])
        : mutated(random, sources);
  const name = random.below(6) === 0 ? "main.tf.json" : "main.tf";
  try {
    const { milliseconds } = await lintBytes(bytes, name);
    const perKilobyte = milliseconds / Math.max(1, bytes.length / 1000);
    if (perKilobyte > slowest.perKilobyte) slowest = { perKilobyte, bytes: bytes.length, milliseconds };
    if (milliseconds > 5_000) throw new Error(`${milliseconds.toFixed(0)} ms for ${bytes.length} bytes`);
    const grown = count % 25 === 0 ? await checkGrowth(random) : undefined;
    if (grown !== undefined) throw new Error(grown);
  } catch (error) {
    const kept = path.join(os.tmpdir(), `tfinvite-fuzz-${seed}-${count}-${name}`);
    writeFileSync(kept, bytes);
    console.error(
      `after ${count} files: ${error instanceof Error ? error.stack : String(error)}\nthe input is in ${kept}`,
    );
    process.exitCode = 1;
    break;
  }
  count += 1;
  total += bytes.length;
}
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  `${count} files, ${(total / 1e6).toFixed(1)} MB, peak ${peak.toFixed(0)} MB; slowest ${slowest.perKilobyte.toFixed(1)} ms/kB (${slowest.milliseconds.toFixed(0)} ms for ${slowest.bytes} bytes)`,
);
