import { readFile } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import { writeWhole } from "../cli/output.js";
import { type Baseline, type BaselinePath, EMPTY_BASELINE, printBaseline } from "./baseline.js";

/** A baseline with the file it is kept in. */
export interface BaselineFile {
  /** Absolute. */
  readonly path: string;
  /** As the user named it. */
  readonly name: string;
  readonly baseline: Baseline;
  /** Absent where there is no file yet. */
  readonly text?: string;
}

/** Reads a baseline. One that does not exist is empty where it is about to be written, and a Failure otherwise. */
export async function readBaselineFile(name: string, cwd: string, purpose: "apply" | "update"): Promise<BaselineFile> {
  const file = path.resolve(cwd, name);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (missing && purpose === "update") return { path: file, name, baseline: EMPTY_BASELINE };
    if (missing) throw new Failure(`there is no baseline ${name}`, "Add --update-baseline to write it.", { cause });
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new Failure(`cannot read the baseline ${name}${code}`, undefined, { cause });
  }
  const [{ readBaselineText }, { printProblems }] = await Promise.all([
    import("./read-baseline.js"),
    import("./located-json.js"),
  ]);
  const read = readBaselineText(text);
  if (!read.ok) {
    const hint = "Put it right, or delete the file and run with --update-baseline.";
    throw new Failure(printProblems(name, text, read.problems), hint);
  }
  return { path: file, name, baseline: read.baseline, text };
}

/** Writes a baseline, all of it or nothing; a file that would stay the same is left alone. Tells whether it changed. */
export async function writeBaselineFile(file: BaselineFile, baseline: Baseline): Promise<boolean> {
  const text = printBaseline(baseline);
  if (text === file.text) return false;
  await writeWhole(file.path, file.name, text);
  return true;
}

/** Paths as shown (relative to `cwd`) as a baseline in `file` names them. */
export function baselinePath(file: string, cwd: string): BaselinePath {
  const folder = path.dirname(file);
  return (shown) => shownFrom(folder, path.resolve(cwd, shown));
}

/** Directories as a baseline in `file` names them, as they are shown. */
export function shownBaselinePath(file: string, cwd: string): (directory: string) => string {
  const folder = path.dirname(file);
  return (directory) => shownFrom(cwd, path.resolve(folder, directory));
}
