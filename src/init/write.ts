import { mkdirSync } from "node:fs";
import path from "node:path";
import { Failure } from "../base/failure.js";
import { reasonOf, replaceOrFail } from "../base/replace-files.js";
import { whyNotWritten } from "../base/tree.js";
import type { Proposal } from "./proposal.js";
import type { Survey } from "./survey.js";

function makeFolder(folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new Failure(`cannot write ${name}: ${reasonOf(cause, folder)}`, "Nothing was written.");
  }
}

/** Writes all of the files or none; nothing outside the repository, and in place of nothing that was not read. */
export async function writeProposal({ files }: Proposal, { top }: Survey): Promise<void> {
  const replacements = files.map(({ name, before, after }) => ({
    ...{ name, after, file: path.join(top, name) },
    ...(before !== undefined && { before }),
  }));
  for (const { file, name } of replacements) {
    const why = whyNotWritten(file, [top]);
    if (why !== undefined) throw new Failure(`cannot write ${name}: ${why}`, "Nothing was written.");
  }
  for (const { file, name } of replacements) makeFolder(path.dirname(file), name);
  await replaceOrFail(replacements, [top], "cannot write");
}
