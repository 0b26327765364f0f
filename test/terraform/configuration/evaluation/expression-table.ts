import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import {
  defineModule,
  type ModuleDefinition,
} from "../../../../src/terraform/configuration/definition/module-definition.js";
import { newBudget } from "../../../../src/terraform/configuration/evaluation/budget.js";
import { evaluate, type Scope } from "../../../../src/terraform/configuration/evaluation/evaluate.js";
import { encodeJson } from "../../../../src/terraform/configuration/evaluation/json-functions.js";
import { isFailed, isWhollyKnown, typeOf, unknown } from "../../../../src/terraform/configuration/evaluation/value.js";
import { ANY, typeKey, type ValueType } from "../../../../src/terraform/configuration/evaluation/value-type.js";
import { variableValue } from "../../../../src/terraform/configuration/evaluation/variables.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";
import { runTerraform } from "../real-terraform.js";

export const TABLE = path.resolve("fixtures/expressions");

/** One expression with its result in Terraform: its type and its JSON, `error`, or `unknown`. */
export interface Recorded {
  readonly expression: string;
  readonly answer: string;
}

/** The expressions of every file of the table. */
export function readTable(): ReadonlyMap<string, readonly Recorded[]> {
  const names = readdirSync(TABLE).filter((name) => name.endsWith(".txt"));
  return new Map(names.map((name) => [name, readRecords(readFileSync(path.join(TABLE, name), "utf8"))]));
}

function readRecords(text: string): readonly Recorded[] {
  const records: Recorded[] = [];
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("=> ")) {
      records.push({ expression: lines.join("\n").trim(), answer: line.slice(3) });
      lines = [];
    } else lines.push(line);
  }
  return records;
}

export function writeRecords(name: string, records: readonly Recorded[]): void {
  const text = records.map(({ expression, answer }) => `${expression}\n=> ${answer}\n`).join("\n");
  writeFileSync(path.join(TABLE, name), text);
}

const typeSchema: z.ZodType<ValueType> = z.lazy(() =>
  z.union([
    z.enum(["string", "number", "bool"]).transform((kind): ValueType => ({ kind })),
    z.literal("dynamic").transform((): ValueType => ANY),
    z
      .tuple([z.enum(["list", "set", "map"]), typeSchema])
      .transform(([kind, element]): ValueType => ({ kind, element })),
    z.tuple([z.literal("tuple"), z.array(typeSchema)]).transform(([kind, elements]): ValueType => ({ kind, elements })),
    z.tuple([z.literal("object"), z.record(z.string(), typeSchema)]).transform(([kind, attributes]): ValueType => {
      const entries = Object.entries(attributes).map(([name, type]) => [name, { type }] as const);
      return { kind, attributes: new Map(entries) };
    }),
  ]),
);

const outputSchema = z.object({ type: typeSchema.optional(), value: z.array(z.unknown()).optional() });
const planSchema = z.object({ planned_values: z.object({ outputs: z.record(z.string(), outputSchema) }) });
const answerSchema = z.object({ json: z.string() }).nullable();

const AT_ONCE = 50;

/** What the real program makes of the expressions. One output holds many; one that has something unknown in it, none. */
export function terraformAnswers(expressions: readonly string[], folder: string): readonly string[] {
  const answers = planned(expressions, AT_ONCE, folder);
  const open = [...expressions.keys()].filter((index) => answers[index] === undefined);
  const alone = planned(
    open.map((index) => expressions[index] ?? ""),
    1,
    folder,
  );
  const settled = new Map(open.map((index, at) => [index, alone[at]]));
  return expressions.map((_, index) => answers[index] ?? settled.get(index) ?? "unknown");
}

function planned(expressions: readonly string[], atOnce: number, folder: string): readonly (string | undefined)[] {
  if (expressions.length === 0) return [];
  writeFileSync(path.join(folder, "main.tf"), readFileSync(path.join(TABLE, "main.tf")));
  const chunks = Array.from({ length: Math.ceil(expressions.length / atOnce) }, (_, at) => {
    const elements = expressions
      .slice(at * atOnce, (at + 1) * atOnce)
      .map((text) => `try({\nok = (${text}\n)\njson = jsonencode(${text}\n)\n}, null),\n`);
    return `output "o${at}" {\n  sensitive = true\n  value = [\n${elements.join("")}]\n}\n`;
  });
  writeFileSync(path.join(folder, "outputs.tf"), chunks.join(""));
  const plan = runTerraform(["plan", "-no-color", "-out=plan"], { cwd: folder });
  if (plan.status !== 0) throw new Error(plan.stderr);
  const shown = runTerraform(["show", "-json", "plan"], { cwd: folder });
  const { outputs } = planSchema.parse(JSON.parse(shown.stdout)).planned_values;
  return expressions.map((_, index) => {
    const { type, value = [] } = outputs[`o${Math.floor(index / atOnce)}`] ?? {};
    const each = type?.kind === "tuple" ? type.elements[index % atOnce] : undefined;
    if (each === undefined) return undefined;
    const answer = answerSchema.parse(value[index % atOnce]);
    if (each.kind !== "object" || answer === null) return "error";
    return `${typeKey(each.attributes.get("ok")?.type ?? ANY)} ${answer.json}`;
  });
}

export async function inFolder<T>(then: (folder: string) => T): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "expressions-"));
  try {
    return then(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A scope with the variables and locals that the table's expressions refer to. */
export async function tableScope(): Promise<Scope> {
  const text = readFileSync(path.join(TABLE, "main.tf"), "utf8");
  const file = await parseFile("main.tf", text, { validate: false });
  return scopeOf(await defineModule([{ file, override: false }], () => false));
}

function scopeOf({ variables, locals }: ModuleDefinition): Scope {
  const budget = newBudget();
  const scope: Scope = {
    budget,
    resolve(root, steps) {
      const [step] = steps;
      const name = step?.kind === "attribute" ? step.name : "";
      const local = root === "local" ? locals.get(name) : undefined;
      const variable = root === "var" ? variables.get(name) : undefined;
      if (local !== undefined) return { value: evaluate(local.value, scope), consumed: 1 };
      if (variable !== undefined) return { value: variableValue(variable, undefined, budget), consumed: 1 };
      return { value: unknown(`${root}.${name} is not there`), consumed: steps.length };
    },
  };
  return scope;
}

/** Our result for an expression, in the form of {@link Recorded}; with the reason when it is unknown. */
export async function ourAnswer(expression: string, scope: Scope): Promise<string> {
  const { body } = await parseFile("x.tf", `value = (${expression}\n)\n`, { validate: false });
  const attribute = body.attribute("value");
  if (attribute === undefined) return "not parsed";
  const value = evaluate(attribute.value, { ...scope, budget: newBudget() });
  if (isFailed(value)) return "error";
  const json = isWhollyKnown(value) ? encodeJson(value) : value;
  if (json.kind === "string") return `${typeKey(typeOf(value))} ${json.value}`;
  return `unknown: ${json.kind === "unknown" ? json.reason : "a part of it"}`;
}
