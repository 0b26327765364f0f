/**
 * A JSON checker that takes its input in pieces of any size and keeps nothing of it, save the values a visitor asks for.
 *
 * It holds every byte to the grammar of [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), so that a document it
 * accepts is one `JSON.parse` accepts too.
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

/** Where the scanner stands: bytes from the start of the document, and its line, counted from 1. */
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

/** 1 for a byte that ends a short escape such as `\n`. */
const ESCAPES = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPES[byte] = 1;

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

/** Made outside the loop: a closure over its variables would slow it down. */
function fault(reason: string, offset: number, line: number): JsonFault {
  return { reason, offset, line };
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

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
  #offset = 0;
  #line = 1;
  #recordings: Recording[] = [];
  #key: Recording | undefined;

  /** `offset` is where in the input the first piece begins, for messages. */
  constructor(visitor: JsonVisitor, offset = 0) {
    this.#visitor = visitor;
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
    if (this.#fault !== undefined) return this.#fault;
    const base = this.#offset;
    this.#fault = this.#scan(piece, base);
    if (this.#fault !== undefined) return this.#fault;
    this.#offset = base + piece.length;
    for (const recording of this.#key === undefined ? this.#recordings : [...this.#recordings, this.#key]) {
      recording.earlier.push(Buffer.from(piece.subarray(recording.start)));
      recording.start = 0;
    }
    return undefined;
  }

  #enter(firstByte: number, at: number, base: number, line: number): void {
    this.#offset = base + at;
    this.#line = line;
    if (this.#visitor.enter(this.#depth, firstByte)) {
      this.#recordings.push({ depth: this.#depth, start: at, earlier: [] });
    }
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

  // One long loop on purpose, with shortcuts: this is where all the time of reading a large state goes.
  #scan(piece: Buffer, base: number): JsonFault | undefined {
    const length = piece.length;
    let at = 0;
    let line = this.#line;
    let expecting = this.#expecting;
    let inObject = this.#containers[this.#depth] === 1;

    while (at < length) {
      if (expecting === STRING || expecting === KEY_STRING) {
        while (at < length && PLAIN[piece[at] as number] === 1) at++;
        if (at === length) break;
        const byte = piece[at];
        if (byte === BACKSLASH) {
          this.#escaped = expecting;
          expecting = ESCAPE;
          at++;
        } else if (byte !== QUOTE) {
          return fault("a control character inside a string", base + at, line);
        } else if (expecting === KEY_STRING) {
          at++;
          expecting = AFTER_KEY;
          if (this.#key !== undefined) this.#endKey(this.#key, piece, at - 1);
          if (at < length && piece[at] === COLON) {
            expecting = VALUE;
            at++;
            if (at < length && piece[at] === SPACE) at++;
          }
        } else {
          at++;
          expecting = AFTER_VALUE;
          if (this.#depth <= this.watchDepth) this.#leave(piece, at);
          if (at < length && piece[at] === COMMA && this.#depth > 0) {
            expecting = inObject ? NEXT_KEY : VALUE;
            at++;
          }
        }
        continue;
      }

      const byte = piece[at] as number;

      switch (expecting) {
        case ESCAPE:
          if (byte === LETTER_U) {
            expecting = HEX_DIGITS;
            this.#hexDigits = 4;
          } else if (ESCAPES[byte] === 1) {
            expecting = this.#escaped;
          } else {
            return fault("an unknown escape inside a string", base + at, line);
          }
          at++;
          continue;
        case HEX_DIGITS:
          if (!isHexDigit(byte)) return fault("an unfinished \\u escape inside a string", base + at, line);
          this.#hexDigits--;
          if (this.#hexDigits === 0) expecting = this.#escaped;
          at++;
          continue;
        case NUMBER: {
          const step = nextNumberStep(this.#numberStep, byte);
          if (step >= 0) {
            this.#numberStep = step;
            at++;
            continue;
          }
          if (this.#numberStep < INTEGER_ZERO) return fault("an unfinished number", base + at, line);
          expecting = AFTER_VALUE;
          if (this.#depth <= this.watchDepth) this.#leave(piece, at);
          break;
        }
        case LITERAL:
          if (byte !== this.#literal[this.#literalAt]) {
            return fault("a word that is none of true, false and null", base + at, line);
          }
          at++;
          this.#literalAt++;
          if (this.#literalAt === this.#literal.length) {
            expecting = AFTER_VALUE;
            if (this.#depth <= this.watchDepth) this.#leave(piece, at);
          }
          continue;
      }

      if (byte <= SPACE) {
        if (byte === NEWLINE) line++;
        else if (byte !== SPACE && byte !== RETURN && byte !== TAB) {
          return fault("a control character", base + at, line);
        }
        at++;
        // Indentation is a third of a state.
        while (at < length && piece[at] === SPACE) at++;
        continue;
      }

      if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        const closes =
          byte === CLOSE_BRACE
            ? expecting === FIRST_KEY || (expecting === AFTER_VALUE && inObject)
            : expecting === FIRST_ELEMENT || (expecting === AFTER_VALUE && !inObject);
        if (!closes || this.#depth === 0)
          return fault(`a misplaced "${byte === CLOSE_BRACE ? "}" : "]"}"`, base + at, line);
        at++;
        expecting = AFTER_VALUE;
        this.#depth--;
        inObject = this.#containers[this.#depth] === 1;
        if (this.#depth <= this.watchDepth) this.#leave(piece, at);
        continue;
      }

      switch (expecting) {
        case AFTER_VALUE:
          if (this.#depth === 0) return fault("something behind the end of the document", base + at, line);
          if (byte !== COMMA) return fault('no "," between two values', base + at, line);
          expecting = inObject ? NEXT_KEY : VALUE;
          at++;
          continue;
        case FIRST_KEY:
        case NEXT_KEY:
          if (byte !== QUOTE) return fault("no key where one is due", base + at, line);
          expecting = KEY_STRING;
          at++;
          if (this.#depth <= this.watchDepth) this.#key = { depth: this.#depth, start: at, earlier: [] };
          continue;
        case AFTER_KEY:
          if (byte !== COLON) return fault('no ":" behind a key', base + at, line);
          expecting = VALUE;
          at++;
          continue;
      }

      // VALUE or FIRST_ELEMENT
      const literal = byte === QUOTE || byte === OPEN_BRACE ? undefined : LITERALS[byte];
      const isNumber = byte === MINUS || (byte >= DIGIT_0 && byte <= DIGIT_9);
      if (byte !== QUOTE && byte !== OPEN_BRACE && byte !== OPEN_BRACKET && !isNumber && literal === undefined) {
        return fault("no value where one is due", base + at, line);
      }
      if (this.#depth <= this.watchDepth) this.#enter(byte, at, base, line);
      if (byte === QUOTE) {
        expecting = STRING;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#depth === MAX_DEPTH) return fault(`more than ${MAX_DEPTH} levels of nesting`, base + at, line);
        inObject = byte === OPEN_BRACE;
        this.#depth++;
        this.#containers[this.#depth] = inObject ? 1 : 0;
        expecting = inObject ? FIRST_KEY : FIRST_ELEMENT;
      } else if (literal !== undefined) {
        this.#literal = literal;
        this.#literalAt = 1;
        expecting = LITERAL;
      } else {
        this.#numberStep = byte === MINUS ? AFTER_MINUS : byte === DIGIT_0 ? INTEGER_ZERO : INTEGER;
        expecting = NUMBER;
      }
      at++;
    }
    this.#expecting = expecting;
    this.#line = line;
    return undefined;
  }
}
