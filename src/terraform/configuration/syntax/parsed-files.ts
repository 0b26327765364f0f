import { type ParseOptions, parseFile } from "./parse-file.js";
import type { ParsedFile } from "./syntax.js";

export interface FileToParse {
  /** Absolute. */
  readonly path: string;
  /** As messages show it. */
  readonly shown: string;
  readonly text: string;
  readonly validate: ParseOptions["validate"];
}

/**
 * Files that were parsed already, for many loads in one process: a module that a thousand roots use is parsed once. What
 * it gives always belongs to the text it is asked about, so loads may differ in the texts that lie over the disk.
 */
export class ParsedFiles {
  readonly #parsed = new Map<string, { readonly text: string; readonly file: Promise<ParsedFile> }>();

  parse({ path, shown, text, validate }: FileToParse): Promise<ParsedFile> {
    const key = `${path}\0${shown}\0${validate}`;
    const known = this.#parsed.get(key);
    // Only the latest text of a file is kept, so that an editor's session does not keep them all.
    if (known?.text === text) return known.file;
    const file = parseFile(shown, text, { validate });
    this.#parsed.set(key, { text, file });
    return file;
  }
}
