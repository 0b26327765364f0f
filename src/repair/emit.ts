import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import { VERSION } from "../base/version.js";
import { removal } from "../invites/remedies/remedies.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import type { ExitStatus } from "../policy/exit-code.js";
import type { ShownCommand } from "../report/style.js";
import { formatAddress } from "../terraform/addresses/address.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";
import { selectedWorkspace } from "../terraform/root-module/root-module.js";
import { quoteWord } from "../terraform/shell/shell-quoting.js";
import { exitOfEmitted, repairNotes } from "./notes.js";
import type { PreparedRepair } from "./prepare.js";

/** In which form the state change is handed over. */
export const EMITTED = ["commands", "atlantis", "json"] as const;

export type Emitted = (typeof EMITTED)[number];

/** Prints what forgets the invites, and nothing else, on standard output; the rest is for a person, on standard error. */
export function emitRepair(prepared: PreparedRepair, as: Emitted | "print0", io: Io): ExitStatus {
  const plans = prepared.plans.filter((plan) => plan.forget.length > 0);
  const text = FORMS[as](plans, prepared, io);
  const notes = repairNotes(prepared, io);
  // On a terminal both come out in one place; a blank line sets the commands off.
  io.stderr.write(io.stdout.isTTY === true && text !== "" ? `${notes}\n` : notes);
  io.stdout.write(text);
  return exitOfEmitted(prepared);
}

type Form = (plans: readonly RepairPlan[], prepared: PreparedRepair, io: Io) => string;

const FORMS: Readonly<Record<Emitted | "print0", Form>> = {
  commands: (plans, prepared) => plans.map((plan) => `${stateRm(plan, prepared).text}\n`).join(""),
  json: (plans, prepared) => `${JSON.stringify(repairDocument(plans, prepared), null, 2)}\n`,
  atlantis: (plans, prepared, io) => plans.flatMap((plan) => atlantisComments(plan, prepared, io)).join("\n"),
  print0: (plans, prepared) =>
    plans
      .flatMap((plan) => unmasked(plan, prepared))
      .map((name) => `${name}\0`)
      .join(""),
};

function stateRm(plan: RepairPlan, { context }: PreparedRepair): ShownCommand {
  const command = context.command(plan.directory, removal(plan.forget.map(({ entry }) => entry.address)));
  if (command === undefined) {
    throw new Failure(
      "--redact would mask email addresses that the commands need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  return command;
}

/** The addresses as Terraform takes them; a masked one would name nothing, so they are asked for as a command would be. */
function unmasked(plan: RepairPlan, prepared: PreparedRepair): string[] {
  stateRm(plan, prepared);
  return plan.forget.map(({ entry }) => formatAddress(entry.address));
}

/** For programs: what to run where, as words that no shell has to take apart. Published with the report's version number. */
function repairDocument(plans: readonly RepairPlan[], prepared: PreparedRepair) {
  return {
    version: 1,
    tool: { name: "tfinvite", version: VERSION },
    repairs: plans.map((plan) => ({
      directory: plan.directory,
      argv: stateRm(plan, prepared).argv,
      addresses: unmasked(plan, prepared),
      edits: plan.steps.map(({ resource, range }) => ({
        resource,
        file: range.file,
        range: {
          start: { line: range.start.line, column: range.start.column },
          end: { line: range.end.line, column: range.end.column },
        },
      })),
    })),
    skipped: prepared.plans.flatMap(({ directory, skipped }) =>
      skipped.map(({ invite, reason }) => ({ directory, address: invite.entry.name, reason })),
    ),
  };
}

/** GitHub takes 65,536 characters, and a comment of several lines is not one that Atlantis reads. */
const LONGEST_COMMENT = 60_000;

/**
 * The comments to post on a pull request, each on a line of its own:
 * https://www.runatlantis.io/docs/using-atlantis.html#atlantis-state-rm
 */
function atlantisComments(plan: RepairPlan, prepared: PreparedRepair, io: Io): string[] {
  const directory = path.resolve(io.cwd, plan.directory);
  const root = repositoryRoot(directory, diskFileSystem) ?? io.cwd;
  const where = shownFrom(root, directory) || ".";
  const workspace = selectedWorkspace(directory, io.env, diskFileSystem.read);
  const start = ["atlantis", "state", "rm", "-d", where, ...(workspace ? ["-w", workspace] : [])].map((word) =>
    /^[\w./@%+=:,-]+$/.test(word) ? word : quoteWord(word, "bash"),
  );
  const comments: string[] = [];
  let line = start.join(" ");
  let isEmpty = true;
  for (const name of unmasked(plan, prepared)) {
    const word = quoteWord(name, "bash");
    if (!isEmpty && line.length + word.length + 1 > LONGEST_COMMENT) {
      comments.push(line);
      line = start.join(" ");
    }
    line += ` ${word}`;
    isEmpty = false;
  }
  return [...comments, line, ""];
}
