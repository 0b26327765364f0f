import { parseAddress } from "../addresses/address-parser.js";
import type { ResourceReference } from "./configuration.js";
import type { Attribute, Body, Expression, ParsedFile } from "./syntax/syntax.js";
import { literalText, type NamedResource, resourceIn, visitBody, visitExpression } from "./syntax/traversal.js";

/** Blocks that can refer to resources, how many labels they have, and what comes before the labels in such a block's name. */
const BLOCKS: readonly (readonly [type: string, labels: number, prefix: string])[] = [
  ["resource", 2, ""],
  ...["data", "ephemeral", "action"].map((type) => [type, 2, `${type}.`] as const),
  ...["module", "output", "provider", "check"].map((type) => [type, 1, `${type}.`] as const),
  ["variable", 1, "var."],
];

/** Every mention of a resource of the wanted types in a module's files, `depends_on` included. */
export function findReferences(
  files: readonly ParsedFile[],
  types: readonly string[],
  modulePath: readonly string[],
): readonly ResourceReference[] {
  const references: ResourceReference[] = [];
  const collector = (from: string) => (expression: Expression) => {
    const target = targetOf(expression, types);
    if (target === undefined) return;
    references.push({
      modulePath,
      from,
      range: expression.range,
      attributes: attributesOf(expression, target),
      target,
    });
  };
  for (const file of files) {
    const namesOne = (text: string) => types.some((type) => text.includes(type));
    if (!namesOne(file.text)) continue;
    // Most arguments need not be read for that. JSON can have the letters of a type escaped.
    const mayRefer = ({ range: { start, end } }: Attribute) =>
      file.language === "json" || namesOne(file.text.slice(start.offset, end.offset));
    for (const [type, labels, prefix] of BLOCKS) {
      for (const block of file.body.blocks(type, labels)) {
        const collect = collector(prefix + block.labels.map(({ value }) => value).join("."));
        visitBody(block.body, collect, mayRefer);
        for (const text of quotedReferences(block.body)) collect(text);
      }
    }
    for (const block of file.body.blocks("locals", 0)) {
      for (const local of block.body.attributes()) {
        if (mayRefer(local)) visitExpression(local.value, collector(`local.${local.name}`));
      }
    }
  }
  return references.toSorted((a, b) =>
    a.range.file === b.range.file ? a.range.start.offset - b.range.start.offset : 0,
  );
}

function targetOf(expression: Expression, types: readonly string[]): NamedResource | undefined {
  if (expression.kind !== "reference") return undefined;
  const target = resourceIn(expression.root, expression.steps);
  return target !== undefined && types.includes(target.type) ? target : undefined;
}

function attributesOf(expression: Expression, { mode }: NamedResource): readonly string[] {
  if (expression.kind !== "reference") return [];
  const behind = expression.steps.slice(mode === "data" ? 2 : 1);
  return behind.flatMap((step) => (step.kind === "attribute" ? [step.name] : []));
}

/** Addresses in quotes, as JSON syntax has them where native syntax has bare references. */
function quotedReferences(body: Body): readonly Expression[] {
  const lists = [
    body.attribute("depends_on"),
    ...body.blocks("lifecycle", 0).map((block) => block.body.attribute("replace_triggered_by")),
  ];
  return lists
    .flatMap((list) => (list?.value.kind === "tuple" ? list.value.items : []))
    .flatMap((item): Expression[] => {
      const parsed = parseAddress(literalText(item) ?? "");
      if (!parsed.ok || parsed.address.module.length > 0) return [];
      const { mode, type, name, key } = parsed.address;
      const { range } = item;
      const names = (mode === "data" ? [type, name] : [name]).map(
        (step) => ({ kind: "attribute", name: step }) as const,
      );
      const index = key === undefined ? [] : [{ kind: "index", key: { kind: "literal", value: key, range } } as const];
      return [{ kind: "reference", root: mode === "data" ? "data" : type, steps: [...names, ...index], range }];
    });
}
