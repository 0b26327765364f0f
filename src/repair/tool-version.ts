import path from "node:path";
import semver from "semver";
import { z } from "zod";
import { withheldFrom } from "../assess/root-request.js";
import type { EngineContext } from "../base/engine-context.js";
import { runTerraform } from "../terraform/run/run-terraform.js";
import type { ToolKind } from "../terraform/run/tool.js";
import type { AccessFailure, StatePlace } from "../terraform/state-change/state-commands.js";
import { type StoredState, writerOf } from "../terraform/state-change/stored-state.js";

const versionSchema = z.looseObject({ terraform_version: z.string() });

/** The version of the program, or undefined where it is not there or does not say. */
export async function toolVersion(argv: readonly string[], directory: string, { cwd, env, signal }: EngineContext) {
  const run = await runTerraform({
    ...{ argv, args: ["version", "-json"], directory: path.resolve(cwd, directory), cwd, signal },
    // It would ask HashiCorp for news.
    env: { ...env, CHECKPOINT_DISABLE: "1" },
    ...withheldFrom(argv),
  });
  if (!run.ok || run.exitCode !== 0) return undefined;
  try {
    return versionSchema.parse(JSON.parse(run.stdout.toString())).terraform_version;
  } catch {
    return undefined;
  }
}

const NAMES = { terraform: "Terraform", tofu: "OpenTofu" } as const;

/** OpenTofu's first version. Below, every version is Terraform's; from there on, the two count for themselves. */
const FORK = "1.6.0-0";

/** A program about to write a state. */
interface Writer {
  readonly kind: ToolKind;
  readonly version: string;
}

/** Why a program may drop what another one has written; undefined where it knows all of that, as far as is known. */
export function whyNotWritten(writer: Writer, stored: { readonly version: string; readonly isTofu: boolean }) {
  const [tool, state] = [semver.parse(writer.version), semver.parse(stored.version)];
  if (tool === null || state === null) return undefined;
  const who = `${NAMES[writer.kind]} ${writer.version}`;
  const isForked = semver.gte(state, FORK) && semver.gte(tool, FORK);
  if (stored.isTofu && writer.kind === "terraform" && isForked) {
    return `OpenTofu ${stored.version} has written it, and this is ${who}: their versions can't be compared`;
  }
  if (semver.gte(tool, state)) return undefined;
  const name = semver.lt(state, FORK) ? "Terraform " : stored.isTofu ? "OpenTofu " : "";
  const by = name === "" && writer.kind === "terraform" ? "Terraform " : name;
  return `version ${stored.version} has written it${by === "" ? "" : ` (${by.trim()})`}, and this is ${who}, which is older`;
}

/** Refuses to write a state with a program that may not know all of it: what it drops, no undo can bring back. */
export async function refusedWriter(
  { access, directory }: StatePlace,
  kind: ToolKind,
  state: StoredState,
  context: EngineContext,
): Promise<AccessFailure | undefined> {
  const stored = writerOf(state);
  if (stored === undefined) return undefined;
  const version = await toolVersion(access.argv, directory, context);
  const why = version === undefined ? undefined : whyNotWritten({ kind, version }, stored);
  if (why === undefined) return undefined;
  return {
    message: `the state of ${directory} may lose data that this version doesn't know: ${why}`,
    hint: `Use ${stored.isTofu ? "OpenTofu " : ""}${stored.version} or later (--terraform-bin), or pass --force.`,
  };
}
