import type { SyntaxProblem } from "./syntax.js";

/** The problem of a file that cannot be read. */
export function unreadable(file: string, error: unknown): SyntaxProblem {
  const start = { line: 1, column: 1, offset: 0 };
  const cause = error instanceof Error ? error.message : String(error);
  return { message: `the file cannot be read: ${cause}`, range: { file, start, end: start } };
}
