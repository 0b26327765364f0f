import path from "node:path";
import { z } from "zod";
import { withheldFrom } from "../assess/root-request.js";
import type { Surroundings } from "../base/engine-context.js";
import { runTerraform } from "../terraform/run/run-terraform.js";

const answerSchema = z.looseObject({ terraform_version: z.string() });

/** The version of the program, or undefined where it is not there or does not say. */
export async function toolVersion(
  argv: readonly string[],
  directory: string,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const run = await runTerraform({
    argv,
    args: ["version", "-json"],
    directory: path.resolve(surroundings.cwd, directory),
    cwd: surroundings.cwd,
    // It would ask HashiCorp for news.
    env: { ...surroundings.env, CHECKPOINT_DISABLE: "1" },
    signal: surroundings.signal,
    ...withheldFrom(argv),
  });
  if (!run.ok || run.exitCode !== 0) return undefined;
  try {
    return answerSchema.parse(JSON.parse(run.stdout.toString())).terraform_version;
  } catch {
    return undefined;
  }
}
