import type { ConfiguredResource } from "../../../terraform/configuration/configuration.js";
import {
  argumentsIn,
  contentOf,
  dynamicBlocks,
  dynamicValues,
  iteratorOf,
} from "../../../terraform/configuration/evaluation/dynamic-blocks.js";
import { evaluate, type Scope } from "../../../terraform/configuration/evaluation/evaluate.js";
import { objectValue, unknownIn, type Value } from "../../../terraform/configuration/evaluation/value.js";
import type { Attribute, Block, Body, Expression } from "../../../terraform/configuration/syntax/syntax.js";
import { memberNamed, visitExpression } from "../../../terraform/configuration/syntax/traversal.js";
import { mentions, type Term, termOf } from "../../../terraform/edit/term.js";
import type { SourceRange } from "../../../terraform/source-range.js";
import { OF_INSTANCE, type Recipients } from "./recipients.js";

/** What an invite grants. */
export type Grants =
  /** Projects that are written out one by one, the same for everybody. */
  | { readonly kind: "listed"; readonly projects: readonly Project[] }
  /** A list of objects with `project_id` and `role`, the same for everybody. */
  | { readonly kind: "computed"; readonly list: Term }
  /** Known for each person by name. */
  | { readonly kind: "each"; readonly memberships: readonly Membership[] };

export interface Project {
  readonly id: Term;
  readonly role: Term;
}

export interface Membership {
  readonly email: string;
  readonly project: string;
  readonly role: string;
}

/** Where an invite's projects are written. */
export interface WrittenProjects {
  readonly attribute: Attribute | undefined;
  readonly blocks: readonly Block[];
  readonly dynamics: readonly Block[];
}

export function writtenProjects(body: Body): WrittenProjects {
  return {
    attribute: body.attribute("projects"),
    blocks: body.blocks("projects", 0),
    dynamics: dynamicBlocks(body, "projects"),
  };
}

export function rangesOf({ attribute, blocks, dynamics }: WrittenProjects): SourceRange[] {
  return [...(attribute === undefined ? [] : [attribute]), ...blocks, ...dynamics].map(({ range }) => range);
}

/** The projects that result, or why they are unknown. `local` gives a local's expression. */
export function grantsOf(
  written: WrittenProjects,
  recipients: Recipients,
  resource: ConfiguredResource,
  text: string,
  local: (name: string) => Expression | undefined,
): Grants | string {
  if (expressionsIn(written).some((one) => mentions(one, OF_INSTANCE)))
    return recipients.kind === "many"
      ? grantsOfEach(written, recipients.people)
      : "its projects depend on each or count";
  const listed = listedProjects(written, text);
  if (listed !== undefined) return { kind: "listed", projects: listed };
  return computedProjects(written, resource, text, local);
}

function expressionsIn({ attribute, blocks, dynamics }: WrittenProjects): Expression[] {
  const inside = [...blocks, ...dynamics, ...dynamics.flatMap(({ body }) => body.blocks("content", 0))];
  return [
    ...(attribute === undefined ? [] : [attribute.value]),
    ...inside.flatMap(({ body }) => body.attributes().map(({ value }) => value)),
  ];
}

const UNTOLD = "its projects are not written in a way that can be repeated elsewhere";

/** Undefined where not all are written out. */
function listedProjects({ attribute, blocks, dynamics }: WrittenProjects, text: string): Project[] | undefined {
  if (dynamics.length > 0 || (attribute !== undefined && attribute.value.kind !== "tuple")) return undefined;
  const items = attribute?.value.kind === "tuple" ? attribute.value.items : [];
  const written = [
    ...items.map((item) => ({ id: memberNamed(item, "id"), role: memberNamed(item, "role") })),
    // In JSON syntax a list of objects is both.
    ...(attribute === undefined ? blocks : []).map(({ body }) => ({
      id: body.attribute("id")?.value,
      role: body.attribute("role")?.value,
    })),
  ];
  const projects = written.flatMap(({ id, role }) => {
    const terms = { id: id && termOf(id, text), role: role && termOf(role, text) };
    return terms.id === undefined || terms.role === undefined ? [] : [{ id: terms.id, role: terms.role }];
  });
  if (projects.length !== written.length) return undefined;
  // The same twice would be two memberships that cannot both be made.
  return [...new Map(projects.map((one) => [`${one.id.hcl}\0${one.role.hcl}`, one])).values()];
}

/** What is not written out one by one, as a list that a plan knows. */
function computedProjects(
  written: WrittenProjects,
  resource: ConfiguredResource,
  text: string,
  local: (name: string) => Expression | undefined,
): Grants | string {
  const { attribute, blocks, dynamics } = written;
  const inRoot = resource.modulePath.length === 0;
  for (const one of expressionsIn(written)) {
    const unknown = notPlanned(one, inRoot, local, dynamics.map(iteratorOf));
    if (unknown !== undefined)
      return `its projects come from ${unknown}, which a plan may not know, and Terraform has to know whom it adds to which project`;
  }
  const attributeList = attribute && termOf(attribute.value, text);
  const blockList = attribute === undefined && blocks.length > 0 ? objectList(blocks, text) : undefined;
  const lists = [
    ...(attribute === undefined
      ? []
      : [attributeList && `[for project in ${attributeList.hcl} : { project_id = project.id, role = project.role }]`]),
    ...(attribute === undefined && blocks.length > 0 ? [blockList] : []),
    ...dynamics.map((block) => dynamicList(block, text)),
  ];
  const known = lists.flatMap((list) => list ?? []);
  const [only] = known;
  if (only === undefined || known.length !== lists.length) return UNTOLD;
  return { kind: "computed", list: { hcl: known.length === 1 ? only : `concat(${known.join(", ")})` } };
}

function objectList(blocks: readonly Block[], text: string): string | undefined {
  const projects = listedProjects({ attribute: undefined, blocks, dynamics: [] }, text);
  return projects && `[${projects.map(({ id, role }) => `{ project_id = ${id.hcl}, role = ${role.hcl} }`).join(", ")}]`;
}

function dynamicList(block: Block, text: string): string | undefined {
  const iterator = iteratorOf(block);
  const collection = block.body.attribute("for_each")?.value;
  const content = contentOf(block);
  const [id, role] = [content?.attribute("id")?.value, content?.attribute("role")?.value];
  if (collection === undefined || id === undefined || role === undefined) return undefined;
  const renamings = [
    { root: iterator, step: "value", to: "project" },
    { root: iterator, step: "key", to: "key" },
  ];
  const over = termOf(collection, text);
  const [project, granted] = [termOf(id, text, renamings), termOf(role, text, renamings)];
  if (over === undefined || project === undefined || granted === undefined) return undefined;
  const names = mentionsKey(id, iterator) || mentionsKey(role, iterator) ? "key, project" : "project";
  return `[for ${names} in ${over.hcl} : { project_id = ${project.hcl}, role = ${granted.hcl} }]`;
}

function mentionsKey(expression: Expression, iterator: string): boolean {
  let found = false;
  visitExpression(expression, (one) => {
    const step = one.kind === "reference" && one.root === iterator ? one.steps[0] : undefined;
    if (step?.kind === "attribute" && step.name === "key") found = true;
  });
  return found;
}

/** The first name that a plan may not know the value of, or undefined. Variables of a called module are such. */
function notPlanned(
  expression: Expression,
  inRoot: boolean,
  local: (name: string) => Expression | undefined,
  known: readonly string[] = [],
  seen: ReadonlySet<string> = new Set(),
): string | undefined {
  const bound = new Set(known);
  const references: (Expression & { readonly kind: "reference" })[] = [];
  visitExpression(expression, (one) => {
    if (one.kind === "for") for (const name of [one.keyName, one.valueName]) if (name !== undefined) bound.add(name);
    if (one.kind === "reference") references.push(one);
  });
  for (const { root, steps } of references) {
    const [step] = steps;
    const name = step?.kind === "attribute" ? step.name : "";
    if (bound.has(root) || (root === "var" && inRoot) || root === "path" || root === "terraform") continue;
    const definition = root === "local" ? local(name) : undefined;
    if (definition === undefined || seen.has(name)) return `${root}.${name}`;
    const inner = notPlanned(definition, inRoot, local, [], new Set([...seen, name]));
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** What each instance gets, where the module says so by itself. */
function grantsOfEach(
  { attribute, blocks, dynamics }: WrittenProjects,
  people: readonly { readonly email: string; readonly scope: Scope }[],
): Grants | string {
  const memberships = new Map<string, Membership>();
  for (const { email, scope } of people) {
    const lists = [
      ...(attribute === undefined
        ? blocks.map(({ body }) => objectValue(argumentsIn(body, scope)))
        : elementsOf(evaluate(attribute.value, scope))),
      ...dynamics.flatMap((block) => dynamicValues(block, scope)),
    ];
    for (const value of lists) {
      const [project, role] = [entryOf(value, "id"), entryOf(value, "role")];
      const isWritten = project?.marks === undefined && role?.marks === undefined;
      if (project?.kind !== "string" || role?.kind !== "string" || !isWritten) {
        const what = unknownIn(value) ?? "something";
        return `the projects of ${email} depend on ${what}, which is not written out in this module`;
      }
      const known = memberships.get(`${email} ${project.value}`);
      if (known !== undefined && known.role !== role.value) return `${email} gets ${project.value} with two roles`;
      memberships.set(`${email} ${project.value}`, { email, project: project.value, role: role.value });
    }
  }
  if (memberships.size === 0) return "it gives no one a project";
  return { kind: "each", memberships: [...memberships.values()] };
}

/** A value that is not a list counts as one element, so that what is unknown in it is reported. */
function elementsOf(value: Value): readonly Value[] {
  if (value.kind === "null") return [];
  return value.kind === "list" || value.kind === "set" ? value.elements : [value];
}

function entryOf(value: Value, name: string): Value | undefined {
  return value.kind === "object" ? value.entries.get(name)?.value : undefined;
}
