import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./support/program.js";
import { countOutputs, withRealOutputs } from "./support/shown-output.js";

const README = path.join(ROOT, "README.md");

it("the README shows real output (UPDATE_README=1 writes it)", async () => {
  const readme = readFileSync(README, "utf8");
  const real = await withRealOutputs(readme);
  if (process.env["UPDATE_README"] === "1") writeFileSync(README, real);
  else expect(readme).toBe(real);
  expect(countOutputs(real)).toBe(1);
}, 60_000);

it("the README is short", () => {
  const readme = readFileSync(README, "utf8");
  expect(Buffer.byteLength(readme)).toBeLessThan(8192);
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1200);
});

it("the README runs the tests in the same way as .ci/run", () => {
  const command = "npm ci && npm test";
  expect(readFileSync(README, "utf8")).toContain(`\n${command}\n`);
  expect(readFileSync(path.join(ROOT, ".ci/run"), "utf8")).toContain(`bash -c '${command}'`);
});
