/**
 * Addresses of resource instances, as Terraform prints and parses them.
 *
 * The quoting of string keys follows `toHCLQuotedString` in Terraform's
 * [addrs/instance_key.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go).
 */

import { compareText } from "../../base/compare-text.js";
import { quoteHclString } from "../hcl-string.js";

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

/** Whether a module is the one that a call leads to, or below it; instance keys are ignored. */
export function isBelow(modulePath: readonly (string | ModuleStep)[], callPath: readonly string[]): boolean {
  return callPath.every((name, depth) => {
    const step = modulePath[depth];
    return name === (typeof step === "object" ? step.name : step);
  });
}

/** What went wrong while an address was read, and where (0-based offset into the text). */
export interface AddressError {
  readonly message: string;
  readonly offset: number;
}

export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly error: AddressError };

/** `[0]`, `["key"]`, or nothing without a key. `escaped` is explained at `respellAddress`. */
export function formatInstanceKey(key: InstanceKey, escaped = ""): string {
  if (key === undefined) return "";
  return typeof key === "number" ? `[${key}]` : `[${quoteHclString(key, escaped)}]`;
}

/** A module path as in state files; `""` is the root module. */
export function formatModulePath(steps: readonly ModuleStep[], escaped = ""): string {
  return steps.map((step) => `module.${step.name}${formatInstanceKey(step.key, escaped)}`).join(".");
}

/** The address of the whole resource, without the instance key. */
export function formatResourceAddress({ module, mode, type, name }: Address, escaped = ""): string {
  const path = formatModulePath(module, escaped);
  return `${path}${path === "" ? "" : "."}${mode === "data" ? "data." : ""}${type}.${name}`;
}

/** The address exactly as Terraform prints it. Different addresses have different texts, so the text can be a key. */
export function formatAddress(address: Address): string {
  return respellAddress(address, "");
}

/**
 * The address with the given characters written as `\uXXXX` in its keys. Terraform and `parseAddress` read it as the
 * same address.
 */
export function respellAddress(address: Address, escaped: string): string {
  return formatResourceAddress(address, escaped) + formatInstanceKey(address.key, escaped);
}

/** Orders keys: no key first, then numbers by value, then strings. */
export function compareKeys(a: InstanceKey, b: InstanceKey): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  const rank = (key: InstanceKey) => (key === undefined ? 0 : typeof key === "number" ? 1 : 2);
  return rank(a) - rank(b);
}

function compareModulePaths(a: readonly ModuleStep[], b: readonly ModuleStep[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [depth, left] of a.entries()) {
    const right = b[depth];
    if (right === undefined) break;
    const order = compareText(left.name, right.name) || compareKeys(left.key, right.key);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * The order of `terraform state list`: shallow modules first, data sources before managed resources, numbers before
 * strings. Follows `AbsResourceInstance.Less` in
 * [addrs/resource.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/resource.go).
 */
export function compareAddresses(a: Address, b: Address): number {
  return (
    compareModulePaths(a.module, b.module) ||
    (a.mode === b.mode ? 0 : a.mode === "data" ? -1 : 1) ||
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareKeys(a.key, b.key)
  );
}
