import { nearestName } from "../../base/nearest-name.js";
import type { ProviderRequirement } from "../../terraform/configuration/configuration.js";
import type { Body } from "../../terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { FindingArguments } from "../finding.js";
import { isInviteType } from "../inventory.js";
import { identifyProvider, type ProviderIdentity, rowsOf } from "../providers/dialects.js";
import { type BlockSchema, type SchemaPlace, schemaOf } from "../providers/provider-schemas.js";
import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
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
      const provider = providerBehind(resource.type, resource.provider);
      return strangers(resource.block.body, provider, of).map((found) => ({
        ...found,
        address: moduleResource(resource),
      }));
    });
    const inProviders = configuration.providers.flatMap(({ block, name, provider }) =>
      strangers(block.body, providerBehind(name, provider), "provider"),
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

/** Rows go by the type that a provider calls the invite; its other types, and its own block, are found by its source. */
function providerBehind(type: string, provider: ProviderRequirement): ProviderIdentity {
  const invite = isInviteType(type) ? type : rowsOf(provider.source)[0]?.resourceType;
  return identifyProvider({ ...provider, resourceType: invite ?? type });
}

function strangers(body: Body, provider: ProviderIdentity, of: SchemaPlace): Stranger[] {
  const schema = schemaOf(provider, of);
  if (schema === undefined) return [];
  const blocks = body.allBlocks();
  const dynamic = blocks.flatMap(({ type, labels, body: inner }) =>
    type === "dynamic" && labels[0] !== undefined ? [{ ...labels[0], inner }] : [],
  );
  // JSON syntax has no blocks of its own: a member may be either.
  const isJson = body.range.file.endsWith(".json");
  const stranger = (name: string, syntax: "argument" | "block", range: SourceRange): Stranger => {
    const instead = insteadOf(name, syntax, schema);
    return {
      range,
      arguments: {
        provider,
        name,
        syntax,
        of,
        computed: schema.computed.includes(name),
        ...(instead !== undefined && { instead }),
      },
    };
  };
  const nested = [
    ...schema.blocks.flatMap((type) => (isJson ? body.blocks(type, 0) : blocks.filter((block) => block.type === type))),
    ...dynamic.flatMap(({ value, inner }) =>
      schema.blocks.includes(value) ? inner.blocks("content", 0).map((content) => ({ ...content, type: value })) : [],
    ),
  ];
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
    ...nested.flatMap(({ type, body: inner }) => strangers(inner, provider, `${type} of ${of}`)),
  ];
}

/** What to write: the other syntax of that name, the name it has here, or the one it resembles. */
function insteadOf(name: string, syntax: "argument" | "block", schema: BlockSchema): string | undefined {
  if (syntax === "block" && schema.arguments.includes(name)) return `${name} = [{ … }]`;
  if (syntax === "argument" && schema.blocks.includes(name)) return `${name} { … }`;
  if (schema.computed.includes(name)) return undefined;
  return schema.renamed[name] ?? nearestName(name, [...schema.arguments, ...schema.blocks]);
}
