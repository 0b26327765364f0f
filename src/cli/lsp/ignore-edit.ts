import { findNodeAtLocation, findNodeAtOffset, getNodePath, type Node, parseTree } from "jsonc-parser";
import { suppressionsOf } from "../../invites/policy/suppression-comments.js";
import { SUPPRESSION_MARK } from "../../invites/rules/rule.js";
import { parseFile } from "../../terraform/configuration/parse-file.js";
import type { Block, ParsedFile } from "../../terraform/configuration/syntax.js";

/** Text to be put into a file. The offset counts UTF-16 units. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** What stands where the reason belongs, to be written over. */
const REASON = "TODO: why";

/**
 * What to put into a file so that a comment silences a rule for whatever starts at an offset: a line of its own above
 * the line, or above the block where no comment can stand there; in JSON a member of the enclosing block. Tried out
 * before it is given, so undefined where neither would do.
 */
export async function ignoreEdit(file: ParsedFile, offset: number, rule: string): Promise<Insertion | undefined> {
  const comment = `${SUPPRESSION_MARK}: ${rule} -- ${REASON}`;
  const candidates =
    file.language === "json" ? jsonInsertions(file.text, offset, comment) : lineInsertions(file, offset, comment);
  for (const candidate of candidates) if (await silences(file, candidate, offset, rule)) return candidate;
  return undefined;
}

async function silences(file: ParsedFile, { offset, text }: Insertion, at: number, rule: string): Promise<boolean> {
  const changed = file.text.slice(0, offset) + text + file.text.slice(offset);
  const moved = at < offset ? at : at + text.length;
  const reparsed = await parseFile(file.file, changed, { validate: false });
  return suppressionsOf(reparsed).some(
    ({ names, scopes, comment }) =>
      comment.range.start.offset >= offset &&
      comment.range.start.offset < offset + text.length &&
      names.some(({ name }) => name === rule) &&
      scopes.some(({ start, end }) => start <= moved && moved < end),
  );
}

function lineInsertions({ text, body }: ParsedFile, offset: number, comment: string): Insertion[] {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const places = [offset, ...blocksAround(body.allBlocks(), offset).map((block) => block.range.start.offset)];
  const starts = new Set(places.map((place) => lineStart(text, place)));
  return [...starts].map((start) => {
    const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
    return { offset: start, text: `${indent}# ${comment}${lineEnd}` };
  });
}

/** A byte order mark stays in front of everything. */
function lineStart(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return start === 0 && text.startsWith("\ufeff") ? 1 : start;
}

/** The blocks that hold an offset, the innermost first. */
function blocksAround(blocks: readonly Block[], offset: number): Block[] {
  const around = blocks.find(({ range }) => range.start.offset <= offset && offset < range.end.offset);
  return around === undefined ? [] : [...blocksAround(around.body.allBlocks(), offset), around];
}

/** How many names stand above a block's own members in a file's outermost object. */
const BLOCK_DEPTH: Readonly<Record<string, number>> = {
  resource: 3,
  data: 3,
  ephemeral: 3,
  module: 2,
  provider: 2,
  variable: 2,
  output: 2,
};

function jsonInsertions(text: string, offset: number, comment: string): Insertion[] {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  const root = parseTree(mark === 0 ? text : ` ${text.slice(1)}`);
  const node = root === undefined ? undefined : findNodeAtOffset(root, offset);
  if (root === undefined || node === undefined) return [];
  const holder = blockObject(root, getNodePath(node));
  if (holder === undefined || holder.children?.some((member) => member.children?.[0]?.value === "//")) return [];
  return [memberInsertion(text, holder, comment)];
}

/** The object that holds a block's arguments. Arrays on the way count for nothing. */
function blockObject(root: Node, path: (string | number)[]): Node | undefined {
  const names = path.filter((step) => typeof step === "string");
  const depth = BLOCK_DEPTH[names[0] ?? ""] ?? 1;
  let seen = 0;
  for (let length = 1; length <= path.length; length += 1) {
    if (typeof path[length - 1] === "string") seen += 1;
    if (seen < depth) continue;
    const found = findNodeAtLocation(root, path.slice(0, length));
    if (found?.type === "object") return found;
    if (found?.type !== "array") return undefined;
  }
  return undefined;
}

/** As the first member, laid out like the one that was first. */
function memberInsertion(text: string, holder: Node, comment: string): Insertion {
  const offset = holder.offset + 1;
  const member = `"//": ${JSON.stringify(comment)}`;
  const [first] = holder.children ?? [];
  if (first === undefined) return { offset, text: member };
  const space = text.slice(offset, first.offset);
  return { offset, text: `${space.trim() === "" ? space : ""}${member},${space === "" ? " " : ""}` };
}
