import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { INVITE_PREFILTER } from "../invites/providers/registry.js";

/** The root modules with invites below these directories. */
export async function rootsBelow(directories: readonly string[], { cwd, env }: EngineContext): Promise<string[]> {
  const targets = directories.length === 0 ? ["."] : directories;
  const { discoverModules } = await import("../terraform/configuration/discovery/discover-modules.js");
  // The files of both programs are looked at; which of them a root module has is found out once it is read.
  const { roots } = await discoverModules({ targets, cwd, env, mention: INVITE_PREFILTER, tool: "tofu" });
  if (roots.length > 0) return roots.map(({ directory }) => directory);
  throw new Failure(
    `there is no root module with invites below ${targets.join(", ")}`,
    "Name the root modules themselves, without --recursive.",
  );
}
