import type { Verdict } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { Io } from "../io.js";
import type { RepairOptions } from "../repair.js";
import type { PreparedRepair } from "./prepare.js";

export async function repairAsBlocks(_prepared: PreparedRepair, _options: RepairOptions, _io: Io): Promise<Verdict> {
  throw new Failure("this is being built");
}
