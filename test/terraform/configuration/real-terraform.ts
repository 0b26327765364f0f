import { type SpawnSyncReturns, spawnSync } from "node:child_process";

/** Runs the real program, without the parts of the environment that would change its behaviour. */
export function runTerraform(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string },
): SpawnSyncReturns<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^TF_(VAR_|CLI_ARGS|WORKSPACE|DATA_DIR|LOG)/.test(name),
  );
  return spawnSync("terraform", args, {
    cwd: options.cwd,
    env: {
      ...Object.fromEntries(inherited),
      ...options.env,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
    },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    ...(options.input !== undefined && { input: options.input }),
  });
}

const version = spawnSync("terraform", ["version", "-json"], { encoding: "utf8" });

/** Why tests against the real program are skipped, or undefined if it is installed. */
export const NO_TERRAFORM = version.status === 0 ? undefined : "terraform is not on the PATH";

/** The test's name, with the reason if the test is skipped. */
export function needsTerraform(name: string): string {
  return NO_TERRAFORM === undefined ? name : `${name} [skipped: ${NO_TERRAFORM}]`;
}
