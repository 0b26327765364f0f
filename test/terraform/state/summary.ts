import { formatAddress } from "../../../src/terraform/addresses/address.js";
import type { StateResult } from "../../../src/terraform/state/read-state.js";
import type { StateInstance } from "../../../src/terraform/state/state.js";

function summariseInstance({ address, ...rest }: StateInstance) {
  return { address: formatAddress(address), ...rest };
}

/** A result as `expected.json` has it: addresses as text, and nothing that is not there. */
export function summarise(result: StateResult): unknown {
  if (!result.ok) return result.error;
  return JSON.parse(JSON.stringify({ ...result.state, instances: result.state.instances.map(summariseInstance) }));
}
