import { Readable } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Io, OutputStream } from "../../src/base/engine-context.js";
import { styleFor, wantsColor } from "../../src/cli/style.js";

const PIPE: OutputStream = { write: () => undefined };
const TERMINAL: OutputStream = { write: () => undefined, isTTY: true, columns: 60 };

function ioWith(env: Io["env"]): Io {
  return {
    stdin: Readable.from([]),
    stdout: PIPE,
    stderr: PIPE,
    env,
    cwd: ".",
    platform: "linux",
    signal: new AbortController().signal,
  };
}

describe("wantsColor", () => {
  it.each([
    ["a terminal", TERMINAL, {}, true],
    ["a pipe", PIPE, {}, false],
    ["a terminal without colours", TERMINAL, { TERM: "dumb" }, false],
    ["a terminal with NO_COLOR", TERMINAL, { NO_COLOR: "1" }, false],
    ["a terminal, with an empty NO_COLOR", TERMINAL, { NO_COLOR: "" }, true],
    ["a pipe with FORCE_COLOR", PIPE, { FORCE_COLOR: "1" }, true],
    ["a dumb terminal with FORCE_COLOR", TERMINAL, { FORCE_COLOR: "3", TERM: "dumb" }, true],
    ["a terminal with FORCE_COLOR=0", TERMINAL, { FORCE_COLOR: "0" }, false],
    ["a terminal with FORCE_COLOR=false", TERMINAL, { FORCE_COLOR: "false" }, false],
    ["a pipe with both", PIPE, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ] as const)("for %s", (_what, stream, env, expected) => {
    expect(wantsColor(stream, env)).toBe(expected);
  });
});

describe("styleFor", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("uses colours where they are wanted, and only there", () => {
    expect(styleFor(PIPE, ioWith({ FORCE_COLOR: "1" })).red("x")).toBe("\u001b[31mx\u001b[39m");
    expect(styleFor(PIPE, ioWith({})).red("x")).toBe("x");
  });

  it("uses the width of a terminal, and no width elsewhere", () => {
    expect(styleFor(TERMINAL, ioWith({})).width).toBe(60);
    expect(styleFor(PIPE, ioWith({}))).not.toHaveProperty("width");
    expect(styleFor({ ...PIPE, columns: 60 }, ioWith({}))).not.toHaveProperty("width");
    expect(styleFor({ ...TERMINAL, columns: 0 }, ioWith({}))).not.toHaveProperty("width");
  });

  it("makes links on terminals that support them, where escape codes are wanted", () => {
    const linked = (stream: OutputStream, env: Io["env"]) =>
      styleFor(stream, ioWith(env)).link("rule", "https://a.example/");
    vi.stubEnv("FORCE_HYPERLINK", "1");
    expect(linked(TERMINAL, {})).toBe("\u001b]8;;https://a.example/\u001b\\rule\u001b]8;;\u001b\\");
    expect(linked(TERMINAL, { NO_COLOR: "1" })).toBe("rule");
    expect(linked(TERMINAL, { TERM: "dumb" })).toBe("rule");
    expect(linked(PIPE, { FORCE_COLOR: "1" })).toBe("rule");
    vi.stubEnv("FORCE_HYPERLINK", "0");
    expect(linked(TERMINAL, {})).toBe("rule");
  });

  it("always uses Unicode marks in a file or a pipe", () => {
    expect(styleFor(PIPE, ioWith({ TERM: "linux" })).unicode).toBe(true);
  });
});
