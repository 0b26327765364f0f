import type { Target } from "./targets/target.js";
import { runTarget } from "./targets.js";
import { countWork } from "./work.js";

const SMALL = 1_500;
const TIMES = 8;
/** Eight times the input: eight times the work, three times that for limits in between; its square would be 64 times. */
const MOST_GROWTH = 3 * TIMES;
/** What is done once, however large an input is. */
const FIXED_WORK = 300_000;

/** What is wrong where a piece is repeated: work that grows faster than the input. */
export async function growth(target: Target, unit: string): Promise<string | undefined> {
  const repeated = (size: number) => Buffer.from(target.growsFrom + unit.repeat(Math.ceil(size / unit.length)));
  // The first of a kind also loads what it needs.
  await runTarget(target, repeated(SMALL));
  const small = await countWork(() => runTarget(target, repeated(SMALL)));
  const large = await countWork(() => runTarget(target, repeated(SMALL * TIMES)));
  if (large <= MOST_GROWTH * small + FIXED_WORK) return undefined;
  return `work of ${small} for ${SMALL} characters and ${large} for ${SMALL * TIMES} of ${JSON.stringify(unit)}`;
}
