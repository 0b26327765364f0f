import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import { printFile } from "./print-syntax.js";

const FIXTURES = path.resolve("fixtures/hcl");

describe("every fixture is read as its expected.json says", () => {
  for (const name of readdirSync(FIXTURES)) {
    test(name, async () => {
      const [file] = readdirSync(path.join(FIXTURES, name)).filter((entry) => entry !== "expected.json");
      const text = readFileSync(path.join(FIXTURES, name, file ?? ""), "utf8");
      const parsed = await parseFile(file ?? "", text, { validate: true });
      await expect(printFile(parsed)).toMatchFileSnapshot(path.join(FIXTURES, name, "expected.json"));
    });
  }
});
