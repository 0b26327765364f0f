import { defined } from "../base/defined.js";
import type { Io } from "../base/engine-context.js";
import type { Failure } from "../base/failure.js";
import { maskOpenAiKeys } from "../base/secrets.js";
import { formatError } from "../report/pretty.js";
import type { ReportError } from "../report/report.js";
import { styleFor } from "./style.js";

/** Prints on standard error what could not be done, and what is worth knowing beside the report. */
export function printDiagnostics(notes: readonly string[], errors: readonly ReportError[], io: Io): void {
  const style = styleFor(io.stderr, io);
  const texts = [
    ...errors.map((error) => formatError(error, style)),
    ...notes.map((note) => `${style.cyan("note:")} ${note}\n`),
  ];
  for (const text of texts) io.stderr.write(text);
}

/** Prints why the job could not be done, and what to do. */
export function printFailure({ message, hint }: Pick<Failure, "message" | "hint">, io: Io): void {
  // A key may have been typed where something else belongs.
  io.stderr.write(maskOpenAiKeys(formatError({ message, ...defined({ hint }) }, styleFor(io.stderr, io))));
}
