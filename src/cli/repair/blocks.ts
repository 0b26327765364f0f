import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Inventory, InviteEntry } from "../../invites/inventory.js";
import { blockSupport } from "../../invites/remedies/block-support.js";
import {
  type BlockForm,
  forgetFile,
  isForgetFile,
  withForgetBlocks,
} from "../../invites/remedies/forget-block-text.js";
import { type ForgetBlock, forgetBlocks, resourcePath } from "../../invites/remedies/forget-blocks.js";
import type { RepairPlan } from "../../invites/remedies/repair-plan.js";
import { doneSection, leftSection } from "../../report/edit-text.js";
import { count } from "../../report/phrases.js";
import { formatRepairNotes, formatSections } from "../../report/repair-text.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import { shownFrom } from "../../terraform/paths.js";
import { tfinviteCommand } from "../commands.js";
import { EXIT, type Verdict } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Io } from "../io.js";
import { redactEmails } from "../redact.js";
import type { RepairOptions } from "../repair.js";
import { type Replacement, replaceAll } from "../replace-files.js";
import { say } from "../say.js";
import { styleFor } from "../style.js";
import { coverageOf } from "./coverage.js";
import { type EditedRoot, editConfiguration } from "./edit-configuration.js";
import { repairNotes, verdictOfEmitted } from "./notes.js";
import type { PreparedRepair } from "./prepare.js";
import { toolVersion } from "./tool-version.js";

/** The blocks of one root module, and what has to change beside them. */
interface RootBlocks {
  readonly plan: RepairPlan;
  readonly blocks: readonly ForgetBlock[];
  readonly edited: EditedRoot;
  /** Selected ones that other blocks speak of in a way that does not go with forgetting them. */
  readonly refused: readonly { readonly entry: InviteEntry; readonly why: string }[];
  /** Invites that blocks which are there already forget. */
  readonly covered: number;
  /** The file for the blocks: as shown, and what is in it now. */
  readonly file: { readonly name: string; readonly text?: string };
  /** What the file is to hold. */
  readonly text: string;
}

/** Hands the repair over as code: prints or writes the blocks, and with `--write` edits the configuration as well. */
export async function repairAsBlocks(prepared: PreparedRepair, options: RepairOptions, io: Io): Promise<Verdict> {
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

async function blocksFor(
  plan: RepairPlan,
  inventory: Inventory,
  { inputs }: PreparedRepair,
  options: RepairOptions,
  io: Io,
): Promise<RootBlocks> {
  const { directory, configuration, state } = inventory;
  const { settings } = configuration;
  const required = blockSupport(settings);
  // The program is only asked where the configuration does not say enough.
  const isEnough = !required.ok || (settings.tool === "terraform" && !required.assumed);
  const version = isEnough ? undefined : await toolVersion(inputs.toolOf(directory), directory, io);
  const support = version === undefined ? required : blockSupport({ ...settings, version });
  if (!support.ok) {
    throw new Failure(
      `${directory} cannot be told to forget by code: ${support.reason}`,
      "Take the invites out by command: tfinvite repair --as commands",
    );
  }
  if (support.assumed) {
    say([`which ${settings.tool} applies ${directory} is not known; the blocks are for 1.7 or later`], [], io);
  }
  if (/(?:^|[\\/])terragrunt/.test(inputs.toolOf(directory)[0] ?? "")) {
    say(
      [`Terragrunt may make the files of ${directory} anew: what is written has to be where it takes them from`],
      [],
      io,
    );
  }
  const coverage = coverageOf(
    plan.forget.map(({ entry }) => entry),
    configuration,
    settings.tool,
  );
  const able = coverage.filter(({ kind }) => kind !== "refused").map(({ entry }) => entry);
  const edited = await editConfiguration(inventory, able, options, io);
  const isNew = new Set(coverage.flatMap(({ entry, kind }) => (kind === "none" ? [entry.name] : [])));
  const chosen = (options.write === true ? edited.edited : able).filter(({ name }) => isNew.has(name));
  const expected = options.write === true ? declaredIn(edited.after) : asAdvised(edited);
  const blocks = forgetBlocks(
    chosen.map(({ address }) => address),
    {
      held: inventory.entries.filter(({ inState }) => inState).map(({ address }) => address),
      holdsOnlyInvites:
        state?.resourceCount ===
        new Set(
          state?.instances.map(
            ({ address }) => `${address.mode} ${JSON.stringify(address.module)} ${address.type}.${address.name}`,
          ),
        ).size,
      ...expected,
      isTaken: takenNames(edited.before),
    },
  );
  const file = await forgetFileOf(directory, configuration, options, io);
  const form: BlockForm = { json: file.name.endsWith(".json"), lifecycle: support.lifecycle };
  const text =
    file.text === undefined || (options.write !== true && options.out === undefined)
      ? forgetFile(blocks, form)
      : withForgetBlocks(file.text, blocks, form);
  if (text === undefined) {
    throw new Failure(`${file.name} is not as tfinvite left it`, "Move it away, or name another file by --out.");
  }
  return {
    plan,
    blocks,
    edited,
    refused: coverage.flatMap((one) => (one.kind === "refused" ? [{ entry: one.entry, why: one.why }] : [])),
    covered: coverage.filter(({ kind }) => kind === "covered").length,
    file,
    text,
  };
}

/** What is still declared once everything has been changed, by tfinvite or by the person who was told. */
function asAdvised({ after, left }: Pick<EditedRoot, "after" | "left">) {
  const deleted = new Set(
    left.flatMap(({ step, entries }) =>
      step.kind === "delete-block" || (step.kind === "change-call" && step.whole)
        ? entries.map(({ address }) => resourcePath(address))
        : [],
    ),
  );
  const calls = new Set(left.flatMap(({ step }) => (step.kind === "change-call" && step.whole ? [step.resource] : [])));
  const { isDeclared, isCalled } = declaredIn(after);
  return {
    isDeclared: (name: string) => isDeclared(name) && !deleted.has(name),
    isCalled: (names: readonly string[]) =>
      isCalled(names) && !calls.has(names.map((name) => `module.${name}`).join(".")),
  };
}

function declaredIn({ resources, modules, unresolvedModules }: Configuration) {
  const declared = new Set(
    resources
      .filter(({ mode }) => mode === "managed")
      .map(({ modulePath, type, name }) =>
        resourcePath({ module: modulePath.map((step) => ({ name: step, key: undefined })), type, name }),
      ),
  );
  const called = new Set([...modules, ...unresolvedModules].map((call) => call.path.join(".")));
  const below = unresolvedModules.map((call) => call.path.map((name) => `module.${name}.`).join(""));
  return {
    // What a module that could not be followed declares is not known, and a moved block is right either way.
    isDeclared: (name: string) => declared.has(name) || below.some((prefix) => name.startsWith(prefix)),
    isCalled: (names: readonly string[]) => called.has(names.join(".")),
  };
}

/** Names in the root module that a block's target must not have. */
function takenNames({ resources, related, refactorings }: Configuration) {
  const taken = new Set([
    ...[...resources, ...related].flatMap(({ modulePath, type, name }) =>
      modulePath.length === 0 ? [`${type}.${name}`] : [],
    ),
    ...refactorings.flatMap(({ from = "", to = "" }) => [from, to].map((text) => text.replace(/\[.*$/s, ""))),
  ]);
  return (type: string, name: string) => taken.has(`${type}.${name}`);
}

/** Where the blocks go: beside the root module's other files, in their syntax. */
async function forgetFileOf(
  directory: string,
  { files }: Configuration,
  { out, write }: RepairOptions,
  io: Io,
): Promise<RootBlocks["file"]> {
  const root = path.resolve(io.cwd, directory);
  const own = files.filter(
    (file) => path.dirname(path.resolve(io.cwd, file)) === root && /\.(?:tf|tofu)(?:\.json)?$/.test(file),
  );
  const json = own.length > 0 && own.every((file) => file.endsWith(".json"));
  const place =
    out === undefined ? path.join(root, `tfinvite-forget.tf${json ? ".json" : ""}`) : path.resolve(io.cwd, out);
  const name = shownFrom(io.cwd, place);
  if (out !== undefined && !/\.(?:tf|tofu)(?:\.json)?$/.test(out)) {
    throw new Failure(`--out ${out} is no name of a configuration file`, "End it in .tf or in .tf.json.");
  }
  if (write === true && path.dirname(place) !== root) {
    throw new Failure(
      `--out ${out} is not in ${directory}, where Terraform would read it`,
      "Name a file in the root module's directory, or leave --out out.",
    );
  }
  const isRead = write === true || out !== undefined;
  const text = isRead && existsSync(place) ? readFileSync(place, "utf8") : undefined;
  if (text !== undefined && !isForgetFile(text)) {
    throw new Failure(`${name} is there already, and was not written by tfinvite`, "Name another file by --out.");
  }
  return text === undefined ? { name } : { name, text };
}

async function emit(
  roots: readonly RootBlocks[],
  prepared: PreparedRepair,
  options: RepairOptions,
  io: Io,
): Promise<Verdict> {
  const text = roots
    .filter(({ blocks }) => blocks.length > 0)
    .map((root) =>
      roots.length > 1 && !root.file.name.endsWith(".json") ? `# ${root.file.name}\n${root.text}` : root.text,
    )
    .join("\n");
  if (options.redact === true && redactEmails(text) !== text) {
    throw new Failure(
      "--redact would mask e-mail addresses that the blocks need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  const notes = repairNotes(prepared, io, { asCode: true });
  const rest = roots.map((root) => emittedRest(root, options, io)).join("");
  io.stderr.write(notes + rest);
  if (options.out === undefined) {
    // On a terminal both come out in one place; a blank line sets the blocks off.
    io.stdout.write(io.stdout.isTTY === true && text !== "" ? `\n${text}` : text);
  } else await replace(roots.flatMap((root) => replacementOf(root, io) ?? []));
  return withRefused(verdictOfEmitted(prepared), roots);
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

function withRefused(verdict: Verdict, roots: readonly RootBlocks[]): Verdict {
  const refused = roots.reduce((sum, root) => sum + root.refused.length, 0);
  if (refused === 0 || verdict.code !== EXIT.ok) return verdict;
  return { code: EXIT.incomplete, reason: `incomplete, ${count(refused, "invite")} without a block` };
}

async function writeAll(roots: readonly RootBlocks[], prepared: PreparedRepair, io: Io): Promise<Verdict> {
  const replacements = roots.flatMap((root) => [
    ...[...root.edited.files].map(([name, texts]) => ({ file: path.resolve(io.cwd, name), name, ...texts })),
    ...(replacementOf(root, io) ?? []),
  ]);
  await replace(replacements);
  const { report, plans } = prepared;
  io.stderr.write(
    whatGoes(roots, prepared, io) + roots.map((root) => writtenText(root, roots.length > 1, io)).join(""),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const left =
    sum(roots.map(({ refused, edited }) => refused.length + edited.left.flatMap(({ entries }) => entries).length)) +
    sum(plans.map(({ heldBack }) => heldBack.length));
  if (replacements.length > 0) {
    const done = count(sum(roots.map(({ edited }) => edited.edited.length)), "invite");
    const next = tfinviteCommand("repair", report, ["--clean"]);
    io.stderr.write(`${done} to be forgotten by the next apply; once that is done: ${next}\n`);
  } else if (left === 0) io.stderr.write(roots.length === 0 ? "nothing to forget\n" : "nothing more to write\n");
  if (left === 0) return verdictOfEmitted(prepared);
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

async function replace(replacements: readonly Replacement[]): Promise<void> {
  const replaced = await replaceAll(replacements);
  if (replaced.ok) return;
  const { name, reason, kept, cause } = replaced;
  const hint =
    kept.length === 0
      ? "Nothing was written: all files are as they were. Put that right and run it again."
      : `These could not be put back, and are beside the changed files: ${kept.join(", ")}`;
  throw new Failure(`cannot write ${name}: ${reason}`, hint, { cause });
}
