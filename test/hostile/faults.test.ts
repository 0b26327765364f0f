import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { recordFigures } from "../support/figures.js";
import { BIN, FIXED_CLOCK, NOW, ROOT } from "../support/program.js";
import { HOSTILE_SERVERS, startHostileServer } from "./servers.js";

/** `npm run faults` runs each command with each fault, and measures the time; `npm test` runs one command with each fault. */
const ALL = process.env["TFINVITE_FAULTS"] === "all";
const KEY = "sk-admin-MARKED0123456789abcdefghijklmnop";
const COMMANDS = [["status", "--format", "json"], ["check"], ["repair"], ["repair", "--apply", "--yes"]];
const SHORT = COMMANDS.slice(0, 1);
/** Seconds. */
const DEADLINE = ALL ? 3 : 1;

const state = JSON.stringify({
  version: 4,
  terraform_version: "1.11.4",
  serial: 3,
  lineage: "faults",
  outputs: {},
  resources: ["a", "b", "c"].map((name) => ({
    mode: "managed",
    type: "openai_invite",
    name,
    provider: 'provider["registry.terraform.io/openai/openai"]',
    instances: [
      {
        schema_version: 0,
        attributes: {
          id: `invite-${name}`,
          invite_id: `invite-${name}`,
          email: `${name}@example.com`,
          role: "reader",
          status: "pending",
        },
      },
    ],
  })),
});
const main = ["a", "b", "c"]
  .map((name) => `resource "openai_invite" "${name}" {\n  email = "${name}@example.com"\n  role  = "reader"\n}\n`)
  .join("\n");
const BACKEND = 'terraform {\n  backend "s3" {}\n}\n\n';

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly seconds: number;
}

let tried = 0;
/** How many seconds a run takes where nothing is wrong: on a loaded machine that is several. */
let usual = 0;
afterAll(() => {
  process.stdout.write(`${tried} runs with a fault\n`);
  const servers = Object.keys(HOSTILE_SERVERS).length;
  if (ALL) recordFigures((figures) => ({ ...figures, faults: { runs: tried, servers } }));
});

describe.skipIf(process.platform === "win32")("faults (signals, pipes and modes are POSIX's)", () => {
  let folder = "";
  const at = (name: string) => path.join(folder, name);

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-faults-"));
    mkdirSync(at("root"));
    mkdirSync(at("home"));
    writeFileSync(at("root/main.tf"), main);
    writeFileSync(at("root/terraform.tfstate"), state);
    if (!ALL) return;
    usual = (await run(["status", "--offline"], {})).seconds;
    tried -= 1;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Everything below a folder, with the bytes of files. */
  const contents = (below: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(at(below), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .map((file) => [path.relative(folder, file), readFileSync(file, "latin1")]),
    );

  async function run(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    during?: (child: ReturnType<typeof spawn>) => void,
    {
      stdio = "pipe",
      clock = FIXED_CLOCK,
      user,
      bin = BIN,
    }: {
      readonly stdio?: "pipe" | number;
      readonly clock?: string;
      readonly user?: number | undefined;
      readonly bin?: string;
    } = {},
  ): Promise<Ended> {
    tried += 1;
    const began = performance.now();
    const child = spawn(process.execPath, ["--import", clock, bin, ...args], {
      cwd: at("root"),
      detached: true,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: at("home"),
        TFINVITE_TEST_NOW: String(NOW),
        OPENAI_ADMIN_KEY: KEY,
        ...env,
      },
      stdio: ["ignore", stdio, "pipe"],
      ...(user !== undefined && { uid: user, gid: user }),
    });
    let output = "";
    child.stdout?.on("data", (piece: Buffer) => (output += piece));
    child.stderr?.on("data", (piece: Buffer) => (output += piece));
    during?.(child);
    const ended = await new Promise<Ended>((resolve) =>
      child.on("close", (code, signal) =>
        resolve({ code, signal, output, seconds: (performance.now() - began) / 1000 }),
      ),
    );
    // It has its own process group, and no process is left in the group.
    expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow("ESRCH");
    for (const secret of [KEY, KEY.slice(9), Buffer.from(KEY).toString("base64")]) expect(output).not.toContain(secret);
    return ended;
  }

  /** Checks that no status is reported as known, and that no file is changed or created. */
  function expectNothing(
    { code, output, seconds }: Ended,
    before: Record<string, string>,
    codes: readonly number[],
  ): void {
    expect({ code, output: codes.includes(code ?? -1) ? "" : output }).toEqual({ code, output: "" });
    expect(output).not.toMatch(/"status": "(?!unknown)/);
    expect(contents("root")).toEqual(before);
    expect(contents("home")).toEqual({});
    if (ALL) expect(seconds).toBeLessThan(DEADLINE + 1 + 4 * usual);
  }

  const commands = ALL ? COMMANDS : SHORT;

  it.each(Object.entries(HOSTILE_SERVERS))("a server that %s", async (_, behaviour) => {
    const server = await startHostileServer(behaviour);
    const before = contents("root");
    try {
      for (const command of commands) {
        const ended = await run([...command, "--deadline", `${DEADLINE}s`], { OPENAI_BASE_URL: server.url });
        expectNothing(ended, before, command.includes("--apply") ? [2, 3] : [3]);
      }
    } finally {
      await server.close();
    }
  });

  it("no server, a server without TLS, no proxy, and hosts that do not exist", async () => {
    const server = await startHostileServer((_, response) => response.end());
    const before = contents("root");
    const { port } = new URL(server.url);
    const environments = [
      { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
      { OPENAI_BASE_URL: `https://127.0.0.1:${port}/v1` },
      { OPENAI_BASE_URL: "https://nowhere.invalid/v1" },
      { OPENAI_BASE_URL: "https://nowhere.invalid/v1", HTTPS_PROXY: "http://127.0.0.1:9" },
      { OPENAI_BASE_URL: "https://nowhere.invalid/v1", HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" },
    ];
    for (const env of environments)
      for (const command of commands)
        expectNothing(
          await run([...command, "--deadline", `${DEADLINE}s`], env),
          before,
          command.includes("--apply") ? [2, 3] : [3],
        );
    await server.close();
  });

  /** Programs that stand in for Terraform. `exec` replaces the shell, so that the waiting program gets the signal. */
  const TERRAFORMS: Readonly<Record<string, string | undefined>> = {
    "is missing": undefined,
    hangs: "exec sleep 600",
    "hangs, and does not listen": "trap '' INT TERM; while :; do sleep 1; done",
    "is killed": "kill -9 $$",
    "prints rubbish": "head -c 300000 /dev/urandom",
    "prints without end": "exec cat /dev/zero",
    "prints another kind of JSON": "echo '{\"valid\":true}'",
    "fails with a key in its words": `echo "Error: Incorrect API key ${KEY}" >&2; exit 1`,
    "is of another time": `echo '{"version":9,"terraform_version":"9.0.0","serial":1,"lineage":"x"}'`,
  };

  it.each(Object.entries(TERRAFORMS))("a Terraform that %s", async (_, script) => {
    rmSync(at("root/terraform.tfstate"));
    writeFileSync(at("root/main.tf"), BACKEND + main);
    mkdirSync(at("bin"));
    if (script !== undefined) {
      writeFileSync(at("bin/terraform"), `#!/bin/sh\n${script}\n`);
      chmodSync(at("bin/terraform"), 0o755);
    }
    const before = contents("root");
    // The machine's own Terraform must not be found, but sh, sleep and other tools must.
    const PATH = `${at("bin")}:/usr/bin:/bin`;
    for (const command of commands) {
      const ended = await run([...command, "--deadline", `${DEADLINE}s`], {
        PATH,
        OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      });
      expect(ended.output).not.toMatch(/"status": "(?!unknown|not-sent)/);
      expect([2, 3]).toContain(ended.code);
      expect(contents("root")).toEqual(before);
    }
  });

  it.skipIf(process.platform !== "linux")("a full disk (/dev/full is Linux's)", async () => {
    const before = contents("root");
    const env = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
    for (const command of ["lint", "check"]) {
      const { code, output } = await run([command, "--format", "json:/dev/full"], env);
      expect(code).toBe(2);
      expect(output).toContain("ENOSPC");
    }
    const full = openSync("/dev/full", "w");
    expect((await run(["status"], env, undefined, { stdio: full })).code).toBe(2);
    expect(contents("root")).toEqual(before);
  });

  it("links in a circle, a folder that vanishes, and one that may not be read", async () => {
    symlinkSync("loop.tf", at("root/loop.tf"));
    symlinkSync(".", at("root/self"));
    expect((await run(["lint"], {})).code).toBe(2);
    rmSync(at("root/loop.tf"));
    expect((await run(["lint"], {})).code).toBe(0);
    const gone = await run(["lint", "gone"], {});
    expect([gone.code, gone.output]).toEqual([2, expect.stringContaining("no such file or directory: gone")]);
  });

  it("a file that vanishes between the listing and the reading", async () => {
    const NODE_OPTIONS = `--import ${new URL("../support/vanishing-file.mjs", import.meta.url).href}`;
    for (const command of [["lint"], ["lint", "--fix"], ["check", "--offline"], ["status", "--offline"]]) {
      writeFileSync(at("root/gone.tf"), 'resource "openai_invite" "d" {\n  email = "d@example.com"\n}\n');
      const { code, output } = await run(command, { NODE_OPTIONS });
      // Other commands than lint look for a state first, and list the folder again later.
      expect([command, code]).toEqual([command, command.includes("lint") || output.includes("gone.tf") ? 2 : 0]);
      expect(readdirSync(at("root")).sort()).toEqual(["main.tf", "terraform.tfstate"]);
    }
  });

  /** Root may read and write everything, so as root the tests run the program as another user. */
  const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

  /** The program in a folder that every user can read, as this checkout may not be: its `bin` and the clock. */
  function programForAnyone(): { readonly bin: string; readonly clock: string } {
    const lock = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
    const { packages } = lock.parse(JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")));
    const installed = Object.keys(packages).filter((name) => name !== "" && packages[name]?.dev !== true);
    for (const part of ["package.json", "bin", "dist", "test/support/fixed-clock.mjs", ...installed]) {
      cpSync(path.join(ROOT, part), at(`program/${part}`), { recursive: true, dereference: true });
    }
    return {
      bin: at("program/bin/tfinvite.js"),
      clock: pathToFileURL(at("program/test/support/fixed-clock.mjs")).href,
    };
  }

  it("another user's files, and a folder that may not be written", async () => {
    chmodSync(folder, 0o755);
    const program = programForAnyone();
    const fixable = main.replace('"a@example.com"', '"A@Example.com"');
    writeFileSync(at("root/main.tf"), fixable);
    const server = await startHostileServer(HOSTILE_SERVERS["answers with nothing"] ?? (() => {}));
    const env = { OPENAI_BASE_URL: server.url };
    const before = contents("root");
    const change = async (file: string, mode: number, play: () => Promise<void>) => {
      chmodSync(at(file), mode);
      await play();
      chmodSync(at(file), file === "root" ? 0o755 : 0o644);
      expect(contents("root")).toEqual(before);
      expect(contents("home")).toEqual({});
    };
    const refused = async (commands: readonly (readonly string[])[], codes = [2]) => {
      for (const command of commands) {
        const { code, output } = await run(command, env, undefined, { user: NOBODY, ...program });
        expect({ command, code, output: codes.includes(code ?? -1) ? "" : output }).toEqual({
          command,
          code,
          output: "",
        });
        expect(output).toMatch(/EACCES|EPERM|permission (?:is )?denied|can't be read/i);
        expect(output).not.toMatch(/"status": "(?!unknown)/);
      }
    };
    await change("root", 0o555, () =>
      refused([
        ["lint", "--fix"],
        ["lint", "--format", "json:report.json"],
        ["lint", "--update-baseline", "--baseline", "baseline.json"],
      ]),
    );
    await change("root/main.tf", 0o000, () => refused([["lint"], ["lint", "--fix"], ["check"], ["repair"]], [2, 3]));
    await change("root/terraform.tfstate", 0o000, () => refused(COMMANDS, [2, 3]));
    await change("root", 0o000, () =>
      refused(
        [
          ["lint", at("root")],
          ["check", at("root")],
        ].slice(0, NOBODY ? 2 : 0),
      ),
    );
    await server.close();
  });

  it("a signal at any moment", async () => {
    const server = await startHostileServer(() => {});
    const before = contents("root");
    const signals = [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const;
    const waits = ALL ? [0, 30, 60, 90, 120, 200, 300, 500, 800] : [150, 600];
    for (const command of commands)
      for (const wait of waits)
        for (const [signal, exit] of signals) {
          const ended = await run([...command], { OPENAI_BASE_URL: server.url }, (child) =>
            setTimeout(() => child.kill(signal), wait),
          );
          expect(ended.code === exit || ended.signal === signal).toBe(true);
          expect(contents("root")).toEqual(before);
          expect(contents("home")).toEqual({});
        }
    await server.close();
  });

  it("a clock that jumps: the deadline neither passes at once nor never", async () => {
    const jumping = { clock: new URL("../support/jumping-clock.mjs", import.meta.url).href };
    const server = await startHostileServer(HOSTILE_SERVERS["answers with nothing"] ?? (() => {}));
    const silent = await startHostileServer(() => {});
    const before = contents("root");
    for (const command of commands) {
      const asked = [...command, "--deadline", `${DEADLINE}s`];
      const answered = await run(asked, { OPENAI_BASE_URL: server.url }, undefined, jumping);
      expect(answered.output).not.toContain("the deadline passed");
      const waited = await run(asked, { OPENAI_BASE_URL: silent.url }, undefined, jumping);
      for (const ended of [answered, waited]) expectNothing(ended, before, command.includes("--apply") ? [2, 3] : [3]);
    }
    await server.close();
    await silent.close();
  });

  it("a reader that closes the pipe early", async () => {
    const before = contents("root");
    for (const command of [["status", "--offline"], ["lint"], ["explain"]]) {
      const { code } = await run(command, {}, (child) => child.stdout?.destroy());
      expect([0, 1, 2, 3]).toContain(code);
      expect(contents("root")).toEqual(before);
    }
  });
});
