import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import type { ExitStatus } from "../policy/exit-code.js";
import type { RepairOptions } from "../repair/options.js";
import { prepareRepair } from "../repair/prepare.js";
import { engineContext } from "./engine-context.js";

/** Flags that name what repair does; one of them at a time. */
const WAYS = ["apply", "undo", "list", "keep", "clean", "print0"] as const satisfies readonly (keyof RepairOptions)[];

/** `tfinvite repair`: takes spent invites out of the state, or hands over what does. */
export async function repair(directories: readonly string[], options: RepairOptions, io: Io): Promise<ExitStatus> {
  const ways = [...WAYS.filter((way) => options[way] !== undefined), ...(options.as === undefined ? [] : ["as"])];
  if (ways.length > 1) {
    throw new Failure(
      `${ways.map((way) => `--${way}`).join(" and ")} do not go together`,
      "Give one of them at a time.",
    );
  }
  const [flag] = (["write", "out"] as const).filter((name) => options[name] !== undefined);
  if (flag !== undefined && options.as !== "blocks") {
    throw new Failure(`--${flag} goes with --as blocks`, `Write: tfinvite repair --as blocks --${flag}`);
  }
  if (options.undo !== undefined || options.list === true || options.keep !== undefined) {
    return (await import("../repair/journals.js")).journals(directories, options, io);
  }
  if (options.clean === true) return (await import("../repair/clean.js")).cleanBlocks(directories, options, io);
  if (options.apply === true) {
    const { applyRepair, checkFlags } = await import("../repair/apply.js");
    checkFlags(options, io);
    return applyRepair(await prepareRepair(directories, options, engineContext(io)), directories, options, io);
  }
  const prepared = await prepareRepair(directories, options, engineContext(io));
  if (options.as === "blocks") return (await import("../repair/blocks.js")).repairAsBlocks(prepared, options, io);
  const { emitRepair } = await import("../repair/emit.js");
  return emitRepair(prepared, options.print0 === true ? "print0" : (options.as ?? "commands"), io);
}
