import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Block, Expression, ParsedFile } from "../../terraform/configuration/syntax/syntax.js";
import { visitBody, visitExpression } from "../../terraform/configuration/syntax/traversal.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { moduleResource } from "../references.js";
import { oncePerPlace, placeKey } from "./about-blocks.js";
import { isKey, isSecret } from "./admin-keys.js";
import type { Rule } from "./rule.js";

/** Arguments of the known providers that take a key. */
const KEY_ARGUMENTS: ReadonlySet<string> = new Set(["admin_key", "admin_api_key", "api_key", "admin_token"]);
/** Blocks that may hold a key, how many labels they have, and how such a block is named. */
const BLOCKS: readonly (readonly [type: string, labels: number, name: (label: string, second: string) => string])[] = [
  ["provider", 1, (name) => `provider.${name}`],
  ["variable", 1, (name) => `var.${name}`],
  ["resource", 2, (type, name) => `${type}.${name}`],
  ["data", 2, (type, name) => `data.${type}.${name}`],
  ["module", 1, (name) => `module.${name}`],
  ["output", 1, (name) => `output.${name}`],
];

/** A key in the text of the configuration. The finding never holds the key itself. */
export const hardcodedAdminKey: Rule = {
  id: "hardcoded-admin-key",
  severity: "error",
  title: "an API key written into the configuration",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = [...inProviders(configuration), ...inResources(configuration), ...inFiles(configuration)];
    return oncePerPlace(
      found.map(({ range, holder, argument, address }) => ({
        rule: "hardcoded-admin-key" as const,
        directory,
        ...(address !== undefined && { address }),
        range,
        arguments: { holder, argument },
      })),
    );
  },
};

interface FoundKey {
  readonly range: SourceRange;
  readonly holder: string;
  readonly argument: string;
  readonly address?: string;
}

function inProviders({ providers }: Configuration): FoundKey[] {
  return providers.flatMap(({ name, alias, arguments: given, block }) =>
    keysAmong(given, block).map((key) => ({
      ...key,
      holder: `provider.${name}${alias === undefined ? "" : `.${alias}`}`,
    })),
  );
}

function inResources({ resources, related }: Configuration): FoundKey[] {
  return [...resources, ...related].flatMap((resource) =>
    keysAmong(resource.arguments, resource.block).map((key) => ({
      ...key,
      holder: resourceName(resource),
      address: moduleResource(resource),
    })),
  );
}

/** What arguments for keys are known to be, where that is written in the configuration: not in variable files. */
function keysAmong(
  given: ReadonlyMap<string, Value>,
  { body }: Block,
): { readonly range: SourceRange; readonly argument: string }[] {
  return [...given].flatMap(([argument, value]) => {
    if (value.kind !== "string" || !KEY_ARGUMENTS.has(argument) || !isSecret(value.value)) return [];
    const range = value.source ?? writtenOut(body.attribute(argument)?.value);
    return range === undefined || isVariableFile(range.file) ? [] : [{ range, argument }];
  });
}

/** The whole of an expression that takes nothing from elsewhere. */
function writtenOut(expression: Expression | undefined): SourceRange | undefined {
  if (expression === undefined) return undefined;
  let refers = false;
  visitExpression(expression, ({ kind }) => {
    refers ||= kind === "reference" || kind === "unsupported";
  });
  return refers ? undefined : expression.range;
}

/** Texts that look like a key, in whichever argument of whichever block, used or not. */
function inFiles(configuration: Configuration): FoundKey[] {
  const addresses = new Map(
    [...configuration.resources, ...configuration.related].map((resource) => [
      placeKey(resource.block.range),
      moduleResource(resource),
    ]),
  );
  return configuration.parsed
    .filter(({ file, text }) => !isVariableFile(file) && text.includes("sk-"))
    .flatMap((file) => keysIn(file, addresses));
}

function keysIn({ body }: ParsedFile, addresses: ReadonlyMap<string, string>): FoundKey[] {
  const found: FoundKey[] = [];
  for (const [type, labels, nameOf] of BLOCKS) {
    for (const block of body.blocks(type, labels)) {
      const address = addresses.get(placeKey(block.range));
      const [first = "", second = ""] = block.labels.map(({ value }) => value);
      const holder = nameOf(first, second);
      const look = (argument: string) => (part: Expression) => {
        if (!looksLikeKey(part)) return;
        found.push({ range: part.range, holder, argument, ...(address !== undefined && { address }) });
      };
      for (const { name, value } of block.body.attributes()) visitExpression(value, look(name));
      for (const inner of block.body.allBlocks()) visitBody(inner.body, look(inner.type));
    }
  }
  for (const block of body.blocks("locals", 0)) {
    for (const { name, value } of block.body.attributes()) {
      visitExpression(value, (part) => {
        if (looksLikeKey(part)) found.push({ range: part.range, holder: `local.${name}`, argument: name });
      });
    }
  }
  return found;
}

function looksLikeKey(part: Expression): boolean {
  if (part.kind === "literal") return typeof part.value === "string" && isKey(part.value);
  // A heredoc without anything to fill in.
  return (
    part.kind === "template" && part.parts.length === 1 && typeof part.parts[0] === "string" && isKey(part.parts[0])
  );
}

function resourceName({ mode, type, name }: ConfiguredResource): string {
  return `${mode === "data" ? "data." : ""}${type}.${name}`;
}

function isVariableFile(file: string): boolean {
  return /\.tfvars(?:\.json)?$/.test(file);
}
