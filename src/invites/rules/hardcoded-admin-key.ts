import type { Configuration } from "../../terraform/configuration/configuration.js";
import type { Expression } from "../../terraform/configuration/syntax.js";
import { visitExpression } from "../../terraform/configuration/traversal.js";
import type { Value } from "../../terraform/configuration/value.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { moduleResource } from "../references.js";
import { managedInvites, oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** Arguments of the known providers that take a key. */
const KEY_ARGUMENTS: ReadonlySet<string> = new Set(["admin_key", "admin_api_key", "api_key", "admin_token"]);
/** What OpenAI's keys look like, wherever they stand. */
const KEY = /^sk-(?:[a-z]+-)?[A-Za-z0-9_-]{16,}$/;
/** Words that stand for a key until somebody puts it there. */
const PLACEHOLDER =
  /^(?:sk-)?(?:admin-)?(?:\.{3,}|…|[xX*]+|<.*>|.*(?:your|change|replace|example|dummy|placeholder).*)$/i;

/** A key in the text of the configuration. The finding never holds the key itself. */
export const hardcodedAdminKey: Rule = {
  id: "hardcoded-admin-key",
  severity: "error",
  title: "an API key written into the configuration",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = [...inProviders(configuration), ...inResources(configuration), ...inDefinitions(configuration)];
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
    keysAmong(given, (argument) => block.body.attribute(argument)?.value).map(({ range, argument }) => ({
      range,
      argument,
      holder: `provider.${name}${alias === undefined ? "" : `.${alias}`}`,
    })),
  );
}

function inResources(configuration: Configuration): FoundKey[] {
  return managedInvites(configuration).flatMap((resource) =>
    keysAmong(resource.arguments, (argument) => resource.block.body.attribute(argument)?.value).map((key) => ({
      ...key,
      holder: `${resource.type}.${resource.name}`,
      address: moduleResource(resource),
    })),
  );
}

/** Keys among arguments, where they are written in the configuration itself: not in variable files or the environment. */
function keysAmong(
  given: ReadonlyMap<string, Value>,
  expressionOf: (argument: string) => Expression | undefined,
): { readonly range: SourceRange; readonly argument: string }[] {
  return [...given].flatMap(([argument, value]) => {
    if (value.kind !== "string") return [];
    const isKey = KEY_ARGUMENTS.has(argument) ? isSecret(value.value) : KEY.test(value.value) && isSecret(value.value);
    const range = value.source ?? literalIn(expressionOf(argument));
    return isKey && range !== undefined && !/\.tfvars(?:\.json)?$/.test(range.file) ? [{ range, argument }] : [];
  });
}

/** Where a text is put together, what of it is written there. */
function literalIn(expression: Expression | undefined): SourceRange | undefined {
  return expression?.kind === "literal" || expression?.kind === "template" ? expression.range : undefined;
}

function isSecret(text: string): boolean {
  return text.trim() !== "" && !PLACEHOLDER.test(text.trim());
}

/** Defaults of variables, and locals, that look like a key, used or not. */
function inDefinitions({ parsed }: Configuration): FoundKey[] {
  const found: FoundKey[] = [];
  const look = (expression: Expression | undefined, holder: string, argument: string) => {
    if (expression === undefined) return;
    visitExpression(expression, (part) => {
      if (part.kind !== "literal" || typeof part.value !== "string") return;
      if (KEY.test(part.value) && isSecret(part.value)) found.push({ range: part.range, holder, argument });
    });
  };
  for (const { body, file, text } of parsed) {
    if (/\.tfvars(?:\.json)?$/.test(file) || !text.includes("sk-")) continue;
    for (const block of body.blocks("variable", 1)) {
      look(block.body.attribute("default")?.value, `var.${block.labels[0]?.value ?? ""}`, "default");
    }
    for (const block of body.blocks("locals", 0)) {
      for (const { name, value } of block.body.attributes()) look(value, `local.${name}`, name);
    }
  }
  return found;
}
