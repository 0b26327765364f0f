import type { Assessment } from "../../invites/planned/assessment.js";
import { bodyNodeOf, treeOf, without } from "../../terraform/edit/json-edits.js";
import { blockLines, isJson, isOf, textOfFile } from "../../terraform/edit/places.js";
import { editBetween } from "../../terraform/edit/text-edit.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { type FixResult, fixWith, refuse } from "./fix-result.js";

/** Deletes the block with the comments right above it. */
export function deleteForgetBlock(range: SourceRange, from: string, assessment: Assessment): FixResult {
  const { refactorings } = assessment.inventory.configuration;
  const block = refactorings.find((one) => one.from === from && isOf(range, one.block))?.block;
  if (block === undefined) return refuse("the block was not found");
  const title = `Delete the ${block.type} block`;
  const text = textOfFile(range.file, assessment);
  if (!isJson(range.file)) {
    const { start, end } = blockLines(text, block.range);
    return fixWith(title, [{ file: range.file, start, end, text: "" }]);
  }
  const node = bodyNodeOf(treeOf(text), block.range);
  const edit = node && editBetween(range.file, text, without(text, node));
  return edit === undefined ? refuse("the block was not found") : fixWith(title, [edit]);
}
