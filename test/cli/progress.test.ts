import { Readable } from "node:stream";
import fc from "fast-check";
import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Io } from "../../src/base/engine-context.js";
import { lookUpText, startProgress, startStepLine } from "../../src/cli/progress.js";
import type { LookUpEvent } from "../../src/openai/client.js";
import { look } from "../support/reports.js";

const CLEAR = "\r\u001b[2K";

/** A terminal that records what was written to it, and what its current line shows. */
function terminal(options: { readonly columns?: number; readonly isTTY?: boolean; readonly env?: Io["env"] } = {}) {
  const { columns = 100, isTTY = true, env = {} } = options;
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const io: Io = {
    stdin: Readable.from([]),
    stdout: stream,
    stderr: stream,
    env,
    cwd: ".",
    platform: "linux",
    signal: new AbortController().signal,
  };
  return { io, stream, written, line: () => written.join("").split(CLEAR).at(-1) };
}

const REQUEST: LookUpEvent = { type: "request", endpoint: "invites", count: 3, try: 1 };
const PAGE = { type: "page", endpoint: "invites", page: 3, wanted: 540 } as const;
const RATE = { count: 7, per: 60_000 };

function wait(reason: "rate-limit" | "pace" | "retry", seconds: number) {
  return { type: "wait", endpoint: "invites", reason, seconds, ...(reason !== "retry" && { rate: RATE }) } as const;
}

describe("lookUpText", () => {
  const frame = { invites: 840, page: PAGE, wait: wait("rate-limit", 41) };

  it.each([
    [{ invites: 1 }, "looking up 1 invite"],
    [{ invites: 840 }, "looking up 840 invites"],
    [{ invites: 840, page: PAGE }, "looking up 840 invites · ███░░░░░░░ · 300 found · page 3"],
    [
      { invites: 840, page: { ...PAGE, endpoint: "users" as const } },
      "looking up 840 invites · reading members · page 3",
    ],
    [
      frame,
      "looking up 840 invites · ███░░░░░░░ · 300 found · page 3 · waiting 41 s for OpenAI's limit · about 7 requests a minute",
    ],
    [
      { ...frame, page: { ...PAGE, wanted: 2000 }, invites: 2300 },
      "looking up 2300 invites · █░░░░░░░░░ · 300 found · page 3 · waiting 41 s for OpenAI's limit · about 7 requests a minute · at least 2 min 41 s left",
    ],
    [
      { ...frame, wait: wait("retry", 0.3) },
      "looking up 840 invites · ███░░░░░░░ · 300 found · page 3 · waiting 1 s to try again",
    ],
  ])("shows the look-up, its progress, and the reason for a wait: %#", (given, text) => {
    expect(lookUpText(given, 200, true)).toBe(text);
  });

  it.each([
    [79, "looking up 840 invites · 300 found · waiting 41 s for OpenAI's limit"],
    [60, "looking up 840 invites · waiting 41 s for OpenAI's limit"],
    [40, "waiting 41 s for OpenAI's limit"],
    [20, "waiting 41 s for Op…"],
  ])("drops the wait last on a narrow terminal: %i columns", (width, text) => {
    expect(lookUpText(frame, width, true)).toBe(text);
  });

  it("uses only ASCII where the terminal supports nothing else", () => {
    expect(lookUpText(frame, 60, false)).toBe("looking up 840 invites, waiting 41 s for OpenAI's limit");
    expect(lookUpText(frame, 20, false)).toBe("waiting 41 s for ...");
  });

  it("is one line that fits the width", () =>
    fc.assert(
      fc.property(
        fc.record({
          invites: fc.nat(100_000),
          page: fc.option(fc.record({ page: fc.nat(999), wanted: fc.nat(100_000) }), { nil: undefined }),
          seconds: fc.option(fc.nat(9999), { nil: undefined }),
          count: fc.integer({ min: 1, max: 20 }),
          width: fc.integer({ min: 1, max: 200 }),
          unicode: fc.boolean(),
        }),
        ({ invites, page, seconds, count, width, unicode }) => {
          const text = lookUpText(
            {
              invites,
              ...(page && { page: { ...PAGE, ...page } }),
              ...(seconds !== undefined && { wait: { ...wait("pace", seconds), rate: { ...RATE, count } } }),
            },
            width,
            unicode,
          );
          expect(text).not.toMatch(/\n|undefined|NaN/);
          expect(stringWidth(text)).toBeLessThanOrEqual(width);
        },
      ),
    ));
});

describe("a line on a terminal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("shows nothing if the run is short", () => {
    const { io, written } = terminal();
    const progress = startProgress(840, io, look({}));
    progress.show(REQUEST);
    vi.advanceTimersByTime(299);
    progress.show(PAGE);
    progress.end();
    progress.show(PAGE);
    vi.advanceTimersByTime(5000);
    expect(written).toEqual([]);
  });

  it("then shows the latest event, counts down a wait, and is removed at the end", () => {
    const { io, stream, line, written } = terminal({ columns: 200 });
    const progress = startProgress(84, io, look({}));
    progress.show(REQUEST);
    progress.show({ ...PAGE, page: 1, wanted: 54 });
    vi.advanceTimersByTime(300);
    expect(line()).toBe("looking up 84 invites · 30 found");
    progress.show(wait("rate-limit", 41));
    const before = "looking up 84 invites · 30 found · waiting";
    expect(line()).toBe(`${before} 41 s for OpenAI's limit · about 7 requests a minute`);
    vi.advanceTimersByTime(5000);
    expect(line()).toBe(`${before} 36 s for OpenAI's limit · about 7 requests a minute`);
    stream.columns = 40;
    vi.advanceTimersByTime(1000);
    expect(line()).toBe("waiting 35 s for OpenAI's limit");
    stream.columns = 200;
    progress.show(wait("retry", 0.3));
    vi.advanceTimersByTime(5000);
    expect(line()).toBe(`${before} 1 s to try again`);
    progress.show(REQUEST);
    expect(line()).toBe("looking up 84 invites · 30 found");
    progress.end();
    expect(line()).toBe("");
    const { length } = written;
    vi.advanceTimersByTime(5000);
    progress.end();
    expect(written).toHaveLength(length);
  });

  it("is dim only with colors", () => {
    const { io, written } = terminal();
    const steps = startStepLine(io, look({ colors: true }));
    steps.show("running terraform state pull in infra/prod");
    vi.advanceTimersByTime(300);
    steps.end();
    expect(written).toEqual([`${CLEAR}\u001b[2mrunning terraform state pull in infra/prod\u001b[22m`, CLEAR]);
  });

  it.each([
    ["a pipe", { isTTY: false }],
    ["a CI job", { env: { CI: "true" } }],
    ["a terminal that cannot clear a line", { env: { TERM: "dumb" } }],
  ])("is one line in the log for each minute in %s", (_where, options) => {
    const { io, written } = terminal(options);
    const progress = startProgress(84, io, look({}));
    for (const event of [REQUEST, { ...PAGE, page: 1, wanted: 54 } as const, wait("pace", 90)]) progress.show(event);
    vi.advanceTimersByTime(59_000);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(61_000);
    progress.end();
    vi.advanceTimersByTime(120_000);
    const start = "tfinvite: looking up 84 invites · 30 found · waiting";
    expect(written).toEqual([
      `${start} 30 s for OpenAI's limit · about 7 requests a minute\n`,
      `${start} 1 s for OpenAI's limit · about 7 requests a minute\n`,
    ]);
  });

  it.each(["", "false"])("is shown with CI=%j", (value) => {
    const { io, line } = terminal({ env: { CI: value } });
    const progress = startProgress(1, io, look({}));
    progress.show(REQUEST);
    vi.advanceTimersByTime(300);
    expect(line()).toBe("looking up 1 invite");
    progress.end();
  });
});
