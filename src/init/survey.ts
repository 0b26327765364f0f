import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { rootsBelow } from "../assess/root-directories.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { MOST_BYTES, readRegularFile } from "../base/read-file.js";
import { reasonOf } from "../base/replace-files.js";
import { isInTrees, realPathOf } from "../base/tree.js";
import { assessFiles } from "../lint/assess-files.js";
import type { ToolName } from "../terraform/files/file-names.js";
import { treesOf } from "../terraform/files/file-system.js";
import { locateLocalState } from "../terraform/state/locate-state.js";

/** The systems that a pipeline is written for. */
export const CI_SYSTEMS = ["github", "gitlab", "azure"] as const;

export type CiSystem = (typeof CI_SYSTEMS)[number];

/** A root module, as far as its files tell. */
export interface SurveyedRoot {
  /** As shown, from where tfinvite was started. */
  readonly directory: string;
  /** From the top of the repository, with slashes. */
  readonly place: string;
  readonly invites: number;
  /** `openai/openai 1.1.0`. */
  readonly providers: readonly string[];
  readonly tool: ToolName;
  /** The type of a backend that is not local. */
  readonly backend?: string;
  /** Whether the state is a file that is there. */
  readonly hasState: boolean;
}

/** What a repository has. */
export interface Survey {
  /** The top of the repository, or the directory itself without a repository. Absolute. */
  readonly top: string;
  readonly roots: readonly SurveyedRoot[];
  /** The CI that is in use, with what shows it. */
  readonly ci?: { readonly system: CiSystem; readonly seen: string };
  readonly atlantis: boolean;
  readonly vscode: boolean;
  /** The text of a file below the top; undefined where it is not there. Fails for one that may not be read. */
  read(file: string): string | undefined;
  /** Names of the files of a folder below the top. */
  list(folder: string): readonly string[];
}

/** Looks at the repository of a directory; fails where nothing in the directory is about invites. */
export async function survey(directory: string, context: EngineContext): Promise<Survey> {
  const found = await rootsBelow([directory], context);
  if (found.directories.length === 0) {
    const why = found.errors[0]?.message ?? `no root module with OpenAI invites below ${directory}`;
    throw new Failure(why, "Run tfinvite init where the configuration is, or name its directory.");
  }
  const [top = context.cwd] = treesOf([path.resolve(context.cwd, directory)]);
  const roots: SurveyedRoot[] = [];
  for (const one of found.directories) roots.push(await surveyRoot(one, top, context));
  const files = filesOf(top);
  const has = (name: string) => existsSync(path.join(top, name));
  const ci = ciOf(files, has);
  return { top, roots, ...(ci && { ci }), atlantis: has("atlantis.yaml"), vscode: has(".vscode"), ...files };
}

async function surveyRoot(directory: string, top: string, { cwd, env }: EngineContext): Promise<SurveyedRoot> {
  const { inventory } = await assessFiles(directory, { cwd, env });
  const { backend, tool } = inventory.configuration.settings;
  const place = path.resolve(cwd, directory);
  const state = await locateLocalState(place, env, backend?.localPlace);
  const isRemote = backend !== undefined && backend.localPlace === undefined;
  return {
    directory,
    place:
      path
        .relative(top, realPathOf(place) ?? place)
        .split(path.sep)
        .join("/") || ".",
    invites: inventory.entries.length,
    providers: [...new Set(inventory.entries.map(({ provider }) => provider.label))].sort(),
    tool,
    hasState: !isRemote && state.ok && state.local.exists,
    ...(isRemote && { backend: backend.type }),
  };
}

type Files = Pick<Survey, "read" | "list">;

/** A file may be a link that leads out of the repository: what is there is not shown, and not read. */
function filesOf(top: string): Files {
  return {
    read(file) {
      const place = path.join(top, file);
      if (!existsSync(place)) return undefined;
      if (!isInTrees(place, [top])) throw new Failure(`${file} leads out of the repository`, "Replace it by a file.");
      try {
        return readRegularFile(place, MOST_BYTES.configuration).toString("utf8");
      } catch (cause) {
        throw new Failure(`cannot read ${file}: ${reasonOf(cause, place)}`, "Replace it by a file that can be read.");
      }
    },
    list(folder) {
      const place = path.join(top, folder);
      if (!existsSync(place) || !isInTrees(place, [top])) return [];
      return readdirSync(place, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? entry.name : []));
    },
  };
}

const SIGNS: readonly (readonly [CiSystem, readonly string[]])[] = [
  ["github", [".github/workflows", ".github"]],
  ["gitlab", [".gitlab-ci.yml"]],
  ["azure", ["azure-pipelines.yml", "azure-pipelines.yaml", ".azure-pipelines"]],
];

const HOSTS: readonly (readonly [CiSystem, RegExp])[] = [
  ["github", /[/@]github\.com[:/]/],
  ["gitlab", /[/@]gitlab\.com[:/]/],
  ["azure", /[/@](?:ssh\.)?dev\.azure\.com[:/]/],
];

/** By the files of a CI, else by where the repository is pushed to. */
function ciOf({ read }: Files, has: (name: string) => boolean): Survey["ci"] {
  for (const [system, names] of SIGNS) {
    const seen = names.find(has);
    if (seen !== undefined) return { system, seen };
  }
  // In a worktree `.git` is a file, and the remotes are elsewhere.
  const remotes = has(".git/config") ? (read(".git/config") ?? "") : "";
  const host = HOSTS.find(([, pattern]) => /^\s*url\s*=.*$/gm.exec(remotes)?.some((line) => pattern.test(line)));
  return host && { system: host[0], seen: "the git remote" };
}
