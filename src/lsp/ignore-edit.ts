import { findNodeAtLocation, findNodeAtOffset, getNodePath, type Node } from "jsonc-parser";
import { SUPPRESSION_MARK } from "../invites/rules/finding.js";
import { suppressionsOf } from "../policy/suppression-comments.js";
import { parseFile } from "../terraform/configuration/syntax/parse-file.js";
import type { Block, ParsedFile } from "../terraform/configuration/syntax/syntax.js";
import { memberOf, treeOf } from "../terraform/edit/json-edits.js";
import { indentAt, lineEndAt, lineStart } from "../terraform/edit/positions.js";
import { applyEdits, type TextEdit } from "../terraform/edit/text-edit.js";

/** The placeholder for the reason, to be overwritten. */
const REASON = "TODO: why";

/**
 * What to put into a file so that a comment silences a rule for what starts at an offset: a line of its own above
 * the line, or above the block if no comment can be there; in JSON a member of the enclosing block. Tried out
 * before it is given, so undefined where neither would do.
 */
export async function ignoreEdit(file: ParsedFile, offset: number, rule: string): Promise<TextEdit | undefined> {
  const comment = `${SUPPRESSION_MARK}: ${rule} -- ${REASON}`;
  const candidates =
    file.language === "json" ? jsonEdits(file.text, offset, comment) : lineInsertions(file, offset, comment);
  for (const candidate of candidates) {
    const edit = { file: file.file, ...candidate };
    if (await silences(file, edit, offset, rule)) return edit;
  }
  return undefined;
}

type Insertion = Omit<TextEdit, "file">;

async function silences(file: ParsedFile, edit: TextEdit, at: number, rule: string): Promise<boolean> {
  const { start, end, text } = edit;
  const moved = at < end ? at : at + text.length - (end - start);
  const reparsed = await parseFile(file.file, applyEdits(file.text, [edit]) ?? "", { validate: false });
  return suppressionsOf(reparsed).some(
    ({ names, scopes, comment }) =>
      comment.range.start.offset >= start &&
      comment.range.start.offset < start + text.length &&
      names.some(({ name }) => name === rule) &&
      scopes.some((scope) => scope.start <= moved && moved < scope.end),
  );
}

function lineInsertions({ text, body }: ParsedFile, offset: number, comment: string): Insertion[] {
  const places = [offset, ...blocksAround(body.allBlocks(), offset).map((block) => block.range.start.offset)];
  const starts = new Set(places.map((place) => lineStart(text, place)));
  return [...starts].map((start) => insertion(start, `${indentAt(text, start)}# ${comment}${lineEndAt(text, start)}`));
}

/** The blocks that hold an offset, the innermost first. */
function blocksAround(blocks: readonly Block[], offset: number): Block[] {
  const around = blocks.find(({ range }) => range.start.offset <= offset && offset < range.end.offset);
  return around === undefined ? [] : [...blocksAround(around.body.allBlocks(), offset), around];
}

/** How many names are above a block's own members in a file's outermost object. */
const BLOCK_DEPTH: Readonly<Record<string, number>> = {
  resource: 3,
  data: 3,
  ephemeral: 3,
  module: 2,
  provider: 2,
  variable: 2,
  output: 2,
};

function jsonEdits(text: string, offset: number, comment: string): Insertion[] {
  const root = treeOf(text);
  const node = root === undefined ? undefined : findNodeAtOffset(root, offset);
  if (root === undefined || node === undefined) return [];
  const holder = blockObject(root, getNodePath(node));
  if (holder === undefined) return [];
  const present = memberOf(holder, "//");
  return present === undefined ? [memberInsertion(text, holder, comment)] : besideComment(text, present, comment);
}

/** Beside what is said there already; a name that is twice in an object would be one member too many. */
function besideComment(text: string, present: Node, comment: string): Insertion[] {
  const end = present.offset + present.length;
  const written = JSON.stringify(comment);
  if (present.type === "string") {
    return [{ start: present.offset, end, text: `[${text.slice(present.offset, end)}, ${written}]` }];
  }
  if (present.type !== "array") return [];
  const last = present.children?.at(-1);
  return [
    last === undefined ? insertion(present.offset + 1, written) : insertion(last.offset + last.length, `, ${written}`),
  ];
}

function insertion(offset: number, text: string): Insertion {
  return { start: offset, end: offset, text };
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
    // The only object of a list is what the list's name speaks of.
    if (length === path.length && found.children?.length === 1 && found.children[0]?.type === "object") {
      return found.children[0];
    }
  }
  return undefined;
}

/** As the first member, laid out like the one that was first. */
function memberInsertion(text: string, holder: Node, comment: string): Insertion {
  const offset = holder.offset + 1;
  const member = `"//": ${JSON.stringify(comment)}`;
  const [first] = holder.children ?? [];
  if (first === undefined) return insertion(offset, member);
  const space = text.slice(offset, first.offset);
  return insertion(offset, `${space.trim() === "" ? space : ""}${member},${space === "" ? " " : ""}`);
}
