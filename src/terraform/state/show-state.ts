import { z } from "zod";
import type { ModuleStep } from "../addresses/address.js";
import { parseModulePath } from "../addresses/address-parser.js";
import { parseProviderSource } from "../addresses/provider-address.js";
import { type Keep, keepMembers } from "../document/prune-json.js";
import { describeIssues, hasDuplicates, nameWord } from "./raw-state.js";
import type { State, StateInstance } from "./state.js";

/**
 * The values representation of `terraform show -json`:
 * https://developer.hashicorp.com/terraform/internals/json-format#values-representation
 */
const ShowResource = z.object({
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.int().nonnegative()]).nullish(),
  provider_name: z.string().nullish(),
  schema_version: z.int().nonnegative().nullish(),
  values: z.record(z.string(), z.unknown()).nullish(),
  depends_on: z.array(z.string()).nullish(),
  tainted: z.boolean().nullish(),
  deposed_key: z.string().nullish(),
});

const ShowModule = z.object({
  address: z.string().nullish(),
  resources: z.array(z.unknown()).nullish(),
  child_modules: z.array(z.unknown()).nullish(),
});

const ShowDocument = z.object({
  format_version: z.string(),
  terraform_version: z.string().nullish(),
  values: z.object({ root_module: ShowModule.nullish() }).nullish(),
});

/**
 * What `readShowState` needs of a document: of unwanted resources their names, which it counts, and nothing of outputs.
 * For a wanted type the result is the same as for the whole document.
 */
export function keepShowState(wanted: (type: string) => boolean): Keep {
  const resource: Keep = {
    ...keepMembers({ mode: "everything", type: "everything", name: "everything" }),
    wholeIf: { key: "type", test: (type) => typeof type === "string" && wanted(type) },
  };
  const resources: Keep = { elements: resource };
  const module: Keep = {
    members(key) {
      if (key === "resources") return resources;
      if (key === "child_modules") return children;
      return key === "address" ? "everything" : "nothing";
    },
  };
  const children: Keep = { elements: module };
  return keepMembers({
    format_version: "everything",
    terraform_version: "everything",
    values: keepMembers({ root_module: module }),
  });
}

export type ShowResult =
  | { readonly ok: true; readonly state: State }
  /** `version` where the format's major version is unknown. `what` is a predicate. */
  | { readonly ok: false; readonly version?: string; readonly what: string };

/** Says what is wrong with one resource or module of the document. */
class Unreadable extends Error {}

/** Reads a parsed `terraform show -json` document of a state; any minor version of the majors 0 and 1 is good. */
export function readShowState(document: unknown, wanted: (type: string) => boolean): ShowResult {
  const parsed = ShowDocument.safeParse(document);
  if (!parsed.success) return { ok: false, what: `it ${describeIssues(parsed.error)}` };
  const { format_version: version, terraform_version: terraformVersion, values } = parsed.data;
  if (!/^[01]\.\d+$/.test(version)) {
    return { ok: false, version, what: "its format_version is not one that tfinvite knows" };
  }

  const instances: StateInstance[] = [];
  const resources = new Set<string>();

  function readResource(value: unknown, module: readonly ModuleStep[], modulePath: string): void {
    const result = ShowResource.safeParse(value);
    if (!result.success) throw new Unreadable(`a resource ${describeIssues(result.error)}`);
    const resource = result.data;
    const { mode, type, name } = resource;
    resources.add(`${modulePath} ${mode} ${type} ${name}`);
    if (!wanted(type)) return;
    if (mode !== "managed" && mode !== "data") throw new Unreadable(`a resource has a mode ${nameWord(mode)}`);
    const source = resource.provider_name ? parseProviderSource(resource.provider_name) : undefined;
    instances.push({
      address: { module, mode, type, name, key: resource.index ?? undefined },
      // This form names the provider, but not which of its configurations.
      provider:
        source === undefined ? undefined : { ...source, alias: undefined, modulePath: undefined, key: undefined },
      attributes: resource.values ?? {},
      deposed: resource.deposed_key || undefined,
      tainted: resource.tainted ?? false,
      schemaVersion: resource.schema_version ?? undefined,
      private: undefined,
      dependencies: resource.depends_on ?? [],
    });
  }

  // A list of work to do instead of recursion: nesting is the document's choice.
  const modules: unknown[] = values?.root_module ? [values.root_module] : [];
  try {
    for (let next = modules.pop(); next !== undefined; next = modules.pop()) {
      const result = ShowModule.safeParse(next);
      if (!result.success) throw new Unreadable(`a module ${describeIssues(result.error)}`);
      const { address, resources: own, child_modules: children } = result.data;
      const path = address ? parseModulePath(address) : ({ ok: true, module: [] } as const);
      if (!path.ok) throw new Unreadable("a module has an address that cannot be read");
      for (const resource of own ?? []) readResource(resource, path.module, address ?? "");
      modules.push(...(children ?? []).toReversed());
    }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, what: error.message };
    throw error;
  }
  if (hasDuplicates(instances)) return { ok: false, what: "the same instance is in it twice" };
  return {
    ok: true,
    state: {
      format: "show",
      terraformVersion: terraformVersion || undefined,
      lineage: undefined,
      serial: undefined,
      instances,
      resourceCount: resources.size,
    },
  };
}
