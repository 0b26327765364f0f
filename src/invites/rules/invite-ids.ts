import path from "node:path";
import { defined } from "../../base/defined.js";
import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Block, Expression, TraversalStep } from "../../terraform/configuration/syntax/syntax.js";
import { resourceIn } from "../../terraform/configuration/syntax/traversal.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { ID_ATTRIBUTES, isInviteType } from "../inventory.js";
import { INVITE_LISTS } from "../providers/registry.js";
import { localName } from "../references.js";

/** Where the id of an invite comes into an expression. */
export interface InviteId {
  /** The reference inside the expression, or the id where it is written there. */
  readonly range: SourceRange;
  /** What is read; absent where the id is written out. */
  readonly invite?: InviteReference;
}

/** The invite's block and the attribute that is read, as its own module names them. */
export interface InviteReference {
  readonly mode: "managed" | "data";
  readonly modulePath: readonly string[];
  readonly resource: string;
  readonly attribute: string;
  /** Which instance is read: the one of a key that is written out, or of a key that is computed. Absent for all, or the only one. */
  readonly key?: { readonly written: string | number } | "computed";
}

/** Functions whose result is made of all their arguments. */
const ALL_ARGUMENTS: ReadonlySet<string> = new Set(
  "coalesce coalescelist compact concat distinct flatten format join merge nonsensitive reverse sensitive setintersection setunion sort tolist tomap toset tostring try values".split(
    " ",
  ),
);
/** Functions whose result is made of their first argument. */
const FIRST_ARGUMENT: ReadonlySet<string> = new Set(
  "chomp lower replace setsubtract slice substr trim trimprefix trimspace trimsuffix upper".split(" "),
);

/** More is not followed: a few lines can describe ways without end. */
const MOST_STEPS = 4000;
const DEEPEST = 200;

type Reference = Extract<Expression, { kind: "reference" }>;

/** What is read from a value next: a member by name, one element, or any of them. */
type PathStep = { readonly name: string } | { readonly element: string | number | undefined };
type Path = readonly PathStep[];

const ANY: PathStep = { element: undefined };

/** Where an expression is, which decides what its names mean. */
interface Scope {
  readonly search: Search;
  readonly modulePath: readonly string[];
  /** The `for_each` of the block around it. */
  readonly forEach?: Expression | undefined;
  /** What the names of for-expressions run over; undefined for keys. */
  readonly names: ReadonlyMap<string, { readonly collection: Expression; readonly scope: Scope } | undefined>;
}

/** What is searched, and how far the search has gone. */
interface Search {
  /** The attributes of an invite that are searched for. */
  readonly attributes: readonly string[];
  readonly calls: ReadonlyMap<string, Configuration["modules"][number]>;
  definitionsOf(modulePath: readonly string[]): Definitions;
  steps: number;
  depth: number;
}

/** Definitions of one module. */
interface Definitions {
  readonly locals: ReadonlyMap<string | undefined, Expression>;
  readonly outputs: ReadonlyMap<string | undefined, Expression | undefined>;
}

const NO_NAMES: Scope["names"] = new Map();

/**
 * A function that finds the ids of invites in the possible values of a resource's argument: read straight from the
 * invite or through locals, variables and outputs of modules, `each.value`, for-expressions, conditionals and functions.
 * What only decides (a condition, a key that is looked up) does not count.
 */
export function inviteIdFinder(configuration: Configuration): Finder<InviteId> {
  return attributeFinder(configuration, ID_ATTRIBUTES);
}

/** The same for the addresses of invites that are read; literal addresses are not reported. */
export function inviteEmailFinder(configuration: Configuration): Finder<InviteReference> {
  const find = attributeFinder(configuration, ["email"]);
  return (resource, argument) => find(resource, argument).flatMap(({ invite }) => invite ?? []);
}

type Finder<T> = (resource: ConfiguredResource, argument: string) => T[];

function attributeFinder(configuration: Configuration, attributes: readonly string[]): Finder<InviteId> {
  const definitionsOf = definitionsFinder(configuration);
  const calls = new Map(configuration.modules.map((call) => [call.path.join("."), call]));
  return ({ block, modulePath }, argument) => {
    const search = { attributes, calls, definitionsOf, steps: 0, depth: 0 };
    return find(block.body.attribute(argument)?.value, [], scopeOf(search, modulePath, block));
  };
}

function find(expression: Expression | undefined, at: Path, scope: Scope): InviteId[] {
  if (expression === undefined) return [];
  const { search } = scope;
  search.steps += 1;
  if (search.steps > MOST_STEPS || search.depth >= DEEPEST) return [];
  search.depth += 1;
  try {
    return lookInto(expression, at, scope);
  } finally {
    search.depth -= 1;
  }
}

function lookInto(expression: Expression, at: Path, scope: Scope): InviteId[] {
  switch (expression.kind) {
    case "literal":
      return at.length === 0 && isInviteId(expression.value) ? [{ range: expression.range }] : [];
    case "template":
      return expression.parts.flatMap((part) => (typeof part === "string" ? [] : find(part, [], scope)));
    case "reference":
      return referred(expression, at, scope).map((id) =>
        id.invite === undefined ? id : { ...id, range: expression.range },
      );
    case "access":
      return find(expression.source, [...pathOf(expression.steps), ...at], scope);
    case "conditional":
      return [...find(expression.whenTrue, at, scope), ...find(expression.whenFalse, at, scope)];
    case "tuple":
      return pick(expression.items, at).flatMap((item) => find(item, at.slice(1), scope));
    case "object":
      return members(expression, at[0]).flatMap((item) => find(item, at.slice(1), scope));
    case "for": {
      const names = new Map(scope.names);
      if (expression.keyName !== undefined) names.set(expression.keyName, undefined);
      names.set(expression.valueName, { collection: expression.collection, scope });
      return find(expression.value, at.slice(expression.grouped ? 2 : 1), { ...scope, names });
    }
    case "call":
      return called(expression, at, scope);
    default:
      return [];
  }
}

function called(expression: Extract<Expression, { kind: "call" }>, at: Path, scope: Scope): InviteId[] {
  const { name, args, expandLast } = expression;
  const [first, second, third] = args;
  if (name === "one" || name === "element") return find(first, [ANY, ...at], scope);
  if (name === "lookup") return [...find(first, [keyStep(second), ...at], scope), ...find(third, at, scope)];
  if (name === "zipmap") return find(second, at, scope);
  if (FIRST_ARGUMENT.has(name)) return find(first, at, scope);
  if (!ALL_ARGUMENTS.has(name)) return [];
  // These make one text of many values.
  const way = name === "format" || name === "join" ? [] : at;
  return args.flatMap((argument, index) => {
    const expanded = expandLast && index === args.length - 1;
    const found = find(argument, expanded && way.length > 0 ? [ANY, ...way] : way, scope);
    // What lies one list deeper comes up, too.
    return name === "flatten" && way.length > 0 ? [...found, ...find(argument, [ANY, ...way], scope)] : found;
  });
}

function referred(expression: Reference, at: Path, scope: Scope): InviteId[] {
  const { root, steps: own } = expression;
  if (scope.names.has(root)) {
    const bound = scope.names.get(root);
    return bound === undefined ? [] : find(bound.collection, [ANY, ...pathOf(own), ...at], bound.scope);
  }
  const [first, ...rest] = own;
  const name = first?.kind === "attribute" ? first.name : undefined;
  const way = [...pathOf(rest), ...at];
  const { search, modulePath, forEach } = scope;
  switch (root) {
    case "each": {
      const isElement = name === "value" || (name === "key" && forEach?.kind === "call" && forEach.name === "toset");
      return isElement ? find(forEach, [ANY, ...way], { ...scope, forEach: undefined }) : [];
    }
    case "local":
      return find(search.definitionsOf(modulePath).locals.get(name), way, { search, modulePath, names: NO_NAMES });
    case "var": {
      const call = search.calls.get(modulePath.join("."));
      if (call === undefined || name === undefined) return [];
      return find(call.block.body.attribute(name)?.value, way, scopeOf(search, modulePath.slice(0, -1), call.block));
    }
    case "module": {
      const behind = rest[0]?.kind === "index" || rest[0]?.kind === "splat" ? rest.slice(1) : rest;
      const [output, ...after] = behind;
      if (name === undefined || output?.kind !== "attribute") return [];
      const below = [...modulePath, name];
      const value = search.definitionsOf(below).outputs.get(output.name);
      return find(value, [...pathOf(after), ...at], { search, modulePath: below, names: NO_NAMES });
    }
    default:
      return attributesOf(expression, at, scope);
  }
}

/** OpenAI's ids of invites begin so, those of users with `user-`. */
export function isInviteId(value: unknown): boolean {
  return typeof value === "string" && /^invite-./.test(value.trim());
}

/** The attribute that a reference to an invite reads, with what is then read from its value. */
function attributesOf({ root, steps, range }: Reference, at: Path, { search, modulePath }: Scope): InviteId[] {
  const target = resourceIn(root, steps);
  if (target === undefined) return [];
  const { mode, type } = target;
  const taken = [...pathOf(steps.slice(mode === "data" ? 2 : 1)), ...at];
  const names = taken.flatMap((step) => ("name" in step ? [step.name] : []));
  const attribute = names[names.length - 1];
  // The projects of an invite have ids as well.
  if (attribute === undefined || !search.attributes.includes(attribute) || names.includes("projects")) return [];
  const isList = mode === "data" && INVITE_LISTS.has(type) && names.length > 1;
  if (!isInviteType(type) && !isList) return [];
  const key = keyOf(steps[mode === "data" ? 2 : 1]);
  return [{ range, invite: { mode, modulePath, resource: localName(target), attribute, ...defined({ key }) } }];
}

function keyOf(step: TraversalStep | undefined): InviteReference["key"] {
  if (step?.kind !== "index") return undefined;
  const key = step.key.kind === "literal" ? step.key.value : undefined;
  return typeof key === "string" || typeof key === "number" ? { written: key } : "computed";
}

/** Where the arguments of a block of a module are. */
function scopeOf(search: Search, modulePath: readonly string[], { body }: Block): Scope {
  return { search, modulePath, forEach: body.attribute("for_each")?.value, names: NO_NAMES };
}

function pathOf(steps: readonly TraversalStep[]): Path {
  return steps.map((step) =>
    step.kind === "attribute" ? { name: step.name } : step.kind === "index" ? keyStep(step.key) : ANY,
  );
}

function keyStep(key: Expression | undefined): PathStep {
  const written = key?.kind === "literal" ? key.value : undefined;
  return { element: typeof written === "string" || typeof written === "number" ? written : undefined };
}

/** The elements that a step may take; all of them where nothing is taken. */
function pick(items: readonly Expression[], [step]: Path): readonly Expression[] {
  if (step === undefined || !("element" in step) || typeof step.element !== "number") return items;
  const item = items[step.element];
  return item === undefined ? [] : [item];
}

/** The members that a step may take: those of its name, or all where one of them is not written out. */
function members({ items }: Extract<Expression, { kind: "object" }>, step: PathStep = ANY): readonly Expression[] {
  const name = "name" in step ? step.name : step.element;
  const mayBe = (key: Expression) => name === undefined || key.kind !== "literal" || String(key.value) === String(name);
  return items.flatMap(({ key, value }) => (mayBe(key) ? [value] : []));
}

/** Locals and outputs by module, read when they are first asked for. */
function definitionsFinder({ modules, parsed, resources, related }: Configuration): Search["definitionsOf"] {
  const directories = new Map<string, string>();
  for (const { modulePath, file } of [...resources, ...related]) {
    directories.set(modulePath.join("."), path.posix.dirname(file.file));
  }
  for (const call of modules) {
    directories.set(call.path.slice(0, -1).join("."), path.posix.dirname(call.range.file));
    directories.set(call.path.join("."), call.directory);
  }
  const known = new Map<string | undefined, Definitions>();
  return (modulePath) => {
    const directory = directories.get(modulePath.join("."));
    const before = known.get(directory);
    if (before !== undefined) return before;
    const bodies = parsed.flatMap(({ file, body }) => (path.posix.dirname(file) === directory ? [body] : []));
    const locals = bodies.flatMap((body) => body.blocks("locals", 0)).flatMap(({ body }) => body.attributes());
    const outputs = bodies.flatMap((body) => body.blocks("output", 1));
    const definitions = {
      locals: new Map(locals.map(({ name, value }) => [name, value])),
      outputs: new Map(outputs.map(({ labels, body }) => [labels[0]?.value, body.attribute("value")?.value])),
    };
    known.set(directory, definitions);
    return definitions;
  };
}
