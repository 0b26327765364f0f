import { type Address, compareAddresses, formatAddress } from "../addresses/address.js";
import type { State, StateInstance } from "../state/state.js";
import type { Plan } from "./plan.js";

/** One object that differs between the state that the plan was made from and the given state. */
export interface StateDifference {
  readonly address: Address;
  /** Present for a deposed object. */
  readonly deposed: string | undefined;
  readonly kind: /** Not in the given state: removed since, or never there. */
    | "only-in-plan"
    /** Added since: it is not in the plan's state, and its refresh did not find it deleted. */
    | "only-in-state"
    /** Another object at the same address. */
    | "other-id"
    /** Marked or unmarked as tainted since. */
    | "other-taint"
    /** Already where a `moved` block of the plan takes it. */
    | "already-moved";
}

export type Staleness =
  | { readonly stale: false }
  | { readonly stale: true; readonly differences: readonly StateDifference[] }
  /** `reason` is a sentence without a full stop. */
  | { readonly stale: "unknown"; readonly reason: string };

const placeOf = (address: Address, deposed: string | undefined) => `${deposed ?? ""} ${formatAddress(address)}`;

/** Every plan reads data sources again, so they prove nothing. */
function managedOf(state: State): ReadonlyMap<string, StateInstance> {
  const managed = state.instances.filter(({ address }) => address.mode === "managed");
  return new Map(managed.map((instance) => [placeOf(instance.address, instance.deposed), instance]));
}

/** Whether it is a plan of `-destroy`, which deletes everything and, unlike other plans, gives no reason. */
export function destroysAll({ changes }: Plan): boolean {
  const managed = changes.filter(({ address }) => address.mode === "managed");
  return managed.length > 0 && managed.every(({ operation, reason }) => operation.kind === "delete" && !reason);
}

/** The addresses that objects had before the plan's moves, which its prior state already contains. */
function originsOf(plan: Plan): (place: Pick<StateInstance, "address" | "deposed">) => string {
  const origins = new Map(
    [...plan.changes, ...plan.drift].flatMap(({ address, previousAddress }) =>
      previousAddress === undefined ? [] : [[formatAddress(address), previousAddress] as const],
    ),
  );
  // Deposed objects move along with their instance.
  return ({ address, deposed }) => placeOf(origins.get(formatAddress(address)) ?? address, deposed);
}

/**
 * Whether a plan was made from another state than the given one. A plan in JSON has no lineage and no serial, so the
 * managed objects of the wanted types are compared by address, id, deposed key and taint, allowing for the changes by
 * its refresh and by its `moved` and `import` blocks. Terraform itself rejects a stale plan at the apply.
 */
export function isStale(plan: Plan, state: State): Staleness {
  const given = managedOf(state);
  const prior = managedOf(plan.priorState);
  if (given.size === 0 && prior.size === 0) {
    return { stale: "unknown", reason: "neither the plan nor the state has an object to compare" };
  }
  const originOf = originsOf(plan);
  const imported = new Set(
    plan.changes.filter(({ importing }) => importing !== undefined).map(({ address }) => placeOf(address, undefined)),
  );
  const drifted = new Map(plan.drift.map((change) => [originOf(change), change]));
  const matched = new Set<string>();
  const differences: StateDifference[] = [];
  const differ = ({ address, deposed }: StateInstance, kind: StateDifference["kind"]) =>
    differences.push({ address, deposed, kind });

  for (const [place, instance] of prior) {
    const origin = originOf(instance);
    const own = given.get(origin);
    if (own !== undefined) {
      matched.add(origin);
      const ids = [instance.attributes["id"], drifted.get(origin)?.before?.["id"]];
      if (!ids.includes(own.attributes["id"])) differ(instance, "other-id");
      else if (own.tainted !== instance.tainted) differ(instance, "other-taint");
    } else if (given.get(place)?.attributes["id"] === instance.attributes["id"] && place !== origin) {
      matched.add(place);
      differ(instance, "already-moved");
    } else if (!imported.has(place)) {
      differ(instance, "only-in-plan");
    }
  }
  for (const [place, instance] of given) {
    if (matched.has(place)) continue;
    const drift = drifted.get(place);
    // The plan lists an object that the refresh found deleted as drift, but not a deposed one.
    if (drift?.operation.kind === "delete" && drift.before?.["id"] === instance.attributes["id"]) continue;
    if (instance.deposed === undefined) differ(instance, "only-in-state");
  }

  if (differences.length === 0) return { stale: false };
  if (plan.errored) {
    return { stale: "unknown", reason: "planning failed halfway, so its prior state may be incomplete" };
  }
  if (destroysAll(plan) && differences.every(({ kind }) => kind === "only-in-state")) {
    return {
      stale: "unknown",
      reason:
        "a plan of `-destroy` doesn't list the objects that its refresh found deleted, and the state has more objects",
    };
  }
  return { stale: true, differences: differences.toSorted((a, b) => compareAddresses(a.address, b.address)) };
}
