/**
 * A JSON checker that reads its input in pieces of any size and only keeps the values that a visitor asks for.
 *
 * It checks every byte against the grammar of [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259): `JSON.parse` accepts
 * every document that it accepts.
 */

/** Learns of the values near the root of a document. A value's depth is the number of containers around it. */
export interface JsonVisitor {
  /** The key of the member that comes next; its value has this depth. */
  key(depth: number, key: string): void;
  /** A value begins with this byte. Answer true to be given its bytes when it ends. */
  enter(depth: number, firstByte: number): boolean;
  /** A value has ended. The bytes are only good during the call. */
  leave(depth: number, bytes: Buffer | undefined): void;
}

/** The position of the scanner: bytes from the start of the document, and its line, counted from 1. */
export interface JsonPosition {
  readonly offset: number;
  readonly line: number;
}

export interface JsonFault extends JsonPosition {
  /** What is wrong, without quoting the document. */
  readonly reason: string;
}

/** Go's decoder, and with it Terraform, goes no deeper: https://pkg.go.dev/encoding/json (maxNestingDepth). */
const MAX_DEPTH = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_U = 0x75;

// What the scanner expects or is inside of.
const VALUE = 0;
const FIRST_ELEMENT = 1;
const FIRST_KEY = 2;
const NEXT_KEY = 3;
const AFTER_KEY = 4;
const AFTER_VALUE = 5;
const STRING = 6;
const KEY_STRING = 7;
const ESCAPE = 8;
const HEX_DIGITS = 9;
const NUMBER = 10;
const LITERAL = 11;

/** 1 for a byte that stands for itself inside a string. */
const PLAIN = new Uint8Array(256).fill(1, SPACE);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** 1 for each of these bytes; looking into a `Buffer` for a byte would take much longer. */
function tableOf(bytes: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(bytes)) table[byte] = 1;
  return table;
}

/** The bytes that end a short escape such as `\n`. */
const ESCAPES = tableOf('"\\/bfnrt');
const HEXADECIMAL = tableOf("0123456789ABCDEFabcdef");

/** The steps of a number; those from `INTEGER_ZERO` on may end it. */
const AFTER_MINUS = 0;
const AFTER_DOT = 1;
const AFTER_E = 2;
const AFTER_SIGN = 3;
const INTEGER_ZERO = 4;
const INTEGER = 5;
const FRACTION = 6;
const EXPONENT = 7;

/** The step that follows when a number goes on with this byte, or -1 where it cannot. */
function nextNumberStep(step: number, byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) {
    if (step === AFTER_MINUS) return byte === 0x30 ? INTEGER_ZERO : INTEGER;
    if (step === INTEGER || step === FRACTION || step === EXPONENT) return step;
    if (step === AFTER_DOT) return FRACTION;
    return step === INTEGER_ZERO ? -1 : EXPONENT;
  }
  if (byte === 0x2e) return step === INTEGER_ZERO || step === INTEGER ? AFTER_DOT : -1;
  if (byte === 0x65 || byte === 0x45) {
    return step === INTEGER_ZERO || step === INTEGER || step === FRACTION ? AFTER_E : -1;
  }
  if (byte === 0x2b || byte === 0x2d) return step === AFTER_E ? AFTER_SIGN : -1;
  return -1;
}

/** By first byte. */
const LITERALS: readonly (Buffer | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const word = ["true", "false", "null"].find((candidate) => candidate.charCodeAt(0) === byte);
  return word === undefined ? undefined : Buffer.from(word);
});
const NO_LITERAL = Buffer.alloc(0);

function decodeKey(raw: Buffer): string {
  if (!raw.includes(BACKSLASH)) return raw.toString("utf8");
  const key: unknown = JSON.parse(`"${raw.toString("utf8")}"`);
  return typeof key === "string" ? key : "";
}

/** Bytes of one value or key that are being kept, possibly over several pieces. */
interface Recording {
  readonly depth: number;
  /** Where it begins in the present piece. */
  start: number;
  /** What earlier pieces held of it. */
  earlier: Buffer[];
}

function take(recording: Recording, piece: Buffer, end: number): Buffer {
  const rest = piece.subarray(recording.start, end);
  return recording.earlier.length === 0 ? rest : Buffer.concat([...recording.earlier, rest]);
}

/** What a step of the scanner answers in place of where the next one begins. */
const FAULT = -1;

export class JsonScanner {
  /** Values deeper than this are checked and passed over in silence. The visitor may change it at any time. */
  watchDepth = 0;
  readonly #visitor: JsonVisitor;
  #fault: JsonFault | undefined;
  #expecting = VALUE;
  /** By depth: 1 where an object is open, 0 for an array. */
  readonly #containers = new Uint8Array(MAX_DEPTH + 1);
  #depth = 0;
  /** What a string goes on as behind an escape. */
  #escaped = STRING;
  /** How many are still due behind `\u`. */
  #hexDigits = 0;
  #numberStep = AFTER_MINUS;
  #literal: Buffer = NO_LITERAL;
  #literalAt = 0;
  /** Where in the input the present piece begins. */
  #base: number;
  #offset: number;
  #line = 1;
  #recordings: Recording[] = [];
  #key: Recording | undefined;

  /** `offset` is where in the input the first piece begins, for messages. */
  constructor(visitor: JsonVisitor, offset = 0) {
    this.#visitor = visitor;
    this.#base = offset;
    this.#offset = offset;
  }

  /** Where the value that is just being entered begins, or where the input ended. */
  get position(): JsonPosition {
    return { offset: this.#offset, line: this.#line };
  }

  /** How many containers are still open. */
  get depth(): number {
    return this.#depth;
  }

  /** Whether the document is whole. */
  get done(): boolean {
    return this.#expecting === AFTER_VALUE && this.#depth === 0;
  }

  /** Stops keeping the value of this depth: `leave` will get no bytes. */
  forget(depth: number): void {
    this.#recordings = this.#recordings.filter((recording) => recording.depth !== depth);
  }

  /** Takes the next piece; answers with the first fault, which ends the scan. The piece may be reused afterwards. */
  push(piece: Buffer): JsonFault | undefined {
    if (this.#fault === undefined) this.#scan(piece);
    if (this.#fault !== undefined) return this.#fault;
    this.#base += piece.length;
    this.#offset = this.#base;
    for (const recording of this.#key === undefined ? this.#recordings : [...this.#recordings, this.#key]) {
      recording.earlier.push(Buffer.from(piece.subarray(recording.start)));
      recording.start = 0;
    }
    return undefined;
  }

  /** Scans the bytes that most of a state consists of, in local variables for speed; `#step` scans the rest. */
  #scan(piece: Buffer): void {
    const { length } = piece;
    let expecting = this.#expecting;
    let inObject = this.#inObject;
    let at = 0;
    while (at < length && at !== FAULT) {
      const byte = piece[at] as number;
      if (expecting === STRING || expecting === KEY_STRING) {
        while (at < length && PLAIN[piece[at] as number] === 1) at++;
        if (at === length) break;
        if (piece[at] === QUOTE) {
          if (expecting === KEY_STRING) {
            expecting = AFTER_KEY;
            if (this.#key !== undefined) this.#endKey(this.#key, piece, at);
          } else {
            expecting = AFTER_VALUE;
            if (this.#depth <= this.watchDepth) this.#leave(piece, at + 1);
          }
          at++;
          continue;
        }
      } else if (expecting < STRING && byte === SPACE) {
        do at++;
        while (at < length && piece[at] === SPACE);
        continue;
      } else if (byte === QUOTE && (expecting === FIRST_KEY || expecting === NEXT_KEY)) {
        expecting = KEY_STRING;
        at++;
        if (this.#depth <= this.watchDepth) this.#key = { depth: this.#depth, start: at, earlier: [] };
        continue;
      } else if (byte === QUOTE && (expecting === VALUE || expecting === FIRST_ELEMENT)) {
        expecting = STRING;
        if (this.#depth <= this.watchDepth) this.#enter(byte, at);
        at++;
        continue;
      } else if (byte === COLON && expecting === AFTER_KEY) {
        expecting = VALUE;
        at++;
        continue;
      } else if (byte === COMMA && expecting === AFTER_VALUE && this.#depth > 0) {
        expecting = inObject ? NEXT_KEY : VALUE;
        at++;
        continue;
      } else if (byte === NEWLINE && expecting < STRING) {
        this.#line++;
        at++;
        continue;
      }
      this.#expecting = expecting;
      at = this.#step(piece, at);
      expecting = this.#expecting;
      inObject = this.#inObject;
    }
    this.#expecting = expecting;
  }

  /** Takes one token, or what there is of it in this piece. Answers where the next one begins. */
  #step(piece: Buffer, at: number): number {
    const byte = piece[at] as number;
    switch (this.#expecting) {
      case STRING:
      case KEY_STRING:
        if (byte !== BACKSLASH) return this.#fail("unescaped control character in a string", at);
        this.#escaped = this.#expecting;
        this.#expecting = ESCAPE;
        return at + 1;
      case ESCAPE:
      case HEX_DIGITS:
        return this.#inEscape(byte, at);
      case NUMBER:
        return this.#inNumber(piece, at);
      case LITERAL:
        return this.#inLiteral(piece, at);
    }
    if (byte === RETURN || byte === TAB) return at + 1;
    if (byte < SPACE) return this.#fail("unexpected control character", at);
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return this.#close(piece, at);
    switch (this.#expecting) {
      case AFTER_VALUE:
        if (this.#depth === 0) return this.#fail("unexpected content after the end of the document", at);
        return this.#fail('no "," between two values', at);
      case FIRST_KEY:
      case NEXT_KEY:
        return this.#fail("expected a key", at);
      case AFTER_KEY:
        return this.#fail('no ":" behind a key', at);
    }
    return this.#beginValue(byte, at);
  }

  get #inObject(): boolean {
    return this.#containers[this.#depth] === 1;
  }

  #fail(reason: string, at: number): typeof FAULT {
    this.#fault = { reason, offset: this.#base + at, line: this.#line };
    return FAULT;
  }

  #inEscape(byte: number, at: number): number {
    if (this.#expecting === HEX_DIGITS) {
      if (HEXADECIMAL[byte] !== 1) return this.#fail("incomplete \\u escape in a string", at);
      this.#hexDigits--;
      if (this.#hexDigits === 0) this.#expecting = this.#escaped;
    } else if (byte === LETTER_U) {
      this.#expecting = HEX_DIGITS;
      this.#hexDigits = 4;
    } else if (ESCAPES[byte] === 1) {
      this.#expecting = this.#escaped;
    } else {
      return this.#fail("unknown escape in a string", at);
    }
    return at + 1;
  }

  /** A number has no end of its own: the byte behind it is left for the next step. */
  #inNumber(piece: Buffer, start: number): number {
    for (let at = start; at < piece.length; at++) {
      const step = nextNumberStep(this.#numberStep, piece[at] as number);
      if (step < 0) {
        if (this.#numberStep < INTEGER_ZERO) return this.#fail("incomplete number", at);
        this.#endValue(piece, at);
        return at;
      }
      this.#numberStep = step;
    }
    return piece.length;
  }

  #inLiteral(piece: Buffer, start: number): number {
    let at = start;
    for (; at < piece.length && this.#literalAt < this.#literal.length; at++, this.#literalAt++) {
      if (piece[at] !== this.#literal[this.#literalAt]) {
        return this.#fail("expected true, false or null", at);
      }
    }
    if (this.#literalAt === this.#literal.length) this.#endValue(piece, at);
    return at;
  }

  #close(piece: Buffer, at: number): number {
    const isBrace = piece[at] === CLOSE_BRACE;
    const isDue =
      this.#expecting === (isBrace ? FIRST_KEY : FIRST_ELEMENT) ||
      (this.#expecting === AFTER_VALUE && this.#inObject === isBrace);
    if (!isDue || this.#depth === 0) return this.#fail(`unexpected "${isBrace ? "}" : "]"}"`, at);
    this.#depth--;
    this.#endValue(piece, at + 1);
    return at + 1;
  }

  /** Of any value but a string. */
  #beginValue(byte: number, at: number): number {
    const isContainer = byte === OPEN_BRACE || byte === OPEN_BRACKET;
    const isNumber = byte === MINUS || (byte >= DIGIT_0 && byte <= DIGIT_9);
    const literal = LITERALS[byte];
    if (!isContainer && !isNumber && literal === undefined) return this.#fail("expected a value", at);
    if (this.#depth <= this.watchDepth) this.#enter(byte, at);
    if (isContainer) {
      if (this.#depth === MAX_DEPTH) return this.#fail(`more than ${MAX_DEPTH} levels of nesting`, at);
      this.#depth++;
      this.#containers[this.#depth] = byte === OPEN_BRACE ? 1 : 0;
      this.#expecting = byte === OPEN_BRACE ? FIRST_KEY : FIRST_ELEMENT;
    } else if (literal !== undefined) {
      this.#literal = literal;
      this.#literalAt = 1;
      this.#expecting = LITERAL;
    } else {
      this.#numberStep = byte === MINUS ? AFTER_MINUS : byte === DIGIT_0 ? INTEGER_ZERO : INTEGER;
      this.#expecting = NUMBER;
    }
    return at + 1;
  }

  #enter(firstByte: number, at: number): void {
    this.#offset = this.#base + at;
    if (this.#visitor.enter(this.#depth, firstByte)) {
      this.#recordings.push({ depth: this.#depth, start: at, earlier: [] });
    }
  }

  #endValue(piece: Buffer, end: number): void {
    this.#expecting = AFTER_VALUE;
    if (this.#depth <= this.watchDepth) this.#leave(piece, end);
  }

  #leave(piece: Buffer, end: number): void {
    const last = this.#recordings.at(-1);
    if (last === undefined || last.depth !== this.#depth) {
      this.#visitor.leave(this.#depth, undefined);
      return;
    }
    this.#recordings.pop();
    this.#visitor.leave(this.#depth, take(last, piece, end));
  }

  #endKey(key: Recording, piece: Buffer, end: number): void {
    this.#key = undefined;
    this.#visitor.key(this.#depth, decodeKey(take(key, piece, end)));
  }
}
