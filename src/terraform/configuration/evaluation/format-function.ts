import { toBool, toNumber, toText } from "./convert.js";
import { encodeJson } from "./json-functions.js";
import { failed, stringValue, unknown, type Value } from "./value.js";

const VERB = /%(?<flags>[-+ 0]*)(?<width>\d+)?(?:\.(?<precision>\d+))?(?<verb>.)/gsu;

/** The common verbs of [format](https://developer.hashicorp.com/terraform/language/functions/format); the others give unknown. */
export function formatText(pattern: string, args: readonly Value[]): Value {
  let output = "";
  let position = 0;
  let next = 0;
  for (const match of pattern.matchAll(VERB)) {
    output += pattern.slice(position, match.index);
    position = match.index + match[0].length;
    const { flags = "", width, precision, verb } = match.groups ?? {};
    if (verb === "%") {
      output += "%";
      continue;
    }
    if (verb === "[" || verb === "*") return unknown("format() with chosen arguments is not evaluated here");
    const argument = args[next];
    next += 1;
    if (argument === undefined) return failed("format() has too few arguments");
    const shown = formatOne(verb ?? "", argument, flags, precision);
    if (typeof shown !== "string") return shown;
    output += pad(shown, flags, width === undefined ? 0 : Number(width), verb ?? "");
  }
  const rest = pattern.slice(position);
  if (rest.includes("%")) return failed("format() ends within a verb");
  if (next < args.length) return failed("format() has too many arguments");
  return stringValue(output + rest);
}

function formatOne(verb: string, argument: Value, flags: string, precision: string | undefined): string | Value {
  if (argument.kind === "unknown") return argument;
  switch (verb) {
    case "s":
      return precise(shownText(argument), precision);
    case "v":
      return argument.kind === "null" ? "null" : precise(plain(argument), precision);
    case "q":
      return quoted(shownText(argument));
    case "t": {
      const value = toBool(argument);
      return value.kind === "bool" ? String(value.value) : failed("format() needs true or false for %t");
    }
    case "d": {
      const value = toNumber(argument);
      if (value.kind !== "number") return failed("format() needs a number for %d");
      if (!Number.isInteger(value.value)) return failed("format() needs a whole number for %d");
      if (!Number.isSafeInteger(value.value) || precision !== undefined)
        return unknown("format() of such a number is not evaluated here");
      return signed(String(value.value), flags);
    }
    case "f": {
      const value = toNumber(argument);
      if (value.kind !== "number") return failed("format() needs a number for %f");
      const shown = value.value.toFixed(Math.min(Number(precision ?? 6), 100));
      // Go rounds halves to even, JavaScript up.
      if (Number(shown) !== value.value) return unknown("format() with rounding is not evaluated here");
      return signed(shown, flags);
    }
    default:
      return unknown(`format() with %${verb} is not evaluated here`);
  }
}

function shownText(value: Value): string | Value {
  const converted = toText(value);
  return converted.kind === "string"
    ? converted.value
    : converted.kind === "unknown"
      ? converted
      : failed("format() needs text");
}

/** `%v`: text and numbers bare, collections as JSON. */
function plain(value: Value): string | Value {
  if (value.kind === "string" || value.kind === "number" || value.kind === "bool") return shownText(value);
  const json = encodeJson(value);
  return json.kind === "string" ? json.value : json;
}

function precise(shown: string | Value, precision: string | undefined): string | Value {
  if (typeof shown !== "string" || precision === undefined) return shown;
  return [...shown].slice(0, Number(precision)).join("");
}

function quoted(shown: string | Value): string | Value {
  return typeof shown === "string" ? JSON.stringify(shown) : shown;
}

function signed(digits: string, flags: string): string {
  if (digits.startsWith("-")) return digits;
  return flags.includes("+") ? `+${digits}` : flags.includes(" ") ? ` ${digits}` : digits;
}

/** The widest padding; Terraform's own has no limit that matters here. */
const WIDEST = 1000;

function pad(shown: string, flags: string, width: number, verb: string): string {
  const missing = Math.min(width, WIDEST) - [...shown].length;
  if (missing <= 0) return shown;
  if (flags.includes("-")) return shown + " ".repeat(missing);
  if (!flags.includes("0")) return " ".repeat(missing) + shown;
  const sign = verb === "d" || verb === "f" ? (/^[-+ ]/.exec(shown)?.[0] ?? "") : "";
  return sign + "0".repeat(missing) + shown.slice(sign.length);
}
