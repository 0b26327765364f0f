import { z } from "zod";
import type { ModuleStep } from "../addresses/address.js";
import { parseModulePath } from "../addresses/address-parser.js";
import { providerOfSource } from "../addresses/provider-address.js";
import { type Keep, type KeepMembers, keepMembers } from "../document/prune-json.js";
import { attempt, readAs, readNames, Unreadable } from "../document/read-as.js";
import { type Wanted, wholeIfWanted } from "../document/read-document.js";
import { hasDuplicates } from "./raw-state.js";
import { EMPTY_STATE, type State, type StateInstance, type StateRead } from "./state.js";

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
  values: z.record(z.string(), z.unknown()).nullish(),
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
 * The parts of a document that `readShowState` needs: all of a wanted resource, only the names of an unwanted one (they
 * are counted), and no outputs. The result is the same as for the whole document.
 */
export function keepShowState(wanted: Wanted): KeepMembers {
  const resource: Keep = {
    ...keepMembers(["mode", "type", "name"]),
    wholeIf: wholeIfWanted(wanted),
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
  return keepMembers(["format_version", "terraform_version"], { values: keepMembers([], { root_module: module }) });
}

type ShowResult =
  | StateRead
  /** `version` is set where the format's major version is unknown. `what` is a clause about the document. */
  | { readonly ok: false; readonly version?: string; readonly what: string };

/** Reads a parsed `terraform show -json` document of a state, of any format version 0.x or 1.x. */
export function readShowState(document: unknown, wanted: Wanted): ShowResult {
  const parsed = attempt(() => readAs(ShowDocument, document, "it"));
  if (!parsed.ok) return parsed;
  const { format_version: version, terraform_version: terraformVersion, values } = parsed.value;
  if (!/^[01]\.\d+$/.test(version)) {
    return { ok: false, version, what: "its format_version is not supported" };
  }
  const read = attempt(() => readModules(values?.root_module, wanted));
  if (!read.ok) return read;
  if (hasDuplicates(read.value.instances)) return { ok: false, what: "it contains the same instance twice" };
  return {
    ok: true,
    state: { ...EMPTY_STATE, format: "show", terraformVersion: terraformVersion || undefined, ...read.value },
  };
}

function readModules(root: unknown, wanted: Wanted): Pick<State, "instances" | "resourceCount"> {
  const instances: StateInstance[] = [];
  const resources = new Set<string>();
  // A work list instead of recursion: a document may be nested arbitrarily deep.
  const modules: unknown[] = root ? [root] : [];
  for (let next = modules.pop(); next !== undefined; next = modules.pop()) {
    const { address, resources: own, child_modules: children } = readAs(ShowModule, next, "a module");
    const path = parseModulePath(address ?? "");
    if (!path.ok) throw new Unreadable("a module has an invalid address");
    for (const value of own ?? []) {
      const resource = readAs(ShowResource, value, "a resource");
      resources.add(`${address ?? ""} ${resource.mode} ${resource.type} ${resource.name}`);
      if (wanted(resource.type)) instances.push(readResource(resource, path.module));
    }
    modules.push(...(children ?? []).toReversed());
  }
  return { instances, resourceCount: resources.size };
}

function readResource(resource: z.infer<typeof ShowResource>, module: readonly ModuleStep[]): StateInstance {
  return {
    address: { module, ...readNames(resource, "a resource"), key: resource.index ?? undefined },
    provider: providerOfSource(resource.provider_name),
    attributes: resource.values ?? {},
    deposed: resource.deposed_key || undefined,
    tainted: resource.tainted ?? false,
    private: undefined,
  };
}
