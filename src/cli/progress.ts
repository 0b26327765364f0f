import stringWidth from "string-width";
import type { Io, LookUpProgress, ProgressLine } from "../base/engine-context.js";
import { count } from "../base/phrases.js";
import { duration } from "../openai/errors.js";
import { ellipsisOf, type Style } from "../report/style.js";
import { shorten } from "../report/text-width.js";

/** A run that ends sooner shows no progress, which would only flicker. */
const DELAY = 300;
/** Where no line can be replaced: milliseconds between two lines of the log. */
const LOG_INTERVAL = 60_000;
const CLEAR_LINE = "\r\u001b[2K";

/** Whether a line can be replaced: on a terminal that is not a CI job's. */
function isWatched(io: Io): boolean {
  const ci = io.env["CI"] !== undefined && io.env["CI"] !== "" && io.env["CI"] !== "false";
  return io.stderr.isTTY === true && !ci && io.env["TERM"] !== "dumb";
}

/** Shows a text that changes: on a terminal as one line, elsewhere as a line of the log each minute. */
function startLine(io: Io, style: Style, text: (width: number) => string): ProgressLine<void> {
  const watched = isWatched(io);
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let painted = false;
  let ended = false;
  const paint = () => {
    // Asked each time, since a terminal may be resized; some begin a new line after the last column.
    const width = Math.max(1, (io.stderr.columns || style.width || 80) - 1);
    io.stderr.write(CLEAR_LINE + style.dim(text(width)));
    painted = true;
  };
  const next = (milliseconds: number, act: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
    timer.unref();
  };
  const tick = () => {
    paint();
    next(1000, tick);
  };
  const log = () => {
    io.stderr.write(`tfinvite: ${text(Number.POSITIVE_INFINITY)}\n`);
    next(LOG_INTERVAL, log);
  };
  return {
    show: () => {
      if (ended) return;
      const passed = performance.now() - started;
      if (!watched) timer === undefined && next(LOG_INTERVAL, log);
      else if (passed >= DELAY) tick();
      else if (timer === undefined) next(DELAY - passed, tick);
    },
    end: () => {
      ended = true;
      clearTimeout(timer);
      if (painted) io.stderr.write(CLEAR_LINE);
      painted = false;
    },
  };
}

/** What is being done right now. */
export function startStepLine(io: Io, style: Style): ProgressLine<string> {
  let current = "";
  const line = startLine(io, style, (width) =>
    width === Number.POSITIVE_INFINITY ? current : shorten(current, width, ellipsisOf(style)),
  );
  return {
    show: (step) => {
      current = step;
      line.show();
    },
    end: line.end,
  };
}

/** How far a look-up is. */
export interface LookUpFrame {
  readonly invites: number;
  /** The last page that was read. */
  readonly page?: Extract<LookUpProgress, { type: "page" }>;
  /** What it waits for, with the seconds that are left. */
  readonly wait?: Extract<LookUpProgress, { type: "wait" }>;
}

/** Shows how far a look-up is, and what it waits for. */
export function startProgress(invites: number, io: Io, style: Style): ProgressLine<LookUpProgress> {
  let frame: LookUpFrame = { invites };
  let until = 0;
  const line = startLine(io, style, (width) => {
    const seconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
    const { wait, ...rest } = frame;
    return lookUpText(wait === undefined ? rest : { ...rest, wait: { ...wait, seconds } }, width, style.unicode);
  });
  return {
    show: (event) => {
      const { wait: _, ...rest } = frame;
      if (event.type === "page") frame = { ...rest, page: event };
      else if (event.type === "wait") frame = { ...rest, wait: event };
      else frame = rest;
      if (event.type === "wait") until = performance.now() + event.seconds * 1000;
      line.show();
    },
    end: line.end,
  };
}

/** One line about a look-up. Where the width does not suffice, the least important parts go first, and the wait last. */
export function lookUpText({ invites, page, wait }: LookUpFrame, width: number, unicode: boolean): string {
  const found = page !== undefined && page.endpoint !== "users" ? Math.max(0, invites - page.wanted) : undefined;
  const isLong = invites > PAGE;
  // From the one that is kept longest.
  const parts: readonly (readonly [place: number, text: string | undefined])[] = [
    [
      4,
      wait && `waiting ${Math.ceil(wait.seconds)} s ${wait.reason === "retry" ? "to try again" : "for OpenAI's limit"}`,
    ],
    [0, `looking up ${count(invites, "invite")}`],
    [2, page?.endpoint === "users" ? "reading members" : found === undefined ? undefined : `${found} found`],
    [6, wait && page && leftText(wait, page.wanted)],
    [5, wait && rateText(wait)],
    [3, page && page.page > 1 ? `page ${page.page}` : undefined],
    [1, isLong && unicode && found !== undefined ? bar(found / invites) : undefined],
  ];
  const present = parts.flatMap(([place, text]) => (text === undefined ? [] : [{ place, text }]));
  const between = unicode ? " · " : ", ";
  for (let kept = present.length; kept > 1; kept -= 1) {
    const shown = present.slice(0, kept).toSorted((a, b) => a.place - b.place);
    const text = shown.map((part) => part.text).join(between);
    if (stringWidth(text) <= width) return text;
  }
  return shorten(present[0]?.text ?? "", width, unicode ? "…" : "...");
}

/** Invites on one page of the list. */
const PAGE = 100;
const MINUTE = 60_000;

function rateText({ rate }: Extract<LookUpProgress, { type: "wait" }>): string | undefined {
  if (rate === undefined || rate.per < 1000) return undefined;
  return `about ${Math.max(1, Math.round((rate.count * MINUTE) / rate.per))} requests a minute`;
}

/** The least time that what is missing takes at the learned limit; how long the list is, is not known. */
function leftText({ rate, seconds }: Extract<LookUpProgress, { type: "wait" }>, missing: number): string | undefined {
  if (rate === undefined || rate.count === 0) return undefined;
  const windows = Math.ceil(Math.ceil(missing / PAGE) / rate.count) - 1;
  return windows < 1 ? undefined : `at least ${duration(seconds * 1000 + windows * rate.per)} left`;
}

function bar(part: number): string {
  const full = Math.floor(part * 10);
  return "█".repeat(full) + "░".repeat(10 - full);
}
