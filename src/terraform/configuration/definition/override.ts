import type { Attribute, Block, Body } from "../syntax/syntax.js";

/**
 * A body with another laid over it, as an override file does: each argument of `over` replaces the one of its name, and
 * nested blocks of a type replace all blocks of that type. Only `lifecycle` is merged argument by argument.
 * See [override files](https://developer.hashicorp.com/terraform/language/files/override).
 */
export function mergeBodies(base: Body, over: Body): Body {
  return {
    range: base.range,
    attribute: (name) => over.attribute(name) ?? base.attribute(name),
    attributes: () => mergeAttributes(base.attributes(), over.attributes()),
    blocks: (type, labelCount) => mergeBlocks(type, base, over, (body) => body.blocks(type, labelCount)),
    allBlocks() {
      const types = new Set([...base.allBlocks(), ...over.allBlocks()].map((block) => block.type));
      return [...types].flatMap((type) =>
        mergeBlocks(type, base, over, (body) => body.allBlocks().filter((block) => block.type === type)),
      );
    },
  };
}

function mergeAttributes(base: readonly Attribute[], over: readonly Attribute[]): readonly Attribute[] {
  const byName = new Map(base.map((attribute) => [attribute.name, attribute]));
  for (const attribute of over) byName.set(attribute.name, attribute);
  return [...byName.values()];
}

function mergeBlocks(
  type: string,
  base: Body,
  over: Body,
  blocksOf: (body: Body) => readonly Block[],
): readonly Block[] {
  const below = blocksOf(base);
  const above = blocksOf(over);
  if (type === "lifecycle") {
    const [lower] = below;
    const [upper] = above;
    return lower !== undefined && upper !== undefined ? [mergedBlock(lower, upper)] : [...below, ...above];
  }
  if (type === "dynamic") {
    return [...below.filter((block) => !replaces(over, block.labels[0]?.value)), ...above];
  }
  return replaces(over, type) ? above : below;
}

/** Whether the body holds blocks of that type, written out or dynamic. */
function replaces(over: Body, type: string | undefined): boolean {
  if (type === undefined) return false;
  const dynamic = over.blocks("dynamic", 1).some((block) => block.labels[0]?.value === type);
  return dynamic || over.allBlocks().some((block) => block.type === type) || over.blocks(type, 0).length > 0;
}

/** A block with its override laid over it; it stays where it was. */
export function mergedBlock(base: Block, over: Block): Block {
  return { ...base, body: mergeBodies(base.body, over.body) };
}
