import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import { explainPullFailure, pullState } from "../../../src/terraform/run/pull-state.js";
import { runTerraform } from "../../../src/terraform/run/run-terraform.js";
import { readStateFile } from "../../../src/terraform/state/read-state.js";

const STATE = fileURLToPath(
  new URL("../../../fixtures/recordings/addresses/04-deposed-twice.tfstate", import.meta.url),
);
const wantedTypes = new Set(["terraform_data"]);

const hasTerraform = (() => {
  try {
    execFileSync("terraform", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "tfinvite-pull-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** No settings of the machine, and no update check. */
const environment = () => ({ PATH: process.env["PATH"], HOME: directory, CHECKPOINT_DISABLE: "1" });

const pull = (env: Record<string, string> = {}, signal?: AbortSignal) =>
  pullState({
    tool: { argv: ["terraform"] },
    directory,
    origin: "infra",
    env: { ...environment(), ...env },
    wantedTypes,
    signal,
  });

const write = (name: string, text: string) => writeFile(path.join(directory, name), text);

async function init(...args: string[]): Promise<void> {
  const run = await runTerraform({ argv: ["terraform"], args: ["init", ...args], directory, env: environment() });
  if (!run.ok || run.exitCode !== 0) throw new Error(run.ok ? run.stderr : run.message);
}

const addresses = async () => {
  const read = await readStateFile(STATE, { wantedTypes });
  if (!read.ok) throw new Error(read.error.message);
  return read.state.instances.map(({ address, deposed }) => `${formatAddress(address)} ${deposed ?? ""}`);
};

describe.skipIf(!hasTerraform)("with a local state (needs terraform on the PATH)", () => {
  it("reads what `terraform state pull` prints, for any TF_CLI_ARGS", async () => {
    await copyFile(STATE, path.join(directory, "terraform.tfstate"));
    const result = await pull({ TF_CLI_ARGS: "-nonsense", TF_LOG: "TRACE" });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.state).toMatchObject({ format: "v4", serial: 31, lineage: "df601646-3949-8d05-15bb-e5d0a0cecaf8" });
    expect(result.state.instances.map(({ address, deposed }) => `${formatAddress(address)} ${deposed ?? ""}`)).toEqual(
      await addresses(),
    );
    expect(result.removedVariables).toEqual(["TF_CLI_ARGS", "TF_LOG"]);
  });

  it("is an empty state where nothing is stored", async () => {
    await write("main.tf", 'resource "terraform_data" "x" {}\n');
    expect(await pull()).toMatchObject({ ok: true, state: { instances: [], resourceCount: 0, lineage: undefined } });
  });

  it("follows the workspace", async () => {
    await copyFile(STATE, path.join(directory, "terraform.tfstate"));
    expect(await pull({ TF_WORKSPACE: "other" })).toMatchObject({ ok: true, state: { resourceCount: 0 } });
  });

  it.each([
    ["the directory is not initialized", 'terraform {\n  backend "http" {}\n}\n', "Run `terraform init` there."],
    ["the configuration requires another version", 'terraform {\n  required_version = ">= 99"\n}\n', "--terraform-bin"],
    ["the configuration has an error", "terraform {\n", "Fix the error shown above."],
  ])("says that %s", async (what, text, hint) => {
    await write("main.tf", text);
    const result = await pull();
    expect(result).toMatchObject({ ok: false, error: { kind: "pull-failed" } });
    if (result.ok) return;
    expect(result.error.message).toContain("`terraform state pull` failed in infra (exit code 1)");
    expect(result.error.message).toContain(what);
    expect(result.error.hint).toContain(hint);
    expect(result.error.detail).toMatch(/^Error: /);
  });

  it("says that the stored state is not one Terraform reads", async () => {
    await write("terraform.tfstate", '{"version": 9}');
    const result = await pull();
    expect(result).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("cannot read the stored state") },
    });
  });

  it("stops at once when it is aborted", async () => {
    expect(await pull({}, AbortSignal.abort())).toMatchObject({ ok: false, error: { kind: "aborted" } });
  });
});

describe.skipIf(!hasTerraform)("with an http backend on loopback (needs terraform on the PATH)", () => {
  let server: http.Server;
  let answer: { status: number; body: Buffer };
  let url = "";

  const configure = (address: string) =>
    write("main.tf", `terraform {\n  backend "http" {\n    address   = "${address}"\n    retry_max = 0\n  }\n}\n`);

  beforeEach(async () => {
    answer = { status: 200, body: await readFile(STATE) };
    server = http.createServer((_, response) => {
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}/state`;
    await configure(url);
    await init();
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("reads the state", async () => {
    const result = await pull();
    if (!result.ok) throw new Error(result.error.message);
    expect(result.state.instances.map(({ address, deposed }) => `${formatAddress(address)} ${deposed ?? ""}`)).toEqual(
      await addresses(),
    );
  });

  it("is an empty state where the backend has none", async () => {
    answer = { status: 404, body: Buffer.alloc(0) };
    expect(await pull()).toMatchObject({ ok: true, state: { resourceCount: 0 } });
  });

  it.each([
    [401, "rejected the credentials"],
    [403, "rejected the credentials"],
  ])("says what a %i means", async (status, what) => {
    answer = { status, body: Buffer.alloc(0) };
    const result = await pull();
    expect(result).toMatchObject({ ok: false, error: { kind: "pull-failed", message: expect.stringContaining(what) } });
  });

  it("says that the backend cannot be reached", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const result = await pull();
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining("could not be reached") } });
  });

  it("says that the backend's configuration has changed", async () => {
    await configure(`${url}/elsewhere`);
    const result = await pull();
    expect(result).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining("has changed since"),
        hint: expect.stringContaining("terraform init -reconfigure"),
      },
    });
  });

  it("says that the backend has no workspaces", async () => {
    const result = await pull({ TF_WORKSPACE: "eu" });
    expect(result).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining("doesn't support workspaces") },
    });
  });
});

describe("without Terraform", () => {
  it("says that there is no such program", async () => {
    const result = await pull({ PATH: directory });
    expect(result).toMatchObject({
      ok: false,
      error: { kind: "no-terraform", message: 'cannot pull the state: no program "terraform" on the PATH' },
    });
  });

  it("reports the program's own failure rather than a problem of its output", async () => {
    await write(
      "wrapper.mjs",
      'console.log("usage: wrapper ..."); console.error("Error: no such flag"); process.exit(2)',
    );
    const result = await pullState({
      tool: { argv: [process.execPath, "wrapper.mjs"] },
      directory,
      env: environment(),
      wantedTypes,
    });
    expect(result).toMatchObject({ ok: false, error: { kind: "pull-failed", detail: "Error: no such flag" } });
  });

  it("reports output that is not a state", async () => {
    await write("wrapper.mjs", 'console.log("time=now level=info starting")');
    const result = await pullState({
      tool: { argv: [process.execPath, "wrapper.mjs"] },
      directory,
      env: environment(),
      wantedTypes,
    });
    expect(result).toMatchObject({ ok: false, error: { kind: "text" } });
  });

  it.each([
    ["Error: Error acquiring the state lock\n\nLock Info:\n  ID: 1", "another run holds the state lock"],
    [
      "Error: Error acquiring the state lock\n\nError message: workspace already locked",
      "another run holds the state lock",
    ],
    [
      "Error: Error acquiring the state lock\n\nError message: Invalid state file format: The state file does not conform\nto the expected JSON data structure: illegal base64 data at input byte 0.",
      "the stored state is damaged and cannot be decoded",
    ],
    [
      "Error: Error acquiring the state lock\n\nError message: operation error DynamoDB: PutItem, api error AccessDeniedException",
      "the backend rejected the credentials",
    ],
    [
      "Error: Error acquiring the state lock\n\nError message: no space left on device",
      "it could not lock the state, and the error names no lock holder",
    ],
    ['Error: Currently selected workspace "eu" does not exist', "the selected workspace does not exist"],
    ["Error: decryption failed for all provided methods", "it cannot decrypt the state"],
    [
      "Error: the state can not be checked for presence of encryption",
      "the stored data is not a state that it can read",
    ],
    [
      "Error: encountered unencrypted payload without unencrypted method configured",
      "the stored state is not encrypted, but the configuration only accepts encrypted ones",
    ],
    ["Error: error loading state: NoCredentialProviders", "rejected the credentials"],
    [
      "Error loading the state: Required plugins are not installed: The installed provider plugins are not consistent",
      "the providers in the lock file are not installed",
    ],
    ["Error: something entirely new", "exit code 1)"],
  ])("recognises %j", (stderr, what) => {
    const error = explainPullFailure({ argv: ["tofu"], directory: "infra", ending: "exit code 1", stderr });
    expect(error.message).toContain(what);
    expect(error.detail).toBe(stderr);
  });
});
