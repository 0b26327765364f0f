import type { SourceRange } from "../source-range.js";

/** A file that a configuration reads with a function, and the format it is read as. */
export interface DataFile {
  /** The path as shown. */
  readonly file: string;
  readonly text: string;
  /** The places of the calls that read it. */
  readonly readers: readonly SourceRange[];
  /** The functions that were used to find places in it. */
  readonly decoders: ReadonlySet<string>;
}
