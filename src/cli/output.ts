import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Report } from "../invites/report.js";
import type { CommandContext, TextContext } from "../report/style.js";
import { Failure } from "./failure.js";
import type { Io } from "./io.js";
import type { FormatChoice } from "./option-values.js";
import { redactEmails } from "./redact.js";
import { styleFor } from "./style.js";

/** Makes one format's text of a report. */
export type Format = (report: Report, context: TextContext) => string | Promise<string>;

/** The formats that a command offers. */
export type FormatTable = Readonly<Record<string, Format>>;

/** Writes a report in every format asked for, each to standard output or to its own file. */
export async function writeReport(
  report: Report,
  formats: FormatTable,
  choices: readonly FormatChoice[],
  context: CommandContext,
  options: { readonly redact?: boolean },
  io: Io,
): Promise<void> {
  for (const { format, file } of choices) {
    const make = formats[format];
    if (make === undefined) throw new Failure(`there is no format ${format}`);
    const stream = file === undefined ? io.stdout : FILE_STREAM;
    const text = await make(report, {
      ...context,
      style: styleFor(stream, file === undefined ? io : { ...io, env: { ...io.env, FORCE_COLOR: "0" } }),
    });
    const shown = options.redact === true ? redactEmails(text) : text;
    if (file === undefined) io.stdout.write(shown);
    else await writeWhole(path.resolve(io.cwd, file), file, shown);
  }
}

const FILE_STREAM = { write: () => undefined, isTTY: false };

/** Writes a file so that nobody ever sees half of it. */
async function writeWhole(file: string, name: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    throw new Failure(
      `cannot write ${name}: ${cause instanceof Error ? cause.message.replaceAll(part, name) : String(cause)}`,
      undefined,
      { cause },
    );
  }
}
