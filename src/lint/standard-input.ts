import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { isVariableFile, moduleFileNames } from "../terraform/files/file-names.js";
import { diskFileSystem, type TreeFileSystem } from "../terraform/files/file-system.js";
import { emptyFileSystem, overlayFileSystem } from "../terraform/files/overlay-file-system.js";

/** What is to be linted, unsaved text included. */
export interface LintInput {
  readonly targets: readonly string[];
  readonly fileSystem: TreeFileSystem;
}

/** The name under which text without a name is linted. */
const NAMELESS = "stdin.tf";

/**
 * Puts the text of standard input in the place of the file that it is of, where `-` is among the targets; the rest of
 * its module is read from the disk. Text without a file name is a module of its own.
 */
export async function readLintInput(
  targets: readonly string[],
  filename: string | undefined,
  io: Io,
): Promise<LintInput> {
  const named = targets.length === 0 ? ["."] : targets;
  if (!named.includes("-")) {
    if (filename === undefined) return { targets: named, fileSystem: diskFileSystem };
    throw new Failure(
      "--stdin-filename can be used only with -",
      `tfinvite lint - --stdin-filename ${filename} < ${filename}`,
    );
  }
  if (named.length > 1) throw new Failure("- is linted by itself: name no other files beside it");
  if (io.stdin.isTTY === true) {
    throw new Failure(
      "lint - reads standard input, and nothing is piped into it",
      "tfinvite lint - --stdin-filename main.tf < main.tf",
    );
  }
  const file = filename ?? NAMELESS;
  const { primary, overrides } = moduleFileNames([path.basename(file)], "tofu");
  // A variable file is linted with its module, as it is where it is named without `-`.
  if (primary.length + overrides.length === 0 && !isVariableFile(file)) {
    throw new Failure(
      `--stdin-filename: ${file === "" ? "an empty text" : file} is not the name of a configuration file`,
      "Such names end in .tf, .tofu or .tfvars, or in one of these and .json.",
    );
  }
  const [{ addAbortSignal }, { buffer }] = await Promise.all([import("node:stream"), import("node:stream/consumers")]);
  const text = (await buffer(addAbortSignal(io.signal, io.stdin))).toString("utf8");
  const texts = new Map([[path.resolve(io.cwd, file), text]]);
  return {
    targets: [file],
    fileSystem: overlayFileSystem(texts, filename === undefined ? emptyFileSystem : diskFileSystem),
  };
}
