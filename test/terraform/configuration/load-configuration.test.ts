import path from "node:path";
import { describe, expect, test } from "vitest";
import { configurationCases, loadCase, summary } from "./configuration-cases.js";

describe("configurations", () => {
  for (const theCase of configurationCases()) {
    for (const tool of theCase.runs) {
      test(`${theCase.name}, for ${tool}`, async () => {
        const configuration = await loadCase(theCase, tool);
        const name = theCase.runs.length === 1 ? "expected.json" : `expected.${tool}.json`;
        await expect(`${JSON.stringify(summary(configuration), null, 2)}\n`).toMatchFileSnapshot(
          path.join(theCase.folder, name),
        );
      });
    }
  }
});
