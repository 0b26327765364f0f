import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./support/program.js";
import { countOutputs, withRealOutputs } from "./support/shown-output.js";

const README = path.join(ROOT, "README.md");

it("the README shows what the program prints (UPDATE_README=1 writes it)", async () => {
  const readme = readFileSync(README, "utf8");
  const real = await withRealOutputs(readme);
  if (process.env["UPDATE_README"] === "1") writeFileSync(README, real);
  else expect(readme).toBe(real);
  expect(countOutputs(real)).toBe(5);
}, 60_000);
