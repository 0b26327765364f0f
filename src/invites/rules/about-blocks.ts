import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Block, Expression } from "../../terraform/configuration/syntax/syntax.js";
import { literalText } from "../../terraform/configuration/syntax/traversal.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { Refactoring } from "../../terraform/statements/refactorings.js";
import { isInviteType } from "../inventory.js";
import { identifyProvider, type ProviderIdentity } from "../providers/dialects.js";

/** The invites that the configuration manages. */
export function managedInvites({ resources }: Configuration): ConfiguredResource[] {
  return resources.filter(({ mode, type }) => mode === "managed" && isInviteType(type));
}

/** Which provider a block belongs to. */
export function providerOf(resource: ConfiguredResource): ProviderIdentity {
  return identifyProvider({ ...resource.provider, resourceType: resource.type });
}

/** What an argument is known to be, in every instance and where no instance is known; each place once. */
export function valuesOf(resource: ConfiguredResource, name: string): Value[] {
  const given = [resource, ...resource.instances].flatMap(({ arguments: values }) => values.get(name) ?? []);
  const seen = new Set<string>();
  return given.filter((value) => {
    if (value.kind === "unknown") return false;
    const place = value.kind === "string" && value.source !== undefined ? placeKey(value.source) : undefined;
    if (place === undefined) return true;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
}

/** A place as a key of sets and maps. */
export function placeKey({ file, start, end }: SourceRange): string {
  return `${file}:${start.offset}:${end.offset}`;
}

/** Findings at one place once: a module that is called twice is one text. */
export function oncePerPlace<T extends { readonly range?: SourceRange }>(findings: readonly T[]): T[] {
  const seen = new Set<string>();
  return findings.filter(({ range }) => {
    if (range === undefined) return true;
    const key = placeKey(range);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What a `moved` or `removed` block speaks of, with the calls that lead to its module but no keys of them. */
export function refactoredAddress({ modulePath, from = "" }: Refactoring): string {
  return [...modulePath.map((name) => `module.${name}`), from].join(".");
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
