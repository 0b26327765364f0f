import { Readable } from "node:stream";
import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Io } from "../../src/base/engine-context.js";
import { startProgress } from "../../src/cli/progress.js";
import type { LookUpEvent } from "../../src/openai/client.js";
import { look } from "../support/reports.js";

const CLEAR = "\r\u001b[2K";

/** A terminal that remembers what was written to it, and what its current line shows. */
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
const PAGE: LookUpEvent = { type: "page", endpoint: "invites", page: 3, wanted: 540 };

function wait(reason: "rate-limit" | "pace" | "retry", seconds: number): LookUpEvent {
  return { type: "wait", endpoint: "invites", reason, seconds, message: "not shown here" };
}

describe("startProgress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says what is done, and what is left", () => {
    const { io, line } = terminal();
    const progress = startProgress(840, io, look({}));
    progress.show({ ...REQUEST, count: 1 });
    expect(line()).toBe("looking up 840 invites  1 request");
    progress.show(PAGE);
    progress.show(REQUEST);
    expect(line()).toBe("looking up 840 invites  3 requests  540 still to be found");
    progress.end();
  });

  it("says first why it waits, and counts the seconds down", () => {
    const { io, stream, line } = terminal();
    const progress = startProgress(840, io, look({}));
    progress.show(REQUEST);
    progress.show(PAGE);
    progress.show(wait("rate-limit", 41));
    const rest = "  looking up 840 invites  3 requests  540 still to be found";
    expect(line()).toBe(`waiting 41 s for the Admin API's limit${rest}`);
    stream.columns = 80;
    vi.advanceTimersByTime(5000);
    expect(line()).toBe("waiting 36 s for the Admin API's limit  looking up 840 invites  3 requests");
    stream.columns = 60;
    vi.advanceTimersByTime(1000);
    expect(line()).toBe("waiting 35 s for the Admin API's limit");
    stream.columns = 100;
    progress.show(wait("retry", 0.3));
    expect(line()).toBe(`waiting 1 s before trying again${rest}`);
    vi.advanceTimersByTime(5000);
    expect(line()).toBe(`waiting 1 s before trying again${rest}`);
    progress.show(REQUEST);
    vi.advanceTimersByTime(5000);
    expect(line()).toBe(rest.trim());
    progress.end();
  });

  it.each([
    ["rate-limit", "waiting 41 s for the Admin API's limit"],
    ["pace", "waiting 41 s to respect the API's limit"],
    ["retry", "waiting 41 s before trying again"],
  ] as const)("tells the whole reason at 40 columns: %s", (reason, expected) => {
    const { io, line } = terminal({ columns: 40 });
    const progress = startProgress(840, io, look({}));
    progress.show(wait(reason, 41));
    expect(line()).toBe(expected);
    progress.end();
  });

  it("stays on one line at any width, however the window changes", () => {
    const { io, stream, line } = terminal();
    const progress = startProgress(840, io, look({ width: 100 }));
    progress.show(REQUEST);
    progress.show(PAGE);
    for (let columns = 1; columns <= 120; columns += 1) {
      stream.columns = columns;
      for (const event of [REQUEST, wait("pace", 41)]) {
        progress.show(event);
        expect(line()).not.toContain("\n");
        expect(stringWidth(line() ?? "")).toBeLessThanOrEqual(Math.max(1, columns - 1));
      }
    }
    progress.end();
  });

  it("uses ASCII alone where the terminal knows no more", () => {
    const { io, line } = terminal({ columns: 20 });
    const progress = startProgress(840, io, look({ unicode: false }));
    progress.show(wait("retry", 41));
    expect(line()).toBe("waiting 41 s bef...");
    progress.end();
  });

  it("takes its line away, and stops counting", () => {
    const { io, written, line } = terminal();
    const progress = startProgress(1, io, look({ colors: true }));
    progress.show(wait("pace", 41));
    expect(written).toEqual([
      `${CLEAR}\u001b[2mwaiting 41 s to respect the API's limit  looking up 1 invite  0 requests\u001b[22m`,
    ]);
    progress.end();
    expect(line()).toBe("");
    const { length } = written;
    vi.advanceTimersByTime(5000);
    progress.end();
    expect(written).toHaveLength(length);
  });

  it("writes nothing where nothing was shown", () => {
    const { io, written } = terminal();
    startProgress(1, io, look({})).end();
    expect(written).toEqual([]);
  });

  it.each([
    ["a pipe", { isTTY: false }],
    ["a CI job", { env: { CI: "true" } }],
    ["a terminal that cannot clear a line", { env: { TERM: "dumb" } }],
  ])("shows nothing in %s", (_where, options) => {
    const { io, written } = terminal(options);
    const progress = startProgress(840, io, look({}));
    for (const event of [REQUEST, PAGE, wait("pace", 41)]) progress.show(event);
    vi.advanceTimersByTime(5000);
    progress.end();
    expect(written).toEqual([]);
  });

  it.each(["", "false"])("is not fooled by CI=%j", (value) => {
    const { io, line } = terminal({ env: { CI: value } });
    const progress = startProgress(1, io, look({}));
    progress.show(REQUEST);
    expect(line()).toBe("looking up 1 invite  3 requests");
    progress.end();
  });
});
