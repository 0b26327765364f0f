import { splitWords } from "../../shell/split-words.js";
import type { SyntaxProblem } from "../syntax/syntax.js";

/** One `-var` or `-var-file` of a command line. Later ones override earlier ones. */
export type VariableArgument =
  /** `name=value`. */
  { readonly assignment: string } | { readonly file: string };

/** Terraform puts the words of each right behind the command, so that those of the first one go over the others. */
const VARIABLES = ["TF_CLI_ARGS_plan", "TF_CLI_ARGS"];

/**
 * The variable values among what Terraform adds to the command line of a plan; their files are relative to the root
 * module.
 */
export function argumentsOfEnvironment(env: Readonly<Record<string, string | undefined>>): {
  readonly given: readonly VariableArgument[];
  readonly problems: readonly SyntaxProblem[];
} {
  const given: VariableArgument[] = [];
  const problems: SyntaxProblem[] = [];
  for (const name of VARIABLES) {
    const words = splitWords(env[name] ?? "");
    if (words === undefined) problems.push(notSplit(name));
    else given.push(...argumentsAmong(words));
  }
  return { given, problems };
}

function notSplit(file: string): SyntaxProblem {
  const start = { line: 1, column: 1, offset: 0 };
  const message = `${file} can't be split into words: it has an unclosed quote or contains a command`;
  return { message, range: { file, start, end: start } };
}

function argumentsAmong(words: readonly string[]): VariableArgument[] {
  return words.flatMap((word, index): VariableArgument[] => {
    const [, flag, inline] = /^--?(var|var-file)(?:=(.*))?$/s.exec(word) ?? [];
    const value = inline ?? words[index + 1];
    if (flag === undefined || value === undefined) return [];
    return [flag === "var" ? { assignment: value } : { file: value }];
  });
}
