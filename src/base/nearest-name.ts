/** The one of some names that was probably meant, or undefined where none is near. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const wanted = written.trim().toLowerCase().replaceAll("_", "-").slice(0, MOST_LETTERS);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance <= Math.max(2, Math.floor(name.length / 4)) && (best === undefined || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best !== undefined && best.distance < wanted.length ? best.name : undefined;
}

/** Nothing so long is a slip of the pen for a name. */
const MOST_LETTERS = 80;

/** How many letters have to be put in, taken out or exchanged (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
