import { z } from "zod";
import type { Address } from "../addresses/address.js";
import { parseAddress, parseModulePath } from "../addresses/address-parser.js";
import { providerOfSource } from "../addresses/provider-address.js";
import { readAs, readNames, Unreadable } from "../document/read-as.js";
import type { AttributePath, PlannedAction, ResourceChange } from "./plan.js";

const Attributes = z.record(z.string(), z.unknown()).nullish();

/**
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation An empty string is no value in
 * Go's JSON.
 */
const Change = z.object({
  actions: z.array(z.string()),
  before: Attributes,
  after: Attributes,
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.unknown())).nullish(),
  importing: z.object({ id: z.string().nullish() }).nullish(),
});

const Entry = z.object({
  previous_address: z.string().nullish(),
  module_address: z.string().nullish(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.int().nonnegative()]).nullish(),
  provider_name: z.string().nullish(),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change: Change,
});

const SINGLE = ["create", "read", "update", "delete", "forget"] as const;

/**
 * The meaning of a list of actions. It looks for single words, so that a new combination with `no-op` is still read.
 */
export function plannedAction(actions: readonly string[]): PlannedAction {
  const words = new Set(actions.filter((action) => action !== "no-op"));
  const are = (...expected: readonly string[]) =>
    words.size === expected.length && expected.every((word) => words.has(word));
  if (words.size === 0 && actions.length > 0) return { kind: "no-op" };
  const single = SINGLE.find((word) => are(word));
  if (single !== undefined) return { kind: single };
  const isBefore = (one: string, other: string) => actions.indexOf(one) < actions.indexOf(other);
  if (are("create", "delete"))
    return { kind: "replace", order: isBefore("delete", "create") ? "delete-first" : "create-first" };
  if (are("create", "forget"))
    return { kind: "forget-and-create", order: isBefore("forget", "create") ? "forget-first" : "create-first" };
  return { kind: "unknown", actions };
}

/** The path up to a step that is neither a name nor a number, which no provider can name. */
function attributePath(steps: readonly unknown[]): AttributePath {
  const path: (string | number)[] = [];
  for (const step of steps) {
    if (typeof step !== "string" && typeof step !== "number") break;
    path.push(step);
  }
  return path;
}

/** Removes each `[*]` that stands for a key not known yet; those inside a quoted key stay. */
function withoutWildcards(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\[\*\]/gs, (piece) => (piece === "[*]" ? "" : piece));
}

/** The address comes from its parts: they hold the key as it is, and Terraform 0.12 spelled addresses otherwise. */
function readAddress(entry: z.infer<typeof Entry>, what: string): Address {
  const names = readNames(entry, what);
  const parsed = parseModulePath(withoutWildcards(entry.module_address ?? ""));
  if (!parsed.ok) throw new Unreadable(`${what} has an invalid module address`);
  return { module: parsed.module, ...names, key: entry.index ?? undefined };
}

function readPreviousAddress(text: string | null | undefined, what: string): Address | undefined {
  if (!text) return undefined;
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Unreadable(`${what} has an invalid previous address`);
  return parsed.address;
}

/** Reads an entry of `resource_changes` or `resource_drift`; throws `Unreadable`. `what` names it as a subject. */
export function readResourceChange(value: unknown, what: string): ResourceChange {
  const entry = readAs(Entry, value, what);
  const { change } = entry;
  return {
    address: readAddress(entry, what),
    previousAddress: readPreviousAddress(entry.previous_address, what),
    provider: providerOfSource(entry.provider_name),
    deposed: entry.deposed || undefined,
    actions: change.actions,
    operation: plannedAction(change.actions),
    reason: entry.action_reason || undefined,
    replacePaths: (change.replace_paths ?? []).map(attributePath),
    before: change.before ?? undefined,
    after: change.after ?? undefined,
    afterUnknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
    importing: change.importing ? { id: change.importing.id || undefined } : undefined,
  };
}
