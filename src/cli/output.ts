import path from "node:path";
import type { AssessResult } from "../assess/assess.js";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { writeWhole } from "../base/replace-files.js";
import { isLedOut, realPathOf } from "../base/tree.js";
import { startedIn } from "../report/checkout.js";
import { type FormatTable, REPORT_FORMATS, type ReportFormat } from "../report/formats.js";
import { redactEmails } from "../report/masking.js";
import { treesOf } from "../terraform/files/file-system.js";
import type { FormatChoice } from "./option-values.js";
import { styleFor } from "./style.js";

/** The flags that say how a report is written. */
export interface OutputOptions {
  readonly format?: readonly FormatChoice[];
  readonly redact?: boolean;
  readonly showIgnored?: boolean;
}

/** A report, and how the user's Terraform is called. */
type Written = Pick<AssessResult, "report" | "context">;

/**
 * Writes a report in every format asked for, each to standard output or to its own file; `usual` where none is asked for.
 * Then nothing is written where nothing could be read, as the errors say it all.
 */
export async function writeReport(
  { report, context }: Written,
  formats: FormatTable,
  { format: choices, redact, showIgnored = false, usual }: OutputOptions & { readonly usual: string },
  io: Io,
): Promise<void> {
  if (choices === undefined && report.directories.length === 0 && report.errors.length > 0) return;
  const forFiles = { ...io, env: { ...io.env, FORCE_COLOR: "0" } };
  for (const { format, file } of choices ?? [{ format: usual, file: undefined }]) {
    const make = formats[format];
    if (make === undefined) throw new Failure(`there is no format ${format}`);
    const style = file === undefined ? styleFor(io.stdout, io) : styleFor(FILE_STREAM, forFiles);
    const text = await make(report, { ...context, startedIn: startedIn(io), showIgnored, style });
    // Standard output masks by itself with --redact; a file does not.
    if (file === undefined) io.stdout.write(text);
    else await writeWhole(placeOf(file, io), file, redact === true ? redactEmails(text) : text);
  }
}

/** A user may name any place, but a link in the repository is not the user's word. */
function placeOf(file: string, { cwd }: Io): string {
  const place = path.resolve(realPathOf(cwd) ?? cwd, file);
  if (isLedOut(place, treesOf([cwd])))
    throw new Failure(`cannot write ${file}: it is a link that leads out of the repository`, "Name another file.");
  return place;
}

const FILE_STREAM = { write: () => undefined, isTTY: false };

/**
 * Writes findings in every format asked for; the default is for people on a terminal and for programs elsewhere. The lines
 * of `compact` have no room for what to do next, so that goes to standard error.
 */
export async function writeFindings(written: Written, options: OutputOptions, io: Io): Promise<void> {
  const usual: ReportFormat = io.stdout.isTTY === true ? "pretty" : "compact";
  const choices: readonly FormatChoice[] = options.format ?? [{ format: usual }];
  const compact = choices.some(({ format, file }) => format === "compact" && file === undefined);
  if (compact && written.report.withPlan) {
    const { planVerdict, verdictWords } = await import("../report/plan-verdict.js");
    io.stderr.write(`${verdictWords(planVerdict(written.report))}\n`);
  }
  await writeReport(written, REPORT_FORMATS, { ...options, usual }, io);
  if (!compact || written.report.findings.length === 0) return;
  const { closingText } = await import("../report/next-text.js");
  io.stderr.write(closingText(written.report, { ...written.context, style: styleFor(io.stderr, io) }));
}
