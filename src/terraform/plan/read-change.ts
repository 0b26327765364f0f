import { z } from "zod";
import type { Address } from "../addresses/address.js";
import { parseAddress, parseModulePath } from "../addresses/address-parser.js";
import { parseProviderSource } from "../addresses/provider-address.js";
import { nameWord } from "../state/raw-state.js";
import { operationOf } from "./operation.js";
import type { AttributePath, ResourceChange } from "./plan.js";
import { readAs, Unreadable } from "./unreadable.js";

const Attributes = z.record(z.string(), z.unknown()).nullish();

/** https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const Change = z.object({
  actions: z.array(z.string()),
  before: Attributes,
  after: Attributes,
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.unknown())).nullish(),
  importing: z.object({ id: z.string().nullish() }).nullish(),
  generated_config: z.string().nullish(),
  before_identity: Attributes,
  after_identity: Attributes,
});

const Entry = z.object({
  previous_address: z.string().nullish(),
  module_address: z.string().nullish(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.int().nonnegative()]).nullish(),
  index_unknown: z.boolean().nullish(),
  provider_name: z.string().nullish(),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change: Change,
});

/** An empty string stands for no value in Go's JSON. */
function present(text: string | null | undefined): string | undefined {
  return text || undefined;
}

/** The path up to a step that is neither a name nor a number, which no provider can name. */
export function attributePath(steps: readonly unknown[]): AttributePath {
  const path: (string | number)[] = [];
  for (const step of steps) {
    if (typeof step !== "string" && typeof step !== "number") break;
    path.push(step);
  }
  return path;
}

/** Takes out the `[*]` that stand for keys not known yet; those inside a quoted key stay. */
function withoutWildcards(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\[\*\]/gs, (piece) => (piece === "[*]" ? "" : piece));
}

/** The address comes from its parts: they hold the key as it is, and Terraform 0.12 spelled addresses otherwise. */
function readAddress(entry: z.infer<typeof Entry>, what: string): { address: Address; keyUnknown: boolean } {
  const { mode, type, name } = entry;
  if (mode !== "managed" && mode !== "data") throw new Unreadable(`${what} has a mode ${nameWord(mode)}`);
  const given = entry.module_address ?? "";
  const modulePath = withoutWildcards(given);
  const parsed = parseModulePath(modulePath);
  if (!parsed.ok) throw new Unreadable(`${what} has a module address that cannot be read`);
  return {
    address: { module: parsed.module, mode, type, name, key: entry.index ?? undefined },
    keyUnknown: entry.index_unknown === true || modulePath !== given,
  };
}

function readPreviousAddress(text: string | undefined, what: string): Address | undefined {
  if (text === undefined) return undefined;
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Unreadable(`${what} has a previous address that cannot be read`);
  return parsed.address;
}

/** Reads an entry of `resource_changes` or `resource_drift`; throws `Unreadable`. `what` names it as a subject. */
export function readResourceChange(value: unknown, what: string): ResourceChange {
  const entry = readAs(Entry, value, what);
  const { change } = entry;
  const { address, keyUnknown } = readAddress(entry, what);
  const source = entry.provider_name ? parseProviderSource(entry.provider_name) : undefined;
  return {
    address,
    previousAddress: readPreviousAddress(present(entry.previous_address), what),
    keyUnknown,
    provider: source === undefined ? undefined : { ...source, alias: undefined, modulePath: undefined, key: undefined },
    deposed: present(entry.deposed),
    actions: change.actions,
    operation: operationOf(change.actions),
    reason: present(entry.action_reason),
    replacePaths: (change.replace_paths ?? []).map(attributePath),
    before: change.before ?? undefined,
    after: change.after ?? undefined,
    afterUnknown: change.after_unknown ?? false,
    beforeSensitive: change.before_sensitive ?? false,
    afterSensitive: change.after_sensitive ?? false,
    importing: change.importing ? { id: present(change.importing.id) } : undefined,
    generatesConfig: present(change.generated_config) !== undefined,
    beforeIdentity: change.before_identity ?? undefined,
    afterIdentity: change.after_identity ?? undefined,
  };
}
