import path from "node:path";
import { MOST_BYTES, NotRead, readNamedFile } from "../../../base/read-file.js";
import { automaticVariableFiles } from "../../files/file-names.js";
import type { FileSystem } from "../../files/file-system.js";
import type { VariableDeclaration } from "../definition/module-definition.js";
import { isPrimitive } from "../definition/type-constraint.js";
import { parseExpression, parseFile } from "../syntax/parse-file.js";
import { type Expression, type ParsedFile, type SyntaxProblem, unreadable } from "../syntax/syntax.js";
import { type EvaluationBudget, tooLarge } from "./budget.js";
import { convert } from "./convert.js";
import { constantScope, evaluate, writtenEntry } from "./evaluate.js";
import { fromElsewhere, resultOf, sensitiveValue } from "./marking.js";
import {
  failed,
  isFailed,
  isWhollyKnown,
  listValue,
  named,
  type ObjectEntry,
  objectValue,
  stringValue,
  unknown,
  type Value,
  withoutSource,
} from "./value.js";
import { argumentsOfEnvironment, type VariableArgument } from "./variable-arguments.js";

/** A value for a root variable, as it was given. */
export type VariableInput =
  | { readonly kind: "expression"; readonly expression: Expression; readonly file: ParsedFile }
  /** From the environment or a flag: an expression for all but primitive types. */
  | { readonly kind: "text"; readonly text: string };

export interface VariableInputs {
  readonly values: ReadonlyMap<string, VariableInput>;
  readonly files: readonly ParsedFile[];
  readonly problems: readonly SyntaxProblem[];
}

export interface VariableSources {
  /** Absolute path of the root module. */
  readonly directory: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line; files are relative to `cwd`. */
  readonly variables?: readonly VariableArgument[];
  readonly fileSystem: FileSystem;
  /** A path as messages show it. */
  display(path: string): string;
}

/**
 * Values for root variables, later ones over earlier ones: environment, `terraform.tfvars`, `terraform.tfvars.json`,
 * `*.auto.tfvars` and `*.auto.tfvars.json` by name, `TF_CLI_ARGS_plan`, `TF_CLI_ARGS`, the command line.
 * See [precedence](https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence).
 */
export async function readVariableInputs(sources: VariableSources): Promise<VariableInputs> {
  const { directory, cwd, env, fileSystem, variables = [] } = sources;
  const values = new Map<string, VariableInput>();
  const files: ParsedFile[] = [];
  const { given, problems: refused } = argumentsOfEnvironment(env);
  const problems: SyntaxProblem[] = [...refused];
  for (const [key, text] of Object.entries(env)) {
    if (key.startsWith("TF_VAR_") && text !== undefined)
      values.set(key.slice("TF_VAR_".length), { kind: "text", text });
  }
  const takeFile = async (file: string, isNamed = true) => {
    const shown = sources.display(file);
    let text: string;
    try {
      text = isNamed ? await readNamed(file, fileSystem) : fileSystem.read(file);
    } catch (error) {
      problems.push(unreadable(shown, error));
      return;
    }
    const parsed = await parseFile(shown, text, { validate: true });
    files.push(parsed);
    problems.push(...parsed.problems);
    for (const attribute of parsed.body.attributes()) {
      values.set(attribute.name, { kind: "expression", expression: attribute.value, file: parsed });
    }
  };
  const take = async (argument: VariableArgument, from: string) => {
    if ("file" in argument) return takeFile(path.resolve(from, argument.file));
    const split = argument.assignment.indexOf("=");
    if (split <= 0) return;
    const text = argument.assignment.slice(split + 1);
    values.set(argument.assignment.slice(0, split), { kind: "text", text });
  };
  for (const name of automaticVariableFiles(fileSystem.list(directory) ?? []))
    await takeFile(path.join(directory, name), false);
  for (const argument of given) await take(argument, directory);
  for (const argument of variables) await take(argument, cwd);
  return { values, files, problems };
}

/** A file of `--var-file` may be a pipe of the shell. */
async function readNamed(file: string, fileSystem: FileSystem): Promise<string> {
  try {
    return fileSystem.read(file);
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    return (await readNamedFile(file, MOST_BYTES.configuration)).toString("utf8");
  }
}

/** The value of every declared variable of the root module. */
export async function rootVariables(
  declarations: ReadonlyMap<string, VariableDeclaration>,
  inputs: VariableInputs,
  budget: EvaluationBudget,
): Promise<ReadonlyMap<string, Value>> {
  const values = new Map<string, Value>();
  for (const declaration of declarations.values()) {
    const { name } = declaration;
    const input = inputs.values.get(name);
    const assigned =
      input && fromElsewhere(withoutReasons(await given(declaration, input, budget), name), `var.${name}`);
    values.set(name, variableValue(declaration, assigned, budget));
  }
  return values;
}

/** A reason may quote what was given. Terraform takes nothing there that has to be worked out. */
function withoutReasons(value: Value, name: string): Value {
  if (isWhollyKnown(value)) return value;
  const reason = `the value of var.${name} can't be parsed`;
  return isFailed(value) ? failed(reason) : unknown(reason);
}

async function given(declaration: VariableDeclaration, input: VariableInput, budget: EvaluationBudget): Promise<Value> {
  if (input.kind === "expression") return constantValue(input.expression, input.file, budget);
  if (isPrimitive(declaration.type) || !declaration.typed) return stringValue(input.text);
  const expression = await parseExpression(input.text);
  return expression === undefined
    ? unknown(`the value of var.${declaration.name} can't be parsed`)
    : withoutSource(evaluate(expression, constantScope(budget)));
}

/**
 * What a variable is, given what is assigned to it, or undefined where nothing is:
 * the default where it applies, converted to the declared type.
 */
export function variableValue(
  declaration: VariableDeclaration,
  assigned: Value | undefined,
  budget: EvaluationBudget,
): Value {
  const { name, fallback, nullable, type } = declaration;
  const useDefault = assigned === undefined || (assigned.kind === "null" && !nullable);
  const value = useDefault ? fallback && constantValue(fallback.value, fallback.file, budget) : assigned;
  if (value === undefined) {
    return assigned === undefined ? unknown(`var.${name} has no value here`) : failed(`var.${name} must not be null`);
  }
  const excess = tooLarge([value], budget);
  if (excess !== undefined) return excess;
  const fitted = convert(value, type, (expression) => evaluate(expression, constantScope(budget)));
  const carried = resultOf(fitted, [value], { carries: true });
  const converted = declaration.sensitive ? sensitiveValue(carried) : carried;
  if (converted.kind === "unknown" && converted.failed && !isFailed(value))
    return failed(`var.${name}: ${converted.reason}`);
  return named(converted, `var.${name}`);
}

/**
 * The value of an expression in a place where Terraform allows no names: variable files and defaults.
 * JSON strings are taken literally, including `${`.
 */
function constantValue(expression: Expression, file: ParsedFile, budget: EvaluationBudget): Value {
  if (file.language !== "json") return evaluate(expression, constantScope(budget));
  const origin = { source: expression.range };
  if (expression.kind === "tuple") {
    return listValue(
      expression.items.map((item) => constantValue(item, file, budget)),
      origin,
    );
  }
  if (expression.kind === "object") {
    const entries = new Map<string, ObjectEntry>();
    for (const item of expression.items) {
      const name = jsonText(item.key, file);
      if (name === undefined) return failed("a name is required");
      entries.set(name, writtenEntry(item, constantValue(item.value, file, budget)));
    }
    return objectValue(entries, origin);
  }
  const text = jsonText(expression, file);
  return text === undefined ? evaluate(expression, constantScope(budget)) : stringValue(text, origin);
}

/** A string as JSON reads it, without the templates that Terraform sees in it elsewhere. */
function jsonText({ range }: Expression, file: ParsedFile): string | undefined {
  try {
    const parsed: unknown = JSON.parse(file.text.slice(range.start.offset, range.end.offset));
    return typeof parsed === "string" ? parsed : undefined;
  } catch {
    return undefined;
  }
}
