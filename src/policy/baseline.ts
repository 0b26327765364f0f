import path from "node:path";
import { z } from "zod";
import { defined } from "../base/defined.js";
import { Failure } from "../base/failure.js";
import { groupBy } from "../base/group-by.js";
import { shownFrom } from "../base/paths.js";
import { MOST_BYTES, NotRead, readNamedFile, readRegularFile } from "../base/read-file.js";
import { writeWhole } from "../base/replace-files.js";
import type { Finding, RawFinding, SilencedFinding } from "../invites/rules/finding.js";
import { type LocatedResult, printProblems, readLocatedJson } from "./located-json.js";
import { ABOUT_POLICY } from "./settings.js";

const text = z.string({ error: "must be a string" }).min(1, { error: "must not be empty" });

const entrySchema = z.object(
  {
    rule: text,
    /** The root module, relative to the baseline file's folder, with forward slashes; `.` is that folder itself. */
    directory: text,
    /** What the finding is about: an address, or the file it lies in, named in the same way. Neither of the two where it is about the root module. */
    address: text.exactOptional(),
    file: text.exactOptional(),
    /** How many findings of this kind are known; absent for one. */
    count: z.int({ error: "must be a whole number" }).min(1, { error: "must be at least 1" }).exactOptional(),
  },
  { error: 'must be an object such as { "rule": "…", "directory": ".", "address": "…" }' },
);

const baselineSchema = z.object(
  {
    version: z.literal(1, { error: "must be 1, the version that this tfinvite reads" }),
    findings: z.array(entrySchema, { error: "must be a list of entries" }),
  },
  { error: "must be an object" },
);

/** One known finding: what it is about, and how often. Never a line, which would change with every edit. */
export type BaselineEntry = Readonly<z.infer<typeof entrySchema>>;

export interface Baseline {
  readonly version: 1;
  readonly findings: readonly BaselineEntry[];
}

/** How paths as they are shown become paths as a baseline names them. */
export type BaselinePath = (shown: string) => string;

/** What a run looked at: entries about anything else are neither stale nor to be replaced. */
export interface LookedAt {
  /** Named as in the baseline. */
  directory(directory: string): boolean;
  rule(rule: string): boolean;
}

export const EMPTY_BASELINE: Baseline = { version: 1, findings: [] };

/**
 * Silences what the baseline knows. Of findings that share a key, as many as the baseline counts; the others are new.
 * `stale`: entries that fewer findings match than they allow; `count` is how many too many.
 */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
  lookedAt: LookedAt,
  pathOf: BaselinePath,
) {
  const left = new Map([...groupBy(baseline.findings, keyOf)].map(([key, entries]) => [key, countOf(entries)]));
  const kept: Finding[] = [];
  const silenced: SilencedFinding[] = [];
  for (const finding of findings) {
    const key = keyOf(entryOf(finding, pathOf));
    const known = left.get(key) ?? 0;
    if (known === 0 || ABOUT_POLICY.has(finding.rule)) {
      kept.push(finding);
    } else {
      left.set(key, known - 1);
      silenced.push({ finding, by: "baseline" });
    }
  }
  const stale = mergeEntries(baseline.findings).flatMap((entry) => {
    const unmatched = left.get(keyOf(entry)) ?? 0;
    return unmatched === 0 || !wasLookedAt(entry, lookedAt) ? [] : [withCount(entry, unmatched)];
  });
  return { kept, silenced, stale };
}

/** The baseline that silences just these findings; what the run did not look at stays as it was. */
export function updateBaseline(
  baseline: Baseline,
  findings: readonly Finding[],
  lookedAt: LookedAt,
  pathOf: BaselinePath,
): Baseline {
  const others = baseline.findings.filter((entry) => !wasLookedAt(entry, lookedAt));
  const found = findings.filter(({ rule }) => !ABOUT_POLICY.has(rule)).map((finding) => entryOf(finding, pathOf));
  const foundHere = found.filter((entry) => wasLookedAt(entry, lookedAt));
  return { version: 1, findings: mergeEntries([...others, ...foundHere]) };
}

/** The text of a baseline file: one entry a line, sorted, so that a change is a change of few lines. */
export function printBaseline(baseline: Baseline): string {
  const lines = mergeEntries(baseline.findings).map((entry) => {
    const { rule, directory, address, file, count } = entry;
    const members = Object.entries({ rule, directory, address, file, count }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${JSON.stringify(name)}: ${JSON.stringify(value)}`],
    );
    return `    { ${members.join(", ")} }`;
  });
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{\n  "version": 1,\n  "findings": ${list}\n}\n`;
}

/** A stale entry as a finding; `baseline` is the file as shown, `shown` turns an entry's directory into one as shown. */
export function staleDiscovery(
  entry: BaselineEntry,
  baseline: string,
  shown: (directory: string) => string,
): RawFinding<"stale-baseline"> {
  const subject = entry.address ?? entry.file ?? entry.directory;
  return {
    rule: "stale-baseline",
    arguments: { baseline, rule: entry.rule, subject },
    directory: shown(entry.directory),
    ...defined({ address: entry.address }),
  };
}

function entryOf({ rule, directory, address, range }: Finding, pathOf: BaselinePath): BaselineEntry {
  const file = address === undefined && range !== undefined ? pathOf(range.file) : undefined;
  return { rule, directory: pathOf(directory), ...defined({ address, file }) };
}

function keyOf({ rule, directory, address, file }: BaselineEntry): string {
  return JSON.stringify([directory, rule, address ?? null, address === undefined ? (file ?? null) : null]);
}

/** How many findings these are. */
export function countOf(entries: readonly BaselineEntry[]): number {
  return entries.reduce((sum, { count = 1 }) => sum + count, 0);
}

function withCount({ count: _, ...entry }: BaselineEntry, count: number): BaselineEntry {
  return count === 1 ? entry : { ...entry, count };
}

function wasLookedAt({ directory, rule }: BaselineEntry, lookedAt: LookedAt): boolean {
  return lookedAt.directory(directory) && lookedAt.rule(rule);
}

/** Each key once, sorted by directory, rule, and what it is about. */
function mergeEntries(entries: readonly BaselineEntry[]): BaselineEntry[] {
  const groups = [...groupBy(entries, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.flatMap(([, group]) => group.slice(-1).map((entry) => withCount(entry, countOf(group))));
}

/** Reads the text of a baseline file. */
export function readBaselineText(content: string): LocatedResult<Baseline> {
  return readLocatedJson(content, baselineSchema, { disallowComments: true, allowTrailingComma: false });
}

/** A baseline with the file it is kept in. */
export interface BaselineFile {
  /** Absolute. */
  readonly path: string;
  /** As the user named it. */
  readonly name: string;
  readonly baseline: Baseline;
  /** Absent where there is no file yet. */
  readonly text?: string;
}

/**
 * Reads a baseline. One that does not exist is empty where it is about to be written, and a Failure otherwise. Only one
 * that a flag names may be a pipe: with the settings', a pull request could make a run wait for ever.
 */
export async function readBaselineFile(
  name: string,
  cwd: string,
  purpose: "apply" | "update",
  namedBy: "flag" | "settings",
): Promise<BaselineFile> {
  const file = path.resolve(cwd, name);
  let content: string;
  try {
    const read = namedBy === "flag" ? readNamedFile : readRegularFile;
    content = (await read(file, MOST_BYTES.baseline)).toString("utf8");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (missing && purpose === "update") return { path: file, name, baseline: EMPTY_BASELINE };
    if (missing)
      throw new Failure(`there is no baseline ${name}`, "Run with --update-baseline to create it.", { cause });
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    const reason = cause instanceof NotRead ? `: ${cause.message}` : code;
    throw new Failure(`cannot read the baseline ${name}${reason}`, undefined, { cause });
  }
  const read = readBaselineText(content);
  if (!read.ok) {
    const hint = "Fix the file, or delete it and run with --update-baseline.";
    throw new Failure(printProblems(name, content, read.problems), hint);
  }
  return { path: file, name, baseline: read.value, text: content };
}

/** Writes a baseline, all of it or nothing, unless the file would stay the same. Returns whether it changed. */
export async function writeBaselineFile(file: BaselineFile, baseline: Baseline): Promise<boolean> {
  const content = printBaseline(baseline);
  if (content === file.text) return false;
  await writeWhole(file.path, file.name, content);
  return true;
}

/** Paths as shown (relative to `cwd`) as a baseline in `file` names them. */
export function baselinePath(file: string, cwd: string): BaselinePath {
  const folder = path.dirname(file);
  return (shown) => shownFrom(folder, path.resolve(cwd, shown));
}

/** Directories as a baseline in `file` names them, as they are shown. */
export function shownBaselinePath(file: string, cwd: string): (directory: string) => string {
  const folder = path.dirname(file);
  return (directory) => shownFrom(cwd, path.resolve(folder, directory));
}
