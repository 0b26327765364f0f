import type { AttributeSpec, InviteSchema, StandInDialect } from "./dialect.js";
import { BLOCK_LIST, NESTING_LIST } from "./protocol.js";
import type { ObjectValue, Value } from "./values.js";

const asType = (type: unknown) => Buffer.from(JSON.stringify(type));
const STRING = asType("string");

/** `id` and `role` of a project. */
const PROJECT = ["id", "role"].map((name) => ({ name, type: STRING, required: true }));

export function providerSchema({ settings: { key, url, others } }: StandInDialect) {
  const attributes = [key, url, ...others].map((name) => ({
    name,
    type: STRING,
    optional: true,
    sensitive: name === key,
  }));
  return { block: { attributes } };
}

export function resourceSchema({ attributes, projectsBlock }: InviteSchema) {
  const blockTypes =
    projectsBlock === undefined
      ? []
      : [
          {
            typeName: "projects",
            block: { attributes: PROJECT },
            nesting: BLOCK_LIST,
            minItems: projectsBlock.min,
          },
        ];
  return { block: { attributes: Object.entries(attributes).map(([name, spec]) => attribute(name, spec)), blockTypes } };
}

export function dataSourceSchema({ dataSource: { argument, computed } }: StandInDialect) {
  const { [argument]: _, ...rest } = computed.attributes;
  return resourceSchema({ attributes: { ...rest, [argument]: { type: "string", given: "required" } } });
}

function attribute(name: string, { type, given }: AttributeSpec) {
  return {
    name,
    required: given === "required",
    optional: given.startsWith("optional"),
    computed: given.endsWith("computed"),
    ...(type === "projects" ? projectsType(given) : { type: asType(type) }),
  };
}

/** A list that only the provider gives is a plain type; one that may be given has attributes of its own. */
function projectsType(given: AttributeSpec["given"]) {
  return given === "computed"
    ? { type: asType(["list", ["object", { id: "string", role: "string" }]]) }
    : { nestedType: { attributes: PROJECT, nesting: NESTING_LIST } };
}

/** Exactly the attributes of the schema: what is missing is null, what a newer version added is dropped. */
export function fitted({ attributes, projectsBlock }: InviteSchema, value: ObjectValue): ObjectValue {
  const names = Object.keys(attributes);
  const own = Object.fromEntries(names.map((name): [string, Value] => [name, value[name] ?? null]));
  // Blocks are never null.
  return projectsBlock === undefined ? own : { ...own, projects: value["projects"] ?? [] };
}
