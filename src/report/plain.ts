import { clean } from "./clean.js";

/** Halves of surrogate pairs that stand alone, which no encoding can hold, replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Text from outside in one line that any reader can take: control characters and direction marks are shown, not obeyed. */
export function plain(text: string): string {
  return wellFormed(clean(text));
}

/** The same for text that may have several lines. */
export function plainLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map(plain);
}
