import path from "node:path";
import type { TreeFileSystem } from "../../files/file-system.js";
import { type DiscoveryProblem, unreadablePlace } from "./problem.js";

/** What a target means: what exists under its name, or else a glob. */
export type Target =
  | { readonly kind: "directory"; readonly directory: string; readonly typed: string }
  | { readonly kind: "file"; readonly file: string; readonly typed: string }
  | { readonly kind: "glob"; readonly glob: Glob; readonly typed: string }
  | { readonly kind: "problem"; readonly problem: DiscoveryProblem };

export interface Glob {
  /** The directory that contains everything it may match. Absolute. */
  readonly base: string;
  /** By path from the base, with slashes. */
  matches(name: string): boolean;
  /** How many levels below the base it can match. */
  readonly depth: number;
}

export async function readTarget(
  typed: string,
  cwd: string,
  fileSystem: TreeFileSystem,
  platform: NodeJS.Platform,
): Promise<Target> {
  const place = path.resolve(cwd, typed);
  let kind: ReturnType<TreeFileSystem["kind"]>;
  try {
    kind = fileSystem.kind(place);
  } catch (error) {
    // A glob may be longer than a path can be, or hold what none can.
    if (!MAGIC.test(typed)) return { kind: "problem", problem: unreadablePlace(typed, error) };
  }
  if (kind === "directory") return { kind, directory: place, typed };
  if (kind !== undefined) return { kind: "file", file: place, typed };
  if (MAGIC.test(typed)) {
    const glob = await readGlob(platform === "win32" ? typed.replaceAll("\\", "/") : typed, cwd);
    if (glob !== undefined) return { kind: "glob", glob, typed };
  }
  return {
    kind: "problem",
    problem: { kind: "missing", path: typed, message: `no such file or directory: ${typed}` },
  };
}

const MAGIC = /[*?[\]{}()!+@\\]/;

async function readGlob(pattern: string, cwd: string): Promise<Glob | undefined> {
  const { default: picomatch } = await import("picomatch");
  const { base, glob, isGlob } = picomatch.scan(pattern, { unescape: true, nonegate: true });
  if (!isGlob) return undefined;
  const matches = picomatch(glob, { dot: true, nonegate: true });
  // Braces, groups and double stars can reach over several levels.
  const depth = /\*\*|[{(]/.test(glob) ? Number.POSITIVE_INFINITY : glob.split("/").length;
  return { base: path.resolve(cwd, base), matches: (name) => matches(name), depth };
}
