import type { EngineContext } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { Emitted } from "../report/repair-commands.js";
import type { RepairSelection } from "./prepare.js";

/** The flags of `tfinvite repair`. */
export interface RepairOptions extends RepairSelection {
  /** What to print; `commands` unless given. */
  readonly as?: Emitted | "blocks";
  readonly print0?: boolean;
  /** Do it, through Terraform. */
  readonly apply?: boolean;
  /** Without asking first. */
  readonly yes?: boolean;
  /** How long to wait for the state's lock, as Terraform writes it: `30s`. */
  readonly lockTimeout?: string;
  /** Go on where a backend does not lock. */
  readonly force?: boolean;
  /** With `--as blocks`: a file for them; `tfinvite-forget.tf` unless given. */
  readonly out?: string;
  /**
   * Edit the configuration: alone for members whose invite no state holds any longer, with `--apply` once the state has
   * changed, and with `--as blocks` together with the blocks.
   */
  readonly write?: boolean;
  /** With `--write` or `--apply`: show what would change, and change nothing. */
  readonly dryRun?: boolean;
  /** Delete blocks that have been applied. */
  readonly clean?: boolean;
  /** Put back what a repair removed: a journal, or true for the latest one. */
  readonly undo?: string | true;
  /** Show the journals. */
  readonly list?: boolean;
  /** Delete all but this number of repairs. */
  readonly keep?: number;
}

/** How long to wait for the lock unless `--lock-timeout` says otherwise: a short run of someone else may be going on. */
export const LOCK_TIMEOUT = "10s";

const GO_UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as Terraform writes it, in milliseconds: https://pkg.go.dev/time#ParseDuration */
export function goDuration(value: string): number {
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, number, unit = ""]) => sum + Number(number) * (GO_UNITS[unit] ?? 0), 0);
}

/** What `--apply` cannot have or must have; checked before anything is looked up. */
export function checkApplyFlags(options: RepairOptions, context: EngineContext): void {
  if (options.state !== undefined) {
    throw new Failure(
      "--apply can't be combined with --state: it changes the state that Terraform finds in the root module",
      "Remove --state, or run the command that `tfinvite repair --state FILE` prints.",
    );
  }
  requireAnswer(options.write === true ? "--apply --write" : "--apply", options, context);
}

/** Fails where a change needs a yes, and there is no terminal to ask on. */
export function requireAnswer(flag: string, { yes, dryRun }: RepairOptions, { ask }: EngineContext): void {
  if (yes === true || dryRun === true || ask !== undefined) return;
  throw new Failure(
    `${flag} asks before it changes anything, and there is no terminal to ask on`,
    `Pass --yes to skip the prompt: tfinvite repair ${flag} --yes`,
  );
}

/** Whether the change may be made: asked, unless `--yes` has answered. */
export async function isAgreed(question: string, { yes }: RepairOptions, { ask }: EngineContext): Promise<boolean> {
  return yes === true || (await ask?.(question)) === true;
}
