import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import semver from "semver";
import { DIALECTS, type DialectId } from "../../src/invites/providers/registry.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";
import { JIANYUAN_0_3, JIANYUAN_0_6, JIANYUAN_0_7 } from "../stand-in-provider/dialects/jianyuan.js";
import { FJCORP, MKDEV_ME_1, MKDEV_ME_2 } from "../stand-in-provider/dialects/mkdev-me.js";
import { CLOUDOPSWORKS, ISAC322 } from "../stand-in-provider/dialects/neighbours.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import type { Ran } from "../support/program.js";
import type { ProviderSource } from "./played-root.js";
import { terraform } from "./terraform.js";

/** The stand-in for each row of the table. A row without one does not compile. */
export const STAND_INS: Readonly<Record<DialectId, StandInDialect>> = {
  openai: OPENAI,
  "mkdev-me-1": MKDEV_ME_1,
  "mkdev-me-2": MKDEV_ME_2,
  "jianyuan-0.3": JIANYUAN_0_3,
  "jianyuan-0.4": JIANYUAN_0_6,
  "jianyuan-0.7": JIANYUAN_0_7,
  fjcorp: FJCORP,
  cloudopsworks: CLOUDOPSWORKS,
  isac322: ISAC322,
};

/** A version of a provider that is to be tried: a single one, or all of a range. */
export interface WantedProvider {
  /** `openai/openai`. */
  readonly source: string;
  /** As Terraform takes it; empty for any. */
  readonly constraint: string;
  readonly standIn: StandInDialect;
}

export interface FoundProvider {
  readonly source: string;
  readonly version: string;
  /** How its blocks are written, and what its settings are called. */
  readonly standIn: StandInDialect;
}

/** Everything that the table speaks of; forks are under their own names. */
export function providersOfTable(): WantedProvider[] {
  return DIALECTS.flatMap(({ id, namespaces, versions }) => {
    const standIn = STAND_INS[id];
    const [, name = ""] = standIn.source.split("/");
    const constraint = versions === "*" ? "" : versions.replaceAll(" ", ", ");
    return namespaces.map((namespace) => ({ source: `${namespace}/${name}`, constraint, standIn }));
  });
}

/** Those that `TFINVITE_E2E_PROVIDERS` names: `openai/openai=1.1.0 mkdev-me/openai=2.2.7`. */
export function providersByName(names: string): WantedProvider[] {
  return names
    .split(/\s+/)
    .filter(Boolean)
    .map((name) => {
      const [, source = "", version = ""] = /^([\w-]+\/[\w-]+)=(\d+\.\d+\.\d+)$/.exec(name) ?? [];
      const row = DIALECTS.find(
        ({ id, namespaces, versions }) =>
          namespaces.includes(source.split("/")[0] ?? "") &&
          STAND_INS[id].source.endsWith(`/${source.split("/")[1]}`) &&
          semver.satisfies(version, versions),
      );
      if (row === undefined) {
        throw new Error(`TFINVITE_E2E_PROVIDERS: ${name} is not the NAMESPACE/NAME=VERSION of a provider in the table`);
      }
      return { source, constraint: `= ${version}`, standIn: STAND_INS[row.id] };
    });
}

/** The result of `terraform init`: the versions that it found, newest first, or its own error. */
export interface Search {
  readonly wanted: WantedProvider;
  readonly found: readonly FoundProvider[];
  readonly reason?: string;
}

/** Where providers come from, and a folder for what was downloaded, so that nothing is downloaded twice. */
export interface Downloads {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** `own`: the environment that says how registries and mirrors are reached on this machine. */
export async function downloads(own: Readonly<Record<string, string | undefined>> = process.env): Promise<Downloads> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-providers-"));
  const names = ["TF_CLI_CONFIG_FILE", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "SSL_CERT_FILE"];
  const without = [own["NO_PROXY"] ?? own["no_proxy"], "127.0.0.1", "localhost"];
  const env = {
    ...Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))),
    NO_PROXY: without.filter(Boolean).join(","),
    // Do not wait long for an unreachable registry.
    TF_REGISTRY_CLIENT_TIMEOUT: "5",
    TF_REGISTRY_DISCOVERY_RETRY: "0",
    TF_PLUGIN_CACHE_DIR: folder,
  };
  return { folder, env, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Has Terraform itself look for providers, in the registry or where `TF_CLI_CONFIG_FILE` points it: for the newest
 * version of a range, then for the newest before that, until no more are found.
 */
export function findProviders(wanted: readonly WantedProvider[], cache: Downloads): Promise<Search[]> {
  return Promise.all(wanted.map((one) => findVersions(one, cache)));
}

async function findVersions(wanted: WantedProvider, cache: Downloads): Promise<Search> {
  const { source, constraint, standIn } = wanted;
  const found: FoundProvider[] = [];
  for (;;) {
    const last = found.at(-1)?.version;
    const parts = [constraint, last === undefined ? "" : `< ${last}`].filter(Boolean).join(", ");
    const one = await install(source, parts, cache);
    if ("reason" in one) return found.length > 0 ? { wanted, found } : { wanted, found, reason: one.reason };
    found.push({ source, version: one.version, standIn });
    if (constraint.startsWith("= ")) return { wanted, found };
  }
}

async function install(
  source: string,
  constraint: string,
  cache: Downloads,
): Promise<{ readonly version: string } | { readonly reason: string }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "tfinvite-init-"));
  try {
    const version = constraint === "" ? "" : `\n      version = "${constraint}"`;
    await writeFile(
      path.join(directory, "main.tf"),
      `terraform {\n  required_providers {\n    it = {\n      source = "${source}"${version}\n    }\n  }\n}\n`,
    );
    const ran = await terraform(["init"], { cwd: directory, env: cache.env, timeoutMs: 120_000 });
    const installed = /- Installed \S+ v(\S+)|- Using \S+ v(\S+) from/.exec(ran.stdout);
    const name = installed?.[1] ?? installed?.[2];
    return ran.code === 0 && name !== undefined ? { version: name } : { reason: reasonOf(ran, directory) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const LONGEST_REASON = 160;

/** What Terraform says first, on one line and without the folder that it was said about. */
function reasonOf({ code, stdout, stderr }: Ran, directory: string): string {
  const text = `${stdout}\n${stderr}`.replaceAll(directory, ".");
  const error = /Error: ([\s\S]*)/.exec(text)?.[1] ?? "";
  const words = error
    .split(/\s+/)
    .join(" ")
    .replace(/^Failed to query available provider packages Could not retrieve .* for provider \S+: /, "")
    .trim();
  if (words === "") return code === null ? "terraform init took too long" : `terraform init: exit ${code}`;
  return words.length > LONGEST_REASON ? `${words.slice(0, LONGEST_REASON)}…` : words;
}

/** A provider as Terraform installed it, configured to use a stand-in API only. */
export function installedProvider(cache: Downloads) {
  return async ({ url, key }: { readonly url: string; readonly key: string }): Promise<ProviderSource> => ({
    env: {
      ...cache.env,
      OPENAI_ADMIN_KEY: key,
      OPENAI_API_KEY: key,
      OPENAI_BASE_URL: url,
      OPENAI_API_URL: url,
    },
    close: async () => undefined,
  });
}

/** Why a version cannot be tried at all. */
export function whyUntried({ source, version }: FoundProvider): string | undefined {
  return source === "openai/openai" && semver.lt(version, "0.2.0")
    ? "it has no base_url, and would speak to OpenAI itself"
    : undefined;
}
