import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BIN, type Ran, ROOT } from "../support/program.js";
import { inScene } from "../support/recording.js";

// Not in CI, since the executables take minutes to make: `npm run binaries`, then this file alone.
const MADE = path.join(ROOT, "build/binaries");
const LINUX = path.join(MADE, "tfinvite-linux-x64");
const WINDOWS = path.join(MADE, "tfinvite-windows-x64.exe");
const WINE = "/usr/lib/wine/wine64";
const isLinuxRoot = process.platform === "linux" && process.arch === "x64" && process.getuid?.() === 0;

/** A run of a program that may exit with anything. */
async function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const ran = z.object({ code: z.number().default(0), stdout: z.string(), stderr: z.string() });
  return ran.parse(await promisify(execFile)(program, args, { cwd, env }).catch((error: unknown) => error));
}

describe.skipIf(!existsSync(path.join(MADE, "SHA256SUMS")))(
  "single executables (skipped before npm run binaries)",
  () => {
    it("have their sums, and a bill of materials with Node.js in it", () => {
      for (const line of readFileSync(path.join(MADE, "SHA256SUMS"), "utf8").trim().split("\n")) {
        const [sum, file = ""] = line.split("  ");
        expect(
          createHash("sha256")
            .update(readFileSync(path.join(MADE, file)))
            .digest("hex"),
        ).toBe(sum);
      }
      const { components } = z
        .object({ components: z.array(z.object({ name: z.string(), version: z.string() })) })
        .parse(JSON.parse(readFileSync(path.join(MADE, "sbom.cdx.json"), "utf8")));
      const { version } = z
        .object({ version: z.string() })
        .parse(JSON.parse(readFileSync(path.join(ROOT, "scripts/binaries/nodes.json"), "utf8")));
      expect(components.filter(({ name }) => name === "node").map((node) => node.version)).toEqual([version]);
      expect(readFileSync(path.join(MADE, "THIRD-PARTY-LICENSES.txt"), "utf8")).toContain(`Node.js ${version}`);
    });

    it.skipIf(!existsSync(LINUX) || !isLinuxRoot)(
      "for linux-x64 does what the package does, in a root with only the C and C++ libraries (skipped without root on linux-x64)",
      { timeout: 240_000 },
      () =>
        inScene({ recording: "openai-openai-1.1.0" }, async ({ directory, api }) => {
          // The scene becomes the root: there is no shell, no Node.js and no /proc, /dev or /tmp in it.
          const libraries = execFileSync("ldd", [LINUX], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? [];
          expect(libraries.length).toBeGreaterThan(4);
          for (const file of libraries) cpSync(file, path.join(directory, file), { dereference: true });
          cpSync(LINUX, path.join(directory, "tfinvite"));
          const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, HOME: "/", TZ: "UTC" };
          expect((await run("/usr/sbin/chroot", [directory, "/bin/sh"], "/", env)).code).toBe(127);
          for (const args of [
            ["--version"],
            ["explain", "accepted-invite"],
            ["lint", "--format", "json"],
            ["lint", "--fix-dry-run"],
            ["check", "--offline", "--format", "json"],
            ["check", "--format", "json", "--format", "sarif:out.sarif"],
            ["status", "--format", "json", "--all"],
            ["completion", "bash"],
            ["init", "--dry-run"],
            ["lint", "--formt"],
          ]) {
            const whole = await run(process.execPath, [BIN, ...args], directory, env);
            const single = await run("/usr/sbin/chroot", [directory, "/tfinvite", ...args], "/", env);
            expect(single, args.join(" ")).toEqual(whole);
            expect(whole.code, args.join(" ")).toBe(args.includes("--formt") ? 2 : 0);
          }
        }),
    );

    it.skipIf(!existsSync(WINDOWS) || !existsSync(WINE))(
      "for windows-x64, under Wine: lint and check --offline, into files (skipped without wine64)",
      { timeout: 240_000 },
      () =>
        inScene({ recording: "openai-openai-1.1.0" }, async ({ directory }) => {
          const prefix = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
          try {
            // Under Wine, Node.js has no pipes.
            const wine = (args: readonly string[]) =>
              run("sh", ["-c", 'exec "$@" </dev/null >log.txt 2>&1', "sh", WINE, ...args], directory, env);
            const env = { WINEPREFIX: prefix, WINEDEBUG: "-all", HOME: prefix, PATH: process.env["PATH"] };
            const version = ["reg", "add", String.raw`HKCU\Software\Wine`, "/v", "Version", "/d", "win10", "/f"];
            expect((await wine(version)).code).toBe(0);
            for (const args of [["lint"], ["check", "--offline"]]) {
              const { code } = await wine([WINDOWS, ...args, "--format", "compact:windows.txt"]);
              const linux = await run(
                process.execPath,
                [BIN, ...args, "--format", "compact:linux.txt"],
                directory,
                env,
              );
              expect(code).toBe(linux.code);
              const text = (file: string) => readFileSync(path.join(directory, file), "utf8");
              expect(text("linux.txt")).toMatch(/project-scoped-invite/);
              expect(text("windows.txt")).toBe(text("linux.txt"));
            }
          } finally {
            rmSync(prefix, { recursive: true, force: true });
          }
        }),
    );
  },
);
