import path from "node:path";
import { defined } from "../../base/defined.js";
import type { Configuration } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import { LineIndex } from "../../terraform/configuration/syntax/line-index.js";
import type { Block, Expression, ParsedFile } from "../../terraform/configuration/syntax/syntax.js";
import { visitBody, visitExpression } from "../../terraform/configuration/syntax/traversal.js";
import { isVariableFile } from "../../terraform/files/file-names.js";
import { rangeKey, type SourceRange } from "../../terraform/source-range.js";
import type { TextBeside } from "../planned/assessment.js";
import { KEY_ARGUMENTS } from "../providers/registry.js";
import { localName, moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { isKey, isSecret, keysWithin } from "./admin-keys.js";
import { defineRule, type Found } from "./rule.js";

/** Blocks that may hold a key, how many labels they have, and what comes before these in the block's name. */
const BLOCKS = [
  ["provider", 1, "provider."],
  ["variable", 1, "var."],
  ["resource", 2, ""],
  ["data", 2, "data."],
  ["module", 1, "module."],
  ["output", 1, "output."],
] as const;

/** `holder` is what the key is written in: `provider.openai`, `var.admin_key`, `openai_invite.alice`, `prod.tfvars`. */
type FoundKey = Found<{ readonly holder: string; readonly argument?: string }>;

/** A key in the text of the configuration. The finding never holds the key itself. */
export const hardcodedAdminKey = defineRule({
  id: "hardcoded-admin-key",
  severity: "error",
  needs: "static",
  find: ({ inventory: { configuration }, beside = [] }) =>
    oncePerPlace([
      ...inProviders(configuration),
      ...inResources(configuration),
      ...inFiles(configuration),
      ...beside.flatMap(inText),
    ]),
});

function inProviders({ providers }: Configuration): FoundKey[] {
  return providers.flatMap(({ name, alias, arguments: given, block }) =>
    keysAmong(given, block, `provider.${name}${alias === undefined ? "" : `.${alias}`}`),
  );
}

function inResources({ resources, related }: Configuration): FoundKey[] {
  return [...resources, ...related].flatMap((resource) =>
    keysAmong(resource.arguments, resource.block, localName(resource)).map((key) => ({
      ...key,
      address: moduleResource(resource),
    })),
  );
}

/** What arguments for keys are known to be, where that is written in the configuration: not in variable files. */
function keysAmong(given: ReadonlyMap<string, Value>, { body }: Block, holder: string): FoundKey[] {
  return [...given].flatMap(([argument, value]) => {
    if (value.kind !== "string" || !KEY_ARGUMENTS.has(argument) || !isSecret(value.value)) return [];
    const range = value.source ?? writtenOut(body.attribute(argument)?.value);
    return range === undefined || isVariableFile(range.file) ? [] : [{ range, arguments: { holder, argument } }];
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
  const resources = [...configuration.resources, ...configuration.related];
  const addresses = new Map(resources.map((each) => [rangeKey(each.block.range), moduleResource(each)]));
  return configuration.parsed
    .filter(({ file, text }) => !isVariableFile(file) && text.includes("sk-"))
    .flatMap((file) => keysIn(file, addresses));
}

/** Keys in a file whose syntax does not matter: a comment is read by others as well. */
function inText({ file, text }: TextBeside): FoundKey[] {
  const lines = new LineIndex(file, text);
  return keysWithin(text).map(({ start, end }) => {
    const line = text.slice(text.lastIndexOf("\n", start) + 1, start);
    const argument = NAME_BEFORE.exec(line)?.[1];
    return { range: lines.range(start, end), arguments: { holder: path.basename(file), ...defined({ argument }) } };
  });
}

/** The name that a value is given to, in native syntax and in JSON. */
const NAME_BEFORE = /([A-Za-z_][\w-]*)"?\s*[=:]\s*"$/;

function keysIn({ body }: ParsedFile, addresses: ReadonlyMap<string, string>): FoundKey[] {
  const found: FoundKey[] = [];
  const look = (holder: string, argument: string, address?: string) => (part: Expression) => {
    if (looksLikeKey(part)) found.push({ address, range: part.range, arguments: { holder, argument } });
  };
  for (const [type, labels, prefix] of BLOCKS) {
    for (const block of body.blocks(type, labels)) {
      const address = addresses.get(rangeKey(block.range));
      const holder = `${prefix}${block.labels.map(({ value }) => value).join(".")}`;
      for (const { name, value } of block.body.attributes()) visitExpression(value, look(holder, name, address));
      for (const inner of block.body.allBlocks()) visitBody(inner.body, look(holder, inner.type, address));
    }
  }
  for (const block of body.blocks("locals", 0)) {
    for (const { name, value } of block.body.attributes()) visitExpression(value, look(`local.${name}`, name));
  }
  return found;
}

function looksLikeKey(part: Expression): boolean {
  if (part.kind === "literal") return typeof part.value === "string" && isKey(part.value);
  // A heredoc without anything to fill in.
  const [text, ...more] = part.kind === "template" ? part.parts : [];
  return typeof text === "string" && more.length === 0 && isKey(text);
}
