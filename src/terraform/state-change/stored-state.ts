import { z } from "zod";
import { groupBy } from "../../base/group-by.js";
import { type Address, formatAddress } from "../addresses/address.js";
import { parseModulePath } from "../addresses/address-parser.js";
import { arrayFrom, elementsOf, membersOf, objectFrom, whyNotJson } from "./exact-json.js";

/** One object of a stored state, with its stored bytes. */
export interface StoredObject {
  readonly address: Address;
  /** The address as Terraform prints it. */
  readonly name: string;
  /** The deposed key, eight hexadecimal digits. */
  readonly deposed: string | undefined;
  /** The provider configuration, as stored with the object or with its resource. */
  readonly provider: string | undefined;
  readonly json: Buffer;
}

/** One element of `resources`. */
export interface StoredResource {
  /** Module, mode, type and name in one text that sorts like Terraform's resources (`sortResourcesV4`). */
  readonly place: string;
  /** The provider configuration of the resource; OpenTofu may store it with each object instead. */
  readonly provider: string | undefined;
  readonly json: Buffer;
  /** In stored order. */
  readonly objects: readonly StoredObject[];
}

/** A state of format version 4, split without losing a byte: numbers keep their written form. */
export interface StoredState {
  readonly lineage: string;
  readonly serial: number;
  /** All members but `resources`, as stored. */
  readonly fields: ReadonlyMap<string, Buffer>;
  readonly resources: readonly StoredResource[];
}

const Head = z.object({
  version: z.literal(4),
  lineage: z.string().min(1),
  serial: z.int().nonnegative(),
});

const ResourceHead = z.object({
  module: z.string().nullish(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  name: z.string(),
  provider: z.string().nullish(),
});

const ObjectHead = z.object({
  index_key: z.union([z.string(), z.int().nonnegative()]).nullish(),
  deposed: z.string().nullish(),
  provider: z.string().nullish(),
});

const Identified = z.object({ invite_id: z.string().nullish(), id: z.string().nullish() });

/** Whether a state is encrypted by OpenTofu, so that only OpenTofu can read it. */
export function isEncrypted(bytes: Buffer): boolean {
  // The name may also occur inside of a state that is not encrypted.
  return (
    bytes.includes('"encrypted_data"') && whyNotJson(bytes) === undefined && membersOf(bytes).has("encrypted_data")
  );
}

/** Splits a stored state. Never throws for its contents; `what` is the predicate of a sentence about the state. */
export function readStoredState(
  bytes: Buffer,
): { readonly ok: true; readonly state: StoredState } | { readonly ok: false; readonly what: string } {
  if (bytes.length === 0) return { ok: false, what: "is empty" };
  const fault = whyNotJson(bytes);
  if (fault !== undefined) return { ok: false, what: `is not valid JSON: ${fault}` };
  const fields = membersOf(bytes);
  if (fields.has("encrypted_data")) return { ok: false, what: "is encrypted by OpenTofu" };
  const head = Head.safeParse(parsed(fields, ["version", "lineage", "serial"]));
  if (!head.success) return { ok: false, what: "is not a state of format version 4 with a lineage and a serial" };
  const resources: StoredResource[] = [];
  for (const [index, json] of elementsOf(fields.get("resources")).entries()) {
    const resource = storedResource(json);
    if (resource === undefined) return { ok: false, what: `has a resource (number ${index + 1}) that can't be read` };
    resources.push(resource);
  }
  fields.delete("resources");
  return { ok: true, state: { lineage: head.data.lineage, serial: head.data.serial, fields, resources } };
}

/** The version that wrote a state, and whether it is certainly OpenTofu's; undefined where the state doesn't say. */
export function writerOf({
  fields,
  resources,
}: StoredState): { readonly version: string; readonly isTofu: boolean } | undefined {
  const found = z.looseObject({ terraform_version: z.string() }).safeParse(parsed(fields, ["terraform_version"]));
  if (!found.success) return undefined;
  const providers = resources.flatMap(({ provider, objects }) => [provider, ...objects.map((one) => one.provider)]);
  return {
    version: found.data.terraform_version,
    isTofu: providers.some((provider) => provider?.includes('["registry.opentofu.org/') === true),
  };
}

/** The state as JSON, with another serial and other resources. */
export function writeStoredState(
  { fields }: StoredState,
  changed: { readonly serial: number; readonly resources: readonly Buffer[] },
): Buffer {
  const members = new Map(fields);
  members.set("serial", Buffer.from(String(changed.serial)));
  members.set("resources", arrayFrom(changed.resources));
  return objectFrom(members);
}

/** The resource as JSON, with other objects. */
export function writeResource(resource: StoredResource, objects: readonly Buffer[]): Buffer {
  const members = membersOf(resource.json);
  members.set("instances", arrayFrom(objects));
  return objectFrom(members);
}

/** The object's ID at the provider: its `invite_id`, else its `id`; undefined where neither is a string. */
export function objectId({ json }: StoredObject): string | undefined {
  const members = membersOf(json);
  const attributes = members.get("attributes") ?? members.get("attributes_flat");
  if (attributes?.[0] !== 0x7b) return undefined;
  const found = Identified.safeParse(parsed(membersOf(attributes), ["invite_id", "id"]));
  return found.success ? (found.data.invite_id ?? found.data.id ?? undefined) : undefined;
}

/** All objects of a state by address: the current one and deposed ones, as stored. */
export function objectsByAddress(state: StoredState): Map<string, StoredObject[]> {
  return groupBy(
    state.resources.flatMap(({ objects }) => objects),
    ({ name }) => name,
  );
}

function parsed(members: ReadonlyMap<string, Buffer>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const json = members.get(name);
      return json === undefined ? [] : [[name, JSON.parse(json.toString("utf8")) as unknown]];
    }),
  );
}

function storedResource(json: Buffer): StoredResource | undefined {
  const members = membersOf(json);
  const head = ResourceHead.safeParse(parsed(members, ["module", "mode", "type", "name", "provider"]));
  if (!head.success) return undefined;
  const { mode, type, name } = head.data;
  const module = head.data.module ?? "";
  const provider = head.data.provider || undefined;
  const path = parseModulePath(module);
  if (!path.ok) return undefined;
  const objects: StoredObject[] = [];
  for (const object of elementsOf(members.get("instances"))) {
    const own = ObjectHead.safeParse(parsed(membersOf(object), ["index_key", "deposed", "provider"]));
    if (!own.success) return undefined;
    const { index_key, deposed } = own.data;
    const address: Address = { module: path.module, mode, type, name, key: index_key ?? undefined };
    objects.push({
      address,
      name: formatAddress(address),
      deposed: deposed || undefined,
      provider: own.data.provider || provider,
      json: object,
    });
  }
  return { place: [module, mode, type, name].join("\0"), provider, json, objects };
}
