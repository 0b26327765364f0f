import { describe, expect, it } from "vitest";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { compareJoins } from "../terraform/statements/compare-joins.js";
import { filesOf } from "../terraform/statements/moving-roots.js";

const SEED = Number(process.env["TFINVITE_SEED"] ?? Date.now() % 1_000_000);
/** Pairs of a state and a configuration that are compared. */
const PAIRS = Number(process.env["TFINVITE_PAIRS"] ?? 2000);
/** As many modules of one root as Terraform plans in some seconds. */
const BATCH = 500;

describe.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("moves, replayed at length"), () => {
  it(`are those of the real plan (${PAIRS} pairs, seed ${SEED})`, async () => {
    const sums = { planned: 0, refused: 0, leftOut: 0, moved: 0 };
    for (let seed = SEED; sums.planned + sums.refused < PAIRS; seed += 1) {
      const { wrong, refusedByOne, ...counts } = await compareJoins(BATCH, seed);
      const faults = [...wrong, ...refusedByOne].map(({ root: { module, held }, ...fault }) => ({
        ...fault,
        files: Object.fromEntries(filesOf(module)),
        held,
      }));
      expect({ seed, faults }).toEqual({ seed, faults: [] });
      for (const name of ["planned", "refused", "leftOut", "moved"] as const) sums[name] += counts[name];
    }
    process.stdout.write(`moves, replayed: seed ${SEED}, ${JSON.stringify(sums)}\n`);
    expect(sums.moved).toBeGreaterThan(PAIRS / 10);
  }, 900_000);
});
