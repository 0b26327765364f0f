import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { INVITE_TYPES } from "../../src/invites/providers/registry.js";
import { formatModulePath } from "../../src/terraform/addresses/address.js";
import { loadConfiguration } from "../../src/terraform/configuration/load-configuration.js";
import { anInvite, aUser, type StandInOptions } from "../stand-in/server.js";
import { textsIn } from "./fix-case.js";
import { ROOT } from "./program.js";
import { inScene, type Scene } from "./recording.js";
import { type StateInvite, stateOf } from "./states.js";

/**
 * Root modules before and after `repair --as blocks --write`. A person whose address begins with `used` has accepted.
 */
export const FORGET_CASES = path.join(ROOT, "fixtures/repair-as-code");

/** A moment before the one at which tests take place, Unix seconds. */
export const SENT = Date.UTC(2026, 10, 20) / 1000;

export function forgetCases(): string[] {
  return readdirSync(FORGET_CASES).sort();
}

const PROVIDER_FILE = /^(?:.*\/)?(?:versions|provider)\.tf(?:\.json)?$/;

/**
 * What a case has to have so that Terraform finds the provider: not shown in the fixtures, since it is the same in all.
 */
export function withProvider(
  files: ReadonlyMap<string, string>,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const json = [...files.keys()].every((name) => name.endsWith(".json"));
  const required = { terraform: { required_providers: { openai: { source: "openai/openai", version: "1.1.0" } } } };
  const all: Record<string, string> = Object.fromEntries(files);
  for (const folder of new Set(
    [...files.keys()].filter((name) => /\.tf(?:\.json)?$/.test(name)).map((name) => path.posix.dirname(name)),
  )) {
    all[path.posix.join(folder, `versions.tf${json ? ".json" : ""}`)] = json
      ? JSON.stringify(required)
      : 'terraform {\n  required_version = ">= 1.7"\n  required_providers {\n    openai = {\n      source  = "openai/openai"\n      version = "1.1.0"\n    }\n  }\n}\n';
  }
  const lines = Object.entries(settings).map(([name, value]) => `  ${name} = "${value}"\n`);
  all[`provider.tf${json ? ".json" : ""}`] = json
    ? JSON.stringify({ provider: { openai: settings } })
    : `provider "openai" {\n${lines.join("")}}\n`;
  return all;
}

/** The texts of a root module but for the provider's, the state and what Terraform leaves. */
export function ownTexts(directory: string): Map<string, string> {
  return new Map(
    [...textsIn(directory)].filter(([name]) => !PROVIDER_FILE.test(name) && !/tfstate|(?:^|\/)\.|\.plan$/.test(name)),
  );
}

/** A state that holds every invite that a folder declares, and what the API says about them. */
export async function sentInvites(
  directory: string,
): Promise<{ readonly state: string; readonly api: StandInOptions }> {
  const { resources } = await loadConfiguration({
    directory,
    cwd: directory,
    types: INVITE_TYPES,
    mention: [""],
    tool: "terraform",
    env: {},
  });
  const instances = resources.filter(({ mode }) => mode === "managed").flatMap((resource) => resource.instances);
  const invites = instances.map(({ address, arguments: given }, at): StateInvite => {
    const email = given.get("email");
    if (email?.kind !== "string") throw new Error(`no address for ${address.name}`);
    return {
      name: address.name,
      id: `invite-${String(at + 1).padStart(8, "0")}`,
      email: email.value,
      ...(address.key !== undefined && { key: address.key }),
      ...(address.module.length > 0 && { module: formatModulePath(address.module) }),
    };
  });
  const used = invites.filter(({ email }) => email.startsWith("used"));
  return {
    state: stateOf(invites),
    api: {
      invites: invites.map(({ id, email }) =>
        anInvite(id, email, SENT, email.startsWith("used") ? { status: "accepted", accepted_at: SENT + 60 } : {}),
      ),
      users: used.map(({ id, email }) => aUser(`user-${id}`, email, SENT + 60)),
    },
  };
}

/** A root module in which everything that it declares was sent, in a folder of its own. */
export async function inSentRoot(
  files: Readonly<Record<string, string>>,
  play: (scene: Scene) => Promise<void>,
  root = ".",
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-root-"));
  try {
    const all: Record<string, string> = { ...withProvider(new Map(Object.entries(files)), {}), ...files };
    for (const [name, text] of Object.entries(all)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const { state, api } = await sentInvites(path.join(folder, root));
    await inScene({ state: null, files: { ...all, [path.join(root, "terraform.tfstate")]: state }, api }, play);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
