/** A text with a capital and a full stop. */
export function asSentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

/** `1 invite`, `2 invites`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[], last: "and" | "or" = "and"): string {
  const [only = ""] = words;
  if (words.length < 2) return only;
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** The first of some words, and the number of the others: `a, b and 3 more`. */
export function someOf(words: readonly string[], shown = 5): string {
  const more = words.length - shown;
  return words.slice(0, shown).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
