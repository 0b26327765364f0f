import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgsStringToArgv } from "string-argv";
import { parseProviderSource } from "../addresses/provider-address.js";
import { isOpenTofuFile, LOCK_FILE } from "../files/file-names.js";
import { diskFileSystem, readIfPossible } from "../files/file-system.js";
import { type Environment, programName } from "../root-module/root-module.js";
import { findExecutable } from "./find-executable.js";

/** Which of the two programs is played; they differ in the files they read and in the blocks they know. */
export type ToolKind = "terraform" | "tofu";

export interface Tool {
  readonly kind: ToolKind;
  /** What to put in front of `state pull`, as the user would type it: `["terraform"]`, `["terragrunt", "run", "--"]`. */
  readonly argv: readonly string[];
}

/** What the choice rests on. */
export interface ToolFacts {
  /** The text of `--terraform-bin`, if given. */
  readonly requested: string | undefined;
  /** Which of the two are on the PATH. */
  readonly onPath: ReadonlySet<ToolKind>;
  /** Hosts of the providers in the lock file, such as `registry.opentofu.org`. */
  readonly lockHosts: ReadonlySet<string>;
  /** Whether the root module has `.tofu` or `.tofu.json` files, which Terraform does not read. */
  readonly hasTofuFiles: boolean;
}

type ToolResult =
  | {
      readonly ok: true;
      readonly tool: Tool;
      /** True where the root module has files that only OpenTofu reads, and Terraform is played. */
      readonly ignoresTofuFiles: boolean;
    }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Which of the two a command line names; undefined where it names neither. */
export function kindOfArgv([first, ...rest]: readonly string[]): ToolKind | undefined {
  const name = programName(first);
  if (name.includes("tofu")) return "tofu";
  if (name.includes("terraform")) return "terraform";
  // A launcher names the program further on: `mise exec -- tofu`.
  const launched = rest.map((word) => programName(word)).find((word) => word === "tofu" || word === "terraform");
  return launched === "tofu" || launched === "terraform" ? launched : undefined;
}

/** A lock file shows which of the two was used last; files that only one reads come after what is installed. */
function kindOfFacts(facts: ToolFacts): ToolKind {
  if (facts.lockHosts.has("registry.opentofu.org")) return "tofu";
  if (facts.lockHosts.has("registry.terraform.io")) return "terraform";
  const [only, ...others] = facts.onPath;
  if (only !== undefined && others.length === 0) return only;
  return facts.hasTofuFiles ? "tofu" : "terraform";
}

/** Whether every quote is closed; what stands in the other kind of quotes does not count. */
function quotesAreClosed(text: string): boolean {
  return !/["']/.test(text.replace(/"[^"]*"|'[^']*'/g, ""));
}

/**
 * Chooses the program: the one asked for; else the one whose registry the lock file names; else the only one on the
 * PATH; else OpenTofu where there are files that only it reads; else Terraform.
 */
export function chooseTool(facts: ToolFacts): ToolResult {
  const { requested, hasTofuFiles } = facts;
  const given = requested === undefined ? undefined : parseArgsStringToArgv(requested);
  if (given !== undefined && (!given[0] || !quotesAreClosed(requested ?? ""))) {
    return {
      ok: false,
      message: given.length === 0 ? "--terraform-bin is empty" : "--terraform-bin has a quote that is not closed",
      hint: 'give a program, or a program with its first arguments: --terraform-bin "terragrunt run --"',
    };
  }
  const kind = kindOfArgv(given ?? []) ?? kindOfFacts(facts);
  return { ok: true, tool: { kind, argv: given ?? [kind] }, ignoresTofuFiles: kind === "terraform" && hasTofuFiles };
}

/** The hosts of the providers in a `.terraform.lock.hcl`, whose provider blocks always stand at the start of a line. */
export function lockFileHosts(text: string): ReadonlySet<string> {
  const sources = [...text.matchAll(/^provider\s+"([^"]+)"/gm)].map((match) => parseProviderSource(match[1] ?? ""));
  return new Set(sources.flatMap((source) => source?.hostname ?? []));
}

interface ToolOptions {
  /** The text of `--terraform-bin`, if given. */
  readonly terraformBin?: string;
  /** The root module. */
  readonly directory: string;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}

/** What the files of a root module tell: their names, and the text of the lock file. */
export function factsOfFiles(names: readonly string[], lockFile: string) {
  const hasTofuFiles = names.some((name) => isOpenTofuFile(name) && !name.startsWith("."));
  return { lockHosts: lockFileHosts(lockFile), hasTofuFiles };
}

/** Gathers the facts `chooseTool` needs. A folder or a file that cannot be read counts as not there. */
export async function gatherToolFacts(options: ToolOptions): Promise<ToolFacts> {
  const { directory, env, platform } = options;
  const kinds: readonly ToolKind[] = ["terraform", "tofu"];
  const search = { env, platform, cwd: directory };
  const found = await Promise.all(kinds.map(async (kind) => ((await findExecutable(kind, search)).ok ? [kind] : [])));
  const lockFile = readIfPossible(path.join(directory, LOCK_FILE), diskFileSystem) ?? "";
  const names = await readdir(directory).catch((): string[] => []);
  return {
    ...factsOfFiles(names, lockFile),
    requested: options.terraformBin,
    onPath: new Set(found.flat()),
  };
}

/** The program for a root module. */
export async function findTool(options: ToolOptions): Promise<ToolResult> {
  return chooseTool(await gatherToolFacts(options));
}
