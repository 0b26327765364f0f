import type { Address } from "../../terraform/address.js";
import type { Inventory, InviteEntry } from "../inventory.js";
import { configurationSteps, dependentsOf } from "./configuration-steps.js";
import type { Remedy, TerraformCommand } from "./remedy.js";

/** Forget one spent invite: out of the state, and out of the configuration. */
export function forget(entry: InviteEntry, inventory: Inventory): Remedy {
  const changes = {
    steps: configurationSteps([entry], inventory),
    dependents: dependentsOf([entry], inventory.configuration),
  };
  return entry.inState
    ? { kind: "forget", command: removal([entry.address]), ...changes }
    : { kind: "drop", ...changes };
}

/** Send an invite again, by replacing it. */
export function resend(entry: InviteEntry): Remedy {
  return { kind: "resend", command: { verb: ["apply"], flag: "-replace=", addresses: [entry.address] } };
}

/** Take instances out of the state, all in one call. */
export function removal(addresses: readonly Address[]): TerraformCommand {
  return { verb: ["state", "rm"], addresses };
}
