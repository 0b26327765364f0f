// Plays the main job on a recorded configuration and state, against a stand-in for OpenAI's Admin API on loopback.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import picocolors from "picocolors";
import { startStandIn } from "../test/stand-in/server.js";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const RECORDING = path.join(ROOT, "fixtures/recordings/openai-openai-1.1.0");
const TWO_DAYS = 2 * 86_400;

let step = 0;
function heading(text: string): void {
  step += 1;
  console.log(`\n${picocolors.bold(picocolors.inverse(` ${step} `))} ${picocolors.bold(text)}`);
}

/** A copy of the recorded root module as Terraform would have left it: configuration, module manifest, local state. */
function copyRecording(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "tfinvite-demo-"));
  cpSync(path.join(RECORDING, "config"), directory, { recursive: true });
  mkdirSync(path.join(directory, ".terraform/modules"), { recursive: true });
  cpSync(
    path.join(RECORDING, "config-terraform-dir/modules.json"),
    path.join(directory, ".terraform/modules/modules.json"),
  );
  writeFileSync(path.join(directory, "terraform.tfstate"), readFileSync(path.join(RECORDING, "state-created.tfstate")));
  return directory;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
}

/** Shows and runs one tfinvite command line as a user would have it. */
function tfinvite(args: readonly string[], directory: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  console.log(picocolors.cyan(`$ tfinvite ${args.join(" ")}`));
  const child = spawn(process.execPath, [path.join(ROOT, "bin/tfinvite.js"), ...args], {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => {
    pieces.push(piece);
    process.stdout.write(piece);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(pieces).toString() }));
  });
}

function terraform(args: readonly string[], directory: string): string {
  const { status, stdout, stderr } = spawnSync("terraform", args, {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, TF_IN_AUTOMATION: "1" },
  });
  if (status !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}

async function demo(): Promise<void> {
  const directory = copyRecording();
  const api = await startStandIn({ recording: RECORDING, sentAgo: TWO_DAYS });
  const color = picocolors.isColorSupported ? { FORCE_COLOR: "1" } : {};
  const env = { ...process.env, ...color, OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, OPENAI_ORG_ID: "" };
  try {
    console.log(`A recorded root module of openai/openai 1.1.0 with thirteen invites, two days after they were sent:
seven were accepted (for one of them the API still says pending), one ran out, one was revoked.
The Admin API is a stand-in on ${api.url}; nothing leaves this machine.`);

    heading("Every invite with its live standing");
    await tfinvite(["status"], directory, env);

    heading("What will go wrong, before an apply finds out");
    await tfinvite(["check", "--format", "pretty"], directory, env);

    heading("The commands that forget the spent invites (standard output) and what else must change (standard error)");
    const { stdout: command } = await tfinvite(["repair", "--shell", "bash"], directory, env);

    if (spawnSync("terraform", ["version"]).status !== 0) {
      console.log("\nTerraform is not on the PATH, so the command is not run here.");
      return;
    }
    heading("The same command, run by bash and a real Terraform on a copy of the state");
    // A folder with nothing but the state: no provider has to be installed there to take something out of it.
    const copy = path.join(directory, "copy");
    mkdirSync(copy);
    cpSync(path.join(directory, "terraform.tfstate"), path.join(copy, "terraform.tfstate"));
    const before = terraform(["state", "list"], copy).trim().split("\n");
    const { status, stdout, stderr } = spawnSync("bash", {
      cwd: copy,
      input: command,
      encoding: "utf8",
      env: { ...process.env, TF_IN_AUTOMATION: "1" },
    });
    console.log(picocolors.cyan("$ tfinvite repair | bash"));
    console.log((stdout + stderr).trim());
    if (status !== 0) throw new Error("the emitted command failed");
    const after = new Set(terraform(["state", "list"], copy).trim().split("\n"));
    console.log(`\nThe state before and after:`);
    for (const address of before) console.log(after.has(address) ? `  ${address}` : picocolors.red(`- ${address}`));

    heading("The other half: still declared, so the next apply would send them again, and fail");
    await tfinvite(["check", "--format", "compact", "--state", path.join("copy", "terraform.tfstate")], directory, env);
  } finally {
    await api.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

await demo();
