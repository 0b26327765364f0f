import { canonical, parseExactly } from "./exact-json.js";
import { objectsByAddress, type StoredObject, type StoredState } from "./stored-state.js";

/** One difference between a state and the expected one. */
export interface Difference {
  readonly kind: "lineage" | "serial" | "gone" | "new" | "changed" | "still-there";
  /** An address, `output NAME`, `check results`, or another member of the state. */
  readonly what: string;
}

/** Members that a write may change (the version of the writer), and those that are compared separately. */
const APART: ReadonlySet<string> = new Set(["version", "terraform_version", "serial", "lineage", "outputs"]);

/**
 * Compares a state with the one from which only these addresses should be missing. The texts may differ where the
 * meaning is the same: Terraform changes indentation, escapes and the form of numbers, and fills in empty members.
 */
export function compareStates(before: StoredState, after: StoredState, removed: ReadonlySet<string>): Difference[] {
  const differences: Difference[] = [];
  if (after.lineage !== before.lineage) differences.push({ kind: "lineage", what: "the lineage" });
  const left = objectsByAddress(before);
  const right = objectsByAddress(after);
  for (const [name, objects] of left) {
    if (removed.has(name)) continue;
    const there = right.get(name);
    if (there === undefined) differences.push({ kind: "gone", what: name });
    else if (!sameObjects(objects, there)) differences.push({ kind: "changed", what: name });
  }
  for (const name of right.keys()) {
    if (removed.has(name)) differences.push({ kind: "still-there", what: name });
    else if (!left.has(name)) differences.push({ kind: "new", what: name });
  }
  return [...differences, ...compareOutputs(before, after), ...compareFields(before, after)];
}

/** Why a state can't be compared with a later one, found by trying; undefined if it can. */
export function whyNotComparable(state: StoredState): string | undefined {
  let what = "its outputs";
  try {
    compareOutputs(state, state);
    what = "its check results";
    compareFields(state, state);
    for (const object of state.resources.flatMap(({ objects }) => objects)) {
      what = object.name;
      meaningOf(object);
    }
    return undefined;
  } catch (cause) {
    return `${what} can't be compared (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}

/** Whether the objects at an address mean the same in two states. */
export function sameObjects(a: readonly StoredObject[], b: readonly StoredObject[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((object) => {
    const other = b.find(({ deposed }) => deposed === object.deposed);
    if (other === undefined || other.provider !== object.provider) return false;
    return object.json.equals(other.json) || meaningOf(object) === meaningOf(other);
  });
}

/**
 * Members whose absence means the same as an empty value:
 * https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go
 */
const EMPTY: Readonly<Record<string, unknown>> = {
  status: "",
  deposed: "",
  // Numbers in the form of parseExactly.
  schema_version: "\u0000number:0",
  private: "",
  create_before_destroy: false,
  skip_destroy: false,
};
/** Lists whose order has no meaning. */
const SETS: ReadonlySet<string> = new Set(["dependencies", "sensitive_attributes"]);

function meaningOf({ json }: StoredObject): string {
  const value = parseExactly(json);
  if (typeof value !== "object" || value === null) return canonical(value);
  const kept = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    // Compared with the resource's provider where the object has none of its own.
    if (key === "provider" || member === null || member === EMPTY[key]) return [];
    if (!SETS.has(key) || !Array.isArray(member)) return [[key, member]];
    return member.length === 0 ? [] : [[key, [...new Set(member.map(canonical))].sort()]];
  });
  return canonical(Object.fromEntries(kept));
}

function compareOutputs(before: StoredState, after: StoredState): Difference[] {
  const [left, right] = [outputsOf(before), outputsOf(after)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name): Difference[] => {
    const [was, is] = [left.get(name), right.get(name)];
    if (was === is) return [];
    const kind = was === undefined ? "new" : is === undefined ? "gone" : "changed";
    return [{ kind, what: `output ${name}` }];
  });
}

function outputsOf({ fields }: StoredState): Map<string, string> {
  const json = fields.get("outputs");
  const outputs = entriesOf(json === undefined ? null : parseExactly(json));
  return new Map(outputs.map(([name, output]) => [name, canonical(withoutEmpty(output))]));
}

/** An output without the members that Terraform omits: those that are false or "", except its value. */
function withoutEmpty(output: unknown): unknown {
  const kept = entriesOf(output).filter(([key, member]) => key === "value" || (member !== false && member !== ""));
  return Object.fromEntries(kept);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function compareFields(before: StoredState, after: StoredState): Difference[] {
  const textOf = ({ fields }: StoredState, name: string) => {
    const json = fields.get(name);
    const text = json === undefined ? "null" : canonical(parseExactly(json));
    return text === "[]" ? "null" : text;
  };
  return [...new Set([...before.fields.keys(), ...after.fields.keys()])]
    .filter((name) => !APART.has(name) && textOf(before, name) !== textOf(after, name))
    .map((name): Difference => ({ kind: "changed", what: name === "check_results" ? "the check results" : name }));
}
