import { z } from "zod";
import { formatAddress } from "../addresses/address.js";
import { parseModulePath } from "../addresses/address-parser.js";
import { parseProviderAddress } from "../addresses/provider-address.js";
import { nameWord, readAs, readNames, Unreadable } from "../document/read-as.js";
import type { StateInstance } from "./state.js";

/**
 * One element of `resources` in a raw state, format version 4, after
 * [statefile/version4.go](https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go) in
 * Terraform and its OpenTofu sibling, where an instance may name its provider configuration itself.
 * Other fields are ignored. An empty or null string counts as absent, as in Go's JSON.
 */
const RawInstance = z.object({
  index_key: z.union([z.string(), z.int().nonnegative()]).nullish(),
  status: z.string().nullish(),
  deposed: z.string().nullish(),
  provider: z.string().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  attributes_flat: z.record(z.string(), z.string()).nullish(),
  sensitive_attributes: z.unknown().optional(),
  private: z.string().nullish(),
  skip_destroy: z.boolean().nullish(),
});

const RawResource = z.object({
  module: z.string().nullish(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  provider: z.string().nullish(),
  instances: z.array(RawInstance).nullish(),
});

const SensitivePaths = z.array(z.array(z.unknown()));
const AttributeStep = z.object({ type: z.literal("get_attr"), value: z.string() });

/** The attributes that the state marks as sensitive, entirely or in part. */
function sensitiveAmong(noted: unknown): Pick<StateInstance, "sensitive"> {
  const paths = SensitivePaths.safeParse(noted);
  const names = (paths.data ?? []).flatMap(([first]) => AttributeStep.safeParse(first).data?.value ?? []);
  return names.length === 0 ? {} : { sensitive: new Set(names) };
}

/** The objects of one parsed element of a raw state's `resources`; throws `Unreadable`. `what` names the element. */
export function readRawResource(value: unknown, what: string): readonly StateInstance[] {
  const resource = readAs(RawResource, value, what);
  const names = readNames(resource, what);
  const modulePath = parseModulePath(resource.module ?? "");
  if (!modulePath.ok) throw new Unreadable(`${what} has an invalid module address`);
  return (resource.instances ?? []).map((instance, index): StateInstance => {
    const { status } = instance;
    if (status && status !== "tainted") {
      throw new Unreadable(`${what} has an instance (number ${index + 1}) with a status ${nameWord(status)}`);
    }
    const provider = instance.provider || resource.provider;
    return {
      address: { module: modulePath.module, ...names, key: instance.index_key ?? undefined },
      provider: provider ? parseProviderAddress(provider) : undefined,
      // Objects that no provider has changed since Terraform 0.11 still have the flat form.
      attributes: instance.attributes ?? instance.attributes_flat ?? {},
      ...sensitiveAmong(instance.sensitive_attributes),
      deposed: instance.deposed || undefined,
      tainted: status === "tainted",
      private: instance.private || undefined,
      ...(instance.skip_destroy === true && { skipDestroy: true as const }),
    };
  });
}

/** Whether two objects have the same address and deposed key, which Terraform rejects too. */
export function hasDuplicates(instances: readonly StateInstance[]): boolean {
  const seen = new Set(instances.map(({ address, deposed }) => `${deposed ?? ""} ${formatAddress(address)}`));
  return seen.size < instances.length;
}
