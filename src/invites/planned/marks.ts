/** Whether `before_sensitive`, `after_unknown` and the like mark an attribute as a whole, or everything. */
export function isMarked(marks: unknown, attribute: string): boolean {
  return marks === true || marksOf(marks, attribute) === true;
}

/** Whether they mark an attribute, or anything inside it. */
export function isPartlyMarked(marks: unknown, attribute: string): boolean {
  return marks === true || hasMark(marksOf(marks, attribute));
}

/** Whether anything is marked, at whatever depth. */
export function hasMark(marks: unknown): boolean {
  if (marks === true) return true;
  return typeof marks === "object" && marks !== null && Object.values(marks).some(hasMark);
}

function marksOf(marks: unknown, attribute: string): unknown {
  if (typeof marks !== "object" || marks === null) return undefined;
  return Object.entries(marks).find(([name]) => name === attribute)?.[1];
}
