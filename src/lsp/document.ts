import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Range, TextDocument } from "vscode-languageserver-textdocument";
import { BYTE_ORDER_MARK } from "../terraform/configuration/syntax/line-index.js";
import { isConfigurationFile } from "../terraform/files/file-names.js";
import type { SourceRange } from "../terraform/source-range.js";

/** A text as the editor counts it. Offsets are those of the text as tfinvite read it. */
export interface EditorText {
  readonly uri: string;
  /** The editor's number for this text; absent for a file that is not open. */
  readonly version?: number;
  readonly text: string;
  range(start: number, end: number): Range;
}

/** An open document as it is now; what is typed later does not change this. */
export function openText(open: TextDocument): EditorText {
  const { uri, version } = open;
  return { ...editorText(uri, open.getText(), 0), version };
}

/** A file on the disk. Editors leave a byte order mark out of what they show. */
export function diskText(file: string, text: string): EditorText {
  return editorText(uriOfFile(file), text, text.startsWith(BYTE_ORDER_MARK) ? 1 : 0);
}

/** `hidden` is how many characters of the text the editor skips at its start. */
function editorText(uri: string, text: string, hidden: number): EditorText {
  const document = TextDocument.create(uri, "terraform", 0, text.slice(hidden));
  const position = (offset: number) => document.positionAt(Math.max(0, offset - hidden));
  return {
    uri,
    text,
    range: (start, end) => ({ start: position(start), end: position(end) }),
  };
}

/** A range of tfinvite's own as the editor counts it. */
export function editorRange(text: EditorText, range: SourceRange): Range {
  return text.range(range.start.offset, range.end.offset);
}

/** Orders positions as they come in a text. */
export function comparePositions(a: Range["start"], b: Range["start"]): number {
  return a.line - b.line || a.character - b.character;
}

/** The offset of a line and column as tfinvite counts them, both 1-based; lines end with LF. */
export function offsetOfPlace(text: string, line: number, column: number): number {
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const end = text.indexOf("\n", start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}

/** Where a document stands for the linter. */
export interface DocumentPlace {
  /** Absolute. */
  readonly file: string;
  /** The folder of its module. */
  readonly directory: string;
  /** It is in no file: nothing but its own text belongs to its module. */
  readonly alone: boolean;
}

/** The place of a document; undefined if the server has nothing to do with it. */
export function placeOfDocument(document: Pick<TextDocument, "uri" | "languageId">): DocumentPlace | undefined {
  const file = fileOfUri(document.uri);
  if (file !== undefined) {
    return isConfigurationFile(file) ? { file, directory: path.dirname(file), alone: false } : undefined;
  }
  const extension = extensionFor(document);
  if (extension === undefined) return undefined;
  // Such a folder does not exist, and no two documents share one.
  const directory = path.resolve("/tfinvite-unsaved", Buffer.from(document.uri).toString("hex").slice(-200));
  return { file: path.join(directory, `main${extension}`), directory, alone: true };
}

/** What an unnamed text would be called: its name tells, or else the language that the editor takes it for. */
function extensionFor({ uri, languageId }: Pick<TextDocument, "uri" | "languageId">): string | undefined {
  const named = /\.(?:tf|tofu)(?:\.json)?(?=$|[?#])/.exec(uri)?.[0];
  if (named !== undefined) return named;
  if (languageId === "opentofu") return ".tofu";
  return languageId === "terraform" || languageId === "hcl" ? ".tf" : undefined;
}

const onWindows = process.platform === "win32";

/**
 * The absolute path that a `file:` URI names, in one spelling however the client escapes it. Undefined for every other
 * scheme, and for what names no file of this machine.
 */
export function fileOfUri(uri: string, windows: boolean = onWindows): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const file = fileURLToPath(uri, { windows });
    return windows ? windowsPath(file) : path.posix.normalize(file);
  } catch {
    return undefined;
  }
}

/** Drive letters come in both cases, `file:///c%3A/` and `file:///C:/`, and mean the same. */
function windowsPath(file: string): string {
  return path.win32.normalize(file).replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** The URI of a file that the client has not named itself. */
export function uriOfFile(file: string): string {
  return pathToFileURL(file).href;
}
