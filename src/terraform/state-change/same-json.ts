/** A string, or a number as it was written; neither may be mistaken for the other. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
const NUMBER_MARK = "\\u0000number:";

/**
 * A value of valid JSON, with every number as a marked string: whatever a double cannot hold is kept. Numbers of one
 * value become one string, since Terraform may write `1.50e1` as `15`.
 */
export function parseExactly(json: Buffer): unknown {
  const text = json.toString("utf8");
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') ? token : `"${NUMBER_MARK}${normalNumber(token)}"`,
  );
  return JSON.parse(marked);
}

/** Digits without zeros at either end, and the power of ten that they are multiplied by. */
function normalNumber(token: string): string {
  const [mantissa = "", exponent = "0"] = token.toLowerCase().split("e");
  const negative = mantissa.startsWith("-");
  const [whole = "", fraction = ""] = (negative ? mantissa.slice(1) : mantissa).split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${negative ? "-" : ""}${significant}e${power}`;
}

/** One text for all ways of writing a value: the order of members does not matter. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}
