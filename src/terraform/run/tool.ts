import path from "node:path";
import { parseArgsStringToArgv } from "string-argv";
import { parseProviderSource } from "../addresses/provider-address.js";
import { parseFile } from "../configuration/syntax/parse-file.js";
import { isOpenTofuFile, LOCK_FILE, moduleFileNames } from "../files/file-names.js";
import { diskFileSystem, type FileSystem, readIfPossible } from "../files/file-system.js";
import { type Environment, programName } from "../root-module/root-module.js";
import type { StateInstance } from "../state/state.js";
import { findExecutable } from "./find-executable.js";

/** Which of the two programs is simulated; they differ in the files they read and in the blocks they know. */
export type ToolKind = "terraform" | "tofu";

export interface Tool {
  readonly kind: ToolKind;
  /** The words before `state pull`, as the user would type them: `["terraform"]`, `["terragrunt", "run", "--"]`. */
  readonly argv: readonly string[];
}

/** Facts in the files of a root module that show which program they are for. */
export interface FileFacts {
  /** Hosts of the providers in the lock file, such as `registry.opentofu.org`. */
  readonly lockHosts: ReadonlySet<string>;
  /** Whether the root module has `.tofu` or `.tofu.json` files, which Terraform does not read. */
  readonly hasTofuFiles: boolean;
  /** Whether a `terraform` block has an `encryption` block, which Terraform does not know. */
  readonly hasEncryption: boolean;
}

/** What a state says about the program that wrote it: only OpenTofu encrypts, or uses its own registry. */
export type StateFacts = "encrypted" | "tofu-registry" | undefined;

/** The facts that the choice is based on. */
export interface ToolFacts extends FileFacts {
  /** The text of `--terraform-bin`, if given. */
  readonly requested: string | undefined;
  /** Which of the two are on the PATH. */
  readonly onPath: ReadonlySet<ToolKind>;
  /** Absent until a state was read. */
  readonly state?: StateFacts;
}

type ToolResult =
  | {
      readonly ok: true;
      readonly tool: Tool;
      /** True where the root module has files that only OpenTofu reads, but Terraform is simulated. */
      readonly ignoresTofuFiles: boolean;
    }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** The tool that a command line names; undefined where it names neither. */
export function kindOfArgv([first, ...rest]: readonly string[]): ToolKind | undefined {
  const name = programName(first);
  if (name.includes("tofu")) return "tofu";
  if (name.includes("terraform")) return "terraform";
  // A launcher names the program in a later word: `mise exec -- tofu`.
  const launched = rest.map((word) => programName(word)).find((word) => word === "tofu" || word === "terraform");
  return launched === "tofu" || launched === "terraform" ? launched : undefined;
}

const OPENTOFU_REGISTRY = "registry.opentofu.org";

/** Files that only one of the two can read decide first, then the last `init`, then what is installed. */
function kindOfFacts(facts: ToolFacts): ToolKind {
  if (facts.hasEncryption || facts.state === "encrypted") return "tofu";
  if (facts.lockHosts.has(OPENTOFU_REGISTRY)) return "tofu";
  if (facts.lockHosts.has("registry.terraform.io")) return "terraform";
  if (facts.state === "tofu-registry" || facts.hasTofuFiles) return "tofu";
  const [only, ...others] = facts.onPath;
  return only !== undefined && others.length === 0 ? only : "terraform";
}

/** What a state that was read says about the program that wrote it. */
export function factsOfState(instances: readonly Pick<StateInstance, "provider">[]): StateFacts {
  const isTofu = instances.some(({ provider }) => provider?.hostname === OPENTOFU_REGISTRY);
  return isTofu ? "tofu-registry" : undefined;
}

/** Whether every quote is closed; a quote inside quotes of the other kind does not count. */
function quotesAreClosed(text: string): boolean {
  return !/["']/.test(text.replace(/"[^"]*"|'[^']*'/g, ""));
}

/**
 * Chooses the program: the requested one; else OpenTofu if anything is encrypted; else the one whose registry the lock
 * file names; else OpenTofu if the state names its registry or if there are files that only OpenTofu reads; else the
 * only one on the PATH; else Terraform.
 */
export function chooseTool(facts: ToolFacts): ToolResult {
  const { requested, hasTofuFiles } = facts;
  const given = requested === undefined ? undefined : parseArgsStringToArgv(requested);
  if (given !== undefined && (!given[0] || !quotesAreClosed(requested ?? ""))) {
    return {
      ok: false,
      message: given.length === 0 ? "--terraform-bin is empty" : "--terraform-bin has an unclosed quote",
      hint: 'Pass a program, or a program with its first arguments: --terraform-bin "terragrunt run --".',
    };
  }
  const kind = kindOfArgv(given ?? []) ?? kindOfFacts(facts);
  return { ok: true, tool: { kind, argv: given ?? [kind] }, ignoresTofuFiles: kind === "terraform" && hasTofuFiles };
}

/** The hosts of the providers in a `.terraform.lock.hcl`, whose provider blocks always start a line. */
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
  readonly state?: StateFacts;
}

/** Reads the facts from the files. A file that cannot be read counts as absent. */
export async function factsOfFiles(directory: string, fileSystem: FileSystem): Promise<FileFacts> {
  const names = listed(directory, fileSystem);
  const hasTofuFiles = names.some((name) => isOpenTofuFile(name) && !name.startsWith("."));
  const read = (name: string) => readIfPossible(path.join(directory, name), fileSystem) ?? "";
  const lockHosts = lockFileHosts(names.includes(LOCK_FILE) ? read(LOCK_FILE) : "");
  const { primary, overrides } = moduleFileNames(names, "tofu");
  for (const name of [...primary, ...overrides]) {
    if (await hasEncryptionBlock(name, read(name))) return { lockHosts, hasTofuFiles, hasEncryption: true };
  }
  return { lockHosts, hasTofuFiles, hasEncryption: false };
}

/**
 * Whether a `terraform` block has an `encryption` block; a parser is needed, since resources have blocks of that name
 * too.
 */
async function hasEncryptionBlock(name: string, text: string): Promise<boolean> {
  if (!/\bterraform\b/.test(text) || !/\bencryption"?\s*[:{]/.test(text)) return false;
  const { body } = await parseFile(name, text, { validate: false });
  return body.blocks("terraform", 0).some((block) => block.body.blocks("encryption", 0).length > 0);
}

function listed(directory: string, fileSystem: FileSystem): readonly string[] {
  try {
    return fileSystem.list(directory) ?? [];
  } catch {
    return [];
  }
}

/** Collects the facts that `chooseTool` needs. */
export async function gatherToolFacts(options: ToolOptions): Promise<ToolFacts> {
  const { directory, env, platform, state } = options;
  const kinds: readonly ToolKind[] = ["terraform", "tofu"];
  const search = { env, platform, cwd: directory };
  const found = await Promise.all(kinds.map(async (kind) => ((await findExecutable(kind, search)).ok ? [kind] : [])));
  return {
    ...(await factsOfFiles(directory, diskFileSystem)),
    requested: options.terraformBin,
    onPath: new Set(found.flat()),
    ...(state && { state }),
  };
}

/** The program for a root module. */
export async function findTool(options: ToolOptions): Promise<ToolResult> {
  return chooseTool(await gatherToolFacts(options));
}
