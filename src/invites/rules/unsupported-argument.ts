import type { ProviderRequirement } from "../../terraform/configuration/configuration.js";
import type { Body } from "../../terraform/configuration/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { identifyProvider, type ProviderIdentity } from "../dialects.js";
import type { FindingArguments } from "../finding.js";
import { isInviteType } from "../inventory.js";
import { nearestName } from "../policy/nearest-name.js";
import { type BlockSchema, schemaOf } from "../provider-schemas.js";
import { moduleResource } from "../references.js";
import { oncePerPlace, providerOf } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** What Terraform itself takes in any resource, data source or provider block. */
const META: ReadonlySet<string> = new Set([
  "count",
  "for_each",
  "provider",
  "depends_on",
  "lifecycle",
  "provisioner",
  "connection",
  "timeouts",
  "dynamic",
  "alias",
  "version",
  "enabled",
]);

/** An argument or a block that this provider does not have there: the plan fails. */
export const unsupportedArgument: Rule = {
  id: "unsupported-argument",
  severity: "error",
  title: "an argument that this provider does not have",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const inResources = [...configuration.resources, ...configuration.related].flatMap((resource): Stranger[] => {
      const of = `${resource.mode === "data" ? "data." : ""}${resource.type}`;
      // The types beside the invite are no row's own; the provider tells which row holds.
      const provider = isInviteType(resource.type) ? providerOf(resource) : providerBySource(resource.provider);
      return strangers(resource.block.body, provider, of).map((found) => ({
        ...found,
        address: moduleResource(resource),
      }));
    });
    const inProviders = configuration.providers.flatMap(({ block, provider }) =>
      strangers(block.body, providerBySource(provider), "provider"),
    );
    return oncePerPlace([...inResources, ...inProviders]).map(({ range, address, arguments: args }) => ({
      rule: "unsupported-argument" as const,
      directory,
      range,
      arguments: args,
      ...(address !== undefined && { address }),
    }));
  },
};

interface Stranger {
  /** Of the resource, where it is in one. */
  readonly address?: string;
  readonly range: SourceRange;
  readonly arguments: FindingArguments["unsupported-argument"];
}

/** The row is found by the type that it calls the invite. */
function providerBySource(provider: ProviderRequirement): ProviderIdentity {
  const types = ["openai_invite", "openai_organization_invite", "openaiadmin_invite"];
  const identities = types.map((resourceType) => identifyProvider({ ...provider, resourceType }));
  return (
    identities.find(({ dialect }) => dialect.id !== "unknown") ??
    identifyProvider({ ...provider, resourceType: "openai_invite" })
  );
}

function strangers(body: Body, provider: ProviderIdentity, of: string): Stranger[] {
  const schema = schemaOf(provider, of);
  if (schema === undefined) return [];
  const blocks = body.allBlocks();
  const dynamic = blocks.flatMap(({ type, labels }) =>
    type === "dynamic" && labels[0] !== undefined ? [labels[0]] : [],
  );
  const known = [...schema.arguments, ...schema.blocks];
  const isJson = blocks.length === 0 && /\.json$/.test(body.range.file);
  const stranger = (name: string, syntax: "argument" | "block", range: SourceRange): Stranger => {
    const instead = insteadOf(name, syntax, schema, known);
    return { range, arguments: { provider, name, syntax, of, ...(instead !== undefined && { instead }) } };
  };
  return [
    ...body
      .attributes()
      .filter(
        ({ name }) => !META.has(name) && !schema.arguments.includes(name) && !(isJson && schema.blocks.includes(name)),
      )
      .map(({ name, nameRange }) => stranger(name, "argument", nameRange)),
    ...blocks
      .filter(({ type }) => !META.has(type) && !schema.blocks.includes(type))
      .map(({ type, headerRange }) => stranger(type, "block", headerRange)),
    ...dynamic
      .filter(({ value }) => !schema.blocks.includes(value))
      .map(({ value, range }) => stranger(value, "block", range)),
  ];
}

function insteadOf(
  name: string,
  syntax: "argument" | "block",
  schema: BlockSchema,
  known: readonly string[],
): string | undefined {
  if (syntax === "block" && schema.arguments.includes(name)) return `${name} = [{ … }]`;
  if (syntax === "argument" && schema.blocks.includes(name)) return `${name} { … }`;
  return schema.renamed?.[name] ?? nearestName(name, known);
}
