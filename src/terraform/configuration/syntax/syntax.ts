import type { SourceRange } from "../../source-range.js";

/** Where a file's text does not follow its language, in the words of HCL's own parser where it could be asked. */
export interface SyntaxProblem {
  readonly message: string;
  readonly range: SourceRange;
}

/** More problems of one file are not reported: a file of another kind can have thousands. */
export const MOST_PROBLEMS = 50;

/** The problem of a file that cannot be read. */
export function unreadable(file: string, error: unknown): SyntaxProblem {
  const start = { line: 1, column: 1, offset: 0 };
  const cause = error instanceof Error ? error.message : String(error);
  return { message: `the file can't be read: ${cause}`, range: { file, start, end: start } };
}

/** One configuration or variable file, native syntax and JSON syntax alike. */
export interface ParsedFile {
  readonly file: string;
  readonly language: "hcl" | "json";
  readonly text: string;
  readonly body: Body;
  /** Empty for a sound file. The body still holds everything outside the broken parts. */
  readonly problems: readonly SyntaxProblem[];
}

/**
 * The contents of a file or of a block's braces.
 *
 * JSON syntax cannot tell an argument from a nested block without a schema, so callers ask for what
 * they expect: `attribute(body, "email")`, `blocks(body, "lifecycle", 0)`.
 */
export interface Body {
  readonly range: SourceRange;
  /** The argument of that name, or undefined. */
  attribute(name: string): Attribute | undefined;
  /** Every argument, in source order. In JSON syntax that is every member that is not a comment (`"//"`). */
  attributes(): readonly Attribute[];
  /** Nested blocks of that type in source order, with exactly that many labels. */
  blocks(type: string, labelCount: number): readonly Block[];
  /** Every nested block of native syntax, in source order; empty in JSON syntax. */
  allBlocks(): readonly Block[];
}

export interface Attribute {
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly value: Expression;
  /** From the name to the end of the value. */
  readonly range: SourceRange;
}

/** An argument whose value is parsed at first use: most arguments of a file are never used. */
export class LazyAttribute implements Attribute {
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly range: SourceRange;
  readonly #read: () => Expression;
  #value: Expression | undefined;

  constructor({ name, nameRange, range }: Omit<Attribute, "value">, read: () => Expression) {
    this.name = name;
    this.nameRange = nameRange;
    this.range = range;
    this.#read = read;
  }

  get value(): Expression {
    this.#value ??= this.#read();
    return this.#value;
  }
}

export interface Label {
  readonly value: string;
  readonly range: SourceRange;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly Label[];
  /** Native syntax: from the type to the last label. JSON syntax: the last label's (or the type's) key. */
  readonly headerRange: SourceRange;
  /** The whole block with its braces. */
  readonly range: SourceRange;
  readonly body: Body;
}

/**
 * One step of a traversal: `.name`, `[key]`, or a splat. A splat takes every later step of its list to each element.
 * The old `a.*.b[0]` indexes the whole result instead: that is an access by `[0]` whose source is `a.*.b`.
 */
export type TraversalStep =
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "index"; readonly key: Expression }
  | { readonly kind: "splat" };

export interface ObjectItem {
  readonly key: Expression;
  readonly value: Expression;
}

/** An expression with the place it is written at. `unsupported` stands for what could not be understood. */
export type Expression = {
  readonly range: SourceRange;
} /** `digits` is how a number is written, with all of its digits. */ & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly digits?: string }
  /** A string with interpolations, quoted or heredoc: literal text and expressions in turn. */
  | { readonly kind: "template"; readonly parts: readonly (string | Expression)[] }
  /** `var.team["a"]`: `root` is the first name (`var`), the rest are steps. */
  | { readonly kind: "reference"; readonly root: string; readonly steps: readonly TraversalStep[] }
  /** Steps on something that is not a plain name: `toset(x)[0]`, `{…}.a`. */
  | { readonly kind: "access"; readonly source: Expression; readonly steps: readonly TraversalStep[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly expandLast: boolean }
  | { readonly kind: "tuple"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly items: readonly ObjectItem[] }
  | {
      readonly kind: "for";
      readonly keyName?: string;
      readonly valueName: string;
      readonly collection: Expression;
      /** Set for `{ for … : key => value }`. */
      readonly key?: Expression;
      readonly value: Expression;
      readonly condition?: Expression;
      /** `value...` */
      readonly grouped: boolean;
    }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: "operation"; readonly operator: string; readonly operands: readonly Expression[] }
  | { readonly kind: "unsupported" }
);

/** Values and expressions that are nested deeper are not read: every walk over them is recursive. */
export const MAX_DEPTH = 400;

/** A text in HCL's syntax, and the mapping of its offsets to the file: in a JSON string they differ. */
export interface SourceText {
  readonly text: string;
  range(start: number, end: number): SourceRange;
}
