import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { serveProvider } from "../stand-in-provider/serve.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { playRound, twoInvites } from "./play.js";
import { downloads, findProviders, installedProvider, providersByName, providersOfTable } from "./providers.js";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
const PLATFORM = `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;

/** A mirror with these versions of openai/openai: programs that hand Terraform on to a provider that runs already. */
async function mirrorOf(folder: string, versions: readonly string[], socket: string): Promise<string> {
  for (const version of versions) {
    const place = path.join(folder, "registry.terraform.io/openai/openai", version, PLATFORM);
    await mkdir(place, { recursive: true });
    const program = path.join(place, `terraform-provider-openai_v${version}`);
    // What Terraform reads of a plugin that it has started: https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md
    await writeFile(program, `#!/bin/sh\necho '1|6|unix|${socket}|grpc'\nexec sleep 600\n`);
    await chmod(program, 0o755);
  }
  const file = path.join(folder, "mirror.tfrc");
  await writeFile(file, `provider_installation {\n  filesystem_mirror {\n    path = "${folder}"\n  }\n}\n`);
  return file;
}

it.skipIf(NO_TERRAFORM !== undefined)(
  needsTerraform("every version in a mirror is found, installed, started and held against what is foreseen"),
  async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-mirror-"));
    const { socket, close } = await serveProvider(OPENAI, {});
    const file = await mirrorOf(folder, ["0.9.0", "1.0.0", "1.1.0"], socket);
    const cache = await downloads({ TF_CLI_CONFIG_FILE: file });
    try {
      const searches = await findProviders(providersOfTable(), cache);
      const found = searches.flatMap((search) => search.found.map(({ source, version }) => `${source} ${version}`));
      expect(found).toEqual(["openai/openai 1.1.0", "openai/openai 1.0.0", "openai/openai 0.9.0"]);
      const reasons = searches.flatMap(({ wanted, reason }) => (reason === undefined ? [] : [wanted.source]));
      expect(reasons).toHaveLength(providersOfTable().length - 1);

      const [named] = await findProviders(providersByName("openai/openai=1.0.0"), cache);
      expect(named?.found.map(({ version }) => version)).toEqual(["1.0.0"]);
      const [absent] = await findProviders(providersByName("openai/openai=0.8.0"), cache);
      expect(absent).toMatchObject({ found: [], reason: expect.stringContaining("0.8.0") });

      const installed = installedProvider({ ...cache, env: { ...cache.env, TF_DISABLE_PLUGIN_TLS: "1" } });
      await twoInvites({ ...OPENAI, version: "1.0.0" }, installed, async (root) => {
        root.api.accept(root.api.invites.find(({ email }) => email === "ann@example.com")?.id ?? "");
        const { differences, errors, seen } = await playRound(root, "gone", ["-destroy"]);
        expect(differences).toEqual([]);
        expect(errors).toEqual({ unforeseen: [], missing: [] });
        expect([...seen.values()].map(({ result }) => result)).toEqual(["fails", "succeeds"]);
      });
    } finally {
      await cache.remove();
      await close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

it.each(["openai/openai", "openai/openai=1", "openai/openai=0.0.1", "nobody/openai=1.0.0", "openai/azure=1.0.0"])(
  "%s names no provider of the table",
  (name) => {
    expect(() => providersByName(name)).toThrow(name);
  },
);
