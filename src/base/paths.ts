import path from "node:path";

/** The way from a folder to a place below or beside it, with forward slashes on every system; `.` for the folder itself. */
export function shownFrom(folder: string, place: string): string {
  return (path.relative(folder, place) || ".").split(path.sep).join("/");
}

/** Whether a place is a folder or lies below it. Both are absolute; links are not looked at. */
export function isWithin(folder: string, place: string): boolean {
  const way = path.relative(folder, place);
  return way.split(path.sep)[0] !== ".." && !path.isAbsolute(way);
}
