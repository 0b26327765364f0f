import { groupBy } from "../../base/group-by.js";
import { type Address, formatAddress, type ModuleStep } from "../addresses/address.js";
import type { DataFile } from "../data/data-file.js";
import type { ToolName } from "../files/file-names.js";
import type { SourceRange } from "../source-range.js";
import type { Value } from "./evaluation/value.js";
import type { Refactoring } from "./refactorings.js";
import type { Block, ParsedFile, SyntaxProblem } from "./syntax/syntax.js";
import type { NamedResource } from "./syntax/traversal.js";

/** Versions that are chosen for providers, by full source address: `registry.terraform.io/acme/acme`. */
export type LockedVersions = ReadonlyMap<string, string>;

/** A root module and its local modules, as far as they matter to the wanted resource types. */
export interface Configuration {
  /** Root directory, as the user named it. */
  readonly directory: string;
  /** Every resource and data block of a wanted type, once for each module call path that reaches it. */
  readonly resources: readonly ConfiguredResource[];
  /** Blocks of the types that were requested besides the wanted ones, in the same way. */
  readonly related: readonly ConfiguredResource[];
  /** References to the wanted resources in data sources, outputs, other resources, module arguments and locals. */
  readonly references: readonly ResourceReference[];
  /** `moved`, `removed` and `import` blocks that name a wanted type, or a whole module. */
  readonly refactorings: readonly Refactoring[];
  /** The objects that the root module's `import` blocks bring into the state, one for each known instance. */
  readonly imports: readonly PlannedImport[];
  /** Provider blocks for the wanted types, once for each module call path that reaches them. */
  readonly providers: readonly ConfiguredProvider[];
  readonly settings: RootSettings;
  /** Versions in `.terraform.lock.hcl`, also of providers that no block here is of. */
  readonly lockedVersions: LockedVersions;
  /** Module calls that were followed, each once for every call path that reaches it. */
  readonly modules: readonly ModuleCall[];
  /** Module calls that were not followed since nothing below them matters, by call path (`hr.people`). */
  readonly otherCalls: ReadonlySet<string>;
  /** Module calls that could not be followed (registry, git, missing directory), with the reason. */
  readonly unresolvedModules: readonly UnresolvedModule[];
  /** Files that could not be read, and syntax errors. */
  readonly problems: readonly SyntaxProblem[];
  /** Every file that was read as part of the configuration. */
  readonly files: readonly string[];
  /** The files that ranges point into, variable files included. */
  readonly parsed: readonly ParsedFile[];
  /** Files that functions such as `file()` read; ranges of values point into them as well. */
  readonly dataFiles: readonly DataFile[];
  /** The same, and those that were looked for and are not there, or are not read: they may lie anywhere. */
  readonly dataNames: readonly string[];
  /** Files whose text is not to be shown, since they lie outside the repository. */
  readonly foreign: ReadonlySet<string>;
  /** Texts of the same, by file. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A module call that could not be followed. */
export interface UnresolvedModule {
  readonly path: readonly string[];
  readonly source: string;
  readonly range: SourceRange;
  readonly reason: string;
  /** Variables of the root module that decide the source and have no value here. */
  readonly withoutValue?: readonly string[];
}

/** One object that an `import` block brings into the state, where nothing is there yet. */
export interface PlannedImport {
  readonly statement: Refactoring;
  /** Absent where the key is not known. */
  readonly to?: Address;
  /** Absent where it is not known, or where the resource is identified otherwise. */
  readonly id?: string;
}

/** A module call that was followed. */
export interface ModuleCall {
  /** Names of the calls from the root to this one, without keys. */
  readonly path: readonly string[];
  /** As written; empty where it is not a plain string. */
  readonly source: string;
  /** The call's header. */
  readonly range: SourceRange;
  /** The call's block, which is in the calling module. */
  readonly block: Block;
  readonly repetition: Repetition;
  /** Directory of the called module, as its files are shown. */
  readonly directory: string;
  /** Variables of the root module whose default decided the source: another run may be given another value. */
  readonly sourceByDefault: readonly string[];
  /** False for a copy below the data directory, which `init` fetches and overwrites. */
  readonly local: boolean;
  /** True for a local module below the root module's directory. */
  readonly withinRoot: boolean;
  /** True where the repository has its files at the path shown: not a fetched copy, not outside, not behind a link. */
  readonly inRepository: boolean;
  /** The module's instances that are known, as their paths. */
  readonly instances: readonly (readonly ModuleStep[])[];
  /** False where some key of the call, or of one above it, is not known: `instances` may lack some. */
  readonly complete: boolean;
}

/** Finds the calls on the way to a module, the outermost first; several of one name each count. */
export function wayFinder(modules: readonly ModuleCall[]): (path: readonly string[]) => readonly ModuleCall[] {
  const byPath = groupBy(modules, ({ path }) => path.join("."));
  return (path) => path.flatMap((_, depth) => byPath.get(path.slice(0, depth + 1).join(".")) ?? []);
}

/** Which repetition argument a block has, and where. */
export type Repetition =
  | { readonly kind: "single" }
  | { readonly kind: "count" | "for_each"; readonly range: SourceRange };

export interface ConfiguredResource {
  /** Names of the module calls from the root, without keys. */
  readonly modulePath: readonly string[];
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** The file that the block begins in. Arguments that an override file replaces have their ranges in that one. */
  readonly file: ParsedFile;
  readonly block: Block;
  readonly repetition: Repetition;
  /** What is known to be declared. */
  readonly instances: readonly DeclaredInstance[];
  /** False where some key of the resource, or of a module above it, is not known: `instances` may lack some. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly reason?: string;
  /** Variables of the root module whose default decided the instances: another run may be given another value. */
  readonly byDefault: readonly string[];
  /** Variables of the root module that decide the instances and have no value here. */
  readonly withoutValue: readonly string[];
  /**
   * Variables of the root module that decide the instances and whose value is from the environment or a command line.
   */
  readonly fromOutside: readonly string[];
  /**
   * The block's arguments as far as they are the same for every instance; values from `each` and `count` are unknown.
   * Nested blocks are lists of objects under their type.
   */
  readonly arguments: ReadonlyMap<string, Value>;
  /**
   * Local name and alias of the provider configuration, and the source and version constraint that the module asks for.
   */
  readonly provider: ProviderRequirement;
  /** The instance of that configuration, where it is the same for every instance. */
  readonly providerKey?: ProviderKey;
}

/**
 * The key of an instance of a provider configuration, which OpenTofu has; null where one is picked and it is not known.
 */
export type ProviderKey = string | null;

export interface DeclaredInstance {
  readonly address: Address;
  /** The address as it may be shown, where a key of it must not be. */
  readonly shownAs?: Address;
  /**
   * Where this one key is written, for `for_each` over a collection written out somewhere: what would have to go.
   * An element of a list, or a whole `key = value`. For a resource without a key of its own, the innermost module key.
   */
  readonly keySource?: SourceRange;
  /**
   * The name whose definition the key is written in, for messages: `var.team`, `local.people`; absent when written in
   * place. Where a module's argument is written out in its call, the variable of that module.
   */
  readonly keyVia?: string;
  /** The arguments of the block, evaluated for this instance. Arguments that are not set are absent. */
  readonly arguments: ReadonlyMap<string, Value>;
  readonly providerKey?: ProviderKey;
}

/** The address of an instance for people and programs; `formatAddress` of the true one is only for looking up. */
export function shownName({ shownAs, address }: DeclaredInstance): string {
  return formatAddress(shownAs ?? address);
}

export interface ConfiguredProvider {
  readonly modulePath: readonly string[];
  /** `acme`. */
  readonly name: string;
  readonly alias?: string;
  readonly file: ParsedFile;
  readonly block: Block;
  readonly arguments: ReadonlyMap<string, Value>;
  readonly provider: ProviderRequirement;
  /** Its instances, where it has `for_each`; null for ones that are not known. */
  readonly keys?: readonly ProviderKey[];
}

export interface ProviderRequirement {
  /** `acme`, `acme.eu`: as the module names it that holds the configuration, which is mostly the root. */
  readonly configuration: string;
  /** Names of the calls from the root to the module that holds it. */
  readonly holder: readonly string[];
  /**
   * `registry.terraform.io/acme/acme`. A module that names none means `hashicorp/NAME`, which Terraform then looks for.
   */
  readonly source?: string;
  /** Version constraints that hold for it, from every module that states one. */
  readonly constraints: readonly string[];
  /** The provider's entry in the `required_providers` of the module itself, where it has one. */
  readonly range?: SourceRange;
  /** The version in `.terraform.lock.hcl`. */
  readonly lockedVersion?: string;
}

export interface ResourceReference {
  readonly modulePath: readonly string[];
  /**
   * The block or value that contains the reference: `data.acme_invite.alice`, `output.alice_status`, `local.ids`,
   * `module.x`.
   */
  readonly from: string;
  /** The whole reference, attributes included. */
  readonly range: SourceRange;
  /** Names behind the resource and its key: `["id"]` of `acme_invite.a["x"].id`; without splats and other indexes. */
  readonly attributes: readonly string[];
  readonly target: NamedResource;
}

export interface RootSettings {
  /** The program that was simulated. */
  readonly tool: ToolName;
  /** Constraints of the root module on the program's version: `required_version`, and OpenTofu's `compatible_with`. */
  readonly requiredVersion: readonly string[];
  /** Those that OpenTofu ignores from 1.12 on. */
  readonly olderRequiredVersion?: readonly string[];
  /** Type of the backend block (`s3`, `local`, …), `cloud` for a cloud block, absent where neither is there. */
  readonly backend?: {
    readonly type: string;
    readonly range: SourceRange;
    /**
     * Where a `local` backend keeps the state: the file, and the folder of other workspaces; absent: the usual ones.
     */
    readonly localPlace?: { readonly path?: string; readonly workspaceDir?: string };
  };
}
