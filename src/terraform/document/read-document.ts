import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import {
  type DocumentName,
  describePosition,
  explainReadFailure,
  type InputError,
  type InputFault,
  type InputName,
  inputError,
  refuseForeign,
} from "./input-error.js";
import { JsonPruner, type Keep, type KeepMembers } from "./prune-json.js";
import { HEAD_LENGTH, sniffInput } from "./sniff-input.js";

/** Which resource types become instances or changes; all others are only counted. */
export type WantedTypes = ReadonlySet<string> | ((type: string) => boolean);

export type Wanted = (type: string) => boolean;

/** Keeps an object with a `type` whole where the type is wanted. */
export function wholeIfWanted(wanted: Wanted): Required<KeepMembers>["wholeIf"] {
  return { key: "type", test: (type) => typeof type === "string" && wanted(type) };
}

export interface ReadOptions {
  readonly wantedTypes: WantedTypes;
  /** How messages name the input: a path, `standard input`. */
  readonly origin: string;
}

/** Of a file; messages name it by its path as given, unless `origin` says otherwise. */
export type ReadFileOptions = Omit<ReadOptions, "origin"> & { readonly origin?: string };

export type Refused = { readonly ok: false; readonly error: InputError };

export interface ScanContext {
  readonly wanted: Wanted;
  readonly origin: string;
  /** The number of bytes skipped at the start of the input. */
  readonly skipped: number;
}

/** What to do about faults that any document may have. */
interface ScanHints {
  readonly invalid: string;
  readonly tooLarge: string;
  readonly truncated: string;
  readonly blank: string;
}

/** Reads one JSON document piece by piece; only what concerns wanted types is ever parsed. */
export abstract class DocumentScan<Result extends { readonly ok: true }> {
  protected readonly wanted: Wanted;
  /** The fields of the document so far. */
  protected readonly seen = new Set<string>();
  protected readonly pruner: JsonPruner;
  readonly #name: InputName;
  readonly #hints: ScanHints;
  #error: InputError | undefined;

  constructor(document: DocumentName, hints: ScanHints, { wanted, origin, skipped }: ScanContext) {
    this.wanted = wanted;
    this.#name = { document, origin };
    this.#hints = hints;
    const members = (field: string) => {
      this.seen.add(field);
      return this.keepField(field);
    };
    this.pruner = new JsonPruner({ members }, skipped);
  }

  /** What to keep of a field that begins. */
  protected abstract keepField(field: string): Keep;

  /** The result for the kept parts of a whole document, or what is wrong with them. */
  protected abstract finish(value: unknown): Result | InputFault;

  /** Where in its lists the document stopped early, if in one. */
  protected get inside(): string {
    return "";
  }

  /** Only the first fault counts. */
  protected fail(fault: InputFault): void {
    this.#error ??= inputError(this.#name, fault);
  }

  /** Takes the next piece of the input; false when reading on is of no use. */
  push(piece: Buffer): boolean {
    const fault = this.pruner.push(piece);
    if (fault?.kind === "too-large") {
      const what = `one value in it is too large to parse (${Math.round(fault.length / 1e6)} MB)`;
      this.fail({ kind: "too-large", what, hint: this.#hints.tooLarge });
    } else if (fault !== undefined) {
      const { offset, line, reason } = fault;
      const what = `it is not valid JSON at ${describePosition(fault)}: ${reason}`;
      this.fail({ kind: "invalid-json", what, hint: this.#hints.invalid, position: { offset, line } });
    }
    return this.#error === undefined;
  }

  /** To be called when the input has ended. */
  end(): Result | Refused {
    if (!this.pruner.scanner.done) this.#failTruncated();
    if (this.#error !== undefined) return { ok: false, error: this.#error };
    const result = this.finish(this.pruner.value);
    return "ok" in result ? result : { ok: false, error: inputError(this.#name, result) };
  }

  #failTruncated(): void {
    const { position, depth } = this.pruner.scanner;
    if (depth === 0 && this.seen.size === 0) {
      this.fail({ kind: "empty", what: "it contains only white space", hint: this.#hints.blank });
      return;
    }
    const last = { ...position, offset: Math.max(0, position.offset - 1) };
    const what = `it ends unexpectedly at ${describePosition(last)}${this.inside}`;
    this.fail({ kind: "truncated", what, hint: this.#hints.truncated, position });
  }
}

/** What a document is in place of an object, or undefined where it is one. */
export function notAnObject(value: unknown): string | undefined {
  if (Array.isArray(value)) return "a JSON array";
  return typeof value === "object" && value !== null ? undefined : "a lone JSON value";
}

const PIECE_LENGTH = 64 * 1024;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a document from pieces of any size. A piece may be reused once the next one is asked for. Never throws:
 * errors of the input, and of reading it, are results.
 */
export async function readDocument<Result extends { readonly ok: true }>(
  source: AsyncIterable<Uint8Array>,
  document: DocumentName,
  { wantedTypes, origin }: ReadOptions,
  begin: (context: ScanContext) => DocumentScan<Result>,
): Promise<Result | Refused> {
  const name: InputName = { document, origin };
  const wanted: Wanted = typeof wantedTypes === "function" ? wantedTypes : (type) => wantedTypes.has(type);
  /** A scan that has taken in the head of the input. */
  const beginWith = (head: Buffer): DocumentScan<Result> | Refused => {
    const sniffed = sniffInput(head);
    if (sniffed.kind !== "json") return { ok: false, error: refuseForeign(name, sniffed) };
    const scan = begin({ wanted, origin, skipped: sniffed.skip });
    scan.push(head.subarray(sniffed.skip));
    return scan;
  };
  let head: Buffer = Buffer.alloc(0);
  let scan: DocumentScan<Result> | undefined;
  try {
    for await (const bytes of source) {
      if (scan !== undefined) {
        if (!scan.push(asBuffer(bytes))) break;
        continue;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length < HEAD_LENGTH) continue;
      const begun = beginWith(head);
      if (!(begun instanceof DocumentScan)) return begun;
      scan = begun;
    }
    const begun = scan ?? beginWith(head);
    return begun instanceof DocumentScan ? begun.end() : begun;
  } catch (cause) {
    return { ok: false, error: explainReadFailure(name, cause) };
  }
}

/**
 * The pieces of a file, each in the same buffer, so that a large file leaves no garbage behind. A regular file is read
 * synchronously, a fifth faster over all; anything else, such as a pipe of the shell, might block for long.
 */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_LENGTH);
    const isRegular = (await file.stat()).isFile();
    for (;;) {
      const length = isRegular ? readSync(file.fd, buffer) : (await file.read(buffer)).bytesRead;
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}
