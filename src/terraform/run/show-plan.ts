import path from "node:path";
import type { InputError } from "../document/input-error.js";
import type { WantedTypes } from "../document/read-document.js";
import type { PlanRead } from "../plan/plan.js";
import { readPlan, readPlanFile } from "../plan/read-plan.js";
import { explainFailure, type FailedCommand, type KnownFailure } from "./explain-failure.js";
import { type CommandRead, readCommand } from "./read-command.js";
import type { RootModuleOptions } from "./run-terraform.js";

/** The root module is the one that the plan was made in. */
interface ShowPlanOptions extends RootModuleOptions {
  /** The plan; a relative path starts at `cwd`. */
  readonly file: string;
  readonly wantedTypes: WantedTypes;
}

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
export function explainShowFailure({ file, ...failed }: FailedCommand & { readonly file: string }): InputError {
  const explained = explainFailure({
    ...failed,
    command: `show -json ${file}`,
    known: KNOWN_FAILURES,
    otherwise: "give its output in place of the saved plan",
  });
  return { kind: "show-failed", ...explained };
}

/** Runs `terraform show -json FILE` in a root module and reads the plan that it prints, as it comes. */
export async function showPlan({ file, wantedTypes, ...options }: ShowPlanOptions): Promise<CommandRead<PlanRead>> {
  return await readCommand(options, {
    words: ["show", "-json", file],
    // An absolute path is never taken for a flag, whatever it begins with.
    args: ["show", "-json", "-no-color", path.resolve(options.cwd ?? "", file)],
    undone: `cannot read the plan from ${file}`,
    explain: (failed) => explainShowFailure({ ...failed, file }),
    read: (output, origin) => readPlan(output, { wantedTypes, origin }),
  });
}

/**
 * Reads a plan file of either kind: the output of `terraform show -json` as it is, a saved plan through Terraform, which
 * is only started for that.
 */
export async function loadPlan(options: ShowPlanOptions): Promise<CommandRead<PlanRead>> {
  const { file, wantedTypes } = options;
  const read = await readPlanFile(path.resolve(options.cwd ?? "", file), { wantedTypes, origin: file });
  if (read.ok) return { ...read, removedVariables: [] };
  return read.error.kind === "saved-plan" ? await showPlan(options) : read;
}
