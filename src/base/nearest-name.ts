/** The name that was probably meant, or undefined where none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  return nearestNames(written, names)[0];
}

/** All names that are equally near to what was written; empty where none is near. */
export function nearestNames(written: string, names: readonly string[]): readonly string[] {
  const wanted = bare(written).slice(0, MOST_LETTERS);
  let nearest: string[] = [];
  let least = wanted.length;
  for (const name of names) {
    const target = bare(name);
    const distance = editDistance(wanted, target);
    if (distance > Math.max(2, Math.floor(target.length / 4)) || distance > least) continue;
    if (distance === wanted.length) continue;
    nearest = distance < least ? [name] : [...nearest, name];
    least = distance;
  }
  // The beginning of a longer name is far from it by letters alone.
  return nearest.length > 0 || wanted.length < 4
    ? nearest
    : names.filter((name) => bare(name).startsWith(`${wanted}-`));
}

/** A longer text is not a mistyped name. */
const MOST_LETTERS = 80;

/** Dashes at the start, case, and underscores for dashes do not make a name another one. */
function bare(name: string): string {
  return name.trim().toLowerCase().replaceAll("_", "-").replace(/^-+/, "");
}

/** The least number of letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
