import { uniqueBy } from "../../base/group-by.js";
import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Value } from "../../terraform/configuration/evaluation/value.js";
import type { Refactoring } from "../../terraform/configuration/refactorings.js";
import { rangeKey, type SourceRange } from "../../terraform/source-range.js";
import { isManagedInvite } from "../inventory.js";
import type { Assessment } from "../planned/assessment.js";
import { holdsForAll, identifyProvider, type ProviderIdentity } from "../providers/identify.js";
import type { KnownDialect } from "../providers/registry.js";
import { moduleResource } from "../references.js";
import type { Found } from "./rule.js";

/** The invites that the configuration manages. */
export function managedInvites({ resources }: Configuration): ConfiguredResource[] {
  return resources.filter(isManagedInvite);
}

/** Which provider a block belongs to. */
export function providerOf(resource: ConfiguredResource): ProviderIdentity {
  return identifyProvider({ ...resource.provider, resourceType: resource.type });
}

/** The findings that a rule makes of each invite's block, under the block's address. */
export function findInBlocks<Arguments>(
  { inventory: { configuration } }: Assessment,
  look: (resource: ConfiguredResource) => readonly Found<Arguments>[],
): Found<Arguments>[] {
  const found = managedInvites(configuration).flatMap((resource) =>
    look(resource).map((one) => ({ address: moduleResource(resource), ...one })),
  );
  return oncePerPlace(found);
}

/** A finding for each provider if something holds in every version that may be in use, at the place that names it. */
export function findInProviders(
  { inventory: { configuration } }: Assessment,
  test: (row: KnownDialect) => boolean,
): Found<{ readonly provider: ProviderIdentity }>[] {
  // Each module names the provider; the outermost is where its version is chosen.
  const outermostFirst = managedInvites(configuration).toSorted((a, b) => a.modulePath.length - b.modulePath.length);
  const found = outermostFirst.flatMap((resource) => {
    const provider = providerOf(resource);
    if (!holdsForAll(provider, test)) return [];
    return [{ range: resource.provider.range ?? resource.block.headerRange, arguments: { provider } }];
  });
  return uniqueBy(oncePerPlace(found), ({ arguments: { provider } }) => provider.label);
}

/** What an argument is known to be, in every instance and where no instance is known; each place once. */
export function valuesOf(resource: ConfiguredResource, name: string): Value[] {
  const given = [resource, ...resource.instances].flatMap(({ arguments: values }) => values.get(name) ?? []);
  const known = given.filter(({ kind }) => kind !== "unknown");
  return uniqueBy(known, (value) => (value.kind === "string" ? value.source && rangeKey(value.source) : undefined));
}

/** The elements of a collection. JSON syntax may have one block as an object, without a list around it. */
export function elementsOf(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "set" ? value.elements : [value];
}

/** Findings at one place once: a module that is called twice is one text. */
export function oncePerPlace<T extends { readonly range?: SourceRange | undefined }>(findings: readonly T[]): T[] {
  return uniqueBy(findings, ({ range }) => range && rangeKey(range));
}

/** What a `moved` or `removed` block speaks of, with the calls that lead to its module but no keys of them. */
export function refactoredAddress({ modulePath, from = "" }: Refactoring): string {
  return [...modulePath.map((name) => `module.${name}`), from].join(".");
}
