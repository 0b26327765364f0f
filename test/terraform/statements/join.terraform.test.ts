import { describe, expect, it } from "vitest";
import { NO_TERRAFORM, needsTerraform } from "../configuration/real-terraform.js";
import { compareJoins } from "./compare-joins.js";

const SEED = Number(process.env["TFINVITE_SEED"] ?? Date.now() % 1_000_000);

describe.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("moves, replayed"), () => {
  it(`are those of the real plan (seed ${SEED})`, async () => {
    const { wrong, refusedByOne, planned, moved } = await compareJoins(100, SEED);
    expect({ wrong, refusedByOne }).toEqual({ wrong: [], refusedByOne: [] });
    expect(planned).toBeGreaterThan(20);
    expect(moved).toBeGreaterThan(0);
  });
});
