import type { Io } from "../base/engine-context.js";
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
