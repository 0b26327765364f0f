import stringWidth from "string-width";
import type { Io, LookUpProgress, ProgressLine } from "../base/engine-context.js";
import { count } from "../base/phrases.js";
import type { Style } from "../report/style.js";
import { shorten } from "../report/text-width.js";

const SILENT = { show: () => {}, end: () => {} };
/** Short enough for 40 columns with the seconds before them. */
const WAITING_FOR: Readonly<Record<Extract<LookUpProgress, { type: "wait" }>["reason"], string>> = {
  "rate-limit": "for the Admin API's limit",
  pace: "to respect the API's limit",
  retry: "before trying again",
};
const CLEAR_LINE = "\r\u001b[2K";

/** Whether somebody can see a line come and go: a terminal, and not a CI job. */
function isWatched(io: Io): boolean {
  const ci = io.env["CI"] !== undefined && io.env["CI"] !== "" && io.env["CI"] !== "false";
  return io.stderr.isTTY === true && !ci && io.env["TERM"] !== "dumb";
}

/** What is being done right now, as a line on a terminal; anywhere else it shows nothing. */
export function startStepLine(io: Io, style: Style): ProgressLine<string> {
  if (!isWatched(io)) return SILENT;
  return {
    show: (step) => {
      const width = Math.max(1, (io.stderr.columns || style.width || 80) - 1);
      io.stderr.write(CLEAR_LINE + style.dim(shorten(step, width, style.unicode ? "…" : "...")));
    },
    end: () => io.stderr.write(CLEAR_LINE),
  };
}

/** Shows progress where somebody can see it: a terminal, and not a CI job. */
export function startProgress(invites: number, io: Io, style: Style): ProgressLine<LookUpProgress> {
  if (!isWatched(io)) return SILENT;
  const start = `looking up ${count(invites, "invite")}`;
  let shown = false;
  let requests = 0;
  let wanted = 0;
  let ticking: NodeJS.Timeout | undefined;
  const write = (waiting: string) => {
    const counts = [count(requests, "request"), wanted > 0 && `${wanted} still to be found`];
    const parts = [waiting, start, ...counts].filter((part): part is string => typeof part === "string" && part !== "");
    // Asked each time, since a window can be made smaller; in the last column some terminals begin a new line.
    const width = Math.max(1, (io.stderr.columns || style.width || 80) - 1);
    io.stderr.write(CLEAR_LINE + style.dim(inOneLine(parts, width, style.unicode ? "…" : "...")));
    shown = true;
  };
  const stopTicking = () => {
    clearInterval(ticking);
    ticking = undefined;
  };
  return {
    show(event) {
      stopTicking();
      if (event.type === "request") requests = event.count;
      if (event.type === "page") wanted = event.wanted;
      if (event.type !== "wait") return write("");
      const until = performance.now() + event.seconds * 1000;
      const tick = () => {
        const left = Math.max(1, Math.ceil((until - performance.now()) / 1000));
        write(`waiting ${left} s ${WAITING_FOR[event.reason]}`);
      };
      tick();
      ticking = setInterval(tick, 1000);
      ticking.unref();
    },
    end() {
      stopTicking();
      if (shown) io.stderr.write(CLEAR_LINE);
      shown = false;
    },
  };
}

/** As many parts, beginning with the first, as fit; the first one is shortened where not even it does. */
function inOneLine(parts: readonly string[], width: number, ellipsis: string): string {
  for (let shown = parts.length; shown > 1; shown -= 1) {
    const line = parts.slice(0, shown).join("  ");
    if (stringWidth(line) <= width) return line;
  }
  return shorten(parts[0] ?? "", width, ellipsis);
}
