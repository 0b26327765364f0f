import path from "node:path";
import type { WantedTypes } from "../document/read-document.js";
import type { Plan, PlanResult } from "../plan/plan.js";
import { type PlanError, planError } from "../plan/plan-error.js";
import { readPlan, readPlanFile } from "../plan/read-plan.js";
import { describeEnding, explainFailure, type KnownFailure, START_FAILURE_KINDS } from "./explain-failure.js";
import { commandText, type RootModuleOptions, runTerraform } from "./run-terraform.js";

/** The root module is the one that the plan was made in. */
export interface ShowPlanOptions extends RootModuleOptions {
  /** The plan; a relative path starts at `cwd`. */
  readonly file: string;
  readonly wantedTypes: WantedTypes;
}

export type ShowPlanResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Variables that Terraform would have acted on, and did not get. */
      readonly removedVariables: readonly string[];
    }
  | { readonly ok: false; readonly error: PlanError };

/** Refusals of `terraform show PLAN`, and what they mean. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /plan files\s+cannot be\s+transferred between|unsupported plan (?:file )?format|plan file was created by/i,
    what: "another version of it made the plan",
    hint: () => "run the version that made the plan, and name it with --terraform-bin",
  },
  {
    pattern:
      /failed to load plugin schemas|no package for \S+ .*cached|no schema found for|plugins? (?:are|is) not installed/is,
    what: "it lacks the plugin of a provider in the plan",
    hint: (program) => `run \`${program} init\` there, with the lock file that the plan was made with`,
  },
  {
    pattern: /no such file or\s+directory|cannot find the (?:file|path)/i,
    what: "it does not find the file",
    hint: () => "check the path",
  },
  {
    pattern: /decrypt|encryption/i,
    what: "it cannot decrypt the plan",
    hint: () => "give it the encryption settings that wrote the plan, in the configuration or in TF_ENCRYPTION",
  },
  {
    pattern: /failed to read the given file as a state or plan file|couldn't load the provided path/i,
    what: "the file is damaged, or no plan",
    hint: () => "make the plan anew, and check that it is handed on whole, as binary data",
  },
];

/** Turns a refusal of `terraform show` into a clear error with the way out. */
export function explainShowFailure(options: {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly file: string;
  readonly ending: string;
  readonly stderr: string;
}): PlanError {
  const { file, ...rest } = options;
  const told = explainFailure({
    ...rest,
    command: `show -json ${file}`,
    known: KNOWN_FAILURES,
    otherwise: "give its output in place of the saved plan",
  });
  return { kind: "show-failed", ...told };
}

/** Runs `terraform show -json FILE` in a root module and reads the plan that it prints, as it comes. */
export async function showPlan(options: ShowPlanOptions): Promise<ShowPlanResult> {
  const { argv } = options.tool;
  const { directory, file, wantedTypes } = options;
  const place = options.origin ?? directory;
  const origin = `the output of \`${commandText({ argv, args: ["show", "-json", file] })}\` in ${place}`;
  let read: PlanResult | undefined;
  const run = await runTerraform({
    argv,
    // An absolute path is never taken for a flag, whatever it begins with.
    args: ["show", "-json", "-no-color", path.resolve(options.cwd ?? "", file)],
    directory,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    signal: options.signal,
    withhold: options.withhold,
    async readOutput(output) {
      read = await readPlan(output, { wantedTypes, origin });
    },
  });
  if (!run.ok) {
    const message = `cannot read the plan from ${file}: ${run.message}`;
    return { ok: false, error: { kind: START_FAILURE_KINDS[run.kind], message, hint: run.hint } };
  }
  const { exitCode, signal, stderr, removedVariables } = run;
  if (exitCode !== 0) {
    const ending = describeEnding(exitCode, signal);
    return { ok: false, error: explainShowFailure({ argv, directory: place, file, ending, stderr }) };
  }
  if (read === undefined) {
    return { ok: false, error: planError("empty", origin, "it printed nothing", "run it by hand") };
  }
  return read.ok ? { ok: true, plan: read.plan, removedVariables } : read;
}

/**
 * Reads a plan file of either kind: the output of `terraform show -json` as it is, a saved plan through Terraform, which
 * is only started for that.
 */
export async function loadPlan(options: ShowPlanOptions): Promise<ShowPlanResult> {
  const { file, wantedTypes } = options;
  const read = await readPlanFile(path.resolve(options.cwd ?? "", file), { wantedTypes, origin: file });
  if (read.ok) return { ok: true, plan: read.plan, removedVariables: [] };
  return read.error.kind === "saved-plan" ? await showPlan(options) : read;
}
