import path from "node:path";
import type { InputError } from "../document/input-error.js";
import type { WantedTypes } from "../document/read-document.js";
import type { PlanRead } from "../plan/plan.js";
import { readPlan, readPlanFile } from "../plan/read-plan.js";
import { explainFailure, type FailedCommand, type KnownFailure } from "./explain-failure.js";
import { type CommandRead, readCommand } from "./read-command.js";
import type { RootModuleOptions } from "./run-terraform.js";

/** How to run the tool, in the root module that the plan was made in, and the plan file. */
interface ShowPlanOptions extends RootModuleOptions {
  /** The plan file; a relative path is relative to `cwd`. */
  readonly file: string;
  readonly wantedTypes: WantedTypes;
}

/** Errors of `terraform show PLAN`, and what they mean. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /plan files\s+cannot be\s+transferred between|unsupported plan (?:file )?format|plan file was created by/i,
    what: "the plan was made by another version",
    hint: () => "Pass the version that made the plan to --terraform-bin.",
  },
  {
    pattern:
      /failed to load plugin schemas|no package for \S+ .*cached|no schema found for|plugins? (?:are|is) not installed/is,
    what: "a provider used by the plan is not installed",
    hint: (program) => `Run \`${program} init\` there, with the lock file that the plan was made with.`,
  },
  {
    pattern: /no such file or\s+directory|cannot find the (?:file|path)/i,
    what: "no such file",
    hint: () => "Check the path.",
  },
  {
    pattern: /decrypt|encryption/i,
    what: "it cannot decrypt the plan",
    hint: () =>
      "Provide the encryption settings that the plan was written with, in the configuration or in TF_ENCRYPTION.",
  },
  {
    pattern: /failed to read the given file as a state or plan file|couldn't load the provided path/i,
    what: "the file is damaged or not a plan",
    hint: () => "Make a new plan, and check that the pipeline copies it completely, as binary data.",
  },
];

/** Turns an error of `terraform show` into one with a hint. */
export function explainShowFailure({ file, ...failed }: FailedCommand & { readonly file: string }): InputError {
  const explained = explainFailure({
    ...failed,
    command: `show -json ${file}`,
    known: KNOWN_FAILURES,
    otherwise: "pass its output to --plan in place of the saved plan",
  });
  return { kind: "show-failed", ...explained };
}

/** Runs `terraform show -json FILE` in a root module and reads the plan from its output as a stream. */
export async function showPlan({ file, wantedTypes, ...options }: ShowPlanOptions): Promise<CommandRead<PlanRead>> {
  return await readCommand(options, {
    words: ["show", "-json", file],
    // An absolute path is never mistaken for a flag.
    args: ["show", "-json", "-no-color", path.resolve(options.cwd ?? "", file)],
    undone: `cannot read the plan from ${file}`,
    explain: (failed) => explainShowFailure({ ...failed, file }),
    read: (output, origin) => readPlan(output, { wantedTypes, origin }),
  });
}

/**
 * Reads a plan file of either kind: the output of `terraform show -json` as it is, a saved plan through Terraform,
 * which Reads a plan file of either kind: the output of `terraform show -json` directly, a saved plan by running
 * Terraform.
 */
export async function loadPlan(options: ShowPlanOptions): Promise<CommandRead<PlanRead>> {
  const { file, wantedTypes } = options;
  const read = await readPlanFile(path.resolve(options.cwd ?? "", file), { wantedTypes, origin: file });
  if (read.ok) return { ...read, removedVariables: [] };
  return read.error.kind === "saved-plan" ? await showPlan(options) : read;
}
