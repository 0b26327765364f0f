import { parseAddress } from "../address-parser.js";
import type { Refactoring } from "./configuration.js";
import type { PlacedBlock } from "./module-definition.js";
import type { Expression, ParsedFile } from "./syntax.js";
import { addressText, resourceBelow } from "./traversal.js";

/** The `moved`, `removed` and `import` blocks of a module that name a resource of the wanted types. */
export function findRefactorings(
  blocks: readonly PlacedBlock[],
  types: readonly string[],
  modulePath: readonly string[],
): readonly Refactoring[] {
  return blocks.flatMap(({ file, block }): Refactoring[] => {
    const kind = kindOf(block.type);
    const from = placeOf(block.body.attribute("from")?.value, file);
    const to = placeOf(block.body.attribute("to")?.value, file);
    if (kind === undefined || ![from, to].some((place) => place?.type !== undefined && types.includes(place.type)))
      return [];
    return [{ kind, modulePath, file, block, ...(from && { from: from.text }), ...(to && { to: to.text }) }];
  });
}

function kindOf(type: string): Refactoring["kind"] | undefined {
  return type === "moved" || type === "removed" || type === "import" ? type : undefined;
}

interface Place {
  readonly text: string;
  /** Of the resource it names; absent for a module. */
  readonly type?: string;
}

function placeOf(expression: Expression | undefined, file: ParsedFile): Place | undefined {
  if (expression?.kind === "reference") {
    const type = resourceBelow(expression.root, expression.steps)?.type;
    const { start, end } = expression.range;
    const text = addressText(expression.root, expression.steps) ?? file.text.slice(start.offset, end.offset);
    return { text, ...(type !== undefined && { type }) };
  }
  // JSON syntax has the address in a string.
  if (expression?.kind !== "literal" || typeof expression.value !== "string") return undefined;
  const parsed = parseAddress(expression.value);
  return { text: expression.value, ...(parsed.ok && { type: parsed.address.type }) };
}
