import { isJsonFile, isModuleFile } from "../../files/file-names.js";
import { type HclVerdict, validateHcl } from "./hcl-validation.js";
import { mayHoldInterpolations, readJsonFile } from "./json-syntax.js";
import { knownBody } from "./known-body.js";
import { isDoubtful } from "./layout.js";
import { LineIndex } from "./line-index.js";
import { readBrokenFile, readSoundFile } from "./native-syntax.js";
import type { Expression, ParsedFile, SourceText, SyntaxProblem } from "./syntax.js";
import { loadSyntaxParser } from "./tree-sitter.js";

export interface ParseOptions {
  /**
   * Ask HCL's own parser about the syntax, which takes some 130 ms for the first file of a process: always, never, or
   * where the layout leaves doubt. A native file that tree-sitter finds broken is asked about either way, since
   * tree-sitter is at times mistaken.
   */
  readonly validate: boolean | "in-doubt";
}

/**
 * A parser's memory grows with the words and signs of a text: tree-sitter takes up to 0.5 kB for each, HCL's own parser
 * 1 kB more, so that 2 MB of nothing but signs would take 2 GB. Ten thousand blocks of invites have 270,000.
 */
const MOST_WORDS = 300_000;
/** The same, where HCL's own parser is asked: for variable files, and where the layout leaves doubt. */
const MOST_CHECKED_WORDS = 200_000;

/** Where a text has more words and signs than this limit; line ends are signs. */
function endOfFit(text: string, most: number): number | undefined {
  if (text.length <= most) return undefined;
  let words = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isWord = isWordCode(code);
    if (isWord ? !inWord : code !== SPACE && code !== TAB) words += 1;
    if (words > most) return at;
    inWord = isWord;
  }
  return undefined;
}

const [SPACE, TAB, UNDERSCORE] = [32, 9, 95];

/** Letters and digits, of any script. */
function isWordCode(code: number): boolean {
  return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122) || code === UNDERSCORE || code > 127;
}

/**
 * Reads one configuration or variable file: JSON syntax where the name ends in `.json`, native syntax otherwise.
 * `file` is the path as the user would write it. Broken text never throws: what is sound around it is in the
 * body, and `problems` says what is wrong. Throws MissingGrammarError where the installation is incomplete.
 */
export async function parseFile(file: string, text: string, options: ParseOptions): Promise<ParsedFile> {
  const lines = new LineIndex(file, text);
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    // Looking for syntax in it would take a thousand times its size.
    const before = await parseFile(file, text.slice(0, nul), { validate: false });
    const message = "The file holds a NUL character: it is not text.";
    return { ...before, text, problems: [{ message, range: lines.range(nul, nul + 1) }] };
  }
  const most = isModuleFile(file) ? MOST_WORDS : MOST_CHECKED_WORDS;
  const dense = endOfFit(text, most);
  if (dense !== undefined) {
    const message = `The file has more than ${most} words and signs: it is not read.`;
    return {
      ...(await parseFile(file, "", { validate: false })),
      text,
      problems: [{ message, range: lines.range(dense, dense + 1) }],
    };
  }
  if (isJsonFile(file)) {
    const parser = mayHoldInterpolations(text) ? await loadSyntaxParser() : undefined;
    return { file, language: "json", text, ...readJsonFile(parser, text, lines) };
  }

  // Both parsers take their time to start, and can do so side by side.
  const asked = options.validate === true ? validateHcl(file, text, lines) : undefined;
  const parser = await loadSyntaxParser();
  const source: SourceText = { text, range: (start, end) => lines.range(start, end) };
  const sound = readSoundFile(parser, source);
  const doubtful = options.validate === "in-doubt" && sound !== undefined && isDoubtful(text, sound);
  if (sound !== undefined && asked === undefined && !doubtful) {
    return { file, language: "hcl", text, body: sound, problems: [] };
  }

  const verdict = await (asked ?? validateUnlessDense(file, text, lines));
  const known = verdict.kind === "valid" ? knownBody(parser, source, verdict.contents) : undefined;
  const body = sound ?? readBrokenFile(parser, source, known);
  const problems: SyntaxProblem[] = verdict.kind === "invalid" ? [...verdict.problems] : [];
  if (verdict.kind === "unknown" && sound === undefined) {
    const message = `This file does not follow HCL's syntax; where is not known, since ${verdict.reason}.`;
    problems.push({ message, range: lines.range(0, 0) });
  }
  if (verdict.kind === "unknown" && doubtful) {
    const message = `Whether this file follows HCL's syntax is not known, since ${verdict.reason}.`;
    problems.push({ message, range: lines.range(0, 0) });
  }
  return { file, language: "hcl", text, body, problems };
}

async function validateUnlessDense(file: string, text: string, lines: LineIndex): Promise<HclVerdict> {
  if (endOfFit(text, MOST_CHECKED_WORDS) === undefined) return validateHcl(file, text, lines);
  return { kind: "unknown", reason: `it has more than ${MOST_CHECKED_WORDS} words and signs` };
}

/**
 * An expression that is text in some other place: a type in JSON syntax, a value on the command line.
 * Undefined if it is not an expression. Its ranges mean nothing to a user.
 */
export async function parseExpression(text: string): Promise<Expression | undefined> {
  const { body, problems } = await parseFile("expression.tfvars", `value = ${text}\n`, { validate: false });
  const attributes = body.attributes();
  const [attribute] = attributes;
  if (attributes.length !== 1 || attribute === undefined || problems.length > 0) return undefined;
  return attribute.value.kind === "unsupported" ? undefined : attribute.value;
}

interface FileToParse {
  /** Absolute. */
  readonly path: string;
  /** As messages show it. */
  readonly shown: string;
  readonly text: string;
  readonly validate: ParseOptions["validate"];
}

/**
 * Files that were parsed already, for many loads in one process: a module that a thousand roots use is parsed once. What
 * it gives always belongs to the text it is asked about, so loads may differ in the texts that lie over the disk.
 */
export class ParsedFiles {
  readonly #parsed = new Map<string, { readonly text: string; readonly file: Promise<ParsedFile> }>();

  parse({ path, shown, text, validate }: FileToParse): Promise<ParsedFile> {
    const key = `${path}\0${shown}\0${validate}`;
    const known = this.#parsed.get(key);
    // Only the latest text of a file is kept, so that an editor's session does not keep them all.
    if (known?.text === text) return known.file;
    const file = parseFile(shown, text, { validate });
    this.#parsed.set(key, { text, file });
    return file;
  }
}
