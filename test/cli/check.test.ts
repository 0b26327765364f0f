import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { transcript } from "../support/program.js";
import { inScene, STORIES } from "../support/recording.js";

const TRANSCRIPTS = path.join(import.meta.dirname, "transcripts");

describe("tfinvite check", () => {
  it.each(STORIES)("prints a pretty report on %s", (story) =>
    inScene({ recording: story }, async ({ run }) => {
      const args = ["check", "--format", "pretty", "--shell", "bash"];
      await expect(transcript(args, await run(args))).toMatchFileSnapshot(`${TRANSCRIPTS}/check-pretty-${story}.txt`);
    }),
  );

  it("prints one line for each finding into a pipe", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      await expect(transcript(["check"], await run(["check"]))).toMatchFileSnapshot(`${TRANSCRIPTS}/check-compact.txt`);
    }));

  it("prints JSON that is valid by its published schema", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      const args = ["check", "--format", "json", "--shell", "bash"];
      await expect(transcript(args, await run(args))).toMatchFileSnapshot(`${TRANSCRIPTS}/check-json.txt`);
    }));

  it("writes several formats at once, each to its own file", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      const ran = await run([
        "check",
        "--format",
        "json:report.json",
        "--format",
        "compact:out.txt",
        "--format",
        "compact",
      ]);
      expect(ran.stdout).toBe(readFileSync(path.join(directory, "out.txt"), "utf8"));
      expect(JSON.parse(readFileSync(path.join(directory, "report.json"), "utf8"))).toMatchObject({ version: 1 });
    }));

  it.each([
    [[], 0],
    [["--fail-on", "warning"], 1],
    [["--fail-on", "notice"], 1],
    [["--fail-on", "never"], 0],
    [["--rule", "accepted-invite=error"], 1],
    [
      [
        "--fail-on",
        "warning",
        "--rule",
        "accepted-invite=off",
        "--rule",
        "joined-invite=notice",
        "--rule",
        "missing-invite=off",
        "--rule",
        "project-scoped-invite=off",
      ],
      0,
    ],
  ])("with %j exits %i", (flags, code) =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      expect((await run(["check", ...flags])).code).toBe(code);
    }),
  );

  it("finds a half-done repair: not in the state, still declared, and the person is a member", () =>
    inScene({ recording: "openai-openai-1.1.0", state: null }, async ({ run }) => {
      const ran = await run(["check"]);
      expect(ran.code).toBe(1);
      expect(ran.stdout.split("\n").filter((line) => line.includes("[member-invited]"))).toHaveLength(7);
      expect(ran.stderr).toContain("exit 1: 7 errors\n");
    }));

  it("prints nothing and exits 0 where nothing is wrong, and sends no request where there are no invites", () =>
    inScene(
      {
        files: {
          "main.tf": 'resource "null_resource" "a" {}\n',
          "terraform.tfstate": '{"version":4,"serial":1,"lineage":"x","resources":[]}',
        },
      },
      async ({ run, api }) => {
        expect(await run(["check"], { env: { OPENAI_ADMIN_KEY: "" } })).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(api.requests).toEqual([]);
      },
    ));

  it("uses one look-up for several root modules", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory, api }) => {
      const { cp } = await import("node:fs/promises");
      const { mkdtemp, rm } = await import("node:fs/promises");
      const parent = await mkdtemp(path.join(directory, "..", "tfinvite-roots-"));
      try {
        await cp(directory, path.join(parent, "a"), { recursive: true });
        await cp(directory, path.join(parent, "b"), { recursive: true });
        const ran = await run(["check", "a", "b"], { cwd: parent });
        expect(api.requests).toHaveLength(3);
        const lines = ran.stdout.trim().split("\n");
        expect(lines.filter((line) => line.startsWith("a/"))).toHaveLength(lines.length / 2);
      } finally {
        await rm(parent, { recursive: true });
      }
    }));

  it("masks every email address with --redact", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      for (const format of ["pretty", "compact", "json"]) {
        const ran = await run(["check", "--redact", "--format", format]);
        expect(ran.stdout + ran.stderr).not.toMatch(/example\.com/i);
        expect(ran.stdout).toContain("d***@***");
      }
    }));
});
