import { readdirSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, transcript } from "../support/program.js";
import { inScene } from "../support/recording.js";

const TRANSCRIPTS = path.join(import.meta.dirname, "transcripts");
const STATES = path.join(ROOT, "fixtures/states");

/** The inputs whose messages are tested here; test/terraform/state tests every case of fixtures/states. */
const BAD_STATES = [
  "bad-version-1",
  "bad-version-2",
  "bad-version-3",
  "bad-version-5",
  "bad-encrypted",
  "bad-truncated",
  "bad-empty",
  "bad-binary",
  "bad-gzip",
  "bad-saved-plan",
  "bad-plan",
  "bad-package-json",
  "bad-configuration",
  "bad-json-in-the-middle",
];

describe("bad input gets one clear message and exit code 2", () => {
  it("as --state FILE", () =>
    inScene({}, async ({ run, directory }) => {
      const runs: string[] = [];
      for (const name of BAD_STATES) {
        const folder = path.join(STATES, name);
        const input = readdirSync(folder).find((file) => file.startsWith("input")) ?? "";
        await mkdir(path.join(directory, name));
        await copyFile(path.join(folder, input), path.join(directory, name, "state"));
        const args = ["status", "--state", `${name}/state`];
        const ran = await run(args);
        expect([name, ran.code, ran.stdout]).toEqual([name, 2, ""]);
        runs.push(transcript(args, ran));
      }
      await expect(runs.join("\n")).toMatchFileSnapshot(`${TRANSCRIPTS}/bad-states.txt`);
    }));

  it("in other places", () =>
    inScene(
      {
        recording: "openai-openai-1.1.0",
        files: {
          "empty/README": "nothing here\n",
          "remote/main.tf":
            'terraform {\n  backend "s3" {}\n}\n\nresource "openai_invite" "a" {\n  email = "a@example.com"\n}\n',
          "broken/main.tf":
            'resource "openai_invite" "a" {\n  email = "a@example.com\n}\n\nresource "openai_invite" "b" {\n  email = "b@example.com"\n}\n',
        },
      },
      async ({ run }) => {
        const runs: string[] = [];
        for (const args of [
          ["check", "nowhere"],
          ["check", "invites.tf"],
          ["check", "empty"],
          ["check", "broken"],
          ["status", "remote", "--terraform-bin", "no-such-terraform"],
          ["status", "remote", "--offline"],
          ["check", ".", "empty", "--state", "terraform.tfstate"],
          ["status", "--state", "missing.tfstate"],
          ["status", "--state", "empty"],
          ["status", "--state", "-"],
          ["status", "--only", "nobody@example.com"],
          ["check", "--terraform-bin", ""],
          ["check", "--format", "json:no/such/folder/report.json"],
          ["repair", "--status", "unknown"],
        ]) {
          const ran = await run(args);
          expect(ran.stderr).not.toMatch(/\n {4}at /);
          runs.push(transcript(args, ran));
        }
        await expect(runs.join("\n")).toMatchFileSnapshot(`${TRANSCRIPTS}/bad-usage.txt`);
      },
    ));

  it("without a command, the help is printed on standard error", () =>
    inScene({}, async ({ run }) => {
      const { stdout: help } = await run(["--help"]);
      expect(await run([])).toEqual({ code: 2, stdout: "", stderr: help });
    }));
});

describe("a state from standard input", () => {
  it("is read", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      const { readFile } = await import("node:fs/promises");
      const input = await readFile(path.join(directory, "terraform.tfstate"));
      const piped = await run(["status", "--state", "-"], { input });
      expect(piped).toEqual(await run(["status"]));
    }));
});
