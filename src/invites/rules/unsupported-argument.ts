import { nearestName } from "../../base/nearest-name.js";
import type { ProviderRequirement } from "../../terraform/configuration/configuration.js";
import type { Body } from "../../terraform/configuration/syntax/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { isInviteType } from "../inventory.js";
import { identifyProvider, type ProviderIdentity, rowsOf } from "../providers/identify.js";
import type { SchemaPlace } from "../providers/profile.js";
import { type BlockSchema, schemaOf } from "../providers/schemas.js";
import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import { defineRule, type Found } from "./rule.js";

/** What Terraform itself takes in any resource, data source or provider block. */
const META: ReadonlySet<string> = new Set(
  "count for_each provider depends_on lifecycle provisioner connection timeouts dynamic alias version enabled".split(
    " ",
  ),
);

export interface UnsupportedArguments {
  readonly provider: ProviderIdentity;
  readonly name: string;
  readonly syntax: "argument" | "block";
  /** `openai_invite`, `data.openai_invite`, `provider`, `projects of openai_invite`. */
  readonly of: string;
  /** True for an attribute that can only be read: the provider sets it. */
  readonly computed: boolean;
  /** What to write in its place, where one thing is meant. */
  readonly instead?: string | undefined;
}

/** An argument or a block that this provider does not have there: the plan fails. */
export const unsupportedArgument = defineRule({
  id: "unsupported-argument",
  severity: "error",
  needs: "static",
  find({ inventory: { configuration } }) {
    const inResources = [...configuration.resources, ...configuration.related].flatMap((resource) => {
      const of = `${resource.mode === "data" ? "data." : ""}${resource.type}`;
      const found = unsupportedIn(resource.block.body, providerBehind(resource.type, resource.provider), of);
      return found.map((one) => ({ ...one, address: moduleResource(resource) }));
    });
    const inProviders = configuration.providers.flatMap(({ block, name, provider }) =>
      unsupportedIn(block.body, providerBehind(name, provider), "provider"),
    );
    return oncePerPlace([...inResources, ...inProviders]);
  },
});

/** Rows go by the type that a provider calls the invite; its other types, and its own block, are found by its source. */
function providerBehind(type: string, provider: ProviderRequirement): ProviderIdentity {
  const invite = isInviteType(type) ? type : rowsOf(provider.source)[0]?.provider.invite;
  return identifyProvider({ ...provider, resourceType: invite ?? type });
}

function unsupportedIn(body: Body, provider: ProviderIdentity, of: SchemaPlace): Found<UnsupportedArguments>[] {
  const schema = schemaOf(provider, of);
  if (schema === undefined) return [];
  const isBlock = (type: string) => schema.blocks.includes(type);
  const blocks = body.allBlocks();
  const dynamic = blocks.flatMap(({ type, labels, body: inner }) =>
    type === "dynamic" && labels[0] !== undefined ? [{ ...labels[0], inner }] : [],
  );
  // JSON syntax has no blocks of its own: a member may be either.
  const isJson = body.range.file.endsWith(".json");
  const unsupported = (name: string, syntax: "argument" | "block", range: SourceRange) => {
    const computed = schema.computed.includes(name);
    return { range, arguments: { provider, name, syntax, of, computed, instead: insteadOf(name, syntax, schema) } };
  };
  const nested = [
    ...schema.blocks.flatMap((type) => (isJson ? body.blocks(type, 0) : blocks.filter((block) => block.type === type))),
    ...dynamic.flatMap(({ value, inner }) =>
      isBlock(value) ? inner.blocks("content", 0).map((content) => ({ ...content, type: value })) : [],
    ),
  ];
  return [
    ...body
      .attributes()
      .filter(({ name }) => !META.has(name) && !schema.arguments.includes(name) && !(isJson && isBlock(name)))
      .map(({ name, nameRange }) => unsupported(name, "argument", nameRange)),
    ...blocks
      .filter(({ type }) => !META.has(type) && !isBlock(type))
      .map(({ type, headerRange }) => unsupported(type, "block", headerRange)),
    ...dynamic.filter(({ value }) => !isBlock(value)).map(({ value, range }) => unsupported(value, "block", range)),
    ...nested.flatMap(({ type, body: inner }) => unsupportedIn(inner, provider, `${type} of ${of}`)),
  ];
}

/** What to write: the other syntax of that name, the name it has here, or the one it resembles. */
function insteadOf(name: string, syntax: "argument" | "block", schema: BlockSchema): string | undefined {
  if (syntax === "block" && schema.arguments.includes(name)) return `${name} = [{ … }]`;
  if (syntax === "argument" && schema.blocks.includes(name)) return `${name} { … }`;
  if (schema.computed.includes(name)) return undefined;
  return schema.renamed[name] ?? nearestName(name, [...schema.arguments, ...schema.blocks]);
}
