import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { canRun, compare, type Figures, figureCells, printTable } from "./measure.js";
import { writeSharedTree, writeTree } from "./trees.js";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

interface LintCase {
  readonly name: string;
  readonly runs: number;
  write(directory: string): void;
  /** The limit for `tfinvite lint`: seconds, or a multiple of the formatter's time. */
  readonly goal?: { readonly seconds: number } | { readonly formatters: number };
  /** Why `terraform validate` is not even tried. */
  readonly notValidated?: string;
}

const ONE_AT_A_TIME = "it takes one root module at a time, each initialised";

const CASES: readonly LintCase[] = [
  {
    name: "one module with invites",
    runs: 15,
    goal: { seconds: 0.2 },
    write: (directory) =>
      cpSync(path.join(ROOT, "fixtures/recordings/openai-openai-1.1.0/config"), directory, { recursive: true }),
  },
  {
    name: "one module without invites",
    runs: 15,
    goal: { seconds: 0.1 },
    write(directory) {
      mkdirSync(directory);
      writeFileSync(
        path.join(directory, "main.tf"),
        'resource "terraform_data" "x" {\n  input = "no invite here"\n}\n',
      );
    },
  },
  ...([5_000, 20_000] as const).map((files) => ({
    name: `${files} files, ${files / 200} roots with invites`,
    runs: 3,
    goal: { formatters: 5 },
    notValidated: ONE_AT_A_TIME,
    write: (directory: string) => {
      writeTree(directory, { files, mentioning: files / 200 });
    },
  })),
  {
    name: "300 roots that each call 10 shared modules of 10 invites",
    runs: 3,
    notValidated: ONE_AT_A_TIME,
    write: (directory) => writeSharedTree(directory, { roots: 300, shared: 10, invites: 10 }),
  },
];

/**
 * Lint, each time in a new process, beside Terraform's own formatter, which also reads every file, and its validation,
 * which needs the module's providers. What cannot be run here is in the table with the reason.
 */
export function benchLint(scratch: string, program: string): void {
  const rows: string[][] = [];
  for (const each of CASES) {
    const directory = path.join(scratch, "linted");
    each.write(directory);
    rows.push(...rowsOf(each, directory, program));
    rmSync(directory, { recursive: true, force: true });
  }
  printTable("lint, cold", ["", "median", "least", "peak memory", "of fmt", "goal"], rows);
}

function rowsOf(each: LintCase, directory: string, program: string): string[][] {
  const linter = `tfinvite lint, ${each.name}`;
  const formatter = "  terraform fmt -check -recursive";
  const validator = "  terraform validate";
  const hasTerraform = canRun("terraform", ["version"]);
  const absent = hasTerraform ? (each.notValidated ?? whyNotValidated(directory)) : "there is no terraform on the PATH";
  const figures = compare(
    {
      [linter]: [process.execPath, program, "lint", directory],
      ...(hasTerraform && { [formatter]: ["terraform", "fmt", "-check", "-recursive", directory] }),
      ...(absent === undefined && { [validator]: ["terraform", `-chdir=${directory}`, "validate"] }),
    },
    { runs: each.runs },
  );
  const beside = figures.get(formatter);
  const missing = [...(hasTerraform ? [] : [formatter]), ...(absent === undefined ? [] : [validator])];
  return [
    ...[...figures].map(([name, measured]) => [
      name,
      ...figureCells(measured),
      beside === undefined ? "" : (measured.seconds.median / beside.seconds.median).toFixed(2),
      name === linter ? verdict(each.goal, measured, beside) : "",
    ]),
    ...missing.map((name) => [name, "-", "-", "-", "-", `cannot run: ${absent}`]),
  ];
}

/** Tries to initialise the module, which validation needs. The files that it leaves do not affect the other two. */
function whyNotValidated(directory: string): string | undefined {
  const args = [`-chdir=${directory}`, "init", "-backend=false", "-input=false", "-no-color"];
  const { status, stderr } = spawnSync("terraform", args, { encoding: "utf8" });
  if (status === 0) return undefined;
  for (const left of [".terraform", ".terraform.lock.hcl"]) {
    rmSync(path.join(directory, left), { recursive: true, force: true });
  }
  return `no provider to be had (terraform init: ${/Error: (.*)/.exec(stderr)?.[1] ?? "it failed"})`;
}

function verdict(goal: LintCase["goal"], measured: Figures, beside: Figures | undefined): string {
  if (goal === undefined) return "none is set";
  const { median } = measured.seconds;
  if ("seconds" in goal) return `${goal.seconds} s: ${median <= goal.seconds ? "reached" : "missed"}`;
  const text = `1/${goal.formatters} of fmt`;
  if (beside === undefined) return text;
  return `${text}: ${median * goal.formatters <= beside.seconds.median ? "reached" : "missed"}`;
}
