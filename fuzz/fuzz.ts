/**
 * `npm run fuzz -- [MINUTES] [TARGET]`: runs each reader and writer of targets.ts on mutations of the fixtures. Each
 * target checks its own rules; also, the work must not grow faster than the input. Where a check fails, exits with code 1
 * and saves the input in a file, which belongs in corpus/TARGET/ once the bug is fixed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { recordFigures } from "../test/support/figures.js";
import { growth } from "./growth.js";
import { mutated, seedsIn } from "./mutate.js";
import { makeRandom } from "./random.js";
import { runTarget, TARGETS } from "./targets.js";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** One in this many inputs of a target is checked for how its work grows. */
const GROWTH_EVERY = 60;
/** Milliseconds for which a target runs before the next one's turn. */
const TURN = 250;
/** The same bug is found many times; the first few inputs are enough. */
const MOST_FINDINGS = 5;

const [minutes = "3", only] = process.argv.slice(2);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const targets = [...TARGETS.values()].filter(({ name }) => only === undefined || name === only);
if (targets.length === 0) {
  console.error(`there is no target ${only}; there are ${[...TARGETS.keys()].join(", ")}`);
  process.exit(2);
}
const folder = path.join(os.tmpdir(), `tfinvite-fuzz-${seed}`);
console.log(`seed ${seed}, ${targets.length} targets, ${minutes} minutes`);

const end = performance.now() + Number(minutes) * 60_000;
const stocks = targets.map((target, index) => {
  const kept = seedsIn(path.join(ROOT, "fuzz/corpus"), new RegExp(`^${target.name}/`));
  const seeds = [...kept, ...seedsIn(path.join(ROOT, "fixtures"), target.seeds)];
  if (seeds.length === 0) throw new Error(`no fixture fits ${target.name}`);
  // Each has its own random choices, which do not depend on the progress of the others.
  return { target, seeds, random: makeRandom(seed + index), inputs: 0, growths: 0, findings: 0 };
});
type Stock = (typeof stocks)[number];

async function tryOne(stock: Stock): Promise<void> {
  const { target, seeds, random } = stock;
  const isGrowth = target.growsFrom !== undefined && stock.inputs % GROWTH_EVERY === GROWTH_EVERY - 1;
  const unit = Array.from({ length: 1 + random.below(3) }, () => random.pick(target.pieces)).join("");
  const bytes = isGrowth ? Buffer.from(unit) : mutated(random, seeds, target.pieces);
  stock.inputs += 1;
  if (isGrowth) stock.growths += 1;
  try {
    const wrong = isGrowth ? await growth(target, unit) : await runTarget(target, bytes);
    if (wrong !== undefined) throw new Error(wrong);
  } catch (error) {
    stock.findings += 1;
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${target.name}-${stock.inputs}${isGrowth ? ".growth" : ""}`);
    writeFileSync(file, bytes);
    console.error(`${target.name}: ${error instanceof Error ? error.stack : String(error)}\nthe input is in ${file}\n`);
    process.exitCode = 1;
  }
}

while (performance.now() < end) {
  for (const stock of stocks) {
    const turn = performance.now() + TURN;
    do if (stock.findings < MOST_FINDINGS) await tryOne(stock);
    while (stock.findings < MOST_FINDINGS && performance.now() < turn);
  }
}

for (const { target, inputs, growths, findings } of stocks)
  console.log(`${target.name.padEnd(20)} ${inputs} inputs, ${growths} of them for growth, ${findings} findings`);
const sum = (of: "inputs" | "findings") => stocks.reduce((total, stock) => total + stock[of], 0);
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  `${"in all".padEnd(20)} ${sum("inputs")} inputs in ${minutes} minutes, ${sum("findings")} findings, peak ${peak.toFixed(0)} MB`,
);
recordFigures(({ fuzz, ...figures }) => ({
  ...figures,
  fuzz: {
    inputs: fuzz.inputs + sum("inputs"),
    minutes: fuzz.minutes + Number(minutes),
    targets: TARGETS.size,
  },
}));
