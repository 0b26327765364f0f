import { parseAddress } from "../addresses/address-parser.js";
import type { PlacedBlock } from "./definition/module-definition.js";
import type { Block, Expression, ParsedFile } from "./syntax/syntax.js";
import { addressText, literalText, resourceBelow } from "./syntax/traversal.js";

export interface Refactoring {
  readonly kind: "moved" | "removed" | "import";
  readonly modulePath: readonly string[];
  readonly file: ParsedFile;
  readonly block: Block;
  /** Address as Terraform prints it, relative to the module; as written where an index is not a literal. */
  readonly from?: string;
  readonly to?: string;
  /** What `from` (or else `to`) names: the type of the resource, or absent for a module. */
  readonly type?: string;
}

/** The `moved`, `removed` and `import` blocks of a module that name a resource of the wanted types, or a module. */
export function findRefactorings(
  blocks: readonly PlacedBlock[],
  types: readonly string[],
  modulePath: readonly string[],
): readonly Refactoring[] {
  return blocks.flatMap(({ file, block }): Refactoring[] => {
    const kind = kindOf(block.type);
    const from = placeOf(block.body.attribute("from")?.value, file);
    const to = placeOf(block.body.attribute("to")?.value, file);
    if (kind === undefined || ![from, to].some((place) => isWanted(place, types))) return [];
    const type = from?.type ?? to?.type;
    return [
      {
        kind,
        modulePath,
        file,
        block,
        ...(from && { from: from.text }),
        ...(to && { to: to.text }),
        ...(type !== undefined && { type }),
      },
    ];
  });
}

function kindOf(type: string): Refactoring["kind"] | undefined {
  return type === "moved" || type === "removed" || type === "import" ? type : undefined;
}

function isWanted(place: Place | undefined, types: readonly string[]): boolean {
  if (place === undefined) return false;
  return place.type === undefined ? place.text.startsWith("module.") : types.includes(place.type);
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

/** A block's `lifecycle { destroy = … }`: its expression, or undefined where nothing is said. */
export function destroySetting(block: Block): Expression | undefined {
  return block.body.blocks("lifecycle", 0).flatMap(({ body }) => body.attribute("destroy")?.value ?? [])[0];
}

/** True, false, or undefined where it is not a literal; JSON syntax may have it in quotes. */
export function literalBoolean(expression: Expression): boolean | undefined {
  if (expression.kind !== "literal") return undefined;
  if (typeof expression.value === "boolean") return expression.value;
  const text = literalText(expression);
  return text === "true" ? true : text === "false" ? false : undefined;
}

/**
 * Whether a `removed` block forgets what it removes instead of destroying it. Where it says nothing, Terraform destroys
 * and OpenTofu forgets (https://opentofu.org/docs/language/resources/syntax/#removing-resources).
 */
export function forgetsRemoved({ block }: Refactoring, tool: "terraform" | "tofu"): boolean {
  const setting = destroySetting(block);
  return setting === undefined ? tool === "tofu" : literalBoolean(setting) === false;
}
