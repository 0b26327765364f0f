import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { StateResult } from "../../../src/terraform/state/read-state.js";
import type { StateInstance } from "../../../src/terraform/state/state.js";

function summariseInstance({ address, ...rest }: StateInstance) {
  return { address: formatAddress(address), ...rest };
}

/** A result in the form of `expected.json`: addresses as text, without absent members. */
export function summarise(result: StateResult): unknown {
  if (!result.ok) return result.error;
  return JSON.parse(JSON.stringify({ ...result.state, instances: result.state.instances.map(summariseInstance) }));
}
