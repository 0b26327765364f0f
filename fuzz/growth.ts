import type { Target } from "./targets/target.js";
import { runTarget } from "./targets.js";
import { countWork } from "./work.js";

const SMALL = 1_500;
const TIMES = 8;
/** For eight times the input: eight times the work, times three for tolerance; quadratic work would be 64 times. */
const MOST_GROWTH = 3 * TIMES;
/** The work that does not depend on the size of the input. */
const FIXED_WORK = 300_000;

/** The error where a piece is repeated and the work grows faster than the input. */
export async function growth(target: Target, unit: string): Promise<string | undefined> {
  const repeated = (size: number) => Buffer.from(target.growsFrom + unit.repeat(Math.ceil(size / unit.length)));
  // The first run also loads its modules.
  await runTarget(target, repeated(SMALL));
  const small = await countWork(() => runTarget(target, repeated(SMALL)));
  const large = await countWork(() => runTarget(target, repeated(SMALL * TIMES)));
  if (large <= MOST_GROWTH * small + FIXED_WORK) return undefined;
  return `work of ${small} for ${SMALL} characters and ${large} for ${SMALL * TIMES} of ${JSON.stringify(unit)}`;
}
