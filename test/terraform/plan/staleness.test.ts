import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../src/terraform/addresses/address-parser.js";
import { readPlanDocument } from "../../../src/terraform/plan/read-document.js";
import { isStale } from "../../../src/terraform/plan/staleness.js";
import type { State, StateInstance } from "../../../src/terraform/state/state.js";

type Object = readonly [address: string, id: string, deposed?: string];

function parts(text: string) {
  const parsed = parseAddress(text);
  if (!parsed.ok || parsed.address.module.length > 0) throw new Error(text);
  const { mode, type, name, key } = parsed.address;
  return { mode, type, name, index: key };
}

function stateOf(...objects: readonly Object[]): State {
  const instances = objects.map(([text, id, deposed]): StateInstance => {
    const parsed = parseAddress(text);
    if (!parsed.ok) throw new Error(text);
    return {
      address: parsed.address,
      provider: undefined,
      attributes: { id },
      deposed,
      tainted: false,
      private: undefined,
    };
  });
  return {
    format: "v4",
    terraformVersion: undefined,
    lineage: undefined,
    serial: undefined,
    instances,
    resourceCount: objects.length,
  };
}

const entry = (address: string, actions: readonly string[], more: object = {}, before?: string) => ({
  ...parts(address),
  ...more,
  change: { actions, before: before === undefined ? null : { id: before }, after: null },
});

function planOf(prior: readonly Object[], more: object = {}) {
  const resources = prior.map(([address, id, deposed]) => ({
    ...parts(address),
    values: { id },
    deposed_key: deposed,
  }));
  const document = {
    format_version: "1.2",
    prior_state: { format_version: "1.0", values: { root_module: { resources } } },
    ...more,
  };
  const read = readPlanDocument(document, () => true);
  if (!read.ok) throw new Error(read.what);
  return read.plan;
}

const kinds = (plan: ReturnType<typeof planOf>, state: State) => {
  const found = isStale(plan, state);
  return found.stale === true ? found.differences.map(({ address, kind }) => `${address.name} ${kind}`) : found.stale;
};

describe("isStale", () => {
  it("compares addresses and ids", () => {
    const plan = planOf([
      ["x.a", "1"],
      ["x.b", "2"],
    ]);
    expect(kinds(plan, stateOf(["x.b", "2"], ["x.a", "1"]))).toBe(false);
    expect(kinds(plan, stateOf(["x.b", "9"], ["x.a", "1"]))).toEqual(["b other-id"]);
    expect(kinds(plan, stateOf(["x.a", "1"]))).toEqual(["b only-in-plan"]);
    expect(kinds(plan, stateOf(["x.a", "1"], ["x.b", "2"], ["x.c", "3"]))).toEqual(["c only-in-state"]);
  });

  it("distinguishes a number and its text as keys", () => {
    expect(kinds(planOf([["x.a[0]", "1"]]), stateOf(['x.a["0"]', "1"]))).toEqual(["a only-in-plan", "a only-in-state"]);
  });

  it("is unknown when there is nothing to compare", () => {
    expect(isStale(planOf([["data.x.a", "1"]]), stateOf())).toMatchObject({ stale: "unknown" });
  });

  it("ignores data sources", () => {
    expect(kinds(planOf([["x.a", "1"]]), stateOf(["x.a", "1"], ["data.x.b", "2"]))).toBe(false);
  });

  it("accepts an object that the refresh found deleted, if it is the same object", () => {
    const plan = planOf([["x.a", "1"]], { resource_drift: [entry("x.b", ["delete"], {}, "2")] });
    expect(kinds(plan, stateOf(["x.a", "1"], ["x.b", "2"]))).toBe(false);
    expect(kinds(plan, stateOf(["x.a", "1"], ["x.b", "3"]))).toEqual(["b only-in-state"]);
  });

  it("accepts an id that the refresh found changed", () => {
    const plan = planOf([["x.a", "new"]], { resource_drift: [entry("x.a", ["update"], {}, "old")] });
    expect(kinds(plan, stateOf(["x.a", "old"]))).toBe(false);
    expect(kinds(plan, stateOf(["x.a", "other"]))).toEqual(["a other-id"]);
  });

  it("accepts deposed objects that the refresh found deleted, but no others", () => {
    const plan = planOf([
      ["x.a", "1"],
      ["x.a", "2", "0a0a0a0a"],
    ]);
    expect(kinds(plan, stateOf(["x.a", "1"], ["x.a", "2", "0a0a0a0a"], ["x.a", "3", "0b0b0b0b"]))).toBe(false);
    expect(kinds(plan, stateOf(["x.a", "1"]))).toEqual(["a only-in-plan"]);
  });

  it("follows moves, with deposed objects, and into the place of an object that moves away", () => {
    const plan = planOf(
      [
        ["x.new", "1"],
        ["x.new", "2", "0a0a0a0a"],
        ["x.next", "3"],
      ],
      {
        resource_changes: [
          entry("x.new", ["no-op"], { previous_address: "x.old" }),
          entry("x.next", ["no-op"], { previous_address: "x.new" }),
        ],
      },
    );
    expect(kinds(plan, stateOf(["x.old", "1"], ["x.old", "2", "0a0a0a0a"], ["x.new", "3"]))).toBe(false);
  });

  it("notices that a move is already done", () => {
    const plan = planOf([["x.new", "1"]], {
      resource_changes: [entry("x.new", ["no-op"], { previous_address: "x.old" })],
    });
    expect(kinds(plan, stateOf(["x.new", "1"]))).toEqual(["new already-moved"]);
    expect(kinds(plan, stateOf(["x.old", "1"]))).toBe(false);
    expect(kinds(plan, stateOf())).toEqual(["new only-in-plan"]);
  });

  it("accepts imports", () => {
    const change = { actions: ["no-op"], before: { id: "1" }, after: { id: "1" }, importing: { id: "1" } };
    const plan = planOf([["x.a", "1"]], { resource_changes: [{ ...parts("x.a"), change }] });
    expect(kinds(plan, stateOf())).toBe(false);
  });

  it("is unknown for a plan that failed, and for additional objects with a destroy plan", () => {
    expect(isStale(planOf([], { errored: true }), stateOf(["x.a", "1"]))).toMatchObject({ stale: "unknown" });
    const destroy = planOf([["x.a", "1"]], { resource_changes: [entry("x.a", ["delete"], {}, "1")] });
    expect(isStale(destroy, stateOf(["x.a", "1"], ["x.b", "2"]))).toMatchObject({ stale: "unknown" });
    expect(kinds(destroy, stateOf(["x.a", "9"], ["x.b", "2"]))).toEqual(["a other-id", "b only-in-state"]);
  });
});
