import type { InstanceKey } from "../../addresses/address.js";
import type { ToolName } from "../../files/file-names.js";
import type { SourceRange } from "../../source-range.js";
import type { Body } from "../syntax/syntax.js";
import { toBool, toNumber } from "./convert.js";
import { evaluate, type Scope } from "./evaluate.js";
import { sensitiveValue, shownText } from "./marking.js";
import { integerValue, type Origin, originOf, sortedEntries, stringValue, unknown, type Value } from "./value.js";

/** The instances of a resource or module block, as far as they are known. */
export interface Expansion {
  readonly kind: "single" | "count" | "for_each";
  /** Where `count` or `for_each` is written. */
  readonly range?: SourceRange;
  readonly items: readonly ExpansionItem[];
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly reason?: string;
}

/** One instance: its key, where that is written, and what `each` and `count` are in it. */
export interface ExpansionItem {
  readonly key: InstanceKey;
  readonly origin: Origin;
  readonly names: RepetitionNames;
  /** What stands for the key where it must not be shown. */
  readonly shownKey?: string;
}

/** Values of `each.key`, `each.value` and `count.index`. */
export interface RepetitionNames {
  readonly key?: Value;
  readonly value?: Value;
  readonly index?: Value;
}

/** More instances of one block are not listed. */
const MOST_INSTANCES = 20_000;

const ONE: ExpansionItem = { key: undefined, origin: {}, names: {} };

/** Which instances a block has by its `for_each`, `count` or, in OpenTofu, `lifecycle { enabled }`. */
export function expand(body: Body, scope: Scope, tool: ToolName): Expansion {
  const forEach = body.attribute("for_each");
  if (forEach !== undefined) {
    return { kind: "for_each", range: forEach.range, ...limited(eachItems(evaluate(forEach.value, scope))) };
  }
  const count = body.attribute("count");
  if (count !== undefined) {
    return { kind: "count", range: count.range, ...limited(countItems(toNumber(evaluate(count.value, scope)))) };
  }
  const enabled = tool === "tofu" ? body.blocks("lifecycle", 0)[0]?.body.attribute("enabled") : undefined;
  if (enabled === undefined) return { kind: "single", items: [ONE], complete: true };
  const on = toBool(evaluate(enabled.value, scope));
  if (on.kind === "bool") return { kind: "single", items: on.value ? [ONE] : [], complete: true };
  return { kind: "single", ...unknownItems(reasonOf(on)) };
}

type Items = Pick<Expansion, "items" | "complete" | "reason">;

function eachItems(collection: Value): Items {
  if (collection.kind === "object") {
    const isSecret = collection.marks?.sensitive === true;
    const items = sortedEntries(collection).map(([key, entry], index): ExpansionItem => {
      const origin = originOf(entry);
      const written = stringValue(key, { ...origin, ...(entry.keySource && { source: entry.keySource }) });
      const named = entry.keyMarks === undefined ? written : { ...written, marks: entry.keyMarks };
      const [name, value] = isSecret ? [named, entry.value].map(sensitiveValue) : [named, entry.value];
      return { key, origin, names: { ...(name && { key: name }), ...(value && { value }) }, ...shownKey(name, index) };
    });
    return { items, complete: true };
  }
  if (collection.kind !== "set") {
    return unknownItems(collection.kind === "unknown" ? collection.reason : "for_each needs a set or a map");
  }
  const items: ExpansionItem[] = [];
  let reason: string | undefined;
  for (const given of collection.elements) {
    const element = collection.marks?.sensitive === true ? sensitiveValue(given) : given;
    if (element.kind === "string") {
      const names = { key: element, value: element };
      items.push({ key: element.value, origin: originOf(element), names, ...shownKey(element, items.length) });
    } else reason ??= element.kind === "unknown" ? element.reason : "a set for for_each must hold text";
  }
  return { items, complete: reason === undefined, ...(reason !== undefined && { reason }) };
}

/** A key that must not be shown is known by its number. */
function shownKey(key: Value | undefined, index: number): Pick<ExpansionItem, "shownKey"> {
  const hidden = key?.kind === "string" ? shownText(key, "key").hidden : undefined;
  return hidden === undefined ? {} : { shownKey: `${hidden} ${index + 1}` };
}

function unknownItems(reason: string): Items {
  return { items: [], complete: false, reason };
}

function countItems(count: Value): Items {
  if (count.kind !== "number") return unknownItems(reasonOf(count));
  const wanted = count.value.toIndex();
  if (wanted === undefined || wanted < 0) return unknownItems("count must be a whole number");
  const length = Math.min(wanted, MOST_INSTANCES + 1);
  const items = Array.from({ length }, (_, index) => ({
    key: index,
    origin: {},
    names: { index: integerValue(index) },
  }));
  return { items, complete: true };
}

function limited(items: Items): Items {
  if (items.items.length <= MOST_INSTANCES) return items;
  return {
    items: items.items.slice(0, MOST_INSTANCES),
    complete: false,
    reason: `more than ${MOST_INSTANCES} instances`,
  };
}

function reasonOf(value: Value): string {
  return value.kind === "unknown" ? value.reason : "the value has not the type that is needed here";
}

const VARIES = unknown("it differs from instance to instance");

/** `each` and `count` of an instance that is not known, as far as the block has them. */
export const ANY_INSTANCE: RepetitionNames = { key: VARIES, value: VARIES, index: VARIES };

/** The scope with `each` and `count` of one instance. */
export function withRepetition(scope: Scope, names: RepetitionNames): Scope {
  return {
    ...scope,
    resolve(root, steps, keyOf) {
      const [step] = steps;
      if ((root !== "each" && root !== "count") || step?.kind !== "attribute") return scope.resolve(root, steps, keyOf);
      const value = root === "count" ? names.index : step.name === "key" ? names.key : names.value;
      return { value: value ?? unknown(`${root}.${step.name} has no meaning here`), consumed: 1 };
    },
  };
}
