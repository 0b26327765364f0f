// Shows the main job on a recorded configuration and state, with a stand-in for OpenAI's Admin API on loopback.
// With --shell: starts a shell there, to try it by hand.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import picocolors from "picocolors";
import { z } from "zod";
import { formatAddress } from "../src/terraform/addresses/address.js";
import { quoteWord } from "../src/terraform/shell/shell-quoting.js";
import { startStandIn } from "../test/stand-in/server.js";
import { addressesOfState } from "../test/support/state-addresses.js";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const RECORDING = path.join(ROOT, "fixtures/recordings/openai-openai-1.1.0");
const TWO_DAYS = 2 * 86_400;
/** No program takes more than a few seconds here; a program that hangs must not block the demo. */
const PATIENCE = 60_000;

/** The used invites of the recording: a list made by hand, not by the program. */
const USED = [
  "openai_invite.alice",
  "openai_invite.carol",
  "openai_invite.contractor[1]",
  "openai_invite.scoped",
  'openai_invite.team["dan@example.com"]',
  `openai_invite.team["o'neil@example.com"]`,
  'module.squads["core infra"].openai_invite.member["kim@example.com"]',
];

/** The result of a step differs from what this demo says. */
class DemoFailure extends Error {}

/** The environment without variables that change what Terraform does; those for provider mirrors are kept. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("TF_") || name === "TF_CLI_CONFIG_FILE"),
  ),
  TF_IN_AUTOMATION: "1",
  CHECKPOINT_DISABLE: "1",
};

let step = 0;
function heading(text: string): void {
  step += 1;
  console.log(`\n${picocolors.bold(picocolors.inverse(` ${step} `))} ${picocolors.bold(text)}`);
}

/** A copy of the recorded root module as it is after an apply: configuration, module manifest, local state. */
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

/** Prints one tfinvite command line, runs it, and returns its standard output. */
function tfinvite(
  args: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv,
  expectedCode: number,
): Promise<string> {
  const line = `tfinvite ${args.join(" ")}`;
  console.log(picocolors.cyan(`$ ${line}`));
  const child = spawn(process.execPath, [path.join(ROOT, "bin/tfinvite.js"), ...args], {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: PATIENCE,
  });
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => {
    pieces.push(piece);
    process.stdout.write(piece);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === expectedCode) resolve(Buffer.concat(pieces).toString());
      else reject(new DemoFailure(`${line} ended with ${signal ?? code} instead of ${expectedCode}`));
    });
  });
}

function isOnPath(program: string, versionFlag: string): boolean {
  return spawnSync(program, [versionFlag], { env: ENVIRONMENT, timeout: PATIENCE }).status === 0;
}

/** Pipes the command into bash in a folder with only the state: no provider is needed there. */
function pipeIntoBash(command: string, directory: string): void {
  const { status, signal, stdout, stderr } = spawnSync("bash", {
    cwd: directory,
    input: command,
    encoding: "utf8",
    env: ENVIRONMENT,
    timeout: PATIENCE,
  });
  console.log(picocolors.cyan("$ tfinvite repair | bash"));
  console.log((stdout + stderr).trim());
  if (status !== 0) throw new DemoFailure(`the emitted command ended with ${signal ?? status} instead of 0`);
}

const stateSchema = z.looseObject({ resources: z.array(z.looseObject({ instances: z.array(z.unknown()) })) });

function addressesIn(state: string): string[] {
  return addressesOfState(state).map(formatAddress);
}

/** A state without the used invites, as after `terraform state rm`. */
function withoutUsed(text: string): string {
  const state = stateSchema.parse(JSON.parse(text));
  const resources = state.resources.map((resource) => ({
    ...resource,
    instances: resource.instances.filter((instance) => {
      const alone = JSON.stringify({ resources: [{ ...resource, instances: [instance] }] });
      return !addressesIn(alone).some((address) => USED.includes(address));
    }),
  }));
  return JSON.stringify({ ...state, resources: resources.filter(({ instances }) => instances.length > 0) });
}

const ABOUT = (
  url: string,
) => `A recorded root module for openai/openai 1.1.0 with 13 invites, two days after they were sent:
7 were accepted (for one of them OpenAI still says pending), 1 has expired, 1 was revoked.
A stand-in at ${url} answers instead of OpenAI; nothing leaves this machine.`;

type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** The variables with which a command sends its requests to the stand-in. */
const asking = (api: StandIn) => ({ OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, OPENAI_ORG_ID: "" });

/** Starts the user's shell in the root module, with tfinvite on the PATH. */
async function shell(): Promise<void> {
  const directory = copyRecording();
  // It would make Terraform ask for the provider, which is not installed here.
  rmSync(path.join(directory, ".terraform.lock.hcl"), { force: true });
  const aside = mkdtempSync(path.join(os.tmpdir(), "tfinvite-demo-"));
  const bin = path.join(ROOT, "bin/tfinvite.js");
  const windows = process.platform === "win32";
  const script = windows
    ? `@"${process.execPath}" "${bin}" %*\r\n`
    : `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`;
  const programs = path.join(aside, "bin");
  mkdirSync(programs);
  const program = path.join(programs, windows ? "tfinvite.cmd" : "tfinvite");
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const api = await startStandIn({ recording: RECORDING, sentAgo: TWO_DAYS });
  try {
    console.log(`${ABOUT(api.url)}

You are in a copy of that root module. Try:
  tfinvite status
  tfinvite check
  tfinvite repair --apply --write      (needs terraform on the PATH)
  exit`);
    const PATH = `${programs}${path.delimiter}${process.env["PATH"] ?? ""}`;
    const name = (windows ? process.env["ComSpec"] : process.env["SHELL"]) ?? (windows ? "cmd.exe" : "sh");
    const child = spawn(name, {
      cwd: directory,
      env: { ...ENVIRONMENT, ...asking(api), PATH, XDG_STATE_HOME: aside, LOCALAPPDATA: aside },
      stdio: "inherit",
    });
    // Ctrl-C is for what runs in the shell.
    process.on("SIGINT", () => undefined);
    await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  } finally {
    await api.close();
    for (const folder of [directory, aside]) rmSync(folder, { recursive: true, force: true });
  }
}

async function demo(): Promise<void> {
  const directory = copyRecording();
  const api = await startStandIn({ recording: RECORDING, sentAgo: TWO_DAYS });
  const color = picocolors.isColorSupported ? { FORCE_COLOR: "1" } : {};
  const env = { ...ENVIRONMENT, ...color, ...asking(api) };
  try {
    console.log(ABOUT(api.url));

    heading("Which invites are used? tfinvite status");
    await tfinvite(["status"], directory, env, 0);

    heading("What will go wrong at the next apply? tfinvite check");
    await tfinvite(["check", "--format", "pretty"], directory, env, 0);

    heading("How to fix it? tfinvite repair: the command, and the lines of the configuration to change");
    const command = await tfinvite(["repair", "--shell", "bash"], directory, env, 0);
    for (const address of USED) {
      if (!command.includes(` ${quoteWord(address, "bash")}`))
        throw new DemoFailure(`the emitted command does not remove ${address}`);
    }

    heading("The same command, run by bash and the real Terraform on a copy of the state");
    const copy = path.join(directory, "copy");
    const state = path.join(copy, "terraform.tfstate");
    mkdirSync(copy);
    cpSync(path.join(directory, "terraform.tfstate"), state);
    const before = readFileSync(state, "utf8");
    if (isOnPath("terraform", "-version") && isOnPath("bash", "--version")) {
      pipeIntoBash(command, copy);
    } else {
      console.log(
        "Terraform or bash is not on the PATH: the command does not run, and the demo edits the copy of the state itself.",
      );
      writeFileSync(state, withoutUsed(before));
    }
    const after = new Set(addressesIn(readFileSync(state, "utf8")));
    console.log(`\nThe state before and after:`);
    for (const address of addressesIn(before))
      console.log(after.has(address) ? `  ${address}` : picocolors.red(`- ${address}`));
    const gone = addressesIn(before).filter((address) => !after.has(address));
    if (gone.toSorted().join("\n") !== USED.toSorted().join("\n"))
      throw new DemoFailure(`the command removed ${gone.join(", ") || "nothing"} instead of the used invites`);

    heading("The other half: they are still in the configuration, so the next apply would send them again, and fail");
    const left = path.join("copy", "terraform.tfstate");
    const findings = await tfinvite(["check", "--format", "compact", "--state", left], directory, env, 1);
    const invited = findings.split("\n").filter((line) => line.endsWith("[member-invited]")).length;
    if (invited !== USED.length)
      throw new DemoFailure(`check found ${invited} members still invited instead of ${USED.length}`);
  } finally {
    await api.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await (process.argv.includes("--shell") ? shell() : demo());
} catch (error) {
  console.error(picocolors.red(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`));
  process.exitCode = 1;
}
