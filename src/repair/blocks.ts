import { defined } from "../base/defined.js";
import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { count } from "../base/phrases.js";
import { countDistinct } from "../invites/planned/assessment.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";
import type { FileChanges } from "../report/diff.js";
import { redactEmails } from "../report/masking.js";
import { formatBlocks } from "../report/repair-blocks.js";
import { exitOfEmitted } from "./exit.js";
import type { RepairOptions } from "./options.js";
import type { PreparedRepair } from "./prepare.js";
import { blocksFor, type RootBlocks } from "./root-blocks.js";

/** Works the repair out as code: the blocks of each root module, and its configuration edited in memory. */
export async function repairAsBlocks(
  prepared: PreparedRepair,
  options: RepairOptions,
  context: EngineContext,
): Promise<RootBlocks[]> {
  const plans = prepared.plans.filter(({ forget, again }) => forget.length + again.length > 0);
  if (options.out !== undefined && plans.length > 1) {
    throw new Failure(
      "--out can't be used with several root modules",
      "Remove --out: each root module then gets its own file.",
    );
  }
  const roots: RootBlocks[] = [];
  for (const plan of plans) roots.push(await blocksFor(plan, prepared, options, context));
  return roots;
}

/** The text of all blocks. Fails where `--redact` would mask something in it: the blocks would name nothing. */
export function emittedBlocks(roots: readonly RootBlocks[], { redact }: RepairOptions): string {
  const text = formatBlocks(roots);
  if (redact === true && redactEmails(text) !== text) {
    throw new Failure(
      "--redact would mask email addresses that the blocks need, as instance keys",
      "Run repair without it, or select invites whose addresses hold none by --only.",
    );
  }
  return text;
}

/** The files of the blocks, and with `write` those of the edited configuration. */
export function blockChanges(roots: readonly RootBlocks[], { write }: RepairOptions): FileChanges {
  const changes = roots.flatMap(({ blocks, file: { name, text: before }, text, edited }) => {
    const own = write === true ? [...edited.files] : [];
    const isNew = blocks.length > 0 && before !== text;
    return isNew ? [...own, [name, { ...defined({ before }), after: text }] as const] : own;
  });
  return new Map(changes);
}

/** How many of the selected invites are left to a person. */
export function leftToPerson(roots: readonly RootBlocks[], { plans }: PreparedRepair): number {
  const ofRoots = roots.flatMap(({ refused, edited }) => [
    ...refused.map(({ entry }) => entry),
    ...edited.left.flatMap(({ entries }) => entries),
  ]);
  return countDistinct([...ofRoots, ...plans.flatMap(({ skipped }) => skipped.map(({ invite }) => invite.entry))]);
}

/** The exit status once blocks were printed, or with `write` written with all edits. */
export function exitOfBlocks(
  roots: readonly RootBlocks[],
  prepared: PreparedRepair,
  { write }: RepairOptions,
): ExitStatus {
  const status = exitOfEmitted(prepared);
  if (write === true) {
    const left = leftToPerson(roots, prepared);
    if (left === 0) return status;
    const reason = `incomplete, ${count(left, "invite")} not done: tfinvite repair shows the command`;
    return { code: EXIT.incomplete, reason };
  }
  const refused = roots.reduce((sum, root) => sum + root.refused.length, 0);
  if (refused === 0 || status.code !== EXIT.ok) return status;
  return { code: EXIT.incomplete, reason: `incomplete, ${count(refused, "invite")} without a block` };
}
