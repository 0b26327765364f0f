import fc from "fast-check";
import {
  type Address,
  formatAddress,
  formatModulePath,
  type InstanceKey,
} from "../../../src/terraform/addresses/address.js";

/**
 * Small modules full of moves, and matching states. Names and keys are few, so that moves chain, nest, collide
 * and meet what is declared; `terraform_data` is in the invites' place, so that no provider is needed.
 */
export interface MovingModule {
  readonly resources: readonly { readonly name: string; readonly repetition: Repetition }[];
  readonly calls: readonly { readonly name: string; readonly repetition: Repetition; readonly module: MovingModule }[];
  readonly moves: readonly { readonly from: string; readonly to: string }[];
}

export type Repetition = { readonly kind: "single" } | { readonly kind: "count"; readonly of: number } | ForEach;

interface ForEach {
  readonly kind: "for_each";
  readonly keys: readonly string[];
}

export interface MovingRoot {
  readonly module: MovingModule;
  /** Relative to the module. */
  readonly held: readonly Address[];
}

const TYPE = "terraform_data";
const NAMES = ["p", "q", "r"];
const CALLS = ["a", "b"];

const key = fc.constantFrom<InstanceKey>(undefined, undefined, 0, 1, "x", "y");
const repetition: fc.Arbitrary<Repetition> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "single" } as const) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 }).map((of) => ({ kind: "count", of }) as const) },
  {
    weight: 2,
    arbitrary: fc.subarray(["x", "y"]).map((keys) => ({ kind: "for_each", keys }) as const),
  },
);

const step = fc.record({ name: fc.constantFrom(...CALLS), key });
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.tuple(step) },
  { weight: 1, arbitrary: fc.tuple(step, step) },
);
const address: fc.Arbitrary<Address> = fc
  .record({ module: path, name: fc.constantFrom(...NAMES), key })
  .map((one) => ({ ...one, mode: "managed", type: TYPE }));
const modulePath = path.filter((steps) => steps.length > 0).map(formatModulePath);

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ from: address.map(formatAddress), to: address.map(formatAddress) }) },
  { weight: 2, arbitrary: fc.record({ from: modulePath, to: modulePath }) },
);

const resources = fc
  .uniqueArray(fc.record({ name: fc.constantFrom(...NAMES), repetition }), {
    selector: ({ name }) => name,
    maxLength: 3,
  })
  .map((list) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1)));

function moduleOf(depth: number): fc.Arbitrary<MovingModule> {
  const inner = depth === 0 ? fc.constant([]) : callsOf(depth);
  return fc.record({ resources, calls: inner, moves: fc.array(move, { maxLength: depth === 2 ? 5 : 1 }) });
}

function callsOf(depth: number): fc.Arbitrary<MovingModule["calls"]> {
  const call = fc.record({ name: fc.constantFrom(...CALLS), repetition, module: moduleOf(depth - 1) });
  return fc.uniqueArray(call, { selector: ({ name }) => name, maxLength: 2 });
}

const anyRoot = fc.record({
  module: moduleOf(2),
  held: fc.uniqueArray(address, { selector: formatAddress, minLength: 1, maxLength: 6 }),
  aimed: fc.array(fc.record({ at: fc.nat(), what: fc.constantFrom("instance", "resource", "module"), to: move }), {
    maxLength: 3,
  }),
});

/** Some of the moves of the root are of what the state holds. */
export const movingRoot: fc.Arbitrary<MovingRoot> = anyRoot.map(({ module, held, aimed }) => {
  const moves = aimed.flatMap(({ at, what, to: { to } }) => {
    const one = held[at % held.length];
    if (one === undefined || to.includes(TYPE) === (what === "module")) return [];
    const from = { instance: formatAddress(one), resource: formatAddress({ ...one, key: undefined }) };
    const text = what === "module" ? formatModulePath(one.module) : from[what === "instance" ? "instance" : "resource"];
    return text === "" ? [] : [{ from: text, to }];
  });
  return { module: { ...module, moves: [...module.moves, ...moves] }, held };
});

/** The files of a module, by path below its folder. */
export function filesOf({ resources, calls, moves }: MovingModule, folder = ""): Map<string, string> {
  const blocks = [
    ...resources.map(({ name, repetition }) => `resource "${TYPE}" "${name}" {\n${argument(repetition)}}\n`),
    ...calls.map(({ name, repetition }) => `module "${name}" {\n  source = "./${name}"\n${argument(repetition)}}\n`),
    ...moves.map(({ from, to }) => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`),
  ];
  const files = new Map([[`${folder}main.tf`, blocks.join("\n")]]);
  for (const { name, module } of calls) for (const file of filesOf(module, `${folder}${name}/`)) files.set(...file);
  return files;
}

function argument(repetition: Repetition): string {
  if (repetition.kind === "single") return "";
  if (repetition.kind === "count") return `  count = ${repetition.of}\n`;
  return `  for_each = toset(${JSON.stringify(repetition.keys)})\n`;
}

/** A state that holds these instances. */
export function stateOf(held: readonly Address[]): string {
  const resources = new Map<string, object[]>();
  const heads = new Map<string, object>();
  for (const one of held) {
    const name = formatAddress({ ...one, key: undefined });
    const { module, mode, type, name: label, key } = one;
    const place = module.length === 0 ? {} : { module: formatModulePath(module) };
    heads.set(name, { ...place, mode, type, name: label, provider: 'provider["terraform.io/builtin/terraform"]' });
    const instance = {
      ...(key !== undefined && { index_key: key }),
      schema_version: 0,
      // The id tells in a plan which instance of the state it was.
      attributes: { id: formatAddress(one), input: null, output: null, triggers_replace: null },
      sensitive_attributes: [],
    };
    resources.set(name, [...(resources.get(name) ?? []), instance]);
  }
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "6f5b1a34-6b0e-4a37-9f10-6a8f1d5c1e55",
    outputs: {},
    resources: [...heads].map(([name, head]) => ({ ...head, instances: resources.get(name) ?? [] })),
    check_results: null,
  });
}
