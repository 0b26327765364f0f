import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { isWithin, shownFrom } from "../base/paths.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";
import type { SourceRange } from "../terraform/source-range.js";
import { wellFormed } from "./escape.js";
import type { CommandContext } from "./style.js";

/** What CI systems say about their checkout: Azure Pipelines, GitHub Actions and GitLab. */
const CHECKOUTS = ["BUILD_SOURCESDIRECTORY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] as const;

/**
 * From the repository's root to where tfinvite was started: `infra/`; empty at the root, or without a repository. Without
 * `.git`, as in a container, the CI's checkout is taken for the repository.
 */
export function startedIn({ env, cwd }: Pick<Io, "env" | "cwd">): string {
  const checkout = CHECKOUTS.map((name) => env[name]).find((one) => one && isWithin(path.resolve(one), cwd));
  const way = shownFrom(repositoryRoot(cwd, diskFileSystem) ?? path.resolve(checkout ?? cwd), cwd);
  return way === "." ? "" : `${way}/`;
}

/** A path as readers match it against their files: no `./`, no doubled slashes. The starting folder itself is `.`. */
export function tidyPath(file: string): string {
  const tidied = path.posix.normalize(wellFormed(file));
  return tidied.length > 1 && tidied.endsWith("/") ? tidied.slice(0, -1) : tidied;
}

/** A relative path, from the root of the repository instead of the folder that tfinvite was started in. */
export function prefixed(file: string, prefix: string): string {
  return tidyPath(path.posix.isAbsolute(file) || /^[A-Za-z]:/.test(file) ? file : prefix + file);
}

/** Which paths a format shows. */
export type Paths = Pick<CommandContext, "checkoutPrefix">;

/** A path as a format shows it: as it is, or from the root of the repository. */
export function shownFile(file: string, { checkoutPrefix }: Paths): string {
  return checkoutPrefix === undefined ? file : prefixed(file, checkoutPrefix);
}

/** File and line of a range as a format shows them. */
export function shownPlace({ file, start }: Pick<SourceRange, "file" | "start">, paths: Paths): string {
  return `${shownFile(file, paths)}:${start.line}`;
}
