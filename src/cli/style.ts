import isUnicodeSupported from "is-unicode-supported";
import picocolors from "picocolors";
import { createSupportsHyperlinks } from "supports-hyperlinks";
import type { Io, OutputStream } from "../base/engine-context.js";
import type { Style } from "../report/style.js";

/** Whether to use colors on a stream: `NO_COLOR` and `FORCE_COLOR` decide, else whether it is a terminal. */
export function wantsColor(stream: OutputStream, env: Io["env"]): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/**
 * Whether a terminal makes links of `ESC ] 8`. Others would show the address in the middle of the text.
 * Without colors there are no other escape codes either.
 */
function knowsLinks(stream: OutputStream, env: Io["env"]): boolean {
  return stream.isTTY === true && wantsColor(stream, env) && createSupportsHyperlinks({ isTTY: true });
}

/** https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
function hyperlink(text: string, address: string): string {
  return `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** How text on a stream may look. Only a terminal has a width to keep to. */
export function styleFor(stream: OutputStream, io: Io): Style {
  const { bold, dim, red, yellow, cyan, magenta } = picocolors.createColors(wantsColor(stream, io.env));
  // A file or a pipe can hold any character; only an old terminal can't show it.
  const unicode = stream.isTTY === true ? isUnicodeSupported() : true;
  const width =
    stream.isTTY === true && stream.columns !== undefined && stream.columns > 0 ? { width: stream.columns } : {};
  const link = knowsLinks(stream, io.env) ? hyperlink : (text: string) => text;
  return { bold, dim, red, yellow, cyan, magenta, link, unicode, ...width };
}
