/**
 * Addresses of resource instances, as Terraform prints and parses them.
 *
 * The quoting of string keys follows `toHCLQuotedString` in Terraform's
 * [addrs/instance_key.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go).
 */

/** The key of one instance: a `count` index, a `for_each` key, or none. `0` and `"0"` are different keys. */
export type InstanceKey = number | string | undefined;

/** One `module.NAME[KEY]` step. */
export interface ModuleStep {
  readonly name: string;
  readonly key: InstanceKey;
}

/** A resource instance, or a whole resource where `key` is absent and the resource has `count` or `for_each`. */
export interface Address {
  readonly module: readonly ModuleStep[];
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly key: InstanceKey;
}

/** What went wrong while an address was read, and where (0-based offset into the text). */
export interface AddressError {
  readonly message: string;
  readonly offset: number;
}

export type AddressResult = { readonly ok: true; readonly address: Address } | { readonly ok: false; readonly error: AddressError };
