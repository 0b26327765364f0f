import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readPlanDocument } from "../../../src/terraform/plan/read-document.js";
import { readPlan, readPlanFile } from "../../../src/terraform/plan/read-plan.js";
import { pieces } from "../../support/pieces.js";
import { summarise } from "./summary.js";

const PLANS = fileURLToPath(new URL("../../../fixtures/plans", import.meta.url));
const STATES = fileURLToPath(new URL("../../../fixtures/states", import.meta.url));
const wanted = (type: string) => type === "openai_invite";

/** Every folder holds one input and the expected result. */
const CASES = readdirSync(PLANS).map((name) => {
  const input = inputOf(path.join(PLANS, name));
  return { name, input, file: path.join(PLANS, name, input), expected: path.join(PLANS, name, "expected.json") };
});

function inputOf(folder: string): string {
  const input = readdirSync(folder).find((file) => file.startsWith("input."));
  if (input === undefined) throw new Error(`${folder} has no input`);
  return input;
}

describe.each(CASES)("fixtures/plans/$name", ({ name, input, file, expected }) => {
  const bytes = readFileSync(file);

  it("is read from the file", async () => {
    const result = await readPlanFile(file, { wantedTypes: wanted, origin: input });
    await expect(`${JSON.stringify(summarise(result), undefined, 2)}\n`).toMatchFileSnapshot(expected);
    expect(result.ok).toBe(!name.startsWith("bad-"));
  });

  it.each([1, 3, 1000])("is read the same in pieces of %i bytes", async (length) => {
    const options = { wantedTypes: new Set(["openai_invite"]), origin: input };
    const result = await readPlan(pieces(bytes, [length]), options);
    expect(summarise(result)).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });

  it("returns only what was requested", async () => {
    const result = await readPlanFile(file, { wantedTypes: wanted, origin: input });
    if (result.ok) expect(JSON.stringify(result)).not.toMatch(/secret/);
    else expect(JSON.stringify(result)).not.toMatch(/secret|c2VjcmV0|example\.com|invite-/);
  });
});

describe.each(CASES.filter(({ name }) => !name.startsWith("bad-")))("fixtures/plans/$name", ({ file }) => {
  it("is read the same when all of it is parsed", async () => {
    const text = readFileSync(file, "utf8").replace("\ufeff", "");
    expect(readPlanDocument(JSON.parse(text), wanted)).toEqual(await readPlanFile(file, { wantedTypes: wanted }));
  });
});

describe("documents that are not plans", () => {
  it("are reported by what they are, each with a hint", async () => {
    const lines: string[] = [];
    for (const name of readdirSync(STATES).sort()) {
      const input = inputOf(path.join(STATES, name));
      const result = await readPlanFile(path.join(STATES, name, input), { wantedTypes: wanted, origin: input });
      lines.push(
        name,
        result.ok ? "  a plan" : `  ${result.error.kind}: ${result.error.message}\n  ${result.error.hint}`,
      );
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./fixtures-of-states.txt");
  });
});
