import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { identifyProvider, rowsOf } from "../../../src/invites/providers/identify.js";
import { schemaOf } from "../../../src/invites/providers/schemas.js";
import { RECORDINGS } from "../../support/recording.js";

const attributeSchema = z.object({
  required: z.boolean().default(false),
  optional: z.boolean().default(false),
  computed: z.boolean().default(false),
});
const blockSchema = z.object({
  attributes: z.record(z.string(), attributeSchema).default({}),
  get block_types() {
    return z.record(z.string(), z.object({ block: blockSchema, min_items: z.int().default(0) })).default({});
  },
});
const placeSchema = z.object({ block: blockSchema });
const recordedSchema = z.object({
  resource_types: z.array(z.string()),
  data_source_types: z.array(z.string()),
  provider: placeSchema,
  resource_schemas: z.record(z.string(), placeSchema),
  data_source_schemas: z.record(z.string(), placeSchema),
});
type Recorded = z.infer<typeof recordedSchema>;
type Block = z.infer<typeof blockSchema>;

const FOLDER = path.join(RECORDINGS, "schemas");

/** Every provider version with a recorded `terraform providers schema -json`: `mkdev-me-openai-2.2.7.json`. */
const VERSIONS = readdirSync(FOLDER).map((file) => {
  const [, namespace = "", name = "", version = ""] = /^(.+)-(openai\w*)-([\d.]+)\.json$/.exec(file) ?? [];
  const recorded = recordedSchema.parse(JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")));
  return { source: `registry.terraform.io/${namespace}/${name}`, version, recorded };
});

/** The row of the table for a version, with the schema at each place. */
function tableOf({ source, version }: (typeof VERSIONS)[number]) {
  const rows = rowsOf(source).filter(({ versions }) => semver.satisfies(version, versions));
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${source} ${version} has ${rows.length} rows`);
  const { provider } = row;
  const identity = identifyProvider({ source, lockedVersion: version, resourceType: provider.invite });
  const places = [provider.invite, ...Object.keys(provider.schemas)].map((place) => ({
    place,
    schema: schemaOf(identity, place),
  }));
  return { row, provider, places };
}

/** The part of a recorded schema for a place of the table: `data.openai_invite`, `provider`, `projects of openai_invite`. */
function blockAt(place: string, recorded: Recorded): Block | undefined {
  const [, inner, outer] = /^(\w+) of (.+)$/.exec(place) ?? [];
  if (inner !== undefined && outer !== undefined) return blockAt(outer, recorded)?.block_types[inner]?.block;
  if (place === "provider") return recorded.provider.block;
  const [, data] = /^data\.(.+)$/.exec(place) ?? [];
  return (data === undefined ? recorded.resource_schemas[place] : recorded.data_source_schemas[data])?.block;
}

/** The arguments of a block, and the attributes that only the provider sets. SDKv2 declares an `id` that it then refuses. */
function namesOf({ attributes, block_types }: Block) {
  const isGiven = (name: string) => attributes[name]?.required === true || attributes[name]?.optional === true;
  const isImplied = (name: string) => name === "id" && attributes[name]?.optional === true && attributes[name].computed;
  const names = Object.keys(attributes);
  return {
    arguments: names.filter((name) => isGiven(name) && !isImplied(name)).sort(),
    blocks: Object.keys(block_types).sort(),
    computed: names.filter((name) => !isGiven(name) || isImplied(name)).sort(),
  };
}

describe.each(VERSIONS)("the table of $source $version", (version) => {
  const { recorded } = version;
  const { row, provider, places } = tableOf(version);

  it.each(places)("has the arguments of $place", ({ place, schema }) => {
    const block = blockAt(place, recorded);
    if (schema === undefined || block === undefined) {
      expect([schema, block]).toEqual([undefined, undefined]);
      return;
    }
    const { computed, ...given } = namesOf(block);
    expect({ arguments: schema.arguments.toSorted(), blocks: schema.blocks.toSorted() }).toEqual(given);
    // A name with a correct other name is reported with that name, not as set by the provider.
    expect(schema.computed.toSorted()).toEqual(computed.filter((name) => schema.renamed[name] === undefined));
  });

  it("writes projects in the form of the invite", () => {
    const invite = blockAt(provider.invite, recorded);
    const block = recorded.resource_schemas[provider.invite]?.block.block_types["projects"];
    const written =
      block === undefined
        ? invite?.attributes["projects"] === undefined
          ? "none"
          : "attribute"
        : block.min_items > 0
          ? "required-block"
          : "block";
    expect(row.projects).toBe(written);
  });

  it("names only types and arguments that exist", () => {
    const { resource_types: resources, data_source_types: sources } = recorded;
    expect(resources).toContain(provider.invite);
    if (provider.membership !== undefined) {
      expect(resources).toContain(provider.membership.user);
      expect(sources).toContain(provider.membership.list);
    }
    expect(Object.keys(recorded.provider.block.attributes)).toEqual(expect.arrayContaining([...provider.keyArguments]));
    for (const list of [provider.inviteList, provider.userById])
      if (list !== undefined) expect(sources).toContain(list);
  });
});

it("has only types that a version of its provider has", () => {
  const known = new Map<string, Set<string>>();
  for (const { source, recorded } of VERSIONS) {
    const types = known.get(source) ?? new Set();
    for (const type of [...recorded.resource_types, ...recorded.data_source_types]) types.add(type);
    known.set(source, types);
  }
  for (const version of VERSIONS) {
    const { provider } = tableOf(version);
    const types = known.get(version.source);
    expect(provider.otherTypes.filter((type) => types?.has(type) !== true)).toEqual([]);
  }
});
