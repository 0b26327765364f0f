import { escapeControls } from "./escape.js";

/**
 * Text as inline code, where Markdown, HTML, mentions and references mean nothing.
 * A fence longer than any run of backticks in it holds: https://spec.commonmark.org/0.31.2/#code-spans
 */
export function codeSpan(text: string): string {
  const content = escapeControls(text);
  if (content.trim() === "") return "``` ```";
  const fence = "`".repeat(longestRun(content) + 1);
  // One space at both ends is taken away again, and keeps backticks and spaces at the ends apart from the fence.
  const margin = /^[` ]|[` ]$/.test(content) ? " " : "";
  return fence + margin + content + margin + fence;
}

/** Lines as a fenced block of code. */
export function codeBlock(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A link with code for its text. */
export function link(text: string, url: string): string {
  return `[${codeSpan(text)}](${url.replace(/[\s<>()\\]/g, encodeURIComponent)})`;
}

/**
 * A sentence in Markdown. Ordinary words stay as they are; signs are escaped; anything else between spaces, such
 * as addresses, paths and email addresses, becomes code, which also keeps GitHub from mentioning people and from
 * linking issues, commits and sites.
 */
export function prose(text: string): string {
  return escapeControls(text).replace(WORD, (word) => {
    if (LIST_NUMBER.test(word)) return word.replace(/.$/, "\\$&");
    if (ORDINARY.test(word)) return word;
    if (SIGNS.test(word)) return word.replace(/./g, "\\$&");
    const [, before = "", core = "", closed = "", after = ""] = AROUND.exec(word) ?? [];
    return core.includes("(") ? before + codeSpan(core + closed) + after : before + codeSpan(core) + closed + after;
  });
}

/** What is between spaces; a string in quotes stays in one piece. */
const WORD = /(?:"(?:\\.|[^"\\]){0,300}"|\S)+/gu;

/**
 * Letters or numbers with the signs of sentences. Not both, since `GH-1` and the hashes of commits are links; no letters
 * right behind a dot or a colon, as in sites and emoji.
 */
const ORDINARY = /^(?=.*[\p{L}\d])(?!.*(?:\.\p{L}{2}|:\p{L}))(?:[\p{L}\p{M}\s'"(),.;:?-]+|[\d"(),.;:-]{1,16})$/u;

/** At the start of a line it would begin a list. */
const LIST_NUMBER = /^\d{1,9}[.)]$/;

/** ASCII punctuation only: a backslash makes each of these signs plain. */
const SIGNS = /^[!-/:-@[-`{-~]+$/;

/** Brackets and signs of sentences around what becomes code; an exclamation mark may begin an image, so it is code, too. */
const AROUND = /^(\(*)(.*?)(\)*)([,.;:?]*)$/su;

/** The length of the longest row of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
