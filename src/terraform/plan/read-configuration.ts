import { z } from "zod";
import { hasWantedType, readAs, readNames } from "../document/read-as.js";
import type { Wanted } from "../document/read-document.js";
import type { Plan, PlanExpression, PlanProvider, PlanResource } from "./plan.js";

/** https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation */
const Resource = z.object({
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  provider_config_key: z.string().nullish(),
  expressions: z.record(z.string(), z.unknown()).nullish(),
  count_expression: z.unknown().optional(),
  for_each_expression: z.unknown().optional(),
  depends_on: z.array(z.string()).nullish(),
});

const Module = z.object({
  resources: z.array(z.unknown()).nullish(),
  module_calls: z.record(z.string(), z.object({ module: z.unknown().optional() })).nullish(),
});

const Provider = z.object({
  name: z.string().nullish(),
  full_name: z.string().nullish(),
  version_constraint: z.string().nullish(),
  alias: z.string().nullish(),
});

const Configuration = z.object({
  provider_config: z.record(z.string(), Provider).nullish(),
  root_module: z.unknown().optional(),
});

function isReferences(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

/** All that an expression, or a block with its own arguments, refers to. Constants are passed over. */
function referencesOf(expression: unknown): readonly string[] {
  const found = new Set<string>();
  // A list of work to do instead of recursion: nesting is the document's choice.
  const work: unknown[] = [expression];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (Array.isArray(next)) work.push(...next.toReversed());
    else if (typeof next === "object" && next !== null) {
      for (const [key, value] of Object.entries(next).toReversed()) {
        if (key === "references" && isReferences(value)) for (const reference of value) found.add(reference);
        else if (key !== "constant_value" && typeof value === "object" && value !== null) work.push(value);
      }
    }
  }
  return [...found];
}

function readResource(value: unknown, module: readonly string[], what: string): PlanResource {
  const resource = readAs(Resource, value, what);
  const { count_expression: count, for_each_expression: forEach } = resource;
  return {
    module,
    ...readNames(resource, what),
    providerKey: resource.provider_config_key || undefined,
    expressions: Object.entries(resource.expressions ?? {}).map(
      ([argument, expression]): PlanExpression => ({ name: argument, references: referencesOf(expression) }),
    ),
    count: count === undefined || count === null ? undefined : { references: referencesOf(count) },
    forEach: forEach === undefined || forEach === null ? undefined : { references: referencesOf(forEach) },
    dependsOn: resource.depends_on ?? [],
  };
}

function readProvider([key, provider]: readonly [string, z.infer<typeof Provider>]): PlanProvider {
  return {
    key,
    name: provider.name || undefined,
    fullName: provider.full_name || undefined,
    versionConstraint: provider.version_constraint || undefined,
    alias: provider.alias || undefined,
  };
}

/** Reads `configuration`, each module's resources before those of the modules it calls; throws `Unreadable`. */
export function readConfiguration(value: unknown, wanted: Wanted): Plan["configuration"] {
  if (value === undefined || value === null) return { providers: [], resources: [] };
  const { provider_config, root_module } = readAs(Configuration, value, "its configuration");
  const resources: PlanResource[] = [];
  const work: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: root_module, path: [] }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next.value === undefined || next.value === null) continue;
    const { path } = next;
    const { resources: own, module_calls } = readAs(Module, next.value, "a module of its configuration");
    for (const resource of own ?? []) {
      const what = "a resource of its configuration";
      if (hasWantedType(resource, wanted, what)) resources.push(readResource(resource, path, what));
    }
    const calls = Object.entries(module_calls ?? {}).toReversed();
    work.push(...calls.map(([name, { module }]) => ({ value: module, path: [...path, name] })));
  }
  return { providers: Object.entries(provider_config ?? {}).map(readProvider), resources };
}
