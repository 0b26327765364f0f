import type { Address } from "../../terraform/addresses/address.js";
import { type Inventory, type InviteEntry, storedAddress } from "../inventory.js";
import { configurationSteps } from "./configuration-steps.js";
import { dependentsOf } from "./dependents.js";
import type { ConfigurationStep, Remedy, TerraformCommand } from "./remedy.js";

/** Forget one used invite: remove it from the state and from the configuration. */
export function forget(entry: InviteEntry, inventory: Inventory): Remedy {
  if (!entry.inState || entry.importing === true) return drop(entry, inventory);
  return { kind: "forget", command: removal([storedAddress(entry)]), ...changesFor(entry, inventory) };
}

/** Remove an invite from the configuration; an apply does the rest, if anything is left to do. */
export function drop(entry: InviteEntry, inventory: Inventory): Remedy {
  return { kind: "drop", ...changesFor(entry, inventory) };
}

function changesFor(entry: InviteEntry, inventory: Inventory) {
  return {
    steps: configurationSteps([entry], inventory),
    dependents: dependentsOf([entry], inventory),
  };
}

/**
 * Put another invite in the place of what the state has: the one that is alive beside a deposed object, which no command
 * can name alone, or the one that the person was sent elsewhere.
 */
export function reimport(entry: InviteEntry, id: string): Remedy {
  return { kind: "reimport", commands: [removal([storedAddress(entry)]), importing(entry.address, id)] };
}

/** Take an invite that OpenAI has already into the state, in place of sending another. */
export function adopt(entry: InviteEntry, id: string): Remedy {
  return { kind: "adopt", command: importing(entry.address, id) };
}

/** Keep an invite that the state has under another address, in place of deleting it and sending another. */
export function move(from: InviteEntry, to: InviteEntry): Remedy {
  return { kind: "move", command: { verb: ["state", "mv"], addresses: [storedAddress(from), to.address] } };
}

/** Take what OpenAI has under an id into the state. */
export function importing(address: Address, id: string): TerraformCommand {
  return { verb: ["import"], addresses: [address], tail: [id] };
}

/** Leave the invite as it is, by taking an edit back. */
export function undo(steps: readonly ConfigurationStep[]): Remedy {
  return { kind: "undo", steps };
}

/** Send an invite again, by replacing it. */
export function replace(entry: InviteEntry): Remedy {
  return { kind: "replace", command: { verb: ["apply"], flag: "-replace=", addresses: [entry.address] } };
}

/** Remove instances from the state, all in one call. */
export function removal(addresses: readonly Address[]): TerraformCommand {
  return { verb: ["state", "rm"], addresses };
}
