/** A place in a text file. Lines and columns are 1-based; columns and offsets count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** 0-based offset into the file's text. */
  readonly offset: number;
}

/** A range of a file: `start` is its first character, `end` the position just after its last one. */
export interface SourceRange {
  /** Path as the user would write it: relative to the folder where tfinvite was started, with forward slashes. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Orders ranges by file, then from top to bottom. */
export function compareRanges(a: SourceRange, b: SourceRange): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start.offset - b.start.offset;
}

/** The same order; items without a place come last. */
export function comparePlaces(a: SourceRange | undefined, b: SourceRange | undefined): number {
  return a && b ? compareRanges(a, b) : Number(a === undefined) - Number(b === undefined);
}

/** A range as text, to be a key of sets and maps. */
export function rangeKey({ file, start, end }: SourceRange): string {
  return `${file}:${start.offset}:${end.offset}`;
}

export function isInside(inner: SourceRange, outer: SourceRange): boolean {
  return inner.file === outer.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;
}

/** The file and line of a range's start, in the form that terminals and editors link: `main.tf:12`. */
export function fileAndLine({ file, start }: SourceRange): string {
  return `${file}:${start.line}`;
}
