import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/program.js";
import { FOLDERS } from "../support/recorded-folders.js";

const RECORDER = new URL("../support/record-handles.mjs", import.meta.url).href;
const RECORDINGS = path.join(ROOT, "fixtures/recordings");

describe("what lint does outside of its own process", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-quiet-"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The sockets, processes and threads that a command creates. Its streams are files, which need none of these. */
  async function handlesOf(args: readonly string[], cwd: string, nodeOptions: readonly string[] = []) {
    const record = path.join(folder, "handles.json");
    const out = openSync(path.join(folder, "output"), "w");
    const child = spawn(
      process.execPath,
      ["--import", RECORDER, ...nodeOptions, path.join(ROOT, "bin/tfinvite.js"), ...args],
      {
        cwd,
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: folder,
          RECORDED_HANDLES: record,
          OPENAI_ADMIN_KEY: "sk-admin-none",
        },
        stdio: [openSync(os.devNull, "r"), out, out],
      },
    );
    const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
    closeSync(out);
    return {
      code,
      handles: JSON.parse(readFileSync(record, "utf8")) as unknown,
      output: readFileSync(path.join(folder, "output"), "utf8"),
    };
  }

  it.each(FOLDERS.map(({ name }) => name))("opens no socket and starts no process for %s", async (recording) => {
    const { handles, code } = await handlesOf(["lint"], path.join(RECORDINGS, recording, "config"));
    expect(handles).toEqual([]);
    expect(code).not.toBe(2);
  });

  it("opens none for files that HCL's own parser checks, and for every format", async () => {
    const formats = [
      "pretty",
      "compact",
      "json",
      "sarif",
      "github",
      "gitlab",
      "checkstyle",
      "junit",
      "rdjson",
      "markdown",
    ];
    const args = ["lint", ...formats.flatMap((format) => ["--format", format])];
    const half = path.join(folder, "half-written");
    mkdirSync(half);
    writeFileSync(path.join(half, "main.tf"), 'resource "openai_invite" "kim" {\n  email = "Kim@example.com\n');
    const { handles, code } = await handlesOf(args, half);
    expect(handles).toEqual([]);
    expect(code).toBe(2);
  });

  it("works with permission to read only", async () => {
    const permission = [
      "--no-warnings",
      "--experimental-permission",
      "--allow-fs-read=*",
      `--allow-fs-write=${folder}`,
    ];
    const { code, output } = await handlesOf(["lint"], path.join(RECORDINGS, "openai-openai-1.1.0/config"), permission);
    expect(output).toContain("[project-scoped-invite]");
    expect(code).toBe(0);
  });

  it("is a real test: check opens both", async () => {
    const { handles } = await handlesOf(["check"], path.join(RECORDINGS, "openai-openai-1.1.0/config"));
    expect(handles).not.toEqual([]);
  });
});
