import path from "node:path";
import { shownFrom } from "../base/paths.js";
import type { FileSurroundings } from "../lint/assess-files.js";
import { type LintOutcome, lintOnce } from "../lint/lint-once.js";
import { diskFileSystem } from "../terraform/files/file-system.js";
import { emptyFileSystem, overlayFileSystem } from "../terraform/files/overlay-file-system.js";

/** What is to be linted: one module, with texts that are not saved yet. */
export interface ModuleRequest {
  /** Absolute. */
  readonly directory: string;
  /** Absolute; files are shown relative to it, and settings looked for up to it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unsaved texts by absolute path. */
  readonly unsaved: ReadonlyMap<string, string>;
  /** Nothing on the disk belongs to it. */
  readonly alone: boolean;
}

/** A module that was linted, and where its files are. */
export interface ModuleLint {
  readonly request: ModuleRequest;
  readonly outcome: LintOutcome;
  /** Texts that findings lie in, by absolute path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Folders whose files it was made from, absolute. */
  readonly folders: ReadonlySet<string>;
  /** The absolute path of a file as it is shown. */
  absolute(file: string): string;
}

/** Lints one module as `tfinvite lint DIR` does. Throws what that throws. */
export async function lintModule(request: ModuleRequest): Promise<ModuleLint> {
  const { directory, cwd } = request;
  const outcome = await lintIn(request, surroundingsOf(request));
  const absolute = (file: string) => path.resolve(cwd, file);
  const configurations = outcome.assessments.map(({ inventory }) => inventory.configuration);
  const read = configurations.flatMap(({ files }) => files);
  const texts = [...outcome.files, ...configurations.flatMap(({ dataFiles }) => dataFiles)];
  return {
    request,
    outcome,
    absolute,
    texts: new Map(texts.map(({ file, text }) => [absolute(file), text])),
    folders: new Set([directory, ...read.map((file) => path.dirname(absolute(file)))]),
  };
}

/** What a module is read from: the disk with the unsaved texts over it. */
export function surroundingsOf({ cwd, env, unsaved, alone }: ModuleRequest): FileSurroundings {
  return { cwd, env, fileSystem: overlayFileSystem(unsaved, alone ? emptyFileSystem : diskFileSystem) };
}

/** Lints a module that is read from somewhere else. */
export function lintIn({ directory, cwd }: ModuleRequest, surroundings: FileSurroundings): Promise<LintOutcome> {
  return lintOnce({ targets: [], roots: [{ directory: shownFrom(cwd, directory) }] }, surroundings);
}
