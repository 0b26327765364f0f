import { existsSync } from "node:fs";
import path from "node:path";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { shownFrom } from "../base/paths.js";
import { MOST_BYTES, readRegularFile } from "../base/read-file.js";
import { givenOtherwise, type Inventory, type InviteEntry, storedAddress } from "../invites/inventory.js";
import { failsEveryPlan } from "../invites/planned/assessment.js";
import { moduleResource } from "../invites/references.js";
import { blockSupport } from "../invites/remedies/block-support.js";
import { callName } from "../invites/remedies/declarations.js";
import { type BlockForm, forgetFile, isForgetFile, withForgetBlocks } from "../invites/remedies/forget-block-text.js";
import { forgetBlocks, resourcePath } from "../invites/remedies/forget-blocks.js";
import type { RepairPlan } from "../invites/remedies/repair-plan.js";
import type { ShownBlocks } from "../report/repair-blocks.js";
import { type Address, formatAddress, formatModulePath } from "../terraform/addresses/address.js";
import type { Configuration } from "../terraform/configuration/configuration.js";
import { forgetsRemoved } from "../terraform/configuration/refactorings.js";
import { isJsonFile, isModuleFile } from "../terraform/files/file-names.js";
import { isTerragrunt } from "../terraform/root-module/root-module.js";
import { fileAndLine } from "../terraform/source-range.js";
import { joinStatements, resourceAt } from "../terraform/statements/join.js";
import { type EditedRoot, editConfiguration } from "./edit-configuration.js";
import type { RepairOptions } from "./options.js";
import type { PreparedRepair } from "./prepare.js";
import { toolVersion } from "./tool-version.js";

/** The blocks of one root module, and what has to change beside them. */
export interface RootBlocks extends ShownBlocks {
  readonly edited: EditedRoot;
  /** The file for the blocks: as shown, and what is in it now. */
  readonly file: { readonly name: string; readonly text?: string };
}

/** Works out the blocks of a root module, and edits its configuration in memory. */
export async function blocksFor(
  plan: RepairPlan,
  { inputs }: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
): Promise<RootBlocks> {
  const { inventory } = plan;
  const { directory, configuration, state } = inventory;
  const { settings } = configuration;
  const required = blockSupport(settings);
  // The program is only asked where the configuration does not say enough.
  const isEnough = !required.ok || (settings.tool === "terraform" && !required.assumed);
  const version = isEnough ? undefined : await toolVersion(inputs.toolOf(directory), directory, context);
  const support = version === undefined ? required : blockSupport({ ...settings, version });
  if (!support.ok) {
    throw new Failure(
      `${directory} can't use blocks: ${support.reason}`,
      "Remove the invites by command: tfinvite repair",
    );
  }
  if (support.assumed) {
    context.notify([`which ${settings.tool} applies ${directory} is not known, so the blocks are for 1.7 or later`]);
  }
  if (isTerragrunt(inputs.toolOf(directory))) {
    context.notify([
      `Terragrunt may overwrite the files of ${directory}: put the written blocks and edits into the source that it copies`,
    ]);
  }
  const coverage = coverageOf(plan);
  const able = coverage.filter(({ kind }) => kind !== "refused").map(({ entry }) => entry);
  const edited = await editConfiguration(inventory, [...able, ...plan.again], options, context);
  const expected = options.write === true ? declaredIn(edited.after) : asAdvised(edited);
  const resources = state?.instances.map(({ address: { mode, module, type, name } }) =>
    JSON.stringify([mode, module, type, name]),
  );
  const going = new Set((options.write === true ? edited.edited : able).map(({ name }) => name));
  const wanted = coverage.flatMap((one) => (one.kind === "none" && going.has(one.entry.name) ? [one] : []));
  const froms = new Map(wanted.map(({ entry, from }) => [entry.name, from]));
  const stuck = wanted.flatMap((one) => whyStuck(one, edited.after, expected.isDeclared));
  const isStuck = new Set(stuck.map(({ entry }) => entry.name));
  const blocks = forgetBlocks(
    wanted.filter(({ entry }) => !isStuck.has(entry.name)).map(({ from }) => from),
    {
      held: inventory.entries.flatMap(({ inState, name, address }) => (inState ? [froms.get(name) ?? address] : [])),
      holdsOnlyInvites: state?.resourceCount === new Set(resources).size,
      ...expected,
      isTaken: takenNames(edited.before, inventory),
    },
  );
  const file = await forgetFileOf(directory, configuration, options, context);
  const form: BlockForm = { json: isJsonFile(file.name), lifecycle: support.lifecycle };
  const text =
    file.text === undefined || (options.write !== true && options.out === undefined)
      ? forgetFile(blocks, form)
      : withForgetBlocks(file.text, blocks, form);
  if (text === undefined) {
    throw new Failure(
      `${file.name} was changed since tfinvite wrote it`,
      "Move it away, or name another file with --out.",
    );
  }
  return {
    plan,
    blocks,
    // What only invites the same people again is in no state to be forgotten.
    edited: { ...edited, edited: edited.edited.filter(({ inState, name }) => inState && !isStuck.has(name)) },
    refused: [...coverage.flatMap((one) => (one.kind === "refused" ? [one] : [])), ...stuck],
    covered: plan.settled.length + coverage.filter(({ kind }) => kind === "covered").length,
    file,
    text,
  };
}

/** What blocks that are there already make of an invite once nothing declares it any longer. */
type Coverage = { readonly entry: InviteEntry } & (
  | { readonly kind: "covered" }
  /** With the address that a block of ours has to name. */
  | { readonly kind: "none"; readonly from: Address }
  | { readonly kind: "refused"; readonly why: string }
);

function coverageOf({ forget, inventory }: RepairPlan): Coverage[] {
  const { configuration, entries } = inventory;
  const held = entries.flatMap(({ inState, address, storedAs = address }) => (inState ? [storedAs] : []));
  const { of } = joinStatements(configuration, held, { onceUndeclared: true });
  return forget.map((invite): Coverage => {
    const { entry } = invite;
    if (failsEveryPlan(invite)) {
      const why = "every plan fails until it is removed from the state: remove it by command (tfinvite repair)";
      return { entry, kind: "refused", why };
    }
    const variable = givenOtherwise(entry, inventory);
    if (variable !== undefined) {
      const why = `the state holds others than the default of var.${variable} gives, and an apply may pass another value: drop it there`;
      return { entry, kind: "refused", why };
    }
    const { movedBy, removedBy, address } = of(entry.storedAs ?? entry.address);
    if (removedBy !== undefined) {
      if (forgetsRemoved(removedBy, configuration.settings.tool)) return { entry, kind: "covered" };
      const why = `the removed block at ${fileAndLine(removedBy.block.headerRange)} destroys it; to fix it: tfinvite lint --fix`;
      return { entry, kind: "refused", why };
    }
    const [move] = movedBy;
    // Terraform makes no move by itself of what a block speaks of.
    if (move === undefined) return { entry, kind: "none", from: storedAddress(entry) };
    if (formatAddress(address) === entry.name) return { entry, kind: "none", from: entry.address };
    const why = `the moved block at ${fileAndLine(move.block.headerRange)} moves it: apply that first`;
    return { entry, kind: "refused", why };
  });
}

/** Why an address without a key can't be moved away: Terraform takes it for the whole resource, and its block is there. */
function whyStuck(
  { entry, from }: { readonly entry: InviteEntry; readonly from: Address },
  after: Configuration,
  isDeclared: (path: string) => boolean,
) {
  const resource = resourceAt(after, from);
  if (from.key !== undefined || resource === undefined || !isDeclared(resourcePath(from))) return [];
  const call = after.modules.find(({ path }) => path.join(".") === resource.modulePath.join("."));
  const module = formatModulePath(from.module);
  // In a module that has no such instance, it is not declared.
  if (call?.complete === true && !call.instances.some((steps) => formatModulePath(steps) === module)) return [];
  const place = fileAndLine(resource.block.headerRange);
  return [{ entry, why: `its block is still at ${place}, so Terraform can't move it away: delete the block first` }];
}

/** What is still declared once everything has been changed, by tfinvite or by the user. */
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
    isCalled: (names: readonly string[]) => isCalled(names) && !calls.has(callName({ path: names })),
  };
}

function declaredIn({ resources, modules, unresolvedModules }: Configuration) {
  const declared = new Set(resources.filter(({ mode }) => mode === "managed").map(moduleResource));
  const called = new Set([...modules, ...unresolvedModules].map((call) => call.path.join(".")));
  const below = unresolvedModules.map((call) => call.path.map((name) => `module.${name}.`).join(""));
  return {
    // What a module that could not be followed declares is not known, and a moved block is right either way.
    isDeclared: (name: string) => declared.has(name) || below.some((prefix) => name.startsWith(prefix)),
    isCalled: (names: readonly string[]) => called.has(names.join(".")),
  };
}

/** Names in the root module that a block's target must not have. */
function takenNames({ resources, related, refactorings }: Configuration, { entries }: Inventory) {
  const taken = new Set([
    ...[...resources, ...related].flatMap(({ modulePath, type, name }) =>
      modulePath.length === 0 ? [`${type}.${name}`] : [],
    ),
    // An object that the state holds there would be moved onto, or forgotten along with the others.
    ...entries.flatMap(({ inState, address, storedAs = address }) =>
      inState && storedAs.module.length === 0 ? [`${storedAs.type}.${storedAs.name}`] : [],
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
  context: EngineContext,
): Promise<RootBlocks["file"]> {
  const root = path.resolve(context.cwd, directory);
  const own = files.filter((file) => path.dirname(path.resolve(context.cwd, file)) === root && isModuleFile(file));
  const json = own.length > 0 && own.every(isJsonFile);
  const place =
    out === undefined ? path.join(root, `tfinvite-forget.tf${json ? ".json" : ""}`) : path.resolve(context.cwd, out);
  const name = shownFrom(context.cwd, place);
  if (out !== undefined && !isModuleFile(out)) {
    throw new Failure(`--out ${out} is not a name of a configuration file`, "Use a name that ends in .tf or .tf.json.");
  }
  if (write === true && path.dirname(place) !== root) {
    throw new Failure(
      `--out ${out} is not in ${directory}, so Terraform would not read it`,
      "Name a file in the root module's directory, or remove --out.",
    );
  }
  const isRead = write === true || out !== undefined;
  const text =
    isRead && existsSync(place) ? readRegularFile(place, MOST_BYTES.configuration).toString("utf8") : undefined;
  if (text !== undefined && !isForgetFile(text)) {
    throw new Failure(`${name} already exists, and tfinvite did not write it`, "Name another file with --out.");
  }
  return text === undefined ? { name } : { name, text };
}
