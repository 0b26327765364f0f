// Plays the main job on a recorded configuration and state, against a stand-in for OpenAI's Admin API on loopback.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
/** No single program takes seconds here; one that hangs must not hold the demo. */
const PATIENCE = 60_000;

/** What the recording's spent invites are: told by hand, not by the program. */
const USED = [
  "openai_invite.alice",
  "openai_invite.carol",
  "openai_invite.contractor[1]",
  "openai_invite.scoped",
  'openai_invite.team["dan@example.com"]',
  `openai_invite.team["o'neil@example.com"]`,
  'module.squads["core infra"].openai_invite.member["kim@example.com"]',
];

/** Something did not go as this demo says it goes. */
class DemoFailure extends Error {}

/** The machine's environment without what would point Terraform somewhere else; its mirrors of providers may stay. */
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

/** Shows and runs one tfinvite command line as a user would have it; gives its standard output. */
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

/** Pipes the command into bash in a folder that holds nothing but the state: no provider is needed there. */
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

/** A state without the spent invites, as `terraform state rm` would leave it. */
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

async function demo(): Promise<void> {
  const directory = copyRecording();
  const api = await startStandIn({ recording: RECORDING, sentAgo: TWO_DAYS });
  const color = picocolors.isColorSupported ? { FORCE_COLOR: "1" } : {};
  const env = { ...ENVIRONMENT, ...color, OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, OPENAI_ORG_ID: "" };
  try {
    console.log(`A recorded root module of openai/openai 1.1.0 with thirteen invites, two days after they were sent:
seven were accepted (for one of them the API still says pending), one ran out, one was revoked.
The Admin API is a stand-in on ${api.url}; nothing leaves this machine.`);

    heading("Every invite with its live status");
    await tfinvite(["status"], directory, env, 0);

    heading("What will go wrong, before an apply finds out");
    await tfinvite(["check", "--format", "pretty"], directory, env, 0);

    heading("The commands that forget the spent invites (standard output) and what else must change (standard error)");
    const command = await tfinvite(["repair", "--shell", "bash"], directory, env, 0);
    for (const address of USED) {
      if (!command.includes(` ${quoteWord(address, "bash")}`))
        throw new DemoFailure(`the emitted command does not remove ${address}`);
    }

    heading("The same command, run by bash and a real Terraform on a copy of the state");
    const copy = path.join(directory, "copy");
    const state = path.join(copy, "terraform.tfstate");
    mkdirSync(copy);
    cpSync(path.join(directory, "terraform.tfstate"), state);
    const before = readFileSync(state, "utf8");
    if (isOnPath("terraform", "-version") && isOnPath("bash", "--version")) {
      pipeIntoBash(command, copy);
    } else {
      console.log("Terraform or bash is not on the PATH, so the command is not run here, and the copy edited by hand.");
      writeFileSync(state, withoutUsed(before));
    }
    const after = new Set(addressesIn(readFileSync(state, "utf8")));
    console.log(`\nThe state before and after:`);
    for (const address of addressesIn(before))
      console.log(after.has(address) ? `  ${address}` : picocolors.red(`- ${address}`));
    const gone = addressesIn(before).filter((address) => !after.has(address));
    if (gone.toSorted().join("\n") !== USED.toSorted().join("\n"))
      throw new DemoFailure(`the command removed ${gone.join(", ") || "nothing"} instead of the spent invites`);

    heading("The other half: still declared, so the next apply would send them again, and fail");
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
  await demo();
} catch (error) {
  console.error(picocolors.red(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`));
  process.exitCode = 1;
}
