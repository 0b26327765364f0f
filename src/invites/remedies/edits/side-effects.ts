import path from "node:path";
import { type Address, formatAddress, isBelow } from "../../../terraform/addresses/address.js";
import { parseAddress } from "../../../terraform/addresses/address-parser.js";
import {
  type Configuration,
  type ConfiguredResource,
  type ResourceReference,
  shownName,
} from "../../../terraform/configuration/configuration.js";
import { identityOf, isWhollyKnown, type Value } from "../../../terraform/configuration/evaluation/value.js";
import type { Expression } from "../../../terraform/configuration/syntax/syntax.js";
import { visitBody, visitExpression } from "../../../terraform/configuration/syntax/traversal.js";
import { dependenciesOf, readBy, withKey } from "../../../terraform/edit/dependencies.js";
import type { TextEdit } from "../../../terraform/edit/text-edit.js";
import { isInside, rangeKey, type SourceRange } from "../../../terraform/source-range.js";
import { moduleResource } from "../../references.js";
import { resourcePath } from "../forget-blocks.js";

/** Something that an edit would do beside what it is for, and why it is therefore skipped. */
export interface SideEffect {
  readonly range: SourceRange;
  /** A sentence about the place. */
  readonly text: string;
}

/** A configuration before and after edits that should remove invites from it, and nothing else. */
export interface EditedConfiguration {
  /** With every type of resource, among `resources` or `related`. */
  readonly before: Configuration;
  readonly after: Configuration;
  /** Names whose values the edits change, as `changedNames` gives them. */
  readonly changed: readonly string[];
  /** Edits of `before` that only put a literal in the place of a reference. */
  readonly literals: readonly TextEdit[];
  /** The invites that are to go. */
  readonly going: readonly Address[];
}

interface Comparison extends EditedConfiguration {
  /** The addresses of what is to go. */
  readonly goes: ReadonlySet<string>;
  /** The changed names, and all that is made from them. */
  readonly made: ReadonlySet<string>;
  /** The calls that read a data file whose text changes. */
  readonly readers: readonly SourceRange[];
}

/** The first of what edits would change beside what they are for, as far as it is known; what may change counts, too. */
export function sideEffect(edited: EditedConfiguration): SideEffect | undefined {
  const comparison: Comparison = {
    ...edited,
    goes: new Set(edited.going.map(formatAddress)),
    made: dependenciesOf(edited.before).madeFrom(edited.changed),
    readers: edited.before.dataFiles.flatMap(({ file, text, readers }) =>
      edited.after.texts.get(file) === text ? [] : readers,
    ),
  };
  const kinds = [
    declarationEffects,
    danglingReferences,
    callEffects,
    importEffects,
    unfollowedEffects,
    conditionEffects,
  ];
  for (const effects of kinds) for (const effect of effects(comparison)) return effect;
  return undefined;
}

/** The names in a configuration whose values edits of it change. */
export function changedNames(
  edits: readonly Omit<TextEdit, "text">[],
  configuration: Configuration,
  going: readonly Address[],
): string[] {
  const { namesAt } = dependenciesOf(configuration);
  const names = edits.flatMap(({ file, start, end }) => [...namesAt(file, start), ...namesAt(file, end - 1)]);
  // A reading of one instance by its key is of interest only where that one goes.
  const keyed = names.flatMap((name) =>
    going.flatMap(({ type, name: own, key }) =>
      key !== undefined && name.endsWith(`\0${type}.${own}`) ? [withKey(name, key)] : [],
    ),
  );
  return [...new Set([...names, ...keyed])];
}

function managedOf({ resources, related }: Configuration): ConfiguredResource[] {
  return [...resources, ...related].filter(({ mode }) => mode === "managed");
}

function addressesIn(configuration: Configuration): Address[] {
  return managedOf(configuration).flatMap(({ instances }) => instances.map(({ address }) => address));
}

/** Instances that come, go or change beside those that are to go. */
function* declarationEffects(comparison: Comparison): Iterable<SideEffect> {
  const later = new Map(managedOf(comparison.after).map((resource) => [moduleResource(resource), resource]));
  const resources = managedOf(comparison.before);
  const known = new Set(resources.map(moduleResource));
  for (const [name, { block }] of later) {
    if (!known.has(name)) yield { range: block.headerRange, text: `${block.labels[1]?.value} would be declared` };
  }
  for (const resource of resources) {
    const text = resourceEffect(resource, later.get(moduleResource(resource)), comparison);
    if (text !== undefined) yield { range: resource.block.headerRange, text };
  }
}

function resourceEffect(
  resource: ConfiguredResource,
  now: ConfiguredResource | undefined,
  comparison: Comparison,
): string | undefined {
  const stays = new Map(
    resource.instances
      .map((instance) => [formatAddress(instance.address), instance] as const)
      .filter(([name]) => !comparison.goes.has(name)),
  );
  const found = new Map(now?.instances.map((instance) => [formatAddress(instance.address), instance]));
  for (const [name, instance] of stays) if (!found.has(name)) return `${shownName(instance)} would go as well`;
  for (const [name, instance] of found) if (!stays.has(name)) return `${shownName(instance)} would still be declared`;
  const isComplete = resource.complete && (now?.complete ?? true);
  if (!isComplete && (now === undefined || mayRepeat(resource, comparison)))
    return `what ${moduleResource(resource)} declares may change with it, and cannot be worked out`;
  for (const [name, instance] of stays) {
    const { arguments: before } = instance;
    const after = found.get(name)?.arguments;
    const changed = after && changedArgument(resource, before, after, comparison);
    if (changed !== undefined) return `${changed} of ${shownName(instance)} would change as well, or may`;
  }
  return undefined;
}

/** Whether how often a block is there may be decided by something that changes. */
function mayRepeat({ block, modulePath }: ConfiguredResource, comparison: Comparison): boolean {
  const { before } = comparison;
  const calls = before.modules.filter((call) => isBelow(modulePath, call.path));
  return [block, ...calls.map((call) => call.block)].some(({ body, headerRange }) =>
    ["for_each", "count"].some((name) => {
      const value = body.attribute(name)?.value;
      return value !== undefined && reads(value, headerRange.file, comparison);
    }),
  );
}

function changedArgument(
  { block }: ConfiguredResource,
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  comparison: Comparison,
): string | undefined {
  const { literals } = comparison;
  return [...new Set([...before.keys(), ...after.keys()])].find((name) => {
    const [then, now] = [before.get(name), after.get(name)];
    if (then === undefined || now === undefined) return then !== now;
    if (isWhollyKnown(then) && isWhollyKnown(now)) return identityOf(then) !== identityOf(now);
    const expressions = expressionsOf(block, name);
    const rewritten = literals.some((edit) => expressions.some((one) => holds(one.range, edit)));
    return !rewritten && expressions.some((one) => reads(one, block.headerRange.file, comparison));
  });
}

function expressionsOf({ body }: ConfiguredResource["block"], name: string): Expression[] {
  const attribute = body.attribute(name);
  const expressions = attribute === undefined ? [] : [attribute.value];
  for (const block of body.allBlocks()) {
    if (block.type !== name && !(block.type === "dynamic" && block.labels[0]?.value === name)) continue;
    visitBody(block.body, (expression) => expressions.push(expression));
  }
  return expressions;
}

/** Whether an expression reads something that changes. */
function reads(expression: Expression, file: string, { made, readers }: Pick<Comparison, "made" | "readers">): boolean {
  return (
    readBy(expression, path.posix.dirname(file)).some((name) => made.has(name)) ||
    readers.some((reader) => isInside(reader, expression.range))
  );
}

function holds({ file, start, end }: SourceRange, edit: TextEdit): boolean {
  return edit.file === file && start.offset <= edit.start && edit.end <= end.offset;
}

/** Places that go on reading what goes. */
function* danglingReferences({ before, after, going, goes }: Comparison): Iterable<SideEffect> {
  const declared = new Set(managedOf(after).map(moduleResource));
  const paths = new Set(going.map(resourcePath));
  const gone = new Set(going.map(keyedPath));
  const staying = new Set(
    addressesIn(after)
      .filter((address) => !goes.has(formatAddress(address)))
      .map(keyedPath),
  );
  const same = ({ from, modulePath, target, attributes }: ResourceReference) =>
    JSON.stringify([from, modulePath, target, attributes]);
  const left = new Set(after.references.map(same));
  // Places are those of the files as they are now.
  for (const reference of before.references) {
    const { from, range, modulePath, target } = reference;
    if (target.mode !== "managed" || !left.has(same(reference))) continue;
    const read = { ...target, module: modulePath.map((name) => ({ name, key: undefined })), key: target.key };
    const own = resourcePath(read);
    const keyed = keyedPath(read);
    if ((paths.has(own) && !declared.has(own)) || (target.key !== undefined && gone.has(keyed) && !staying.has(keyed)))
      yield { range, text: `${from} reads ${keyed}, which goes` };
  }
}

/** With the resource's own key, but none of the modules'. */
function keyedPath(address: Pick<Address, "module" | "type" | "name" | "key">): string {
  return withKey(resourcePath(address), address.key);
}

/** Readings of modules, or of instances of them, that are called no longer, and provider configurations in them. */
function* callEffects({ before, after }: Comparison): Iterable<SideEffect> {
  const calls = new Set(after.modules.map((call) => call.path.join(".")));
  const gone = before.modules.filter(({ path: names }) => !calls.has(names.join(".")));
  for (const { block, modulePath } of before.providers) {
    if (!gone.some((call) => isBelow(modulePath, call.path))) continue;
    const text = "the module holds the provider's configuration, which the state still needs";
    yield { range: block.headerRange, text };
  }
  const lostKeys = lostModuleKeys(before, after);
  for (const { body, file, text } of after.parsed) {
    const directory = path.posix.dirname(file);
    const lost = new Set([
      ...gone.filter((call) => isIn(call, directory)).map((call) => call.path.at(-1)),
      ...lostKeys.filter(({ call }) => isIn(call, directory)).map(({ name }) => name),
    ]);
    const effects: SideEffect[] = [];
    visitBody(body, (expression) => {
      if (expression.kind !== "reference" || expression.root !== "module") return;
      const [first, second] = expression.steps;
      const name = first?.kind === "attribute" ? first.name : undefined;
      const key = second?.kind === "index" && second.key.kind === "literal" ? second.key.value : undefined;
      const isLost = lost.has(name) || (key !== undefined && lost.has(withKey(String(name), key)));
      if (isLost)
        effects.push({
          range: placeBefore(expression.range, before, text),
          text: `module.${name} is read, and it contains the invite`,
        });
    });
    yield* effects;
  }
}

function isIn({ block }: Configuration["modules"][number], directory: string): boolean {
  return path.posix.dirname(block.headerRange.file) === directory;
}

/** The same text in the file as it is now. */
function placeBefore(range: SourceRange, { parsed }: Configuration, text: string): SourceRange {
  const written = text.slice(range.start.offset, range.end.offset);
  let found: SourceRange | undefined;
  const file = parsed.find((one) => one.file === range.file);
  if (file !== undefined) {
    visitBody(file.body, (one) => {
      if (file.text.slice(one.range.start.offset, one.range.end.offset) === written) found ??= one.range;
    });
  }
  return found ?? range;
}

/** Instances of calls that no longer declare anything, as `name["key"]`. */
function lostModuleKeys(before: Configuration, after: Configuration) {
  const pathsIn = (configuration: Configuration) =>
    new Map(
      addressesIn(configuration).flatMap(({ module }) =>
        module.map((_, depth) => [JSON.stringify(module.slice(0, depth + 1)), module.slice(0, depth + 1)] as const),
      ),
    );
  const now = pathsIn(after);
  return [...pathsIn(before)].flatMap(([text, steps]) => {
    const { name, key } = steps.at(-1) ?? {};
    const names = steps.map((step) => step.name).join(".");
    const call = before.modules.find((one) => one.path.join(".") === names);
    return now.has(text) || name === undefined || key === undefined || call === undefined
      ? []
      : [{ name: withKey(name, key), call }];
  });
}

/** An import block that is still there wants its target declared. */
function* importEffects({ after, goes }: Comparison): Iterable<SideEffect> {
  for (const { kind, to, modulePath, block } of after.refactorings) {
    const parsed = kind === "import" && modulePath.length === 0 && to !== undefined ? parseAddress(to) : undefined;
    if (parsed?.ok === true && goes.has(formatAddress(parsed.address)))
      yield { range: block.headerRange, text: `an import block names ${to}, and wants it declared: delete it first` };
  }
}

/** A module that was not followed may make anything of what it is given. */
function* unfollowedEffects({ before: { modules, parsed }, ...changed }: Comparison): Iterable<SideEffect> {
  const followed = new Set(modules.map(({ range }) => rangeKey(range)));
  for (const { body, file } of parsed) {
    for (const { labels, headerRange, body: call } of body.blocks("module", 1)) {
      if (followed.has(rangeKey(headerRange)) || !call.attributes().some(({ value }) => reads(value, file, changed)))
        continue;
      yield { range: headerRange, text: `what module.${labels[0]?.value} does with it is not known` };
    }
  }
}

/** Functions of a collection by which a condition that held may not hold for fewer of its items. */
const COUNTING: ReadonlySet<string> = new Set(["length", "contains", "anytrue", "one", "element", "index", "sum"]);

/** Conditions that are checked at every plan. */
function* conditionEffects({ before, ...changed }: Comparison): Iterable<SideEffect> {
  for (const { body, file } of before.parsed) {
    const lifecycles = [...body.blocks("resource", 2), ...body.blocks("data", 2)].flatMap((block) =>
      block.body.blocks("lifecycle", 0),
    );
    const holders = [
      ...body.blocks("variable", 1).flatMap((block) => block.body.blocks("validation", 0)),
      ...[...body.blocks("output", 1), ...lifecycles].flatMap((block) => block.body.blocks("precondition", 0)),
      ...lifecycles.flatMap((block) => block.body.blocks("postcondition", 0)),
    ];
    for (const block of holders) {
      const condition = block.body.attribute("condition")?.value;
      if (condition === undefined || !reads(condition, file, changed)) continue;
      let counts = false;
      visitExpression(condition, (part) => {
        counts ||= part.kind === "call" && COUNTING.has(part.name);
      });
      if (counts) yield { range: condition.range, text: `a ${block.type} may not hold without it` };
    }
  }
}
