/** A place in a text file. Lines and columns are 1-based; columns and offsets count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** 0-based offset into the file's text. */
  readonly offset: number;
}

/** A stretch of a file: `start` is its first character, `end` the place just behind its last one. */
export interface SourceRange {
  /** Path as the user would write it: relative to where tfinvite was started, with forward slashes. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** File by file, from top to bottom. */
export function compareRanges(a: SourceRange, b: SourceRange): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start.offset - b.start.offset;
}

/** The same; what has no place comes after what has one. */
export function comparePlaces(a: SourceRange | undefined, b: SourceRange | undefined): number {
  return a && b ? compareRanges(a, b) : Number(a === undefined) - Number(b === undefined);
}

/** A range as a key of sets and maps. */
export function rangeKey({ file, start, end }: SourceRange): string {
  return `${file}:${start.offset}:${end.offset}`;
}

export function isInside(inner: SourceRange, outer: SourceRange): boolean {
  return inner.file === outer.file && outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;
}

/** Where a range begins, as terminals and editors follow it: `main.tf:12`. */
export function fileAndLine({ file, start }: SourceRange): string {
  return `${file}:${start.line}`;
}
