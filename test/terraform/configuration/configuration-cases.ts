import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { Configuration, ConfiguredResource } from "../../../src/terraform/configuration/configuration.js";
import type { Value } from "../../../src/terraform/configuration/evaluation/value.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import type { SourceRange } from "../../../src/terraform/source-range.js";

const CASES = fileURLToPath(new URL("../../../fixtures/configurations", import.meta.url));

const caseSchema = z.object({
  /** The tools that are tested, one after the other. */
  runs: z.array(z.enum(["terraform", "tofu"])).default(["terraform"]),
  /** Whether the real Terraform can plan it, so that both can be compared. */
  terraform: z.boolean().default(false),
  types: z.array(z.string()).default(["terraform_data"]),
  mention: z.array(z.string()).default(["terraform_data"]),
  env: z.record(z.string(), z.string()).default({}),
  variables: z.array(z.union([z.object({ file: z.string() }), z.object({ assignment: z.string() })])).default([]),
});

/** One folder of fixtures/configurations: `config/` is the root module, `case.json` says how it is loaded. */
export type ConfigurationCase = z.infer<typeof caseSchema> & { readonly name: string; readonly folder: string };

export function configurationCases(): readonly ConfigurationCase[] {
  return readdirSync(CASES).map((name) => {
    const folder = path.join(CASES, name);
    const json: unknown = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8"));
    return { ...caseSchema.parse(json), name, folder };
  });
}

export function loadCase(theCase: ConfigurationCase, tool: "terraform" | "tofu"): Promise<Configuration> {
  const { folder, types, mention, env, variables } = theCase;
  return loadConfiguration({ directory: "config", cwd: folder, tool, types, mention, env, variables });
}

/** The configuration in short, for expectations that can be read. */
export function summary(configuration: Configuration): unknown {
  const { resources, references, refactorings, providers, settings, unresolvedModules, problems, files } =
    configuration;
  return {
    resources: Object.fromEntries(resources.map((resource) => [resourceName(resource), resourceSummary(resource)])),
    references: references.map(({ modulePath, from, range, target }) => {
      const key = target.key === undefined ? "" : `[${JSON.stringify(target.key)}]`;
      const name = `${target.mode === "data" ? "data." : ""}${target.type}.${target.name}${key}`;
      return `${inModule(modulePath)}${from} reads ${name} at ${place(range)}`;
    }),
    refactorings: refactorings.map(({ kind, modulePath, block, from, to }) =>
      [inModule(modulePath) + kind, from, to && `-> ${to}`, `at ${place(block.range)}`].filter(Boolean).join(" "),
    ),
    providers: providers.map(({ modulePath, name, alias, block, arguments: values }) => ({
      name: `${inModule(modulePath)}${[name, alias].filter(Boolean).join(".")}`,
      at: place(block.headerRange),
      arguments: argumentsSummary(values),
    })),
    settings: {
      ...settings,
      ...(settings.backend && { backend: `${settings.backend.type} at ${place(settings.backend.range)}` }),
    },
    unresolvedModules: unresolvedModules.map(
      ({ path: steps, source, range, reason }) =>
        `module.${steps.join(".module.")} (${source}) at ${place(range)}: ${reason}`,
    ),
    problems: problems.map(({ message, range }) => `${place(range)}: ${message}`),
    files,
  };
}

function resourceSummary(resource: ConfiguredResource): unknown {
  const { block, repetition, complete, reason, instances, provider } = resource;
  return {
    at: place(block.headerRange),
    repetition: repetition.kind === "single" ? "single" : `${repetition.kind} at ${place(repetition.range)}`,
    complete: complete ? true : (reason ?? false),
    ...(instances.length === 0 && { arguments: argumentsSummary(resource.arguments) }),
    provider: [provider.configuration, provider.source, provider.lockedVersion, ...provider.constraints].join(" | "),
    instances: Object.fromEntries(
      instances.map(({ address, keySource, keyVia, arguments: values }) => [
        formatAddress(address),
        {
          ...(keySource && { key: `${place(keySource)}${keyVia === undefined ? "" : ` via ${keyVia}`}` }),
          ...argumentsSummary(values),
        },
      ]),
    ),
  };
}

function resourceName({ modulePath, mode, type, name }: ConfiguredResource): string {
  return `${inModule(modulePath)}${mode === "data" ? "data." : ""}${type}.${name}`;
}

function inModule(modulePath: readonly string[]): string {
  return modulePath.map((name) => `module.${name}.`).join("");
}

export function place({ file, start, end }: SourceRange): string {
  return `${file}:${start.line}:${start.column}-${end.line === start.line ? "" : `${end.line}:`}${end.column}`;
}

function argumentsSummary(values: ReadonlyMap<string, Value>): Record<string, unknown> {
  return Object.fromEntries([...values].map(([name, value]) => [name, plain(value)]));
}

/** A value as JSON; an unknown one as a text that says why. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case "unknown":
      return `(unknown: ${value.reason})`;
    case "null":
      return null;
    case "list":
    case "set":
      return value.elements.map(plain);
    case "object":
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
    case "number":
      return Number(value.value.toString());
    default:
      return value.value;
  }
}
