import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { shownFrom } from "../base/paths.js";
import { count, listOf, someOf } from "../base/phrases.js";
import { PUBLISHED } from "../base/version.js";
import { looksUp, remoteRoots } from "../init/pipelines.js";
import { changesIn, type Proposal, propose } from "../init/proposal.js";
import { type CiSystem, type Survey, survey } from "../init/survey.js";
import { writeProposal } from "../init/write.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { DECLINED } from "../repair/exit.js";
import { directoryWord, programOf } from "../report/commands.js";
import { diffOf } from "../report/diff.js";
import { formatInit, formatLeftToDo } from "../report/init-text.js";
import type { NextStep } from "../report/next-steps.js";
import { defaultShell, quoteCommand } from "../terraform/shell/shell-quoting.js";
import { engineContext } from "./engine-context.js";
import { styleFor } from "./style.js";

export interface InitOptions {
  readonly ci?: CiSystem | "none";
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const CI_NAMES: Readonly<Record<CiSystem, string>> = {
  github: "GitHub Actions",
  gitlab: "GitLab CI",
  azure: "Azure Pipelines",
};

/** `tfinvite init`: the files by which a repository is checked, shown first and written after a yes. */
export async function init(directory: string | undefined, options: InitOptions, io: Io): Promise<ExitStatus> {
  const context = engineContext(io);
  const style = styleFor(io.stdout, io);
  const found = await survey(directory ?? ".", context);
  const ci = options.ci ?? found.ci?.system;
  const proposal = propose(found, ci === "none" ? undefined : ci);
  const { files, present } = proposal;
  io.stdout.write(formatInit({ roots: found.roots, found: surroundings(found), files, present }, style));
  if (files.length === 0) {
    io.stdout.write("Nothing to write.\n");
    return { code: EXIT.ok };
  }
  const { yes = false, dryRun = false } = options;
  if (!yes) io.stdout.write(`${await diffOf(changesIn(proposal))}\n`);
  if (dryRun || (!yes && context.ask === undefined)) {
    const given = [
      ...(directory === undefined ? [] : [directoryWord(directory)]),
      ...(options.ci ? ["--ci", options.ci] : []),
      "--yes",
    ];
    const command = quoteCommand([...programOf(io.env), "init", ...given], defaultShell(io.platform));
    io.stdout.write(`Nothing was written. To write these files: ${command}\n`);
    return { code: EXIT.ok };
  }
  if (!yes && (await context.ask?.(`Write ${count(files.length, "file")}?`)) !== true) return DECLINED;
  await writeProposal(proposal, found);
  const steps = nextSteps(proposal, ci, found, io);
  io.stdout.write(
    `Wrote ${count(files.length, "file")}.\n\n${formatLeftToDo(byHand(proposal, ci, found), steps, style)}`,
  );
  return { code: EXIT.ok };
}

/** What else the repository has, by what it is. */
function surroundings({ ci, atlantis, vscode }: Survey): readonly (readonly [string, string])[] {
  return [
    ...(ci === undefined ? [] : [["CI", `${CI_NAMES[ci.system]} (${ci.seen})`] as const]),
    ...(atlantis ? [["Atlantis", `${PUBLISHED}docs/ci.md#atlantis`] as const] : []),
    ...(vscode ? [["VS Code", `${PUBLISHED}docs/editors.md`] as const] : []),
  ];
}

/** Sentences about what only people can do. */
function byHand({ byHand: own, files }: Proposal, ci: InitOptions["ci"], { roots }: Survey): readonly string[] {
  if (ci === undefined)
    return [...own, "No CI was found. To add a pipeline, name it: tfinvite init --ci github (or gitlab, azure)"];
  if (ci === "none" || !files.some(({ isPipeline }) => isPipeline)) return own;
  const remote = remoteRoots(roots);
  const unseen = roots.filter(({ backend, hasState }) => backend === undefined && !hasState);
  if (unseen.length > 0) {
    const where = someOf(unseen.map(({ directory }) => directory));
    const what = `No state was found in ${where}, so the pipeline takes these invites as not sent yet.`;
    return [...own, `${what} If a state is elsewhere, it needs a backend.`];
  }
  const backends = listOf([...new Set(remote.map(({ backend = "" }) => backend))]);
  if (remote.length === 0) return own;
  const todo = looksUp(ci, roots)
    ? `Give the job the credentials of the backend (${backends}), before its step Init.`
    : `The state is in a backend (${backends}), so the pipeline checks files only. With plans: ${PUBLISHED}docs/ci.md`;
  return [...own, todo];
}

const KEY = "an admin key with the scope api.management.read, for the pipeline";

function nextSteps(
  { files }: Proposal,
  ci: InitOptions["ci"],
  { roots, top }: Survey,
  { cwd, platform }: Io,
): readonly NextStep[] {
  const names = files.map(({ name }) => shownFrom(cwd, path.join(top, name)));
  const command = quoteCommand(["git", "add", ...names], defaultShell(platform));
  const commit = { command, purpose: "then commit, push, and open a pull request" };
  if (ci === undefined || ci === "none" || !looksUp(ci, roots)) return [commit];
  return [{ command: SECRETS[ci], purpose: KEY }, commit];
}

/** How the key gets to a pipeline. */
const SECRETS: Readonly<Record<CiSystem, string>> = {
  github: "gh secret set OPENAI_ADMIN_KEY_READ",
  gitlab: "glab variable set OPENAI_ADMIN_KEY --masked",
  azure: "az pipelines variable create --name openaiAdminKeyRead --secret true",
};
