import type { Assessment } from "../../invites/planned/assessment.js";
import type { Block } from "../../terraform/configuration/syntax/syntax.js";
import { bodyNodeOf, memberOf, treeOf, withValue } from "../../terraform/edit/json-edits.js";
import { indentAt, isOf, lineEndAt, lineStart, slice } from "../../terraform/edit/positions.js";
import { editBetween } from "../../terraform/edit/text-edit.js";
import { isJsonFile } from "../../terraform/files/file-names.js";
import { isInside, type SourceRange } from "../../terraform/source-range.js";
import { BLOCK_NOT_FOUND, type FixResult, fixWith, OVERRIDDEN, refuse, textOfFile } from "./fix-result.js";

const TITLE = "Keep it when it is removed: destroy = false";

/**
 * `lifecycle { destroy = false }` in the block that a place is in, whichever part of it is there already: a resource, or
 * the `removed` block of what `from` names.
 */
export function keepOnDestroy(range: SourceRange, from: string | undefined, assessment: Assessment): FixResult {
  const { resources, refactorings } = assessment.inventory.configuration;
  const candidates = from === undefined ? resources : refactorings.filter((one) => one.from === from);
  const block = candidates.map((one) => one.block).find((one) => isOf(range, one));
  if (block === undefined) return BLOCK_NOT_FOUND;
  const [lifecycle] = block.body.blocks("lifecycle", 0);
  const destroy = lifecycle?.body.attribute("destroy");
  const text = textOfFile(range.file, assessment);
  const edit = (start: number, end: number, written: string): FixResult =>
    fixWith(TITLE, { file: range.file, start, end, text: written });
  if ([lifecycle?.range, destroy?.range].some((part) => part !== undefined && !isInside(part, block.range)))
    return OVERRIDDEN;
  if (destroy !== undefined) {
    const { start, end } = destroy.value.range;
    return edit(start.offset, end.offset, "false");
  }
  if (isJsonFile(range.file)) return keepInJson(text, block);
  const outer = lifecycle ?? block;
  const close = outer.range.end.offset - 1;
  const lineEnd = lineEndAt(text, outer.range.start.offset);
  const indent = indentAt(text, outer.range.start.offset);
  const step = stepOf(text, block, indentAt(text, block.range.start.offset));
  const inner = `${indent}${step}`;
  const lines =
    lifecycle === undefined
      ? [`${inner}lifecycle {`, `${inner}${step}destroy = false`, `${inner}}`]
      : [`${inner}destroy = false`];
  const body = lines.join(lineEnd) + lineEnd;
  const closeLine = lineStart(text, close);
  if (/^[ \t]*$/.test(text.slice(closeLine, close))) {
    const before = slice(text, outer.body.range);
    // terraform fmt parts a nested block from what is above it.
    const gap = lifecycle === undefined && before.trim() !== "" ? lineEnd : "";
    return edit(closeLine, closeLine, gap + body);
  }
  const content = slice(text, outer.body.range).trim();
  if (content.includes("{")) return refuse("the block is written on one line");
  const kept = content === "" ? "" : `${inner}${content}${lineEnd}${lifecycle === undefined ? lineEnd : ""}`;
  return edit(outer.body.range.start.offset, close, `${lineEnd}${kept}${body}${indent}`);
}

function keepInJson(text: string, { range }: Block): FixResult {
  const body = bodyNodeOf(treeOf(text), range);
  const lifecycle = body && memberOf(body, "lifecycle");
  // In a list of objects any of them will do: they count together.
  const holder = lifecycle?.type === "array" ? lifecycle.children?.[0] : lifecycle;
  const written =
    holder?.type === "object"
      ? withValue(text, holder, ["destroy"], false)
      : body && withValue(text, body, ["lifecycle", "destroy"], false);
  return fixWith(TITLE, written === undefined ? undefined : editBetween(range.file, text, written));
}

/** By how much the file indents. */
function stepOf(text: string, block: Block, outer: string): string {
  const [first] = [...block.body.attributes(), ...block.body.allBlocks()];
  const inner = first === undefined ? "" : indentAt(text, first.range.start.offset);
  return inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : "  ";
}
