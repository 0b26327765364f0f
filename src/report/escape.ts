/** Unpaired halves of surrogate pairs, which no encoding can hold, replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Text from outside on one line that any terminal and parser can take: control characters and direction marks are shown, not obeyed. */
export function escapeControls(text: string): string {
  return wellFormed(text).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** What GitHub's older form, Azure Pipelines, TeamCity and others obey: anywhere in a line of a log. */
const LOG_COMMAND = /##(?=[a-z]*\[)/gi;

/** What GitHub obeys at the start of a line, spaces before it or not. */
const LINE_COMMAND = /^(\s*:)(?=:)/gm;

/**
 * Text that may be printed into the log of a CI job: no line of it is a command to the runner, such as
 * `##vso[task.setvariable …]` or `::set-output …`, which a file name or an instance key could bring.
 */
export function withoutLogCommands(text: string): string {
  return text.replace(LOG_COMMAND, "# #").replace(LINE_COMMAND, "$1 ");
}

/** A JSON document of the same value, in which nothing is left that a terminal or the runner of a CI job obeys. */
export function jsonDocument(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replaceAll("##", "#\\u0023");
  return `${text.replace(/[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu, escapeCharacter)}\n`;
}

/** The same as `escapeControls` for text that may have several lines. */
export function escapeLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map(escapeControls);
}
