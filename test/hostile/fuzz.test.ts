import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { growth } from "../../fuzz/growth.js";
import { runTarget, TARGETS } from "../../fuzz/targets.js";
import { readBaselineText } from "../../src/policy/baseline.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";

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

describe("a text of nothing but words and signs", () => {
  it.each([
    ["main.tf", "a=1\n"],
    ["terraform.tfvars", "x,"],
    ["main.tf.json", "[1,"],
  ])("is not read where a parser would need a thousand times its size: %s", async (file, unit) => {
    const text = unit.repeat(1_000_000 / unit.length);
    const before = process.memoryUsage().rss;
    const { problems, body } = await parseFile(file, text, { validate: true });
    expect(problems.map(({ message }) => message)).toEqual([
      "The file has more than 300000 words and signs: it is not read.",
    ]);
    expect(problems[0]?.range.start.offset).toBeGreaterThan(200_000);
    expect(body.attributes()).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

it("a baseline of nothing but commas is told to be too long, and its problems are fifty at most", () => {
  const long = readBaselineText(`{"version":1,"findings":[${"1,".repeat(600_000)}1]}`);
  expect(long).toEqual({ ok: false, problems: [{ offset: 0, message: "it has too many values" }] });
  const wrong = readBaselineText(`{"version":1,"findings":[${"1,".repeat(1000)}1]}`);
  expect(wrong.ok ? 0 : wrong.problems.length).toBe(50);
});
