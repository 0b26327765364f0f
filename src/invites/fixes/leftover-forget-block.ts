import type { SourceRange } from "../../terraform/source-range.js";
import type { Assessment } from "../assessment.js";
import { type FixResult, refuse } from "./fix.js";
import { blockLines, isInside, isJson, textOfFile } from "./places.js";

/** Deletes the block with the comments right above it. */
export function deleteForgetBlock(range: SourceRange, assessment: Assessment): FixResult {
  if (isJson(range.file)) return refuse("a block in JSON syntax is left to you");
  const block = assessment.inventory.configuration.refactorings.find((one) => isInside(range, one.block.range))?.block;
  if (block === undefined) return refuse("the block was not found");
  const { start, end } = blockLines(textOfFile(range.file, assessment), block.range);
  return {
    kind: "fix",
    fix: { title: `Delete the ${block.type} block`, edits: [{ file: range.file, start, end, text: "" }] },
  };
}
