import stringWidth from "string-width";

/** Text from outside made harmless for a terminal: control characters and direction marks are shown, not obeyed. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Pads to a display width; wide letters count as two columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** The display width of the widest of some texts; 0 for none. */
export function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

/** Shortens to a display width, with an ellipsis where something was left out. */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (stringWidth(kept + character + ellipsis) > width) break;
    kept += character;
  }
  return kept + ellipsis;
}

/** Shortens to a display width by leaving out the beginning: what matters of a path is its end. */
export function shortenStart(text: string, width: number, ellipsis: string): string {
  const reverse = (line: string) => [...line].reverse().join("");
  return reverse(shorten(reverse(text), width, reverse(ellipsis)));
}

/** Breaks a sentence into lines of at most that width, at spaces only. */
export function wrap(text: string, width: number | undefined): string[] {
  if (width === undefined) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
