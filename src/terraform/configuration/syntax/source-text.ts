import type { SourceRange } from "../../source-range.js";

/** A text in HCL's syntax, and where its stretches stand in the file: in a JSON string they are not the same. */
export interface SourceText {
  readonly text: string;
  range(start: number, end: number): SourceRange;
}

/** A text whose places in the file are not known better than as a whole. */
export function textAt(text: string, range: SourceRange): SourceText {
  return { text, range: () => range };
}
