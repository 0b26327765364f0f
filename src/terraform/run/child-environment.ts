import type { Environment } from "../root-module/root-module.js";

interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Removed names that Terraform would have acted on, sorted; to be reported to the user. */
  readonly removed: readonly string[];
}

/**
 * The environment of a Terraform process that tfinvite starts.
 *
 * Removed: `TF_CLI_ARGS` and `TF_CLI_ARGS_*`, which can turn a removal into a dry run that still exits with 0; and
 * logging to stderr, which would bury the reason of a failure. Everything else (workspace, data directory, credentials,
 * proxies) stays. See https://developer.hashicorp.com/terraform/cli/config/environment-variables
 *
 * @param withhold further names to remove; these are not reported
 */
export function childEnvironment(
  env: Environment,
  withhold: (name: string) => boolean = () => false,
): ChildEnvironment {
  // Windows ignores the case of names; elsewhere a lower-case TF_LOG is another variable, and harmless to remove.
  const logsToFile = Object.entries(env).some(([name, value]) => name.toUpperCase() === "TF_LOG_PATH" && value);
  const kept: Record<string, string> = {};
  const removed: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || withhold(name)) continue;
    const upper = name.toUpperCase();
    const isArguments = upper === "TF_CLI_ARGS" || upper.startsWith("TF_CLI_ARGS_");
    const isLog = !logsToFile && (upper === "TF_LOG" || upper.startsWith("TF_LOG_"));
    if (isArguments || isLog) {
      if (value !== "") removed.push(name);
    } else if (upper !== "TF_IN_AUTOMATION" && upper !== "TF_INPUT") {
      kept[name] = value;
    }
  }
  return { env: { ...kept, TF_IN_AUTOMATION: "1", TF_INPUT: "0" }, removed: removed.toSorted() };
}
