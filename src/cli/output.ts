import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { writeWhole } from "../base/replace-files.js";
import type { FormatTable } from "../report/formats.js";
import { redactEmails } from "../report/masking.js";
import { checkoutPrefix } from "../report/places.js";
import type { Report } from "../report/report.js";
import type { CommandContext } from "../report/style.js";
import type { FormatChoice } from "./option-values.js";
import { styleFor } from "./style.js";

/**
 * Writes a report in every format asked for, each to standard output or to its own file. Where nobody asked and nothing
 * could be read, there is nothing to show beside the errors.
 */
export async function writeReport(
  report: Report,
  formats: FormatTable,
  options: { readonly format?: readonly FormatChoice[]; readonly redact?: boolean; readonly usual: string },
  context: CommandContext,
  io: Io,
): Promise<void> {
  if (options.format === undefined && report.directories.length === 0 && report.errors.length > 0) return;
  for (const { format, file } of options.format ?? [{ format: options.usual, file: undefined }]) {
    const make = formats[format];
    if (make === undefined) throw new Failure(`there is no format ${format}`);
    const stream = file === undefined ? io.stdout : FILE_STREAM;
    const text = await make(report, {
      ...context,
      checkoutPrefix: checkoutPrefix(io),
      style: styleFor(stream, file === undefined ? io : { ...io, env: { ...io.env, FORCE_COLOR: "0" } }),
    });
    // Standard output masks by itself with --redact; a file does not.
    if (file === undefined) io.stdout.write(text);
    else await writeWhole(path.resolve(io.cwd, file), file, options.redact === true ? redactEmails(text) : text);
  }
}

const FILE_STREAM = { write: () => undefined, isTTY: false };
