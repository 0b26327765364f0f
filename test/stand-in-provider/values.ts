import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";

/** A value that is not known before the apply. */
class Unknown {
  readonly known = false;
}

export const UNKNOWN = new Unknown();

/** A value as Terraform has it. */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | ObjectValue;

export interface ObjectValue {
  readonly [name: string]: Value;
}

/**
 * Unknown values are an extension of msgpack: type 0 where nothing is known, type 12 where something is
 * (https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md).
 */
const extensions = new ExtensionCodec();
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? Uint8Array.of(0) : null),
  decode: () => UNKNOWN,
});
extensions.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

export function encodeValue(value: Value): Uint8Array {
  return encode(value, { extensionCodec: extensions });
}

/** An object, or nothing where the value is null. */
export function decodeObject(given: { readonly msgpack?: Uint8Array } | undefined): ObjectValue | null {
  const value = toValue(decode(given?.msgpack ?? encode(null), { extensionCodec: extensions }));
  if (value !== null && !isObject(value)) throw new Error("Terraform sent something else than an object");
  return value;
}

/** What was decoded, from msgpack or JSON. */
export function toValue(decoded: unknown): Value {
  if (decoded === null || decoded === undefined) return null;
  if (typeof decoded === "boolean" || typeof decoded === "number" || typeof decoded === "string") return decoded;
  if (decoded instanceof Unknown) return decoded;
  if (typeof decoded === "bigint") return Number(decoded);
  if (Array.isArray(decoded)) return decoded.map(toValue);
  if (typeof decoded === "object") {
    return Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, toValue(value)]));
  }
  throw new Error(`a value of type ${typeof decoded} came`);
}

export function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

export function isUnknown(value: Value | undefined): boolean {
  return value instanceof Unknown;
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => equal(one, b[at]));
  if (a === undefined || b === undefined || !isObject(a) || !isObject(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => equal(a[name], b[name]));
}
