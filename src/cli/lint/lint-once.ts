import path from "node:path";
import type { SuppressionFix } from "../../invites/policy/suppressions.js";
import { makeReport, type Report, type ReportError } from "../../invites/report.js";
import { diskFileSystem } from "../../terraform/configuration/file-system.js";
import type { JudgeOptions } from "../judge.js";
import { settingsFinder } from "../settings-file.js";
import { VERSION } from "../version.js";
import type { FileSurroundings } from "./assess-files.js";
import type { AssessRoot } from "./assessment-cache.js";
import { LINT_MENTIONS } from "./mentions.js";
import type { LintRoot, LintRun } from "./run-lint.js";

/** What is to be linted, and how it is to be weighed. */
export interface LintRequest extends JudgeOptions {
  /** Directories, files and globs as the user named them. */
  readonly targets: readonly string[];
  /** Root modules that are known already; then nothing is looked for, and `targets` does not count. */
  readonly roots?: readonly LintRoot[];
  /** Another way to read one root module, such as out of a cache. */
  readonly assess?: AssessRoot;
}

/** One round of linting: the report, and what it was made from. */
export interface LintOutcome extends LintRun {
  readonly roots: readonly LintRoot[];
  readonly report: Report;
  readonly removals: readonly SuppressionFix[];
  readonly notes: readonly string[];
  /** The severity from which on the run fails, where the settings say so. */
  readonly failOn?: "error" | "warning" | "notice" | "never";
}

/** Lints once: finds the root modules, reads them, asks the rules, and weighs what they find. */
export async function lintOnce(request: LintRequest, surroundings: FileSurroundings): Promise<LintOutcome> {
  const { cwd } = surroundings;
  const found = request.roots === undefined ? await findRoots(request.targets, surroundings) : { roots: request.roots };
  const { called = [], errors = [], excluded } = found as FoundRoots;
  // Most trees have nothing to do with invites, and are done without loading what reads them.
  if (found.roots.length === 0 && request.baseline === undefined) return nothing(errors);
  const [{ runLint }, { judge, readSettingsOf }, { rulesFacts }] = await Promise.all([
    import("./run-lint.js"),
    import("../judge.js"),
    import("../../invites/rules/registry.js"),
  ]);
  const run = await runLint(found.roots, called, surroundings, request.assess);
  const directories = run.assessments.map(({ inventory }) => inventory.directory);
  const settingsOf = await readSettingsOf(directories, cwd);
  const judged = await judge(
    {
      mode: "static",
      findings: run.findings,
      files: run.files,
      directories,
      partly: new Set(found.roots.filter(({ files }) => files !== undefined).map(({ directory }) => directory)),
      covers: (directory) => directories.includes(directory) || isBelowOne(directory, request.targets, cwd),
      directoryOf: (file) => run.directoryOf.get(file),
    },
    settingsOf,
    request,
    cwd,
  );
  const failOn = directories.map((directory) => settingsOf(directory)?.failOn).find((one) => one !== undefined);
  const allErrors = [...errors, ...run.errors.filter(({ message }) => !errors.some((one) => one.message === message))];
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: "static",
      findings: judged.findings,
      silenced: judged.silenced,
      rules: rulesFacts("static"),
      errors: allErrors,
      requests: 0,
      now: 0,
    },
    run.assessments,
  );
  const notes = [...(excluded ?? []), ...judged.notes];
  return {
    ...run,
    roots: found.roots,
    report,
    errors: allErrors,
    removals: judged.removals,
    notes,
    ...(failOn && { failOn }),
  };
}

interface FoundRoots {
  readonly roots: readonly LintRoot[];
  readonly called?: readonly string[];
  readonly errors?: readonly ReportError[];
  readonly excluded?: readonly string[];
}

/** Looks for the root modules among the targets, but for what the settings leave out. */
async function findRoots(
  targets: readonly string[],
  { cwd, env, fileSystem = diskFileSystem }: FileSurroundings,
): Promise<FoundRoots> {
  const { discoverModules } = await import("../../terraform/configuration/discover/discover-modules.js");
  const find = settingsFinder(cwd);
  const settings = new Set(
    await Promise.all(
      targets.map((target) => {
        const place = path.resolve(cwd, target);
        return find(kindOf(place, fileSystem) === "directory" ? place : path.dirname(place));
      }),
    ),
  );
  const exclude = (place: string) =>
    [...settings].some((one) => one !== undefined && isExcluded(place, one.folder, one.excludes));
  const discovery = await discoverModules({
    targets,
    cwd,
    mention: LINT_MENTIONS,
    // It sees the files of both; which of them a module really has is told by the module itself.
    tool: "tofu",
    env,
    exclude,
    fileSystem,
  });
  const isNote = (kind: string) => kind === "excluded" || kind === "not a configuration file";
  return {
    roots: discovery.roots,
    called: discovery.called,
    errors: discovery.problems.filter(({ kind }) => !isNote(kind)).map(({ message }) => ({ message })),
    excluded: discovery.problems.filter(({ kind }) => isNote(kind)).map(({ message }) => message),
  };
}

function kindOf(place: string, fileSystem: typeof diskFileSystem): "file" | "directory" | "other" | undefined {
  try {
    return fileSystem.kind(place);
  } catch {
    return undefined;
  }
}

function isExcluded(
  place: string,
  folder: string,
  excludes: (path: string, kind: "file" | "folder") => boolean,
): boolean {
  const way = path.relative(folder, place).split(path.sep).join("/");
  if (way === "" || way.startsWith("../") || way === ".." || path.isAbsolute(way)) return false;
  return excludes(way, /\.(?:tf|tofu)(?:\.json)?$/.test(way) ? "file" : "folder");
}

function isBelowOne(directory: string, targets: readonly string[], cwd: string): boolean {
  const place = path.resolve(cwd, directory);
  return targets.some((target) => {
    const way = path.relative(path.resolve(cwd, target), place);
    return way === "" || (way.split(path.sep)[0] !== ".." && !path.isAbsolute(way));
  });
}

function nothing(errors: readonly ReportError[]): LintOutcome {
  const report = makeReport(
    {
      tool: { name: "tfinvite", version: VERSION },
      mode: "static",
      findings: [],
      silenced: [],
      rules: [],
      errors,
      requests: 0,
      now: 0,
    },
    [],
  );
  return {
    roots: [],
    assessments: [],
    findings: [],
    files: [],
    directoryOf: new Map(),
    errors,
    report,
    removals: [],
    notes: [],
  };
}
