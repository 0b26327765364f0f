/**
 * Numbers as Terraform has them: binary floating point with 512 bits, results of counting with 64. See Go's
 * [math/big](https://pkg.go.dev/math/big#Float) and [cty](https://github.com/zclconf/go-cty/blob/main/docs/types.md#number).
 * The value is `mantissa * 2 ** exponent`; every operation rounds once, to the nearest, halves to even.
 */
export class BigFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly precision: number;
  /** Zero has a sign, and is printed with it. */
  readonly negativeZero: boolean;
  #text: string | undefined;

  private constructor(mantissa: bigint, exponent: number, precision: number, negativeZero: boolean) {
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.precision = precision;
    this.negativeZero = negativeZero;
  }

  /** The nearest number of that precision; undefined where it is too large or too fine to be handled here. */
  static rounded(mantissa: bigint, exponent: number, precision: number): BigFloat | undefined {
    if (mantissa === 0n) return new BigFloat(0n, 0, precision, false);
    const size = mantissa < 0n ? -mantissa : mantissa;
    const excess = bitLength(size) - precision;
    const kept = excess > 0 ? shiftedRight(size, excess) : size;
    const shift = exponent + Math.max(excess, 0);
    const zeros = trailingZeros(kept);
    const odd = kept >> BigInt(zeros);
    const end = shift + zeros;
    if (Math.abs(end) > LARGEST_EXPONENT) return undefined;
    return new BigFloat(mantissa < 0n ? -odd : odd, end, precision, false);
  }

  static integer(value: bigint): BigFloat {
    return new BigFloat(value, 0, Math.max(64, bitLength(value < 0n ? -value : value)), false);
  }

  /** What Go makes of a JavaScript number: exact, with 53 bits. Undefined for infinities. */
  static double(value: number): BigFloat | undefined {
    if (!Number.isFinite(value)) return undefined;
    let exponent = 0;
    let scaled = value;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      exponent -= 1;
    }
    return BigFloat.rounded(BigInt(scaled), exponent, 53);
  }

  /** Undefined where the text is no number; `too-large` where it is one that is not handled here. */
  static parse(text: string): BigFloat | undefined | "too-large" {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
    const [, sign, whole = "", fraction = "", exponent = "0"] = match ?? [];
    const digits = whole + fraction;
    if (match === null || digits === "") return undefined;
    const power = Number(exponent) - fraction.length;
    if (digits.length > MOST_DIGITS) return "too-large";
    const value = BigInt(digits);
    if (value === 0n) return new BigFloat(0n, 0, FULL_PRECISION, sign === "-");
    // Beyond this, Go's own powers of five are rounded.
    if (Math.abs(power) > LARGEST_POWER) return "too-large";
    const signed = sign === "-" ? -value : value;
    const made =
      power >= 0
        ? BigFloat.rounded(signed * 10n ** BigInt(power), 0, FULL_PRECISION)
        : quotient(signed, 0, 10n ** BigInt(-power), 0, FULL_PRECISION);
    return made ?? "too-large";
  }

  get sign(): number {
    return this.mantissa < 0n ? -1 : this.mantissa > 0n ? 1 : 0;
  }

  get isInteger(): boolean {
    return this.mantissa === 0n || this.exponent >= 0;
  }

  /** Toward zero. */
  truncated(): bigint {
    const { mantissa, exponent } = this;
    if (exponent >= 0) return mantissa << BigInt(exponent);
    return mantissa / (1n << BigInt(-exponent));
  }

  /** The whole number as JavaScript has it, for indexes and lengths; undefined where Go's `int64` does not hold it. */
  toIndex(): number | undefined {
    if (!this.isInteger) return undefined;
    const value = this.truncated();
    return BigInt.asIntN(64, value) === value ? Number(value) : undefined;
  }

  /** The nearest double. */
  toDouble(): number {
    return Number(this.toExponential(25));
  }

  negated(): BigFloat {
    return new BigFloat(-this.mantissa, this.exponent, this.precision, this.mantissa === 0n && !this.negativeZero);
  }

  absolute(): BigFloat {
    return this.mantissa < 0n || this.negativeZero ? this.negated() : this;
  }

  plus(other: BigFloat): BigFloat | undefined {
    const exponent = Math.min(this.exponent, other.exponent);
    const sum = this.#scaled(exponent) + other.#scaled(exponent);
    return BigFloat.rounded(sum, exponent, Math.max(this.precision, other.precision));
  }

  minus(other: BigFloat): BigFloat | undefined {
    return this.plus(other.negated());
  }

  /** As cty does it: with 512 bits first, then with as many as the operands have or the product needs. */
  times(other: BigFloat): BigFloat | undefined {
    const full = BigFloat.rounded(this.mantissa * other.mantissa, this.exponent + other.exponent, FULL_PRECISION);
    if (full === undefined) return undefined;
    const needed = full.mantissa === 0n ? 0 : bitLength(full.mantissa < 0n ? -full.mantissa : full.mantissa);
    const precision = Math.max(this.precision, other.precision, needed);
    const isNegative = this.#isNegative !== other.#isNegative;
    return new BigFloat(full.mantissa, full.exponent, precision, full.mantissa === 0n && isNegative);
  }

  /** Undefined for a division by zero. */
  over(other: BigFloat): BigFloat | undefined {
    if (other.mantissa === 0n) return undefined;
    const precision = Math.max(this.precision, other.precision);
    if (this.mantissa === 0n) return new BigFloat(0n, 0, precision, this.#isNegative !== other.#isNegative);
    return quotient(this.mantissa, this.exponent, other.mantissa, other.exponent, precision);
  }

  /** The remainder has the sign of the dividend. By zero it is the dividend. */
  modulo(other: BigFloat): BigFloat | undefined {
    if (other.mantissa === 0n) return this;
    const whole = this.over(other)?.truncated();
    if (whole === undefined) return undefined;
    const multiple = BigFloat.rounded(whole, 0, this.precision);
    const product =
      multiple &&
      BigFloat.rounded(other.mantissa * multiple.mantissa, other.exponent + multiple.exponent, this.precision);
    if (product === undefined) return undefined;
    const exponent = Math.min(this.exponent, product.exponent);
    return BigFloat.rounded(this.#scaled(exponent) - product.#scaled(exponent), exponent, this.precision);
  }

  compare(other: BigFloat): number {
    const exponent = Math.min(this.exponent, other.exponent);
    const difference = this.#scaled(exponent) - other.#scaled(exponent);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The shortest decimal that is this number in its precision, never with an exponent. */
  toString(): string {
    this.#text ??= this.#prefix + positional(this.shortest(), undefined);
    return this.#text;
  }

  /** As many digits behind the point as wanted. */
  toFixed(places: number): string {
    const exact = exactDecimal(this.#size, this.exponent);
    return this.#prefix + positional(roundedTo(exact, exact.point + places), places);
  }

  /** `d.ddde+dd`; without a number of places, the shortest. */
  toExponential(places: number | undefined): string {
    const exact = exactDecimal(this.#size, this.exponent);
    const decimal = places === undefined ? this.shortest() : roundedTo(exact, places + 1);
    const [first = "0", ...rest] = decimal.digits;
    const fraction = rest.join("").padEnd(places ?? 0, "0");
    const exponent = decimal.digits === "" ? 0 : decimal.point - 1;
    const shown = String(Math.abs(exponent)).padStart(2, "0");
    return `${this.#prefix}${first}${fraction === "" ? "" : `.${fraction}`}e${exponent < 0 ? "-" : "+"}${shown}`;
  }

  /** Go's `%g`: with an exponent where that is very small, or not below the number of digits (of the shortest: 6). */
  toGeneral(digits: number | undefined): string {
    const decimal =
      digits === undefined ? this.shortest() : roundedTo(exactDecimal(this.#size, this.exponent), digits || 1);
    const exponent = decimal.digits === "" ? 0 : decimal.point - 1;
    let limit = digits === undefined ? 6 : digits || 1;
    if (digits !== undefined && limit > decimal.digits.length && decimal.digits.length >= decimal.point) {
      limit = decimal.digits.length;
    }
    if (exponent >= -4 && exponent < limit) return this.#prefix + positional(decimal, undefined);
    return this.toExponential(digits === undefined ? undefined : Math.max(decimal.digits.length - 1, 0));
  }

  /** See `roundShortest` in [ftoa.go](https://github.com/golang/go/blob/master/src/math/big/ftoa.go). */
  shortest(): Decimal {
    const exact = exactDecimal(this.#size, this.exponent);
    if (this.mantissa === 0n) return exact;
    const shift = this.precision + 1 - bitLength(this.#size);
    const mantissa = this.#size << BigInt(shift);
    const exponent = this.exponent - shift;
    const lower = exactDecimal(mantissa - 1n, exponent).digits;
    const upper = exactDecimal(mantissa + 1n, exponent).digits;
    const inclusive = (mantissa & 2n) === 0n;
    for (const [index, digit] of [...exact.digits].entries()) {
      const [low, high] = [lower[index] ?? "0", upper[index] ?? "0"];
      const mayFall = low !== digit || (inclusive && index + 1 === lower.length);
      const mayRise = digit !== high && (inclusive || Number(digit) + 1 < Number(high) || index + 1 < upper.length);
      if (mayFall && mayRise) return roundedTo(exact, index + 1);
      if (mayFall) return trimmed(exact.digits.slice(0, index + 1), exact.point);
      if (mayRise) return raised(exact, index + 1);
    }
    return exact;
  }

  get #size(): bigint {
    return this.mantissa < 0n ? -this.mantissa : this.mantissa;
  }

  get #isNegative(): boolean {
    return this.mantissa < 0n || this.negativeZero;
  }

  get #prefix(): string {
    return this.#isNegative ? "-" : "";
  }

  #scaled(exponent: number): bigint {
    return this.mantissa << BigInt(this.mantissa === 0n ? 0 : this.exponent - exponent);
  }
}

const FULL_PRECISION = 512;
const LARGEST_EXPONENT = 4000;
const LARGEST_POWER = 240;
const MOST_DIGITS = 2000;

/** `0.digits * 10 ** point`, without zeros at the end; zero has no digits. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function exactDecimal(mantissa: bigint, exponent: number): Decimal {
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trimmed(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(digits, digits.length + exponent);
}

function trimmed(digits: string, point: number): Decimal {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end -= 1;
  return { digits: digits.slice(0, end), point: end === 0 ? 0 : point };
}

/** Rounded to this many digits, halves to even. */
function roundedTo(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return { digits: "", point: 0 };
  if (count >= digits.length) return decimal;
  const half = digits[count] === "5" && count + 1 === digits.length;
  const previous = count === 0 ? 0 : Number(digits[count - 1]);
  const up = half ? previous % 2 === 1 : (digits[count] ?? "0") >= "5";
  return up ? raised(decimal, count) : trimmed(digits.slice(0, count), point);
}

function raised({ digits, point }: Decimal, count: number): Decimal {
  const more = (BigInt(`0${digits.slice(0, count)}`) + 1n).toString();
  const padded = more.padStart(count, "0");
  return trimmed(padded, point + padded.length - count);
}

function positional({ digits, point }: Decimal, places: number | undefined): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const fraction = point > 0 ? digits.slice(point) : digits === "" ? "" : "0".repeat(-point) + digits;
  const shown = places === undefined ? fraction : fraction.slice(0, places).padEnd(places, "0");
  return shown === "" ? whole : `${whole}.${shown}`;
}

function quotient(a: bigint, aExponent: number, b: bigint, bExponent: number, precision: number): BigFloat | undefined {
  const [dividend, divisor] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const shift = Math.max(0, precision + 2 + bitLength(divisor) - bitLength(dividend));
  const shifted = dividend << BigInt(shift);
  // The last bit only says that something is left.
  const mantissa = ((shifted / divisor) << 1n) | (shifted % divisor === 0n ? 0n : 1n);
  const signed = a < 0n !== b < 0n ? -mantissa : mantissa;
  return BigFloat.rounded(signed, aExponent - bExponent - shift - 1, precision);
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return value === 0n ? 0 : (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)));
}

function trailingZeros(value: bigint): number {
  const hex = value.toString(16);
  const zeros = /0*$/.exec(hex)?.[0].length ?? 0;
  const last = Number.parseInt(hex[hex.length - zeros - 1] ?? "1", 16);
  return zeros * 4 + (31 - Math.clz32(last & -last));
}

function shiftedRight(value: bigint, bits: number): bigint {
  const kept = value >> BigInt(bits);
  const rest = value & ((1n << BigInt(bits)) - 1n);
  const half = 1n << BigInt(bits - 1);
  return rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept;
}
