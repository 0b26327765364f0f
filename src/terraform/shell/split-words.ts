/** Characters at which the splitter stops. */
const END_OF_COMMAND = ";&|<>";
/** Signs of a command inside the command, which no value needs. */
const SUBSTITUTION = "`()";

/**
 * The words of `TF_CLI_ARGS` as Terraform and OpenTofu split it
 * ([go-shellwords](https://github.com/mattn/go-shellwords)), not exactly like a shell. Undefined where they reject it,
 * and where it contains a command.
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  let escaped = false;
  for (const letter of line) {
    if (escaped) {
      word = (word ?? "") + letter;
      escaped = false;
    } else if (letter === "\\" && quote !== "'") {
      escaped = true;
    } else if (quote === undefined && " \t\r\n".includes(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (letter === quote) {
      quote = undefined;
    } else if (quote === undefined && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= "";
    } else {
      if (quote === undefined && SUBSTITUTION.includes(letter)) return undefined;
      if (quote === undefined && END_OF_COMMAND.includes(letter)) break;
      word = (word ?? "") + letter;
    }
  }
  if (quote !== undefined || escaped) return undefined;
  return word === undefined ? words : [...words, word];
}
