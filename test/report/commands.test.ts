import { describe, expect, it } from "vitest";
import { givenContext, programOf, tfinviteCommand } from "../../src/report/commands.js";
import { undoOfFiles } from "../../src/report/repair-outcome.js";
import { type RepairCall, repairCommand } from "../../src/report/repair-text.js";

const NPX = { npm_lifecycle_event: "npx", npm_command: "exec" };

function callOf(env: Readonly<Record<string, string>>, isInRepository: boolean): RepairCall {
  return { directories: ["."], flags: [], shell: "bash", program: programOf(env), isInRepository, hasState: false };
}

describe("a command of ours", () => {
  it("begins with npx where npx started tfinvite", () => {
    const given = givenContext({ program: programOf(NPX), shell: "bash" });
    expect(tfinviteCommand("repair", { directories: ["."] }, ["--apply"], { given })).toBe(
      "npx tfinvite repair --apply",
    );
    expect(repairCommand(callOf(NPX, true), "--write")).toBe("npx tfinvite repair --write");
  });

  it("begins with tfinvite otherwise, also in a script of npm, where both work", () => {
    for (const env of [{}, { npm_lifecycle_event: "lint:invites" }]) {
      expect(repairCommand(callOf(env, true), "--write")).toBe("tfinvite repair --write");
    }
  });
});

describe("how edits without a journal are undone", () => {
  it("is a command of Git in a repository, and said to be impossible elsewhere", () => {
    expect(undoOfFiles(["main.tf"], callOf({}, true))).toMatch(/^git checkout -- main\.tf {4}/);
    expect(undoOfFiles(["main.tf"], callOf({}, false))).toBe(
      "none: these files are in no Git repository, and tfinvite keeps no copy",
    );
    expect(undoOfFiles([], callOf({}, false), ["tfinvite-forget.tf"])).toMatch(/^delete tfinvite-forget\.tf/);
  });
});
