import { type JsonFault, JsonScanner, type JsonVisitor, OPEN_BRACE, OPEN_BRACKET } from "./json-scanner.js";

/** How much of a JSON value to keep. */
export type Keep =
  | "nothing"
  /** The key alone, with `null` for a value. */
  | "key"
  | "everything"
  | KeepMembers
  | KeepElements;

/** Of an object: what is said about each member. */
export interface KeepMembers {
  readonly members: (key: string) => Keep;
  /** Keeps the object whole where this member, a scalar, passes the test. */
  readonly wholeIf?: {
    readonly key: string;
    readonly test: (value: unknown) => boolean;
    /** What to keep of the members that follow where it fails; what `members` says, unless given. */
    readonly else?: "nothing";
  };
}

/** Of an array: the same of each element. */
interface KeepElements {
  readonly elements: Keep;
  /** Takes each element, which then is not kept. */
  readonly take?: {
    /** Called at its start, at the scanner's position. */
    begin(): void;
    end(value: unknown): void;
  };
}

/** Keeps some members whole, what is said about others, and nothing of the rest. */
export function keepMembers(whole: readonly string[], others: Readonly<Record<string, Keep>> = {}): KeepMembers {
  const byKey = new Map([...whole.map((key) => [key, "everything"] as const), ...Object.entries(others)]);
  return { members: (key) => byKey.get(key) ?? "nothing" };
}

export type PruneFault =
  | ({ readonly kind: "json" } & JsonFault)
  /** One value that is wanted whole exceeds V8's limit on the length of a string. */
  | { readonly kind: "too-large"; readonly length: number };

type Container = { [key: string]: unknown } | unknown[];

interface Frame {
  readonly keep: Keep;
  /** What is being built of it, unless it is a scalar or kept whole. */
  readonly container: Container | undefined;
  /** The key of the member that comes next. */
  key: string;
}

/**
 * Reads a JSON document piece by piece into a smaller value: the document without what is not to be kept. Only values
 * that are kept are ever parsed. Where the document has an array or an object in place of the other, the value has an
 * empty one; scalars are kept wherever anything is. Of two members with the same key the last one counts, as in
 * `JSON.parse`.
 */
export class JsonPruner implements JsonVisitor {
  readonly #root: Keep;
  readonly #scanner: JsonScanner;
  readonly #frames: Frame[] = [];
  #fault: PruneFault | undefined;
  #value: unknown;

  /** `offset` is where in the input the first piece begins, for messages. */
  constructor(root: Keep, offset = 0) {
    this.#root = root;
    this.#scanner = new JsonScanner(this, offset);
  }

  /** What has been kept of the document, once it is done. */
  get value(): unknown {
    return this.#value;
  }

  get scanner(): Pick<JsonScanner, "depth" | "done" | "position"> {
    return this.#scanner;
  }

  /** Takes the next piece; answers with the first fault, which ends the reading. */
  push(piece: Buffer): PruneFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const fault = this.#scanner.push(piece);
    if (fault !== undefined) this.#fault ??= { kind: "json", ...fault };
    return this.#fault;
  }

  key(_depth: number, key: string): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) frame.key = key;
  }

  enter(depth: number, firstByte: number): boolean {
    const keep = this.#beginNext();
    const isObject = firstByte === OPEN_BRACE;
    const isContainer = isObject || firstByte === OPEN_BRACKET;
    this.#scanner.watchDepth = depth;
    const frame: Frame = {
      keep,
      // Without a prototype, so that a key `__proto__` is one like any other.
      container: isContainer && typeof keep !== "string" ? (isObject ? Object.create(null) : []) : undefined,
      key: "",
    };
    this.#frames.push(frame);
    if (typeof keep === "string") return keep === "everything";
    if (!isContainer) return true;
    if (isObject ? "members" in keep : "elements" in keep) this.#scanner.watchDepth = depth + 1;
    return isObject && "wholeIf" in keep;
  }

  leave(depth: number, bytes: Buffer | undefined): void {
    this.#scanner.watchDepth = depth;
    const frame = this.#frames.pop();
    if (frame === undefined || frame.keep === "nothing") return;
    const value = bytes === undefined ? (frame.container ?? null) : this.#parse(bytes);
    const parent = this.#frames.at(-1);
    if (parent === undefined) this.#value = value;
    else if (typeof parent.keep === "object" && "take" in parent.keep) parent.keep.take.end(value);
    else if (Array.isArray(parent.container)) parent.container.push(value);
    else if (parent.container !== undefined) {
      parent.container[parent.key] = value;
      const wholeIf = typeof parent.keep === "object" && "wholeIf" in parent.keep ? parent.keep.wholeIf : undefined;
      if (wholeIf?.key !== parent.key || wholeIf.test(value)) return;
      this.#scanner.forget(depth - 1);
      if (wholeIf.else === "nothing") this.#scanner.watchDepth = depth - 1;
    }
  }

  #beginNext(): Keep {
    const parent = this.#frames.at(-1);
    if (parent === undefined) return this.#root;
    if (typeof parent.keep === "string") return "nothing";
    if ("members" in parent.keep) return parent.keep.members(parent.key);
    parent.keep.take?.begin();
    return parent.keep.elements;
  }

  #parse(bytes: Buffer): unknown {
    try {
      return JSON.parse(bytes.toString("utf8"));
    } catch {
      // The scanner has checked the grammar, so what is left is V8's limit.
      this.#fault ??= { kind: "too-large", length: bytes.length };
      return undefined;
    }
  }
}
