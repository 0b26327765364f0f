import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Surroundings } from "../base/engine-context.js";
import { nearestName } from "../base/nearest-name.js";
import { count, someOf } from "../base/phrases.js";
import { directoryWord } from "../report/commands.js";
import { escapeControls } from "../report/escape.js";
import type { ReportError } from "../report/report.js";
import { isModuleFile } from "../terraform/files/file-names.js";
import { quoteCommand } from "../terraform/shell/shell-quoting.js";
import { rootsBelow } from "./root-directories.js";

/** The command that was given a directory. */
export type CommandName = "status" | "check" | "repair";

/** Directories and files of interest that are looked at for a hint: a moment's work. */
const MOST_FOR_A_HINT = 20_000;

/** Why a directory can't be a root module, with the name that was probably meant; undefined where it is a directory. */
export async function whyNoDirectory(
  directory: string,
  command: CommandName,
  { cwd }: Pick<Surroundings, "cwd">,
): Promise<ReportError | undefined> {
  const place = path.resolve(cwd, directory);
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() === true) return undefined;
  if (found === undefined) {
    const meant = await nearestDirectory(directory, cwd);
    const hint =
      meant === undefined
        ? "Name the directory of a root module, or let --recursive find them."
        : `Did you mean ${escapeControls(meant)}? Run:\n  ${ours(command, directoryWord(meant))}`;
    return { message: `no such directory: ${directory}`, hint };
  }
  const hint = isModuleFile(directory)
    ? `Name the directory that it is in:\n  ${ours(command, directoryWord(path.dirname(directory)))}`
    : "Name the directory of a root module. A state file is given with --state FILE.";
  return { message: `not a directory: ${directory}`, hint };
}

/** What is wrong with a directory without configuration and state, with the root modules below it. */
export async function nothingIn(
  directory: string,
  command: CommandName,
  context: Pick<Surroundings, "cwd" | "env">,
  most = MOST_FOR_A_HINT,
): Promise<ReportError> {
  const here = path.normalize(directory) === "." ? "this directory" : directory;
  const message = `no Terraform configuration and no state in ${here}`;
  const { directories, complete } = await rootsBelow([directory], context, most);
  const [first] = directories;
  if (first === undefined) {
    const where = complete ? "all directories below it" : "the first directories below it";
    return {
      message,
      hint: `Looked for invites in *.tf, *.tofu and terraform.tfstate files, here and in ${where}. Run tfinvite in the directory of a root module, or give its state with --state FILE.`,
    };
  }
  const atLeast = complete ? "" : "At least ";
  const are = directories.length === 1 ? "is" : "are";
  const below = `${atLeast}${count(directories.length, "root module")} with invites ${are} below it: ${someOf(directories.map(escapeControls))}.`;
  const all = ours(command, "--recursive", ...(path.normalize(directory) === "." ? [] : [directoryWord(directory)]));
  const one = ours(command, directoryWord(first));
  const ways = directories.length === 1 && complete ? [one] : [all, one];
  return { message, hint: [`${below} Run:`, ...ways.map((way) => `  ${way}`)].join("\n") };
}

function ours(command: CommandName, ...words: readonly string[]): string {
  return quoteCommand(["tfinvite", command, ...words], "bash");
}

/** A directory that is there and has nearly the same name, beside the deepest part of a path that is there. */
async function nearestDirectory(directory: string, cwd: string): Promise<string | undefined> {
  const parts = path.normalize(directory).split(path.sep);
  let known = path.isAbsolute(directory) ? path.parse(directory).root : "";
  for (const part of parts.filter((one) => one !== "")) {
    const next = path.join(known, part);
    if ((await stat(path.resolve(cwd, next)).catch(() => undefined))?.isDirectory()) {
      known = next;
      continue;
    }
    const entries = await readdir(path.resolve(cwd, known), { withFileTypes: true }).catch(() => []);
    const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    const meant = nearestName(part, names);
    if (meant === undefined) return undefined;
    known = path.join(known, meant);
  }
  return known;
}
