import type { Emitted } from "./emit.js";
import type { RepairSelection } from "./prepare.js";

/** The flags of `tfinvite repair`. */
export interface RepairOptions extends RepairSelection {
  /** What to hand over; `commands` unless given. */
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
  /** With `--as blocks`: write them, and edit the configuration. */
  readonly write?: boolean;
  /** Take blocks out again that the state does not need any more. */
  readonly clean?: boolean;
  /** Put back what a repair took out: a journal, or true for the latest one. */
  readonly undo?: string | true;
  /** Show the journals. */
  readonly list?: boolean;
  /** Delete all journals but so many. */
  readonly keep?: number;
}

/** How long the lock is waited for unless `--lock-timeout` says otherwise: a short run of somebody else's may be going on. */
export const LOCK_TIMEOUT = "10s";
