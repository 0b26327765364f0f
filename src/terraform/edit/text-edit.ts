/** Text to be put in the place of a stretch of a file. */
export interface TextEdit {
  /** As shown. */
  readonly file: string;
  /** Offsets into the file's text, in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Whether two edits are at one place or side by side, so that the order in which they are made would count. */
export function touches(a: TextEdit, b: TextEdit): boolean {
  return a.file === b.file && a.start <= b.end && b.start <= a.end;
}

/** A file's text with edits of it made, of which no two touch; at one place, those that take text away come first. */
export function applyEdits(text: string, edits: readonly Omit<TextEdit, "file">[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce((done, { start, end, text: written }) => done.slice(0, start) + written + done.slice(end), text);
}

/** The one edit that makes `after` of `before`, as short as it can be; undefined where they are the same. */
export function editBetween(file: string, before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { file, start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
