import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { ResourceChange } from "../../../src/terraform/plan/plan.js";
import type { PlanResult } from "../../../src/terraform/plan/read-plan.js";
import type { StateInstance } from "../../../src/terraform/state/state.js";

const nameChange = ({ address, previousAddress, ...rest }: ResourceChange) => ({
  address: formatAddress(address),
  ...(previousAddress && { previousAddress: formatAddress(previousAddress) }),
  ...rest,
});

const nameInstance = ({ address, ...rest }: StateInstance) => ({ address: formatAddress(address), ...rest });

/** A result in the form of `expected.json`: addresses as text, without absent members. */
export function summarise(result: PlanResult): unknown {
  if (!result.ok) return plain(result.error);
  const { changes, drift, deferred, priorState, ...rest } = result.plan;
  return plain({
    ...rest,
    changes: changes.map(nameChange),
    drift: drift.map(nameChange),
    deferred: deferred.map(({ reason, change }) => ({ reason, change: nameChange(change) })),
    priorState: { ...priorState, instances: priorState.instances.map(nameInstance) },
  });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
