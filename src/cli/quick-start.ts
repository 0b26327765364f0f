import { setFlagsFromString } from "node:v8";

/** Node's majors whose V8 is known to have the flag; another one would complain of it. */
const KNOWN: readonly number[] = [20, 22, 24];

/**
 * Keeps V8 from optimising WebAssembly. Both parsers are WebAssembly, and a run of ours is over before they are warm:
 * a small root module is checked in two thirds of the time and memory, at the price of a slightly slower reading of
 * configurations of a megabyte. Must come before the first of them is loaded, and holds for the whole process, so only
 * a program may do this.
 */
export function skipOptimisingWasm(nodeVersion: string): void {
  if (KNOWN.includes(Number(nodeVersion.split(".")[0]))) setFlagsFromString("--liftoff-only");
}
