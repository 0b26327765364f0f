import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { type Address, formatAddress } from "../../../src/terraform/addresses/address.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import { joinStatements } from "../../../src/terraform/statements/join.js";
import { runTerraform } from "../configuration/real-terraform.js";
import { filesOf, type MovingModule, type MovingRoot, movingRoot, stateOf } from "./moving-roots.js";

/** The results for one root module in both. */
interface Compared {
  readonly root: MovingRoot;
  /** Addresses of the state, each with where it goes by the plan and by the join, where they differ. */
  readonly differences: readonly {
    readonly stored: string;
    readonly plan: string | undefined;
    readonly join: string;
  }[];
}

export interface Comparison {
  readonly seed: number;
  /** Roots that Terraform plans, those that it refuses, and those skipped because Terraform decides them by chance, or crashes. */
  readonly planned: number;
  readonly refused: number;
  readonly leftOut: number;
  readonly moved: number;
  readonly wrong: readonly Compared[];
  /** Roots that only one of both refuses. */
  readonly refusedByOne: readonly {
    readonly root: MovingRoot;
    readonly terraform: string | undefined;
    readonly join: string[];
  }[];
}

const logLine = z.looseObject({
  "@level": z.string(),
  diagnostic: z
    .looseObject({
      summary: z.string(),
      detail: z.string().default(""),
      range: z.looseObject({ filename: z.string() }).optional(),
    })
    .optional(),
});

const planned = z.looseObject({
  resource_changes: z.array(
    z.looseObject({
      address: z.string(),
      change: z.looseObject({ before: z.looseObject({ id: z.string() }).nullable() }),
    }),
  ),
});

/** Generates root modules with states, and holds the join against the real plan. Many are modules of one root, for speed. */
export async function compareJoins(runs: number, seed: number): Promise<Comparison> {
  const sampled = fc.sample(movingRoot, { numRuns: runs, seed });
  const folder = mkdtempSync(path.join(tmpdir(), "tfinvite-moves-"));
  try {
    const cases = new Map<string, MovingRoot>();
    for (const [index, root] of sampled.entries()) {
      if (isChance(root.module)) continue;
      cases.set(`c${index}`, root);
      for (const [file, text] of filesOf(root.module, `c${index}/`)) {
        mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
    }
    const { refused, where, crashed } = planAll(folder, cases);
    for (const name of crashed) cases.delete(name);
    const wrong: Compared[] = [];
    const refusedByOne: Comparison["refusedByOne"][number][] = [];
    let moved = 0;
    for (const [name, root] of cases) {
      const join = joinStatements(await load(path.join(folder, name)), root.held);
      const faults = join.faults.map(({ fault }) => fault);
      const terraform = refused.get(name);
      if ((terraform === undefined) !== (faults.length === 0)) refusedByOne.push({ root, terraform, join: faults });
      if (terraform !== undefined) continue;
      const differences = root.held.flatMap((address) => {
        const stored = formatAddress(address);
        const ours = formatAddress(join.of(address).address);
        if (ours !== stored) moved += 1;
        const plan = where.get(`${name} ${stored}`);
        return plan === ours ? [] : [{ stored, plan, join: ours }];
      });
      if (differences.length > 0) wrong.push({ root, differences });
    }
    const counts = { planned: cases.size - refused.size, refused: refused.size, leftOut: runs - cases.size };
    return { seed, ...counts, moved, wrong, refusedByOne };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function load(directory: string) {
  return loadConfiguration({
    directory: ".",
    cwd: directory,
    types: ["terraform_data"],
    mention: [""],
    tool: "terraform",
    env: {},
  });
}

interface Planned {
  /** Why Terraform refuses a case. */
  readonly refused: ReadonlyMap<string, string>;
  /** Where each object of the states goes. */
  readonly where: ReadonlyMap<string, string>;
  /** Cases on which Terraform itself crashes. */
  readonly crashed: readonly string[];
}

/** Plans all cases, without those that Terraform refuses. One that makes it crash takes the others with it, so it is looked for. */
function planAll(folder: string, cases: ReadonlyMap<string, MovingRoot>): Planned {
  const planned = planTogether(folder, cases);
  if (planned !== undefined) return { ...planned, crashed: [] };
  if (cases.size <= 1) return { refused: new Map(), where: new Map(), crashed: [...cases.keys()] };
  const all = [...cases];
  const middle = Math.ceil(all.length / 2);
  const [a, b] = [all.slice(0, middle), all.slice(middle)].map((half) => planAll(folder, new Map(half)));
  return {
    refused: new Map([...(a?.refused ?? []), ...(b?.refused ?? [])]),
    where: new Map([...(a?.where ?? []), ...(b?.where ?? [])]),
    crashed: [...(a?.crashed ?? []), ...(b?.crashed ?? [])],
  };
}

/** Undefined where Terraform crashes. */
function planTogether(folder: string, cases: ReadonlyMap<string, MovingRoot>) {
  const refused = new Map<string, string>();
  for (;;) {
    const active = [...cases].filter(([name]) => !refused.has(name));
    const calls = active.map(([name]) => `module "${name}" {\n  source = "./${name}"\n}\n`);
    writeFileSync(path.join(folder, "main.tf"), calls.join("\n"));
    const held = active.flatMap(([name, { held: own }]) => own.map((address) => inside(name, address)));
    writeFileSync(path.join(folder, "terraform.tfstate"), stateOf(held));
    const init = runTerraform(["init", "-input=false"], { cwd: folder });
    if (init.status !== 0) throw new Error(`terraform init failed: ${init.stderr}`);
    const plan = runTerraform(["plan", "-refresh=false", "-json", "-out=plan"], { cwd: folder });
    if (/^panic: |TERRAFORM CRASH/m.test(plan.stderr)) return undefined;
    const lines = plan.stdout.split("\n").filter((line) => line !== "");
    const errors = lines.map((line) => logLine.parse(JSON.parse(line))).filter((line) => line["@level"] === "error");
    for (const { diagnostic } of errors) {
      const { summary = "", detail = "", range } = diagnostic ?? {};
      for (const [, name = ""] of `${range?.filename}/ ${detail}`.matchAll(/\b(c\d+)[/.]/g)) refused.set(name, summary);
    }
    if (plan.status === 0) break;
    if (errors.length === 0) throw new Error(`terraform plan failed: ${plan.stderr}${plan.stdout}`);
  }
  const shown = runTerraform(["show", "-json", "plan"], { cwd: folder });
  const where = new Map<string, string>();
  for (const { address, change } of planned.parse(JSON.parse(shown.stdout)).resource_changes) {
    const [, name = "", own = ""] = /^module\.(c\d+)\.(.*)$/s.exec(address) ?? [];
    const stored = change.before?.id.slice(`module.${name}.`.length);
    if (stored !== undefined) where.set(`${name} ${stored}`, own);
  }
  return { refused, where };
}

function inside(name: string, address: Address): Address {
  return { ...address, module: [{ name, key: undefined }, ...address.module] };
}

/**
 * Where the outcome is left to chance: a module that is moved into itself, and one thing that is named as a whole and as
 * its instance, which Terraform moves to one of two places.
 */
function isChance(module: MovingModule): boolean {
  const all = movesOf(module, "");
  const withoutKeys = (text: string) => text.replaceAll(/\[[^\]]*\]/g, "");
  return all.some(
    (move) =>
      (!move.from.includes("terraform_data") && `${withoutKeys(move.to)}.`.startsWith(`${withoutKeys(move.from)}.`)) ||
      all.some(
        (other) =>
          other !== move &&
          (other.from === move.from || other.to === move.to) &&
          (isMixed(move, other) || move.module !== other.module),
      ),
  );
}

function isMixed(a: MovingModule["moves"][number], b: typeof a): boolean {
  const isWhole = ({ from, to }: typeof a) => !from.endsWith("]") && !to.endsWith("]");
  return isWhole(a) !== isWhole(b);
}

function movesOf({ moves, calls }: MovingModule, prefix: string) {
  const all: { readonly from: string; readonly to: string; readonly module: string }[] = [
    ...moves.map(({ from, to }) => ({ from: prefix + from, to: prefix + to, module: prefix })),
    ...calls.flatMap(({ name, module }) => movesOf(module, `${prefix}module.${name}.`)),
  ];
  return all;
}
