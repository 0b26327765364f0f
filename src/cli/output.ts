import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { Failure } from "../base/failure.js";
import { reasonOf, replaceable, replaceFile } from "../base/replace-files.js";
import { checkoutPrefix } from "../report/checkout.js";
import type { FormatTable } from "../report/formats.js";
import { redactEmails } from "../report/redact-emails.js";
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

/**
 * Writes a file so that nobody ever sees half of it; what is no regular file (a pipe, a device) is written to as it
 * stands. A symbolic link stays one: its target is written. `name` is the file as the user wrote it.
 */
export async function writeWhole(file: string, name: string, text: string): Promise<void> {
  try {
    const target = await replaceable(file);
    // Appending is the same to a pipe or a device, and spares a log that standard error goes to.
    if (target === undefined) await writeFile(file, text, { flag: "a" });
    else await replaceFile(target, text);
  } catch (cause) {
    throw new Failure(`cannot write ${name}: ${reasonOf(cause, name)}`, undefined, { cause });
  }
}
