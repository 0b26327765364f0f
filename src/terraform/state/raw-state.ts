import { z } from "zod";
import { formatAddress, type InstanceKey } from "../addresses/address.js";
import { parseModulePath } from "../addresses/address-parser.js";
import { parseProviderAddress } from "../addresses/provider-address.js";
import type { StateInstance } from "./state.js";

/**
 * One element of `resources` in a raw state, format version 4, after
 * [statefile/version4.go](https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go) in
 * Terraform and its OpenTofu sibling, where an instance may name its provider configuration itself.
 * Fields that are not listed pass unseen.
 */
const RawInstance = z.object({
  index_key: z.union([z.string(), z.int().nonnegative()]).nullish(),
  status: z.string().nullish(),
  deposed: z.string().nullish(),
  provider: z.string().nullish(),
  schema_version: z.int().nonnegative().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  attributes_flat: z.record(z.string(), z.string()).nullish(),
  private: z.string().nullish(),
  dependencies: z.array(z.string()).nullish(),
});

const RawResource = z.object({
  module: z.string().nullish(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  provider: z.string().nullish(),
  instances: z.array(RawInstance).nullish(),
});

export type ResourceResult =
  | { readonly ok: true; readonly instances: readonly StateInstance[] }
  /** `what` is the predicate of a sentence about the resource. */
  | { readonly ok: false; readonly what: string };

/** Unknown words are named only when they look like a keyword: a message must not carry the state's content. */
export function nameWord(word: string): string {
  return /^[a-z][a-z_-]{0,31}$/i.test(word) ? `"${word}"` : "that cannot be shown";
}

/** Where zod found fault, as a path of field names, and nothing of the value. */
export function describeIssues(error: z.ZodError): string {
  const [first] = error.issues;
  const path = (first?.path ?? [])
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return path === "" ? "has the wrong shape" : `has an unexpected kind of value at ${path.replace(/^\./, "")}`;
}

/** An empty or null string stands for no value in Go's JSON. */
function present(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === "" ? undefined : text;
}

/** Turns one parsed element of a raw state's `resources` into its objects. */
export function readRawResource(value: unknown): ResourceResult {
  const parsed = RawResource.safeParse(value);
  if (!parsed.success) return { ok: false, what: describeIssues(parsed.error) };
  const resource = parsed.data;
  const { mode, type, name } = resource;
  if (mode !== "managed" && mode !== "data") return { ok: false, what: `has a mode ${nameWord(mode)}` };
  const modulePath = present(resource.module);
  const parsedPath = modulePath === undefined ? ({ ok: true, module: [] } as const) : parseModulePath(modulePath);
  if (!parsedPath.ok) return { ok: false, what: "has a module address that cannot be read" };

  const instances: StateInstance[] = [];
  for (const [index, instance] of (resource.instances ?? []).entries()) {
    const status = present(instance.status);
    if (status !== undefined && status !== "tainted") {
      return { ok: false, what: `has an instance (number ${index + 1}) with a status ${nameWord(status)}` };
    }
    const key: InstanceKey = instance.index_key ?? undefined;
    const provider = present(instance.provider) ?? present(resource.provider);
    instances.push({
      address: { module: parsedPath.module, mode, type, name, key },
      provider: provider === undefined ? undefined : parseProviderAddress(provider),
      // Objects that no provider has touched since Terraform 0.11 still have the flat form.
      attributes: instance.attributes ?? instance.attributes_flat ?? {},
      deposed: present(instance.deposed),
      tainted: status === "tainted",
      schemaVersion: instance.schema_version ?? undefined,
      private: present(instance.private),
      dependencies: instance.dependencies ?? [],
    });
  }
  return { ok: true, instances };
}

/** Whether two objects claim the same place, which Terraform refuses too. */
export function hasDuplicates(instances: readonly StateInstance[]): boolean {
  const seen = new Set(instances.map(({ address, deposed }) => `${deposed ?? ""} ${formatAddress(address)}`));
  return seen.size < instances.length;
}
