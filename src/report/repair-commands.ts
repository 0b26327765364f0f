import path from "node:path";
import type { Surroundings } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import { VERSION } from "../base/version.js";
import { storedAddress, storedName } from "../invites/inventory.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import { diskFileSystem, repositoryRoot } from "../terraform/files/file-system.js";
import { selectedWorkspace } from "../terraform/root-module/root-module.js";
import { quoteWord } from "../terraform/shell/shell-quoting.js";
import { escapeControls, jsonDocument } from "./escape.js";
import { placeJson } from "./json.js";
import type { NotedRepair } from "./repair-text.js";
import type { ShownCommand } from "./style.js";

/** The form in which the state change is printed. */
export type Emitted = "commands" | "atlantis" | "json";

/** What a repair would do to each root module, and how Terraform is called there. */
type ShownRepair = Pick<NotedRepair, "plans" | "context">;

/** What removes the invites from their states, and nothing else. */
export function formatRepair(repair: ShownRepair, form: Emitted | "print0", surroundings: Surroundings): string {
  const plans = repair.plans.filter((plan) => plan.forget.length > 0);
  return FORMS[form](plans, repair, surroundings);
}

type Form = (plans: readonly RepairPlan[], repair: ShownRepair, surroundings: Surroundings) => string;

const FORMS: Readonly<Record<Emitted | "print0", Form>> = {
  commands: (plans, repair) => plans.map((plan) => `${stateRm(plan, repair).text}\n`).join(""),
  json: (plans, repair) => jsonDocument(repairDocument(plans, repair)),
  atlantis: (plans, repair, { cwd, env }) =>
    plans.flatMap((plan) => atlantisComments(plan, repair, cwd, env)).join("\n"),
  print0: (plans, repair) => plans.flatMap((plan) => unmasked(plan, repair).map((name) => `${name}\0`)).join(""),
};

function stateRm(plan: RepairPlan, { context }: ShownRepair): ShownCommand {
  const addresses = plan.forget.map(({ entry }) => storedAddress(entry));
  const command = context.command(plan.directory, { verb: ["state", "rm"], addresses });
  if (command === undefined && escapeControls(plan.directory) !== plan.directory) {
    throw new Failure(
      `the directory ${escapeControls(plan.directory)} has control characters in its name, which no command can show`,
      "Rename the directory, or run tfinvite in it.",
    );
  }
  if (command === undefined) {
    throw new Failure(
      "--redact would mask email addresses that the commands need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  return command;
}

/** The addresses as Terraform takes them; a masked one would name nothing, so they are asked for as a command would be. */
function unmasked(plan: RepairPlan, repair: ShownRepair): string[] {
  stateRm(plan, repair);
  return plan.forget.map(({ entry }) => storedName(entry));
}

/** For programs: what to run where, as words that no shell has to take apart. Published with the report's version number. */
function repairDocument(plans: readonly RepairPlan[], repair: ShownRepair) {
  return {
    version: 1,
    tool: { name: "tfinvite", version: VERSION },
    repairs: plans.map((plan) => ({
      directory: plan.directory,
      argv: stateRm(plan, repair).argv,
      addresses: unmasked(plan, repair),
      edits: plan.changes.map(({ step: { resource, range } }) => ({ resource, ...placeJson(range) })),
    })),
    skipped: repair.plans.flatMap(({ directory, skipped }) =>
      skipped.map(({ invite, reason }) => ({ directory, address: storedName(invite.entry), reason })),
    ),
  };
}

/** GitHub takes 65,536 characters, and a comment of several lines is not one that Atlantis reads. */
const LONGEST_COMMENT = 60_000;

/**
 * The comments to post on a pull request, each on a line of its own:
 * https://www.runatlantis.io/docs/using-atlantis.html#atlantis-state-rm
 */
function atlantisComments(plan: RepairPlan, repair: ShownRepair, cwd: string, env: Surroundings["env"]): string[] {
  const directory = path.resolve(cwd, plan.directory);
  const root = repositoryRoot(directory, diskFileSystem) ?? cwd;
  const where = shownFrom(root, directory) || ".";
  const workspace = selectedWorkspace(directory, env, diskFileSystem.read);
  const start = ["atlantis", "state", "rm", "-d", where, ...(workspace ? ["-w", workspace] : [])]
    .map((word) => (/^[\w./@%+=:,-]+$/.test(word) ? word : quoteWord(word, "bash")))
    .join(" ");
  const comments: string[] = [];
  for (const name of unmasked(plan, repair)) {
    const word = quoteWord(name, "bash");
    const last = comments.pop();
    if (last === undefined) comments.push(`${start} ${word}`);
    else if (last.length + word.length < LONGEST_COMMENT) comments.push(`${last} ${word}`);
    else comments.push(last, `${start} ${word}`);
  }
  return [...comments, ""];
}
