import { execFileSync, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { reportSchema } from "../../src/report/json-schema.js";
import { ROOT } from "../support/program.js";
import { inScene, type Scene } from "../support/recording.js";
import { onPath } from "../support/shells.js";

const posix = process.platform !== "win32";

/** Runs in a recorded root module; `write` runs `status --format json:FILE` and returns its exit code and message. */
function withReport(
  play: (scene: Scene & { write(file: string): Promise<readonly [number, string]> }) => Promise<void>,
) {
  return inScene({ recording: "openai-openai-1.1.0" }, (scene) =>
    play({
      ...scene,
      write: async (file) => {
        const shown = { stdout: "", stderr: "" };
        const code = await main(["status", "--offline", "--format", `json:${file}`], {
          stdin: Readable.from([]),
          stdout: { write: (text) => (shown.stdout += text) },
          stderr: { write: (text) => (shown.stderr += text) },
          env: {},
          cwd: scene.directory,
          platform: process.platform,
          signal: new AbortController().signal,
        });
        expect(shown.stdout).toBe("");
        return [code, shown.stderr];
      },
    }),
  );
}

function expectReport(text: string) {
  expect(reportSchema.parse(JSON.parse(text)).invites).toHaveLength(13);
}

async function leftovers(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => file.includes(".part"));
}

/** Everything that a program reads from a pipe, as text. */
function reading(argv: readonly [string, ...string[]], cwd: string): Promise<string> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(Buffer.concat(pieces).toString()));
  });
}

describe("--format F:FILE", () => {
  it("creates a file, and replaces an existing one", () =>
    withReport(async ({ directory, write }) => {
      const file = path.join(directory, "report.json");
      expect(await write("report.json")).toEqual([0, ""]);
      expectReport(await readFile(file, "utf8"));
      await writeFile(file, "x".repeat(1_000_000));
      expect(await write(file)).toEqual([0, ""]);
      expectReport(await readFile(file, "utf8"));
      expect(await leftovers(directory)).toEqual([]);
    }));

  it("can have a name of the maximum length", () =>
    withReport(async ({ directory, write }) => {
      const name = `${"r".repeat(250)}.json`;
      expect(await write(name)).toEqual([0, ""]);
      expectReport(await readFile(path.join(directory, name), "utf8"));
    }));

  it.skipIf(!posix)("keeps the permissions of the file that it replaces (needs POSIX permissions)", () =>
    withReport(async ({ directory, write }) => {
      const file = path.join(directory, "report.json");
      await writeFile(file, "");
      await chmod(file, 0o640);
      expect(await write("report.json")).toEqual([0, ""]);
      expect((await stat(file)).mode & 0o777).toBe(0o640);
    }),
  );

  it.skipIf(!posix).each(["there", "not there yet"])(
    "writes to the target of a symbolic link, %s, and keeps the link (needs symbolic links)",
    (target) =>
      withReport(async ({ directory, write }) => {
        await mkdir(path.join(directory, "reports"));
        const file = path.join(directory, "reports/latest.json");
        const link = path.join(directory, "report.json");
        if (target === "there") await writeFile(file, "old");
        await symlink("reports/latest.json", link);
        expect(await write("report.json")).toEqual([0, ""]);
        expect(await readlink(link)).toBe("reports/latest.json");
        expectReport(await readFile(file, "utf8"));
        expect(await leftovers(path.join(directory, "reports"))).toEqual([]);
      }),
  );

  it.skipIf(!posix)("does not replace /dev/null, also behind a link (needs /dev/null)", () =>
    withReport(async ({ directory, write }) => {
      await symlink("/dev/null", path.join(directory, "nothing"));
      expect(await write("/dev/null")).toEqual([0, ""]);
      expect(await write("nothing")).toEqual([0, ""]);
      expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
      expect(await leftovers("/dev")).toEqual([]);
    }),
  );

  it.skipIf(!posix)("writes into a named pipe (needs mkfifo)", () =>
    withReport(async ({ directory, write }) => {
      execFileSync("mkfifo", ["pipe"], { cwd: directory });
      const [text, ran] = await Promise.all([reading(["cat", "pipe"], directory), write("pipe")]);
      expect(ran).toEqual([0, ""]);
      expectReport(text);
      expect((await lstat(path.join(directory, "pipe"))).isFIFO()).toBe(true);
    }),
  );

  it.skipIf(onPath("bash") === undefined)("writes into a process substitution (needs bash on the PATH)", () =>
    withReport(async ({ directory }) => {
      const script = `"$0" "$1" status --offline --format json:>(cat > copy.json; touch done) --format json`;
      const shown = await reading(
        ["bash", "-c", script, process.execPath, path.join(ROOT, "bin/tfinvite.js")],
        directory,
      );
      // bash does not wait for the other process of a process substitution.
      await expect
        .poll(() => access(path.join(directory, "done"), constants.F_OK), { timeout: 30_000 })
        .toBe(undefined);
      const copy = await readFile(path.join(directory, "copy.json"), "utf8");
      expectReport(copy);
      expect(copy).toBe(shown);
    }),
  );

  it.skipIf(!posix)("appends to the file that is standard error (needs /dev/stderr)", () =>
    withReport(async ({ directory }) => {
      const script = `"$0" "$1" status --offline --format json:/dev/stderr 2>> log`;
      await writeFile(path.join(directory, "log"), "before\n");
      await reading(["sh", "-c", script, process.execPath, path.join(ROOT, "bin/tfinvite.js")], directory);
      const [before, ...added] = (await readFile(path.join(directory, "log"), "utf8")).split("\n");
      expect(before).toBe("before");
      expectReport(added.join("\n"));
      expect(await leftovers(directory)).toEqual([]);
    }),
  );

  it.skipIf(!posix).each([
    ["no/such/folder/report.json", "ENOENT: no such file or directory, open 'no/such/folder/report.json'"],
    ["invites.tf/report.json", "ENOTDIR: not a directory, open 'invites.tf/report.json'"],
    ["modules", "EISDIR: illegal operation on a directory, open 'modules'"],
    ["it's", "EISDIR: illegal operation on a directory, open 'it's'"],
    ["loop", "ELOOP: too many symbolic links encountered, open 'loop'"],
  ])("says in one line why %s cannot be written (needs POSIX error codes)", (file, reason) =>
    withReport(async ({ directory, write }) => {
      await mkdir(path.join(directory, "it's"));
      await symlink("loop", path.join(directory, "loop"));
      expect(await write(file)).toEqual([2, `error: cannot write ${file}: ${reason}\n`]);
      expect(await leftovers(directory)).toEqual([]);
    }),
  );
});
