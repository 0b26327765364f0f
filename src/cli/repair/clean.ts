import type { Verdict } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Io } from "../io.js";
import type { RepairOptions } from "../repair.js";

export async function cleanBlocks(_directories: readonly string[], _options: RepairOptions, _io: Io): Promise<Verdict> {
  throw new Failure("this is being built");
}
