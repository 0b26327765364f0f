import { ANYTHING, type FunctionSpec, originOfFirst, TEXT, textFunction, textOf } from "./function-spec.js";
import { decodeJson, encodeJson } from "./json-functions.js";
import { failed, stringValue, type Value } from "./value.js";
import { STRING } from "./value-type.js";

// Loaded when the first configuration hashes something: it takes longer than reading a small module.
const crypto = () => process.getBuiltinModule("node:crypto");

function digest(algorithm: string, encoding: "hex" | "base64" = "hex"): FunctionSpec {
  return {
    params: [TEXT],
    result: STRING,
    run: ([input]) => stringValue(crypto().createHash(algorithm).update(textOf(input), "utf8").digest(encoding)),
  };
}

/** As Go reads it: line ends are skipped, padding is required. What is not UTF-8 is refused. */
function decodeBase64(args: readonly Value[]): Value {
  const text = textOf(args[0]).replace(/[\r\n]/g, "");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return failed("not base64");
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return stringValue(decoder.decode(Buffer.from(text, "base64")), originOfFirst(args));
  } catch {
    return failed("not UTF-8");
  }
}

/** Go's `url.QueryEscape`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

const NAMESPACES: ReadonlyMap<string, string> = new Map(
  ["dns", "url", "oid", "x500"].map((name, at) => [name, `6ba7b81${[0, 1, 2, 4][at]}-9dad-11d1-80b4-00c04fd430c8`]),
);

/** The UUID that a name has in a namespace. */
function uuid5(namespace: string, name: string): Value {
  const space = NAMESPACES.get(namespace) ?? namespace;
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(space)) return failed("not a namespace");
  const hash = crypto()
    .createHash("sha1")
    .update(Buffer.from(space.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return stringValue(hash.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
}

export const ENCODING_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  base64decode: { params: [TEXT], result: STRING, run: decodeBase64 },
  base64encode: textFunction(1, (input) => Buffer.from(input, "utf8").toString("base64")),
  base64sha256: digest("sha256", "base64"),
  base64sha512: digest("sha512", "base64"),
  jsondecode: { params: [TEXT], run: ([input]) => decodeJson(textOf(input)) },
  jsonencode: {
    params: [{ ...ANYTHING, nullable: true }],
    result: STRING,
    run: ([value]) => (value === undefined ? failed("too few arguments") : encodeJson(value)),
  },
  md5: digest("md5"),
  sha1: digest("sha1"),
  sha256: digest("sha256"),
  sha512: digest("sha512"),
  urlencode: textFunction(1, urlEncode),
  uuidv5: { params: [TEXT, TEXT], result: STRING, run: ([space, name]) => uuid5(textOf(space), textOf(name)) },
};
