import path from "node:path";
import { type Address, formatAddress } from "../../../terraform/addresses/address.js";
import { parseAddress } from "../../../terraform/addresses/address-parser.js";
import type {
  Configuration,
  ConfiguredResource,
  ResourceReference,
} from "../../../terraform/configuration/configuration.js";
import { identityOf, isWhollyKnown, type Value } from "../../../terraform/configuration/evaluation/value.js";
import type { Expression } from "../../../terraform/configuration/syntax/syntax.js";
import { visitBody, visitExpression } from "../../../terraform/configuration/syntax/traversal.js";
import { dependenciesOf, readBy } from "../../../terraform/edit/dependencies.js";
import type { TextEdit } from "../../../terraform/edit/text-edit.js";
import { type SourceRange, startKey } from "../../../terraform/source-range.js";
import { moduleResource } from "../../references.js";
import { resourcePath } from "../forget-blocks.js";

/** Something that an edit would do beside what it is for, and why it is therefore left to a person. */
export interface SideEffect {
  readonly range: SourceRange;
  /** A sentence about the place. */
  readonly text: string;
}

/** A configuration before and after edits that are to take invites out of it, and nothing else. */
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

/** Everything else that edits would change about what is declared, as far as it can be told; what may change counts, too. */
export function sideEffects(edited: EditedConfiguration): SideEffect[] {
  const { before, changed, going } = edited;
  const goes = new Set(going.map(formatAddress));
  const made = dependenciesOf(before).madeFrom(changed);
  return [
    ...declarationEffects(edited, goes, made),
    ...danglingReferences(edited, goes),
    ...callEffects(edited),
    ...importEffects(edited, goes),
    ...unfollowedEffects(before, made),
    ...conditionEffects(before, made),
  ];
}

/** The names in a configuration whose values edits of it change. */
export function changedNames(
  edits: readonly Omit<TextEdit, "text">[],
  configuration: Configuration,
  going: readonly Address[],
): string[] {
  const dependencies = dependenciesOf(configuration);
  const names = edits.flatMap(({ file, start, end }) => [
    ...dependencies.namesAt(file, start),
    ...dependencies.namesAt(file, end - 1),
  ]);
  // A reading of one instance by its key is of interest only where that one goes.
  const keyed = names.flatMap((name) =>
    going.flatMap(({ type, name: own, key }) =>
      key !== undefined && name.endsWith(`\0${type}.${own}`) ? [`${name}[${JSON.stringify(key)}]`] : [],
    ),
  );
  return [...new Set([...names, ...keyed])];
}

function managedOf({ resources, related }: Configuration): ConfiguredResource[] {
  return [...resources, ...related].filter(({ mode }) => mode === "managed");
}

/** Instances that come, go or change beside those that are to go. */
function declarationEffects(
  edited: EditedConfiguration,
  goes: ReadonlySet<string>,
  made: ReadonlySet<string>,
): SideEffect[] {
  const { before, after } = edited;
  const later = new Map(managedOf(after).map((resource) => [moduleResource(resource), resource]));
  const known = new Set(managedOf(before).map(moduleResource));
  const added = managedOf(after).filter((resource) => !known.has(moduleResource(resource)));
  const effects = added.map(({ block }) => effect(block.headerRange, `${block.labels[1]?.value} would be declared`));
  for (const resource of managedOf(before)) {
    const now = later.get(moduleResource(resource));
    const { headerRange } = resource.block;
    const stays = resource.instances.filter(({ address }) => !goes.has(formatAddress(address)));
    const found = new Map(now?.instances.map((instance) => [formatAddress(instance.address), instance]));
    const lost = stays.find(({ address }) => !found.has(formatAddress(address)));
    const names = new Set(stays.map(({ address }) => formatAddress(address)));
    const kept = [...found.keys()].find((name) => !names.has(name));
    if (lost !== undefined) effects.push(effect(headerRange, `${formatAddress(lost.address)} would go as well`));
    else if (kept !== undefined) effects.push(effect(headerRange, `${kept} would still be declared`));
    else if (!(resource.complete && (now?.complete ?? true)) && mayRepeat(resource, before, made, now === undefined)) {
      effects.push(
        effect(headerRange, `what ${moduleResource(resource)} declares may change with it, and cannot be worked out`),
      );
    }
    if (lost !== undefined || now === undefined) continue;
    for (const instance of stays) {
      const then = found.get(formatAddress(instance.address));
      const name = then && changedArgument(resource, instance.arguments, then.arguments, edited, made);
      if (name === undefined) continue;
      effects.push(effect(headerRange, `${name} of ${formatAddress(instance.address)} would change as well, or may`));
      break;
    }
  }
  return effects;
}

/** Whether how often a block is there may be decided by something that changes. */
function mayRepeat(
  { block, modulePath }: ConfiguredResource,
  { modules }: Configuration,
  made: ReadonlySet<string>,
  isGone: boolean,
): boolean {
  if (isGone) return true;
  const calls = modules.filter((call) => call.path.every((name, depth) => modulePath[depth] === name));
  return [block, ...calls.map((call) => call.block)].some(({ body, headerRange }) =>
    ["for_each", "count"].some((name) => {
      const value = body.attribute(name)?.value;
      return value !== undefined && reads(value, headerRange.file, made);
    }),
  );
}

function changedArgument(
  { block }: ConfiguredResource,
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  { literals }: EditedConfiguration,
  made: ReadonlySet<string>,
): string | undefined {
  return [...new Set([...before.keys(), ...after.keys()])].find((name) => {
    const [then, now] = [before.get(name), after.get(name)];
    if (then !== undefined && now !== undefined && isWhollyKnown(then) && isWhollyKnown(now)) {
      return identityOf(then) !== identityOf(now);
    }
    if ((then === undefined) !== (now === undefined)) return true;
    const expressions = expressionsOf(block, name);
    const rewritten = literals.some((edit) => expressions.some((one) => holds(one.range, edit)));
    return !rewritten && expressions.some((one) => reads(one, block.headerRange.file, made));
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

function reads(expression: Expression, file: string, made: ReadonlySet<string>): boolean {
  return readBy(expression, path.posix.dirname(file)).some((name) => made.has(name));
}

function holds({ file, start, end }: SourceRange, edit: TextEdit): boolean {
  return edit.file === file && start.offset <= edit.start && edit.end <= end.offset;
}

/** Places that go on reading what goes. */
function danglingReferences({ before, after, going }: EditedConfiguration, goes: ReadonlySet<string>): SideEffect[] {
  const declared = new Set(managedOf(after).map(moduleResource));
  const paths = new Set(going.map(resourcePath));
  const staying = new Set(
    managedOf(after)
      .flatMap(({ instances }) => instances)
      .filter(({ address }) => !goes.has(formatAddress(address)))
      .map(({ address }) => keyedPath(address)),
  );
  const gone = new Set(going.map(keyedPath));
  const same = ({ from, modulePath, target, attributes }: ResourceReference) =>
    JSON.stringify([from, modulePath, target, attributes]);
  const left = new Set(after.references.map(same));
  // Places are told as they are in the files now.
  return before.references.flatMap((reference) => {
    const { from, range, modulePath, target } = reference;
    if (target.mode !== "managed" || !left.has(same(reference))) return [];
    const own = [...modulePath.map((name) => `module.${name}`), target.type, target.name].join(".");
    const keyed = keyedPath({
      module: modulePath.map((name) => ({ name, key: undefined })),
      ...target,
      key: target.key,
    });
    const broken =
      (paths.has(own) && !declared.has(own)) || (target.key !== undefined && gone.has(keyed) && !staying.has(keyed));
    return broken
      ? [
          effect(
            range,
            `${from} reads ${own}${target.key === undefined ? "" : `[${JSON.stringify(target.key)}]`}, which goes`,
          ),
        ]
      : [];
  });
}

/** With the resource's own key, but none of the modules'. */
function keyedPath({ module, type, name, key }: Pick<Address, "module" | "type" | "name" | "key">): string {
  return JSON.stringify([...module.map((step) => step.name), type, name, key]);
}

/** Readings of modules, or of instances of them, that are called no longer, and provider configurations in them. */
function callEffects({ before, after }: EditedConfiguration): SideEffect[] {
  const calls = new Set(after.modules.map((call) => call.path.join(".")));
  const gone = before.modules.filter(({ path: names }) => !calls.has(names.join(".")));
  const effects: SideEffect[] = [];
  for (const call of gone) {
    const isBelow = ({ modulePath }: { readonly modulePath: readonly string[] }) =>
      call.path.every((name, depth) => modulePath[depth] === name);
    for (const provider of before.providers.filter(isBelow)) {
      effects.push(
        effect(
          provider.block.headerRange,
          "the module holds the provider's configuration, which the state still needs",
        ),
      );
    }
  }
  const lostKeys = lostModuleKeys(before, after);
  for (const file of after.parsed) {
    const directory = path.posix.dirname(file.file);
    const here = (call: { readonly block: { readonly headerRange: SourceRange } }) =>
      path.posix.dirname(call.block.headerRange.file) === directory;
    visitBody(file.body, (expression) => {
      if (expression.kind !== "reference" || expression.root !== "module") return;
      const [first, second] = expression.steps;
      const name = first?.kind === "attribute" ? first.name : undefined;
      const lost = gone.some((call) => here(call) && call.path.at(-1) === name);
      const key = second?.kind === "index" && second.key.kind === "literal" ? second.key.value : undefined;
      const lostKey =
        key !== undefined &&
        lostKeys.some((one) => one.name === name && one.key === key && one.directory === directory);
      if (lost || lostKey)
        effects.push(
          effect(placeBefore(expression.range, before, file.text), `module.${name} is read, of which it goes`),
        );
    });
  }
  return effects;
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

function lostModuleKeys(before: Configuration, after: Configuration) {
  const stepsOf = (configuration: Configuration) =>
    new Map(
      managedOf(configuration)
        .flatMap(({ instances }) => instances)
        .flatMap(({ address: { module } }) =>
          module.map((step, depth) => [JSON.stringify(module.slice(0, depth + 1)), { module, depth, step }] as const),
        ),
    );
  const now = stepsOf(after);
  return [...stepsOf(before)].flatMap(([text, { module, depth, step }]) => {
    const names = module.slice(0, depth + 1).map(({ name }) => name);
    const call = before.modules.find(({ path: calls }) => calls.join(".") === names.join("."));
    return now.has(text) || step.key === undefined || call === undefined
      ? []
      : [{ name: step.name, key: step.key, directory: path.posix.dirname(call.block.headerRange.file) }];
  });
}

/** An import block that is still there wants its target declared. */
function importEffects({ after }: EditedConfiguration, goes: ReadonlySet<string>): SideEffect[] {
  return after.refactorings.flatMap(({ kind, to, modulePath, block }) => {
    const parsed = kind === "import" && modulePath.length === 0 && to !== undefined ? parseAddress(to) : undefined;
    return parsed?.ok === true && goes.has(formatAddress(parsed.address))
      ? [effect(block.headerRange, `an import block names ${to}, and wants it declared: delete it first`)]
      : [];
  });
}

/** A module that was not followed may make anything of what it is given. */
function unfollowedEffects({ modules, parsed }: Configuration, made: ReadonlySet<string>): SideEffect[] {
  const followed = new Set(modules.map(({ range }) => startKey(range)));
  return parsed.flatMap(({ body, file }) =>
    body.blocks("module", 1).flatMap(({ labels, headerRange, body: call }) => {
      if (followed.has(startKey(headerRange))) return [];
      const isGiven = call.attributes().some(({ value }) => reads(value, file, made));
      return isGiven ? [effect(headerRange, `what module.${labels[0]?.value} makes of it is not known`)] : [];
    }),
  );
}

/** Functions of a collection by which a condition that held may not hold for fewer of its items. */
const COUNTING: ReadonlySet<string> = new Set(["length", "contains", "anytrue", "one", "element", "index", "sum"]);

/** Conditions that are checked at every plan. */
function conditionEffects({ parsed }: Configuration, made: ReadonlySet<string>): SideEffect[] {
  return parsed.flatMap(({ body, file }) => {
    const holders = [
      ...body.blocks("variable", 1).flatMap((block) => block.body.blocks("validation", 0)),
      ...body.blocks("output", 1).flatMap((block) => block.body.blocks("precondition", 0)),
      ...[...body.blocks("resource", 2), ...body.blocks("data", 2)]
        .flatMap((block) => block.body.blocks("lifecycle", 0))
        .flatMap((block) => [...block.body.blocks("precondition", 0), ...block.body.blocks("postcondition", 0)]),
    ];
    return holders.flatMap((block) => {
      const condition = block.body.attribute("condition")?.value;
      if (condition === undefined || !reads(condition, file, made)) return [];
      let counts = false;
      visitExpression(condition, (part) => {
        counts ||= part.kind === "call" && COUNTING.has(part.name);
      });
      return counts ? [effect(condition.range, `a ${block.type} may not hold without it`)] : [];
    });
  });
}

function effect(range: SourceRange, text: string): SideEffect {
  return { range, text };
}
