import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { count } from "../base/phrases.js";
import type { Replacement } from "../base/replace-files.js";
import { replaceOrFail } from "../base/replace-files.js";
import { styleFor } from "../cli/style.js";
import type { ForgetBlock } from "../invites/remedies/forget-blocks.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import { tfinviteCommand } from "../report/commands.js";
import { redactEmails } from "../report/masking.js";
import { doneSection, leftSection } from "../report/messages/edit-words.js";
import { formatRepairNotes, formatSections } from "../report/repair-text.js";
import { exitOfEmitted, repairNotes } from "./notes.js";
import type { RepairOptions } from "./options.js";
import type { PreparedRepair } from "./prepare.js";
import { blocksFor, type RootBlocks } from "./root-blocks.js";

/** Hands the repair over as code: prints or writes the blocks, and with `--write` edits the configuration as well. */
export async function repairAsBlocks(prepared: PreparedRepair, options: RepairOptions, io: Io): Promise<ExitStatus> {
  const plans = prepared.plans.filter(({ forget }) => forget.length > 0);
  if (options.out !== undefined && plans.length > 1) {
    throw new Failure(
      "--out goes with one root module only",
      "Leave it out: each root module then gets a file of its own.",
    );
  }
  const roots: RootBlocks[] = [];
  for (const plan of plans) {
    const inventory = prepared.inputs.inventories.find(({ directory }) => directory === plan.directory);
    if (inventory !== undefined) roots.push(await blocksFor(plan, inventory, prepared, options, io));
  }
  if (options.write === true) return writeAll(roots, prepared, io);
  return emit(roots, prepared, options, io);
}

async function emit(
  roots: readonly RootBlocks[],
  prepared: PreparedRepair,
  options: RepairOptions,
  io: Io,
): Promise<ExitStatus> {
  const text = roots
    .filter(({ blocks }) => blocks.length > 0)
    .map((root) =>
      roots.length > 1 && !root.file.name.endsWith(".json") ? `# ${root.file.name}\n${root.text}` : root.text,
    )
    .join("\n");
  if (options.redact === true && redactEmails(text) !== text) {
    throw new Failure(
      "--redact would mask email addresses that the blocks need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  const notes = repairNotes(prepared, io, { asCode: true });
  const rest = roots.map((root) => emittedRest(root, options, io)).join("");
  io.stderr.write(notes + rest);
  if (options.out === undefined) {
    // On a terminal both come out in one place; a blank line sets the blocks off.
    io.stdout.write(io.stdout.isTTY === true && text !== "" ? `\n${text}` : text);
  } else {
    await replaceOrFail(
      roots.flatMap((root) => replacementOf(root, io) ?? []),
      "cannot write",
    );
  }
  return withRefused(exitOfEmitted(prepared), roots);
}

/** What goes with blocks that were printed: they are one half. */
function emittedRest(root: RootBlocks, { out }: RepairOptions, io: Io): string {
  const { plan, blocks, file, edited } = root;
  const lines: string[] = [];
  if (blocks.length > 0) {
    const where = out === undefined ? `put them into ${file.name}` : `they are in ${file.name}`;
    const steps = plan.steps.length + plan.dependents.length;
    lines.push(
      steps === 0
        ? `${where}, apply, and delete the file again: tfinvite repair --clean`
        : `${where}, with the ${count(steps, "change")} above in the same pull request: Terraform refuses the blocks for what is still declared`,
    );
    const able = edited.done.length;
    if (steps > 0 && able > 0) lines.push("tfinvite repair --as blocks --write does both, wherever that is safe");
  }
  return lines.map((line) => `note: ${line}\n`).join("") + alreadyThere(root) + refusedText(root, io);
}

function alreadyThere({ covered }: RootBlocks): string {
  if (covered === 0) return "";
  const they = covered === 1 ? "1 invite is" : `${covered} invites are`;
  return `note: ${they} forgotten by blocks that are there already, with the next apply\n`;
}

function refusedText({ refused }: RootBlocks, io: Io): string {
  const rows = refused.map(({ entry, why }) => [entry.name, why] as const);
  return formatSections(
    [{ title: `${count(refused.length, "invite")} without a block:`, rows }],
    styleFor(io.stderr, io),
  );
}

function withRefused(exit: ExitStatus, roots: readonly RootBlocks[]): ExitStatus {
  const refused = roots.reduce((sum, root) => sum + root.refused.length, 0);
  if (refused === 0 || exit.code !== EXIT.ok) return exit;
  return { code: EXIT.incomplete, reason: `incomplete, ${count(refused, "invite")} without a block` };
}

async function writeAll(roots: readonly RootBlocks[], prepared: PreparedRepair, io: Io): Promise<ExitStatus> {
  const replacements = roots.flatMap((root) => [
    ...[...root.edited.files].map(([name, texts]) => ({ file: path.resolve(io.cwd, name), name, ...texts })),
    ...(replacementOf(root, io) ?? []),
  ]);
  await replaceOrFail(replacements, "cannot write");
  const { report, plans } = prepared;
  io.stderr.write(
    whatGoes(roots, prepared, io) + roots.map((root) => writtenText(root, roots.length > 1, io)).join(""),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const left =
    sum(roots.map(({ refused, edited }) => refused.length + edited.left.flatMap(({ entries }) => entries).length)) +
    sum(plans.map(({ skipped }) => skipped.length));
  if (replacements.length > 0) {
    const done = count(sum(roots.map(({ edited }) => edited.edited.length)), "invite");
    const next = tfinviteCommand("repair", report, ["--clean"]);
    io.stderr.write(`${done} to be forgotten by the next apply; once that is done: ${next}\n`);
  } else if (left === 0) io.stderr.write(roots.length === 0 ? "nothing to forget\n" : "nothing more to write\n");
  if (left === 0) return exitOfEmitted(prepared);
  const reason = `incomplete, ${count(left, "invite")} left to you: tfinvite repair shows the command`;
  return { code: EXIT.incomplete, reason };
}

/** The invites that go with the next apply, and why, and those that were not to be touched at all. */
function whatGoes(roots: readonly RootBlocks[], { plans, report }: PreparedRepair, io: Io): string {
  const going = new Set(
    roots.flatMap(({ edited }) => edited.edited.map(({ directory, name }) => `${directory} ${name}`)),
  );
  const told = plans.map((plan) => ({
    ...plan,
    forget: plan.forget.filter(({ entry: { directory, name } }) => going.has(`${directory} ${name}`)),
    steps: [],
    dependents: [],
  }));
  return formatRepairNotes(told, report.now, styleFor(io.stderr, io));
}

function writtenText(root: RootBlocks, isOneOfSeveral: boolean, io: Io): string {
  const { plan, edited, blocks, file } = root;
  const where = isOneOfSeveral ? ` in ${plan.directory}` : "";
  const left = edited.left.map(({ step, entries, reason }) => ({
    step,
    reason,
    names: entries.map(({ name }) => name),
  }));
  const sections = [
    { title: `Written${where}:`, rows: blocks.length === 0 ? [] : [[file.name, blockCount(blocks)] as const] },
    doneSection(`Changed${where}:`, edited.done),
    leftSection(`Left to you${where}, in the state and in the configuration:`, left),
  ];
  return formatSections(sections, styleFor(io.stderr, io)) + alreadyThere(root) + refusedText(root, io);
}

function blockCount(blocks: readonly ForgetBlock[]): string {
  const moved = blocks.filter(({ kind }) => kind === "moved").length;
  const parts = [moved > 0 && count(moved, "moved block"), count(blocks.length - moved, "removed block")];
  return parts.filter((part) => part !== false).join(" and ");
}

function replacementOf({ file, text, blocks }: RootBlocks, io: Io): Replacement[] | undefined {
  if (blocks.length === 0 || file.text === text) return undefined;
  const place = path.resolve(io.cwd, file.name);
  return [{ file: place, name: file.name, ...(file.text !== undefined && { before: file.text }), after: text }];
}
