import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { ask } from "../../src/cli/engine-context.js";
import { journalFolder } from "../../src/repair/state-folder.js";

describe("where backups are kept", () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ["linux", { HOME: "/home/kim" }, "/home/kim/.local/state/tfinvite/repairs"],
    ["linux", { HOME: "/home/kim", XDG_STATE_HOME: "/var/state" }, "/var/state/tfinvite/repairs"],
    ["linux", { HOME: "/home/kim", XDG_STATE_HOME: "relative" }, "/home/kim/.local/state/tfinvite/repairs"],
    ["darwin", { HOME: "/Users/kim" }, "/Users/kim/Library/Application Support/tfinvite/repairs"],
    ["win32", { LOCALAPPDATA: "C:\\Users\\kim\\AppData\\Local" }, "C:\\Users\\kim\\AppData\\Local\\tfinvite\\repairs"],
    ["win32", { USERPROFILE: "C:\\Users\\kim" }, "C:\\Users\\kim\\AppData\\Local\\tfinvite\\repairs"],
  ])("on %s with %j: %s", (platform, env, folder) => {
    expect(journalFolder({ platform, env })).toBe(folder);
  });
});

describe("the question", () => {
  it.each([
    ["y\n", true],
    [" YES \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    ["", false],
  ])("answered with %j: %s", async (typed, answer) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    let shown = "";
    const stderr = { write: (text: string) => (shown += text), isTTY: true };
    stdin.end(typed);
    const io = {
      stdin,
      stdout: stderr,
      stderr,
      env: {},
      cwd: "/",
      platform: "linux" as const,
      signal: new AbortController().signal,
    };
    expect(await ask("Do it?", io)).toBe(answer);
    expect(shown).toBe("Do it? [y/N] ");
  });
});
