import { parseAddress } from "../addresses/address-parser.js";
import type { ResourceReference } from "./configuration.js";
import type { Attribute, Body, Expression, ParsedFile } from "./syntax/syntax.js";
import { type NamedResource, resourceIn, visitBody, visitExpression } from "./syntax/traversal.js";

/** Blocks that can refer to resources, how many labels they have, and how such a block is named. */
const BLOCKS: readonly (readonly [type: string, labels: number, name: (labels: readonly string[]) => string])[] = [
  ["resource", 2, (labels) => labels.join(".")],
  ["data", 2, (labels) => `data.${labels.join(".")}`],
  ["ephemeral", 2, (labels) => `ephemeral.${labels.join(".")}`],
  ["action", 2, (labels) => `action.${labels.join(".")}`],
  ["module", 1, (labels) => `module.${labels.join(".")}`],
  ["output", 1, (labels) => `output.${labels.join(".")}`],
  ["provider", 1, (labels) => `provider.${labels.join(".")}`],
  ["variable", 1, (labels) => `var.${labels.join(".")}`],
  ["check", 1, (labels) => `check.${labels.join(".")}`],
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
    for (const [type, labels, nameOf] of BLOCKS) {
      for (const block of file.body.blocks(type, labels)) {
        const collect = collector(nameOf(block.labels.map(({ value }) => value)));
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
  return references.toSorted(byPlace);
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
    .flatMap((item) => {
      if (item.kind !== "literal" || typeof item.value !== "string") return [];
      const parsed = parseAddress(item.value);
      if (!parsed.ok || parsed.address.module.length > 0) return [];
      const { mode, type, name, key } = parsed.address;
      const steps = [{ kind: "attribute", name } as const];
      const index =
        key === undefined ? [] : [{ kind: "index", key: { kind: "literal", value: key, range: item.range } } as const];
      return mode === "data"
        ? [
            {
              kind: "reference",
              root: "data",
              steps: [{ kind: "attribute", name: type } as const, ...steps, ...index],
              range: item.range,
            } as const,
          ]
        : [{ kind: "reference", root: type, steps: [...steps, ...index], range: item.range } as const];
    });
}

function byPlace(a: ResourceReference, b: ResourceReference): number {
  return a.range.file === b.range.file ? a.range.start.offset - b.range.start.offset : 0;
}
