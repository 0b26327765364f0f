const REMOVED = "[key removed]";
const LONGEST = 300;

/**
 * Text from outside (a server's message, an error's message) made fit to be shown: on one line, without control
 * characters, of bounded length, and without keys. OpenAI echoes a refused key with its middle masked, so masked tokens
 * go as well as whole ones.
 */
export function redactKeys(text: string, key?: string): string {
  const bare = key === undefined || key === "" ? text : text.replaceAll(key, REMOVED);
  const line = bare
    // A key may be masked with stars, dots, bullets or an ellipsis: all of it up to white space or a bracket goes.
    .replace(/(?<![\p{L}\p{N}])sk-[^\s"'`<>()[\]{},;]+/giu, REMOVED)
    .replace(/[^\s"'`<>()[\]{},;:]*[*•●]{2,}[^\s"'`<>()[\]{},;]*/gu, REMOVED)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
