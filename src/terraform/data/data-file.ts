import type { SourceRange } from "../source-range.js";

/** A file that a configuration reads by itself, and what it is taken for. */
export interface DataFile {
  /** As shown. */
  readonly file: string;
  readonly text: string;
  /** The calls that read it. */
  readonly readers: readonly SourceRange[];
  /** The functions by which places in it came to be known. */
  readonly decoders: ReadonlySet<string>;
}
