// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Terraform's template markers
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type Address,
  compareAddresses,
  formatAddress,
  formatModulePath,
  type InstanceKey,
  type ModuleStep,
} from "../../../src/terraform/addresses/address.js";
import { parseAddress } from "../../../src/terraform/addresses/address-parser.js";
import { addressArgument, whyUnaddressable } from "../../../src/terraform/shell/address-argument.js";
import { quoteCommands, SHELLS, type Shell } from "../../../src/terraform/shell/shell-quoting.js";
import { onPath, pipeInto } from "../../support/shells.js";
import { addressesOfState } from "../../support/state-addresses.js";

const KEYS: readonly InstanceKey[] = [
  ...[0, 1, 2, 10, 9_007_199_254_740_991, "0", "1", "01", "-1", "", " ", "  two  blanks "],
  ...["alice@example.com", "o'neil@example.com", "!#$%&'*+/=?^_`{|}~-@example.com", "$(touch pwned)@example.com"],
  ...['say "hi"', '"', "'", "''", "back\\slash", "\\", "\\\\", "\\n", "$HOME", "`id`", "!!", "%PATH%", "%", "100%"],
  ...["${x}", "$${x}", "$$${x}", "$$$${x}", "%{y}", "%%{y}", "%%%{y}", "$%{z}", "%${z}", "${", "%{", "$", "$$", "a$"],
  ...["${a}${b}", "${~x~}", "$\u200b{", 'x$"{', "new\nline", "\n^a^b", "cr\rlf\r\n", "tab\there", "\u0000\u001b[31m"],
  ...["é", "日本語", "ключ", "‘curly’", "👩\u200d👩\u200d👧", "\u00a0\u00ad\ufeff", "\ue000\ufffd\u{10ffff}", "\u2028"],
  ...['"].evil["x', "].openai_invite.alice[0", "module.evil", "a.b", "[0]", "*", "~", "--", "-dry-run", "=ls", "#"],
];

const MODULES: readonly (readonly ModuleStep[])[] = [
  [],
  [{ name: "squads", key: "core infra" }],
  [{ name: "squads", key: 'it\'s "${x}" \\ $HOME `id` %{y}\n日本語' }],
  [
    { name: "outer", key: 0 },
    { name: "inner", key: '"].module.evil["x' },
  ],
];

const PROVIDER = 'provider["terraform.io/builtin/terraform"]';

function instanceOf(key: InstanceKey): object {
  return {
    ...(key === undefined ? {} : { index_key: key }),
    schema_version: 0,
    attributes: { id: "00000000-0000-0000-0000-000000000000", input: null, output: null, triggers_replace: null },
    sensitive_attributes: [],
  };
}

function stateWith(resources: readonly object[]): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 7,
    lineage: "0a8d4a30-6b0e-4a37-9f10-6a8f1d5c1e55",
    outputs: {},
    resources,
    check_results: null,
  });
}

const resources = MODULES.flatMap((steps) => {
  const place = steps.length === 0 ? {} : { module: formatModulePath(steps) };
  const resource = { ...place, mode: "managed", type: "terraform_data", provider: PROVIDER };
  return [
    { ...resource, name: "team", each: "map", instances: KEYS.map(instanceOf) },
    { ...resource, name: "alone", instances: [instanceOf(undefined)] },
  ];
});
const STATE = stateWith(resources);
const ADDRESSES = addressesOfState(STATE).sort(compareAddresses);

const stateSchema = z.looseObject({
  serial: z.number(),
  resources: z.array(
    z.looseObject({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      provider: z.string(),
      instances: z.array(z.looseObject({})),
    }),
  ),
});

/** The contents of a state: each instance under its address, and the rest of the state. */
function contentsOf(text: string): { readonly serial: number; readonly beside: object; readonly instances: object } {
  const { serial, resources: all, ...beside } = stateSchema.parse(JSON.parse(text));
  const instances: Record<string, object> = {};
  for (const { instances: each, module, mode, type, name, provider } of all) {
    for (const instance of each) {
      const resource = { module, mode, type, name, provider };
      const [address] = addressesOfState(stateWith([{ ...resource, instances: [instance] }]));
      if (address !== undefined) instances[formatAddress(address)] = { ...resource, instance };
    }
  }
  return { serial, beside, instances };
}

const terraform = onPath("terraform");

describe.skipIf(terraform === undefined)("with the real terraform (needs terraform on the PATH)", () => {
  let directory = "";
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => name.startsWith("TF_"))
        .map((name) => [name, undefined]),
    ),
    CHECKPOINT_DISABLE: "1",
  };

  function runTerraform(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync("terraform", args, {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { status, stdout, stderr };
  }
  const stateFile = () => path.join(directory, "terraform.tfstate");

  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), "tfinvite-state-rm-"));
  });
  beforeEach(() => {
    writeFileSync(stateFile(), STATE);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("state list prints our addresses in our order", () => {
    const { stdout } = runTerraform("state", "list");
    expect(stdout.trimEnd().split("\n")).toEqual(ADDRESSES.map(formatAddress));
  });

  it("state list prints every character of Unicode as one that we read back", () => {
    const keys: string[] = [];
    for (let start = 0; start < 0x110000; start += 512) {
      // Surrogates are not characters, so a key cannot hold them.
      if (start >= 0xd800 && start < 0xe000) continue;
      keys.push(String.fromCodePoint(...Array.from({ length: 512 }, (_, at) => start + at)));
    }
    writeFileSync(stateFile(), stateWith([{ ...resources[0], instances: keys.map(instanceOf) }]));
    const lines = runTerraform("state", "list").stdout.trimEnd().split("\n");
    const read = lines.map((line) => {
      const result = parseAddress(line);
      return result.ok ? result.address : result.error;
    });
    const expected = keys.map(
      (key): Address => ({ module: [], mode: "managed", type: "terraform_data", name: "team", key }),
    );
    expect(read).toEqual(expected.sort(compareAddresses));
    // Where they differ, Node knows a newer Unicode than Terraform does: a hundred blocks or so of 2,172.
    const ours = expected.map(formatAddress);
    const different = lines.filter((line, at) => line !== ours[at]);
    expect(different.length).toBeLessThan(lines.length / 10);
    for (const line of different) expect(line).toMatch(/\\[uU]/);
    expect(different.some((line) => /\["(?:\\u0000|Ȁ|一|가|\\ue000|\\U000e0000|\\U0010fe00)/.test(line))).toBe(false);
  });

  it.each(SHELLS)("reads the spelling for %s as the same instances", (shell) => {
    const { status, stdout, stderr } = runTerraform(
      ...["state", "rm", "-no-color", "-dry-run", "-lock=false", "--"],
      ...ADDRESSES.map((address) => addressArgument(address, shell)),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const removed = stdout.trimEnd().split("\n");
    expect(removed).toEqual(ADDRESSES.map((address) => `Would remove ${formatAddress(address)}`));
  });

  const chosen = ADDRESSES.filter((_, at) => at % 3 !== 1);

  describe.each<[string, readonly [string, ...string[]], Shell]>([
    ["bash", ["bash", "--norc"], "bash"],
    ["zsh", ["zsh", "-f"], "zsh"],
    ["fish", ["fish", "--no-config"], "fish"],
    ["dash", ["dash"], "bash"],
  ])("and the real %s", (name, argv, shell) => {
    it.skipIf(onPath(name) === undefined)(
      `the command removes exactly its instances (needs ${name} on the PATH)`,
      () => {
        const commands = quoteCommands(
          ["terraform", "state", "rm", "-no-color", "--"],
          chosen.map((address) => addressArgument(address, shell)),
          shell,
        );
        expect(commands).toHaveLength(1);
        const run = pipeInto(argv, `${commands.join("\n")}\n`, { cwd: directory, env: environment });
        expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
        expect(run.stdout).toContain(`Successfully removed ${chosen.length} resource instance(s).`);

        const before = contentsOf(STATE);
        const after = contentsOf(readFileSync(stateFile(), "utf8"));
        const gone = new Set(chosen.map(formatAddress));
        expect(after.serial).toBe(before.serial + 1);
        expect(after.beside).toEqual(before.beside);
        expect(after.instances).toEqual(
          Object.fromEntries(Object.entries(before.instances).filter(([address]) => !gone.has(address))),
        );
        expect(readdirSync(directory).filter((file) => !file.startsWith("terraform.tfstate"))).toEqual([]);
      },
    );
  });

  it("cannot name the instances that we call unaddressable", () => {
    const decomposed = "cafe\u0301";
    const keys = [decomposed, -1, "café"];
    writeFileSync(stateFile(), stateWith([{ ...resources[0], instances: keys.map(instanceOf) }]));
    const addresses = addressesOfState(readFileSync(stateFile(), "utf8"));
    expect(addresses.map((address) => whyUnaddressable(address) === undefined)).toEqual([false, false, true]);
    const [first, second] = addresses.map((address) => runTerraform("state", "rm", "-dry-run", formatAddress(address)));
    // Terraform composes the key, and so would remove another instance.
    expect(first?.stdout.trim()).toBe('Would remove terraform_data.team["café"]');
    expect(second?.status).toBe(1);
    expect(ADDRESSES.filter((address) => whyUnaddressable(address) !== undefined)).toEqual([]);
  });
});
