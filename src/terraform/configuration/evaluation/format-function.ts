import { convert, toNumber } from "./convert.js";
import { elementsOf, isSequence, MOST_CHARACTERS, MOST_ELEMENTS, TOO_LARGE, TOO_LONG } from "./function-spec.js";
import { encodeJson } from "./json-functions.js";
import { failed, listValue, stringValue, type Value } from "./value.js";
import { BOOL, STRING } from "./value-type.js";

const VERB =
  /(?<flags>[-+ 0#]*)(?<width>[1-9]\d*)?(?<point>\.(?<precision>\d*))?(?:\[(?<argument>[1-9]\d*)\])?(?<mode>[a-zA-Z])/y;

interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly mode: string;
}

/** See [format](https://developer.hashicorp.com/terraform/language/functions/format). */
export function formatText(pattern: string, args: readonly Value[]): Value {
  let output = "";
  let next = 1;
  let highest = 0;
  for (let at = 0; at < pattern.length; ) {
    const percent = pattern.indexOf("%", at);
    output += pattern.slice(at, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    if (pattern[percent + 1] === "%") {
      output += "%";
      at = percent + 2;
      continue;
    }
    VERB.lastIndex = percent + 1;
    const match = VERB.exec(pattern);
    if (match?.groups === undefined) return failed("format() has a verb that it does not know");
    at = VERB.lastIndex;
    const { flags = "", width, point, precision, argument, mode = "" } = match.groups;
    const chosen = argument === undefined ? next : Number(argument);
    next = chosen + 1;
    highest = Math.max(highest, chosen);
    const value = args[chosen - 1];
    if (value === undefined) return failed("format() has too few arguments");
    const places = point === undefined ? undefined : Number(precision || 0);
    const verb = { flags, width: Number(width ?? 0), precision: places, mode };
    if (verb.width > MOST_PLACES || (places ?? 0) > MOST_PLACES) return TOO_LONG;
    const shown = formatOne(verb, value);
    if (typeof shown !== "string") return shown;
    output += shown;
    if (output.length > MOST_CHARACTERS) return TOO_LONG;
  }
  return highest < args.length ? failed("format() has too many arguments") : stringValue(output);
}

const MOST_PLACES = 1000;

/** The same for each element of its lists, which must be of one length; what is no list is the same each time. */
export function formatList(pattern: string, args: readonly Value[]): Value {
  const lists = args.filter(isSequence);
  const [first] = lists;
  const length = first?.elements.length ?? 1;
  if (lists.some(({ elements }) => elements.length !== length)) return failed("formatlist() takes lists of one length");
  if (length * (args.length + 1) > MOST_ELEMENTS) return TOO_LARGE;
  const made = Array.from({ length }, (_, index) => {
    const each = args.map((value) => (isSequence(value) ? (elementsOf(value)[index] ?? value) : value));
    const text = formatText(pattern, each);
    // A list of names stays a list of what is written there, as with a for-expression.
    const written = lists.length === 1 ? first?.elements[index] : undefined;
    return text.kind === "string" && written !== undefined && written.kind !== "unknown"
      ? { ...text, ...(written.source && { source: written.source }), ...(written.via && { via: written.via }) }
      : text;
  });
  return made.find((text) => text.kind === "unknown") ?? listValue(made, {}, STRING);
}

function formatOne(verb: Verb, value: Value): string | Value {
  if (value.kind === "null" && verb.mode !== "v") return failed("format() takes no null");
  switch (verb.mode) {
    case "v":
      return asIs(verb, value);
    case "t": {
      const bool = convert(value, BOOL);
      return bool.kind === "bool" ? String(bool.value) : bool;
    }
    case "s":
    case "q": {
      const text = convert(value, STRING);
      if (text.kind !== "string") return text;
      const shown = verb.precision ? graphemes(text.value).slice(0, verb.precision).join("") : text.value;
      return verb.mode === "s" ? padded(verb, shown) : json(verb, stringValue(shown));
    }
    case "b":
    case "d":
    case "o":
    case "x":
    case "X":
      return integer(verb, toNumber(value));
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return decimal(verb, toNumber(value));
    default:
      return failed("format() has a verb that it does not know");
  }
}

/** `%v`: text and numbers bare, all else as JSON. */
function asIs(verb: Verb, value: Value): string | Value {
  if (!verb.flags.includes("#")) {
    if (value.kind === "string") return padded(verb, value.value);
    if (value.kind === "number") return padded(verb, value.value.toGeneral(undefined));
  }
  return json(verb, value);
}

function json(verb: Verb, value: Value): string | Value {
  const encoded = encodeJson(value);
  return encoded.kind === "string" ? padded(verb, encoded.value) : encoded;
}

function graphemes(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text), (part) => part.segment);
}

function padded({ flags, width }: Verb, shown: string): string {
  if (width <= 0) return shown;
  const pads = (flags.includes("0") ? "0" : " ").repeat(Math.max(0, width - graphemes(shown).length));
  return flags.includes("-") ? shown + pads : pads + shown;
}

const BASES: ReadonlyMap<string, readonly [number, string]> = new Map([
  ["b", [2, "0b"]],
  ["d", [10, ""]],
  ["o", [8, "0"]],
  ["x", [16, "0x"]],
  ["X", [16, "0X"]],
]);

/** As Go formats a [big.Int](https://pkg.go.dev/math/big#Int.Format). */
function integer({ flags, width, precision, mode }: Verb, value: Value): string | Value {
  if (value.kind !== "number") return value;
  if (!value.value.isInteger) return failed("format() needs a whole number");
  const whole = value.value.truncated();
  const [base, sharp] = BASES.get(mode) ?? [10, ""];
  const lower = (whole < 0n ? -whole : whole).toString(base);
  if (precision === 0 && whole === 0n) return "";
  const digits = (mode === "X" ? lower.toUpperCase() : lower).padStart(precision ?? 0, "0");
  const sign = whole < 0n ? "-" : signOf(flags);
  const prefix = flags.includes("#") ? sharp : "";
  const missing = Math.max(0, width - sign.length - prefix.length - digits.length);
  if (flags.includes("-")) return sign + prefix + digits + " ".repeat(missing);
  if (flags.includes("0") && precision === undefined) return sign + prefix + "0".repeat(missing) + digits;
  return " ".repeat(missing) + sign + prefix + digits;
}

/** As Go formats a [big.Float](https://pkg.go.dev/math/big#Float.Format). */
function decimal({ flags, width, precision, mode }: Verb, value: Value): string | Value {
  if (value.kind !== "number") return value;
  const number = value.value.absolute();
  const places = precision ?? 6;
  const kind = mode.toLowerCase();
  const lower =
    kind === "f" ? number.toFixed(places) : kind === "e" ? number.toExponential(places) : number.toGeneral(precision);
  const digits = mode === kind ? lower : lower.toUpperCase();
  const isNegative = value.value.sign < 0 || value.value.negativeZero;
  const sign = isNegative ? "-" : signOf(flags);
  const missing = Math.max(0, width - sign.length - digits.length);
  if (flags.includes("-")) return sign + digits + " ".repeat(missing);
  return flags.includes("0") ? sign + "0".repeat(missing) + digits : " ".repeat(missing) + sign + digits;
}

function signOf(flags: string): string {
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}
