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
