import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { growth } from "../../fuzz/growth.js";
import { runTarget, TARGETS } from "../../fuzz/targets.js";
import { readBaselineText } from "../../src/policy/baseline.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import { readYaml } from "../../src/terraform/data/yaml-data.js";

const CORPUS = path.resolve("fuzz/corpus");

const KEPT = readdirSync(CORPUS).flatMap((name) =>
  readdirSync(path.join(CORPUS, name)).map((input) => [name, input] as const),
);

/** A name in `.growth` is that of a piece that is repeated. */
describe("what `npm run fuzz` once found", () => {
  it.each(KEPT)("%s: %s", async (name, input) => {
    const target = TARGETS.get(name);
    if (target === undefined) throw new Error("there is no such target");
    const bytes = readFileSync(path.join(CORPUS, name, input));
    if (input.endsWith(".growth")) expect(await growth(target, bytes.toString("utf8"))).toBeUndefined();
    else await runTarget(target, bytes);
  });
});

describe("a text of only words and signs", () => {
  it.each([
    ["main.tf", "a=1\n", 300_000],
    ["terraform.tfvars", "x,", 200_000],
    ["main.tf.json", "[1,", 300_000],
  ])("is not parsed when a parser would need a thousand times its size: %s", async (file, unit, most) => {
    const text = unit.repeat(1_000_000 / unit.length);
    const before = process.memoryUsage().rss;
    const { problems, body } = await parseFile(file, text, { validate: true });
    expect(problems.map(({ message }) => message)).toEqual([
      `The file has more than ${most} words and signs: it is not read.`,
    ]);
    expect(problems[0]?.range.start.offset).toBeGreaterThanOrEqual(200_000);
    expect(body.attributes()).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

it("a dense text that would need HCL's own parser is not reported as valid", async () => {
  const { problems, body } = await parseFile("main.tf", `${"a{}\n".repeat(51_000)}x = 10.11.10.12\n`, {
    validate: "in-doubt",
  });
  expect(problems.map(({ message }) => message)).toEqual([
    "Whether this file follows HCL's syntax is not known, since it has more than 200000 words and signs.",
  ]);
  expect(body.allBlocks().length).toBe(51_000);
});

it("a YAML file of only signs is not parsed", () => {
  expect(readYaml(`a: ${']"'.repeat(400_000)}`)).toEqual({
    ok: false,
    failed: false,
    reason: "it has too many lines and signs for tfinvite to read",
  });
  const person = '- email: "kim@example.com"\n  role: "reader"\n  projects: ["a", "b"]\n';
  expect(readYaml(person.repeat(8_000)).ok).toBe(true);
});

it("a baseline of only commas is reported as too long, with at most fifty problems", () => {
  const long = readBaselineText(`{"version":1,"findings":[${"1,".repeat(600_000)}1]}`);
  expect(long).toEqual({ ok: false, problems: [{ offset: 0, message: "too many values" }] });
  const wrong = readBaselineText(`{"version":1,"findings":[${"1,".repeat(1000)}1]}`);
  expect(wrong.ok ? 0 : wrong.problems.length).toBe(50);
});
