import type { Surroundings } from "../base/engine-context.js";
import { INVITE_PREFILTER } from "../invites/providers/registry.js";
import type { ReportError } from "../report/report.js";

/** Root modules that were found, and places that could not be looked into. */
export interface FoundRoots {
  /** By path, as shown. */
  readonly directories: readonly string[];
  readonly errors: readonly ReportError[];
  /** False where there was more to look at than was allowed. */
  readonly complete: boolean;
}

const STATE_FILE = "terraform.tfstate";
const WORKSPACE_STATES = "terraform.tfstate.d";

/** States that a directory has beside its module, or in place of it. */
const STATES = { isWanted: (name: string) => name === STATE_FILE, mention: INVITE_PREFILTER, evenIgnored: true };

/** Directories and files of interest in one run; real monorepos have some ten thousand. */
const MOST_LOOKED_AT = 200_000;

/** The root modules below these directories that have invites in the configuration or in a local state. */
export async function rootsBelow(
  directories: readonly string[],
  { cwd, env }: Pick<Surroundings, "cwd" | "env">,
  most = MOST_LOOKED_AT,
): Promise<FoundRoots> {
  const targets = directories.length === 0 ? ["."] : directories;
  const { discoverModules } = await import("../terraform/configuration/discovery/discover-modules.js");
  const budget = { left: most };
  // The files of both programs are looked at; which of them a root module has is known once it is read.
  const found = await discoverModules({
    targets,
    cwd,
    env,
    mention: INVITE_PREFILTER,
    beside: STATES,
    tool: "tofu",
    budget,
  });
  return {
    directories: found.roots
      .map(({ directory }) => directory)
      .filter((one) => !one.split("/").includes(WORKSPACE_STATES)),
    errors: found.problems.map(({ message }) => ({ message })),
    complete: budget.left > 0,
  };
}
