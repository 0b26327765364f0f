import { statSync } from "node:fs";
import path from "node:path";
import { defined } from "../base/defined.js";
import { isWithin, shownFrom } from "../base/paths.js";
import type { Trees } from "../base/tree.js";
import { VERSION } from "../base/version.js";
import type { Assessment } from "../invites/planned/assessment.js";
import { KEY_PREFILTER } from "../invites/rules/admin-keys.js";
import { LINT_PREFILTER } from "../invites/rules/finding.js";
import type { AppliedPolicy, PolicyOptions, SettingsOf } from "../policy/apply-policy.js";
import type { Settings } from "../policy/settings.js";
import { SETTINGS_FILE, type SettingsFinder, settingsFinder } from "../policy/settings-file.js";
import { makeReport, type Report } from "../report/report.js";
import type { DiscoveryProblem } from "../terraform/configuration/discovery/problem.js";
import { diskFileSystem, treesOf } from "../terraform/files/file-system.js";
import type { FileSurroundings } from "./assess-files.js";
import { mayHoldKeys } from "./key-files.js";
import type { AssessRoot, LintRoot, LintRun } from "./run-lint.js";

/** What is to be linted, and by which policy. */
export interface LintRequest extends PolicyOptions {
  /** Directories, files and globs as the user named them. */
  readonly targets: readonly string[];
  /** Root modules that are known already; then nothing is looked for, and `targets` does not count. */
  readonly roots?: readonly LintRoot[];
  /** Another way to read one root module, such as out of a cache. */
  readonly assess?: AssessRoot;
  /** Milliseconds since 1970, for suppressions that expire; the clock's unless given. */
  readonly now?: number;
}

/** One round of linting: the report, and what it was made from. */
export interface LintOutcome extends LintRun, Pick<AppliedPolicy, "removals" | "notes" | "failOn"> {
  readonly roots: readonly LintRoot[];
  /** What may be shown and changed. */
  readonly trees: Trees;
  readonly report: Report;
}

/** Lints once: finds the root modules, reads them, asks the rules, and applies the policy to what they find. */
export async function lintOnce(request: LintRequest, surroundings: FileSurroundings): Promise<LintOutcome> {
  const { cwd } = surroundings;
  const trees = treesOf(directoriesOf(request, cwd));
  const findSettings = settingsFinder(cwd);
  const found =
    request.roots === undefined
      ? await findRoots(request.targets, surroundings, findSettings)
      : { roots: request.roots, called: [], errors: [], notes: [], filesRead: undefined };
  const { roots, errors, filesRead } = found;
  // Most trees have nothing to do with invites, and are done without loading what reads them.
  if (roots.length === 0 && request.baseline === undefined) {
    const report = reportOf({ findings: [], silenced: [], rules: [], errors, ...defined({ filesRead }) }, []);
    return { ...NOTHING_READ, roots, trees, errors, report, removals: [], notes: found.notes };
  }
  const [{ runLint }, { applyPolicy, readSettingsOf }, { rulesFacts }] = await Promise.all([
    import("./run-lint.js"),
    import("../policy/apply-policy.js"),
    import("../invites/rules/registry.js"),
  ]);
  const whole = await runLint(roots, found.called, { ...surroundings, trees }, request.assess);
  const directories = whole.assessments.map(({ inventory }) => inventory.directory);
  const settingsOf = await readSettingsOf(directories, cwd, findSettings);
  const run = withoutExcluded(whole, settingsOf, cwd);
  const targets = request.targets.map((target) => path.resolve(cwd, target));
  const { findings, silenced, ...applied } = await applyPolicy(
    {
      ...run,
      mode: "static",
      now: request.now ?? Date.now(),
      directories,
      partly: new Set(roots.filter(({ files }) => files !== undefined).map(({ directory }) => directory)),
      covers: (directory) =>
        directories.includes(directory) || targets.some((target) => isWithin(target, path.resolve(cwd, directory))),
    },
    settingsOf,
    request,
    cwd,
  );
  const allErrors = [...errors, ...run.errors.filter(({ message }) => !errors.some((one) => one.message === message))];
  return {
    ...run,
    ...applied,
    roots,
    trees,
    report: reportOf(
      { findings, silenced, rules: rulesFacts("static", false), errors: allErrors, ...defined({ filesRead }) },
      run.assessments,
    ),
    errors: allErrors,
    notes: [...found.notes, ...run.notKnown, ...applied.notes],
  };
}

/** The directories that were named, also as those of files. What a glob matches lies below the current one, or is not trusted. */
function directoriesOf({ roots, targets }: LintRequest, cwd: string): string[] {
  const named = roots === undefined ? targets : roots.map(({ directory }) => directory);
  return named.map((target) => {
    const place = path.resolve(cwd, target);
    const found = statSync(place, { throwIfNoEntry: false });
    if (found === undefined) return cwd;
    return found.isDirectory() ? place : path.dirname(place);
  });
}

/** A run without what lies in files that the settings exclude. They are still read, because they are part of their module. */
function withoutExcluded(run: LintRun, settingsOf: SettingsOf, cwd: string): LintRun {
  const isIn = (file: string | undefined, directory = file === undefined ? undefined : run.directoryOf(file)) => {
    const settings = settingsOf(directory ?? "");
    return file === undefined || settings === undefined || !isExcluded(path.resolve(cwd, file), settings);
  };
  return {
    ...run,
    findings: run.findings.filter(({ range, directory }) => isIn(range?.file, directory)),
    files: run.files.filter(({ file }) => isIn(file)),
    errors: run.errors.filter(({ file }) => isIn(file)),
  };
}

const NOTHING_READ: LintRun = {
  assessments: [],
  findings: [],
  files: [],
  directoryOf: () => undefined,
  errors: [],
  notKnown: [],
};

function reportOf(
  found: Pick<Report, "findings" | "silenced" | "rules" | "errors" | "filesRead">,
  assessments: readonly Assessment[],
): Report {
  const run = { tool: { name: "tfinvite", version: VERSION }, mode: "static", requests: 0, now: 0 } as const;
  return makeReport({ ...run, ...found }, assessments);
}

/**
 * Looks for the root modules among the targets, except what the settings exclude. `called` are modules that seem to be
 * called by one of them, `notes` say which targets were skipped, and why.
 */
async function findRoots(
  targets: readonly string[],
  { cwd, env, fileSystem = diskFileSystem }: FileSurroundings,
  findSettings: SettingsFinder,
) {
  const { discoverModules } = await import("../terraform/configuration/discovery/discover-modules.js");
  const { roots, called, problems, filesRead } = await discoverModules({
    targets,
    cwd,
    mention: LINT_PREFILTER,
    beside: { isWanted: mayHoldKeys, mention: KEY_PREFILTER },
    // It sees the files of both; the module itself says which of them it has.
    tool: "tofu",
    env,
    // A folder's settings hold alone; where it has none of its own, those of the folder above.
    exclusions: {
      file: SETTINGS_FILE,
      async of(directory) {
        const settings = await findSettings(directory);
        return (place) => settings !== undefined && isExcluded(place, settings);
      },
    },
    fileSystem,
  });
  const isNote = ({ kind }: DiscoveryProblem) => kind === "excluded" || kind === "not-configuration";
  return {
    roots,
    called,
    filesRead,
    errors: problems.filter((problem) => !isNote(problem)).map(({ message }) => ({ message })),
    notes: problems.filter(isNote).map(({ message }) => message),
  };
}

function isExcluded(place: string, { folder, excludes }: Settings): boolean {
  const way = shownFrom(folder, place);
  if (way === "." || !isWithin(folder, place)) return false;
  return excludes(way, /\.(?:tf|tofu)(?:\.json)?$/.test(way) ? "file" : "folder");
}
