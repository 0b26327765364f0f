import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const number = z.int().min(0);
const FIGURES = z.strictObject({
  /** Of all runs of `npm run fuzz` that were recorded. */
  fuzz: z.strictObject({ inputs: number, minutes: z.number().min(0), targets: number }),
  faults: z.strictObject({ runs: number, servers: number }),
  secrets: z.strictObject({ runs: number }),
  /** Of all runs of `npm run kill` that were recorded. */
  kills: z.strictObject({ kills: number }),
});
type Figures = z.infer<typeof FIGURES>;

const JSON_FILE = path.resolve("test/hostile/figures.json");

export function readFigures(): Figures {
  return FIGURES.parse(JSON.parse(readFileSync(JSON_FILE, "utf8")));
}

/** With TFINVITE_FIGURES=1, a suite writes down what it counted; `npm run figures` prints it into docs/security.md. */
export function recordFigures(change: (figures: Figures) => Figures): void {
  if (process.env["TFINVITE_FIGURES"] !== "1") return;
  writeFileSync(JSON_FILE, `${JSON.stringify(change(readFigures()), undefined, 2)}\n`);
}

/** The rows of the table that suites have counted. */
export function printFigures({ fuzz, faults, secrets, kills }: Figures): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const rows = [
    ["what", "figure", "command"],
    [
      `inputs tried by fuzzing, on ${fuzz.targets} readers and writers`,
      `${count(fuzz.inputs)} in ${fuzz.minutes} minutes`,
      "`npm run fuzz -- 60`",
    ],
    [
      `runs with a fault, ${faults.servers} hostile servers among them`,
      `${count(faults.runs)}, all with the right exit code in time, nothing changed or left`,
      "`npm run faults`",
    ],
    [
      "runs searched for marked secrets",
      `${count(secrets.runs)}, none found outside of a backup`,
      "`npx vitest run test/hostile/secrets.test.ts`",
    ],
    [
      "kills of `repair --apply`, with and without `--write`",
      `${count(kills.kills)}, each with a killed undo: nothing half-done that the next run did not finish`,
      "`npm run kill -- 90`",
    ],
  ];
  // As the formatter pads them.
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const [head, ...body] = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  const line = widths.map((width) => "-".repeat(width));
  return [head ?? [], line, ...body].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
