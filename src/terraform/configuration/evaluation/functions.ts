import { COLLECTION_FUNCTIONS } from "./collection-functions.js";
import { ANY_LIST, ANY_MAP, ANY_SET, convert } from "./convert.js";
import { ENCODING_FUNCTIONS } from "./encoding-functions.js";
import { callSpec, type FunctionSpec, MOST_CHARACTERS, MOST_ELEMENTS, TOO_LARGE, TOO_LONG } from "./function-spec.js";
import { NUMBER_FUNCTIONS } from "./number-functions.js";
import { REGEX_FUNCTIONS } from "./regex-functions.js";
import { TEXT_FUNCTIONS } from "./text-functions.js";
import {
  boolValue,
  failed,
  isFailed,
  NULL,
  partsOf,
  typedUnknown,
  unknown,
  unknownIn,
  untyped,
  type Value,
} from "./value.js";
import { ANY, BOOL, NUMBER, STRING, type ValueType } from "./value-type.js";

/** Functions that look at no more than one part of their arguments, and give that or a number. */
export const PICKING_FUNCTIONS: ReadonlySet<string> = new Set(
  "can element length lookup nonsensitive one sensitive try".split(" "),
);

/** Functions whose result depends on something outside the configuration's text. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ...["file", "filebase64", "fileexists", "fileset", "filemd5", "filesha1", "filesha256", "templatefile"].map(
    (name): [string, string] => [name, `${name}() reads a file, which is not followed here`],
  ),
  ...["timestamp", "plantimestamp", "uuid", "bcrypt"].map((name): [string, string] => [
    name,
    `${name}() differs from run to run`,
  ]),
]);

function conversion(type: ValueType): FunctionSpec {
  return {
    params: [{ type: ANY, nullable: true, unknown: "all" }],
    run: ([value = NULL]) => convert(value, type),
  };
}

const SAME: FunctionSpec = {
  params: [{ type: ANY, nullable: true, unknown: "all" }],
  run: ([value = NULL]) => value,
};

const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ...Object.entries(COLLECTION_FUNCTIONS),
  ...Object.entries(ENCODING_FUNCTIONS),
  ...Object.entries(NUMBER_FUNCTIONS),
  ...Object.entries(REGEX_FUNCTIONS),
  ...Object.entries(TEXT_FUNCTIONS),
  ["nonsensitive", SAME],
  ["sensitive", SAME],
  ["tobool", conversion(BOOL)],
  ["tolist", conversion(ANY_LIST)],
  ["tomap", conversion(ANY_MAP)],
  ["tonumber", conversion(NUMBER)],
  ["toset", conversion(ANY_SET)],
  ["tostring", conversion(STRING)],
]);

/** Names of all functions that are evaluated, in order. */
export const EVALUATED_FUNCTIONS: readonly string[] = [...FUNCTIONS.keys(), "can", "try"].sort();

/**
 * The result of a call, per the [function reference](https://developer.hashicorp.com/terraform/language/functions).
 * A function that is not evaluated here gives unknown, and so does a known one over arguments that are not known enough.
 */
export function callFunction(name: string, args: readonly Value[]): Value {
  const plain = name.startsWith("core::") ? name.slice("core::".length) : name;
  if (plain === "try") return tryValues(args);
  if (plain === "can") return canValue(args);
  const spec = FUNCTIONS.get(plain);
  if (spec !== undefined) return withinLimits(callSpec(spec, args));
  const broken = args.find(isFailed);
  if (broken?.kind === "unknown") return untyped(broken);
  // csvdecode(file(…)) is unknown for the file's sake.
  const hole = OUTSIDE.has(plain) ? undefined : args.find((argument) => argument.kind === "unknown");
  return unknown(hole?.kind === "unknown" ? hole.reason : (OUTSIDE.get(plain) ?? `${plain}() is not evaluated here`));
}

function withinLimits(value: Value): Value {
  if (value.kind === "string" && value.value.length > MOST_CHARACTERS) return TOO_LONG;
  return partsOf(value).length > MOST_ELEMENTS ? TOO_LARGE : value;
}

function tryValues(args: readonly Value[]): Value {
  const first = args.find((argument) => !isFailed(argument));
  return first ?? failed(args.length === 0 ? "try() needs an argument" : "try() found nothing that works");
}

function canValue([argument, ...others]: readonly Value[]): Value {
  if (argument === undefined || others.length > 0) return failed("can() needs one argument");
  if (isFailed(argument)) return boolValue(false);
  const hole = unknownIn(argument);
  return hole === undefined ? boolValue(true) : typedUnknown(hole, BOOL);
}
