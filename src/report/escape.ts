/** Halves of surrogate pairs that stand alone, which no encoding can hold, replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Text from outside on one line that any terminal and parser can take: control characters and direction marks are shown, not obeyed. */
export function escapeControls(text: string): string {
  return wellFormed(text).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same for text that may have several lines. */
export function escapeLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map(escapeControls);
}
