import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { VERSION } from "../../src/base/version.js";
import { ROOT } from "../support/program.js";
import { inScene } from "../support/recording.js";

const BIN = path.join(ROOT, "bin/tfinvite.js");
const NEEDED = packageJson.engines.node.replace(">=", "");

/** Runs a shell command line in which `tfinvite` is the built program. */
function shell(line: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const script = `set -o pipefail\ntfinvite() { '${process.execPath}' '${BIN}' "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
  });
  return { status, stdout, stderr };
}

const STORY = { recording: "openai-openai-1.1.0", state: "state-refreshed.tfstate" };
const ESCAPE = "\u001b[";

describe("the process", () => {
  it("does not fail when the reader of its output stops early", () =>
    inScene(STORY, async ({ directory }) => {
      const { stdout, stderr } = shell("tfinvite check --offline --format json | head -n 1", directory);
      expect(stdout.split("\n")).toHaveLength(2);
      expect(stderr).toBe("");
    }));

  it.skipIf(!existsSync("/dev/full"))(
    "exits 2 with one line where the output cannot be written (needs /dev/full)",
    () =>
      inScene(STORY, async ({ directory }) => {
        const { status, stderr } = shell("tfinvite check --offline --format json > /dev/full", directory);
        expect([status, stderr]).toEqual([
          2,
          "error: cannot write the output: ENOSPC: no space left on device, write\n",
        ]);
      }),
  );

  it("colours a pipe only with FORCE_COLOR, and never with NO_COLOR", () =>
    inScene(STORY, async ({ directory }) => {
      const coloured = (env: Readonly<Record<string, string>>) =>
        shell("tfinvite status --offline", directory, env).stdout.includes(ESCAPE);
      expect(coloured({})).toBe(false);
      expect(coloured({ FORCE_COLOR: "1" })).toBe(true);
      expect(coloured({ FORCE_COLOR: "0" })).toBe(false);
      expect(coloured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    }));

  it("shows no progress outside a terminal", () =>
    inScene(STORY, async ({ directory, api }) => {
      const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
      expect(shell("tfinvite status", directory, env).stderr).not.toContain("\r");
    }));
});

describe("the version of Node", () => {
  /** The program under another version of Node, as far as it can tell. */
  function under(version: string) {
    const fake = `data:text/javascript,Object.defineProperty(process, "version", { value: "${version}" })`;
    const run = spawnSync(process.execPath, ["--import", fake, BIN, "--version"], { encoding: "utf8", env: {} });
    return [run.status, run.stdout, run.stderr];
  }

  it.each(["v18.20.8", "v20.18.0", "v20.9.3"])("%s is too old, which one line says", (version) =>
    expect(under(version)).toEqual([2, "", `error: tfinvite needs Node ${NEEDED} or later; this is ${version}\n`]),
  );

  it.each([`v${NEEDED}`, "v21.0.0"])("%s is not", (version) => expect(under(version)).toEqual([0, `${VERSION}\n`, ""]));
});
