import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { childEnvironment } from "../../../src/terraform/run/child-environment.js";
import {
  plainText,
  type Run,
  type RunOptions,
  type RunResult,
  runReading,
  runTerraform,
} from "../../../src/terraform/run/run-terraform.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-run-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A real program that stands in for Terraform: Node with a script. */
async function program(script: string): Promise<readonly string[]> {
  const file = path.join(folder, "program.mjs");
  await writeFile(file, script);
  return [process.execPath, file];
}

const scriptOptions = async (script: string, options: Partial<RunOptions>): Promise<RunOptions> => ({
  argv: await program(script),
  args: [],
  directory: folder,
  env: process.env,
  ...options,
});

async function run(script: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
  return await runTerraform(await scriptOptions(script, options));
}

function ended<Output>(result: RunResult<Output>): Run<Output> {
  if (!result.ok) throw new Error(result.message);
  return result;
}

describe("childEnvironment", () => {
  it("removes arguments and logging, and says so", () => {
    const { env, removed } = childEnvironment({
      PATH: "/bin",
      TF_CLI_ARGS: "-no-color",
      TF_CLI_ARGS_state_rm: "-dry-run",
      TF_CLI_ARGS_plan: "",
      TF_LOG: "TRACE",
      TF_LOG_CORE: "TRACE",
      TF_WORKSPACE: "eu",
      TF_DATA_DIR: "data",
      TF_INPUT: "1",
      TF_CLI_CONFIG_FILE: "rc",
      TF_TOKEN_app_terraform_io: "t",
      AWS_PROFILE: "p",
    });
    expect(env).toEqual({
      PATH: "/bin",
      TF_WORKSPACE: "eu",
      TF_DATA_DIR: "data",
      TF_CLI_CONFIG_FILE: "rc",
      TF_TOKEN_app_terraform_io: "t",
      AWS_PROFILE: "p",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
    });
    expect(removed).toEqual(["TF_CLI_ARGS", "TF_CLI_ARGS_state_rm", "TF_LOG", "TF_LOG_CORE"]);
  });

  it("keeps logging that goes to a file", () => {
    const { env, removed } = childEnvironment({ TF_LOG: "TRACE", TF_LOG_PATH: "log" });
    expect(env).toMatchObject({ TF_LOG: "TRACE", TF_LOG_PATH: "log" });
    expect(removed).toEqual([]);
  });

  it("withholds the given variables without reporting them", () => {
    const { env, removed } = childEnvironment({ A_KEY: "secret", B: "b" }, (name) => name.startsWith("A_"));
    expect(env).toEqual({ B: "b", TF_IN_AUTOMATION: "1", TF_INPUT: "0" });
    expect(removed).toEqual([]);
  });
});

describe("plainText", () => {
  it("removes colours, frames and what may be secret in a URL", () => {
    expect(plainText("\u001b[31m╷\u001b[0m\n│ \u001b[1mError: \u001b[0mno\n│ \n│   on main.tf line 2:\n╵\n")).toBe(
      "Error: no\n\n  on main.tf line 2:",
    );
    expect(plainText('Get "https://user:hunter2@example.com/state?sig=hunter2&x=1": refused')).toBe(
      'Get "https://***@example.com/state?***": refused',
    );
  });
});

describe("runTerraform", () => {
  it("passes arguments on as they are, in the directory, with the prefix in front", async () => {
    const nasty = ['t["a b"]', "o'neil", "$HOME `id` \\ %PATH% !x *", "new\nline", "", "ключ", "-x"];
    const script = "process.stdout.write(JSON.stringify([process.cwd(), ...process.argv.slice(2)]))";
    const [node, file] = await program(script);
    const result = await runTerraform({
      argv: [node ?? "", file ?? "", "run", "--"],
      args: nasty,
      directory: folder,
      env: process.env,
    });
    const [cwd, ...args]: string[] = JSON.parse(ended(result).stdout.toString());
    expect(path.basename(cwd ?? "")).toBe(path.basename(folder));
    expect(args).toEqual(["run", "--", ...nasty]);
  });

  it("gives the exit code, the output as bytes and the plain end of stderr", async () => {
    const result = await run(`
      process.stdout.write(Buffer.from([0xff, 0, 10]));
      process.stderr.write("x".repeat(100_000) + "\\n\\u001b[31mError: the end\\u001b[0m\\n");
      process.exitCode = 7;`);
    const { exitCode, signal, stdout, stderr } = ended(result);
    expect({ exitCode, signal }).toEqual({ exitCode: 7, signal: undefined });
    expect([...stdout]).toEqual([0xff, 0, 10]);
    expect(stderr.endsWith("Error: the end")).toBe(true);
    expect(stderr.length).toBeLessThan(20_000);
  });

  it("passes its environment without TF_CLI_ARGS, and names what it removed", async () => {
    const result = await run("process.stdout.write(JSON.stringify(process.env))", {
      env: { ...process.env, TF_CLI_ARGS_state_rm: "-dry-run", TF_WORKSPACE: "eu", SECRET: "s" },
      withhold: (name) => name === "SECRET",
    });
    const env: unknown = JSON.parse(ended(result).stdout.toString());
    expect(env).toMatchObject({ TF_IN_AUTOMATION: "1", TF_INPUT: "0", TF_WORKSPACE: "eu" });
    expect(env).not.toHaveProperty("TF_CLI_ARGS_state_rm");
    expect(env).not.toHaveProperty("SECRET");
    expect(ended(result).removedVariables).toContain("TF_CLI_ARGS_state_rm");
  });

  it("writes its input, or an empty one", async () => {
    const echo = "process.stdin.pipe(process.stdout)";
    expect(ended(await run(echo, { input: Buffer.from("hello") })).stdout.toString()).toBe("hello");
    expect(ended(await run(echo)).stdout.toString()).toBe("");
    expect(ended(await run("process.exit(0)", { input: Buffer.alloc(1_000_000) })).exitCode).toBe(0);
  });

  it("lets a reader stop early without blocking the program", async () => {
    let first = 0;
    const script = "for (let i = 0; i < 200; i++) process.stdout.write('x'.repeat(65536))";
    const result = await runReading(await scriptOptions(script, {}), async (output) => {
      for await (const piece of output) {
        first = piece.length;
        break;
      }
    });
    expect(first).toBeGreaterThan(0);
    expect(ended(result).exitCode).toBe(0);
  });

  it("reports a missing program or directory", async () => {
    const missing = { argv: ["no-such-terraform"], args: [], directory: folder, env: { PATH: folder } };
    expect(await runTerraform(missing)).toMatchObject({
      ok: false,
      kind: "not-found",
      message: 'no program "no-such-terraform" on the PATH',
    });
    expect(await runTerraform({ ...missing, argv: [] })).toMatchObject({ ok: false, kind: "not-found" });
    expect(await run("", { directory: path.join(folder, "none") })).toMatchObject({ ok: false, kind: "no-directory" });
  });

  it.skipIf(process.platform === "win32")("says when the program cannot be executed (POSIX modes)", async () => {
    const file = path.join(folder, "terraform");
    await writeFile(file, "#!/no/such/interpreter\n");
    const options = { argv: ["terraform"], args: [], directory: folder, env: { PATH: folder } };
    expect(await runTerraform(options)).toMatchObject({ ok: false, kind: "not-executable" });
    await chmod(file, 0o755);
    expect(await runTerraform(options)).toMatchObject({ ok: false, kind: "not-started" });
    expect(await runTerraform({ ...options, argv: ["./terraform"], cwd: folder })).toMatchObject({
      kind: "not-started",
    });
  });

  it("says when there are too many arguments", async () => {
    const result = await run("", { args: Array.from({ length: 40 }, () => "x".repeat(120_000)) });
    expect(result).toMatchObject({
      ok: false,
      kind: "not-started",
      hint: expect.stringContaining("Name fewer addresses"),
    });
  });
});

describe.skipIf(process.platform === "win32")("an abort (POSIX signals)", () => {
  const abortWhenReady = async (script: string, options: Partial<RunOptions> = {}) => {
    const controller = new AbortController();
    const given = await scriptOptions(script, { signal: controller.signal, ...options });
    return await runReading(given, async (output) => {
      for await (const _ of output) controller.abort();
    });
  };

  it("interrupts the program once, and waits until it has cleaned up", async () => {
    const result = await abortWhenReady(`
      import { appendFileSync } from "node:fs";
      process.on("SIGINT", () => {
        appendFileSync("signals", "SIGINT\\n");
        setTimeout(() => { appendFileSync("signals", "unlocked\\n"); process.exit(1); }, 100);
      });
      setInterval(() => {}, 1000);
      console.log("ready");`);
    expect(result).toMatchObject({ ok: false, kind: "aborted" });
    expect(await readFile(path.join(folder, "signals"), "utf8")).toBe("SIGINT\nunlocked\n");
  });

  it("kills a program that ignores the signal, and its child processes", async () => {
    const result = await abortWhenReady(
      `
      import { spawn } from "node:child_process";
      process.on("SIGINT", () => {});
      const deaf = 'process.on("SIGINT", () => {}); setInterval(() => {}, 1000); console.log(process.pid)';
      spawn(process.execPath, ["-e", deaf], { stdio: "inherit" });
      setInterval(() => {}, 1000);`,
      { gracePeriod: 50 },
    );
    expect(result).toMatchObject({ ok: false, kind: "aborted" });
  });

  it("starts nothing when the abort came first", async () => {
    const result = await run("process.exit(0)", { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, kind: "aborted" });
  });
});
