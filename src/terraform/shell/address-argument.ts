import { type Address, type InstanceKey, respellAddress } from "../addresses/address.js";
import type { Shell } from "./shell-quoting.js";

/**
 * Characters that a shell cannot be trusted to hand on, whatever the quoting. Windows PowerShell 5.1 splits a word at
 * a blank that follows an odd number of double quotes, which is where the blanks of an instance key stand. cmd
 * replaces `%NAME%` even inside quotes, and `!NAME!` too when it was started with `/v:on`.
 */
const UNSAFE_IN: Partial<Readonly<Record<Shell, string>>> = { powershell: " ", cmd: "%!" };

/**
 * The spelling of an address to quote and put on a command line of a shell: as Terraform prints it, save that in keys
 * the few characters which this shell cannot hand on are written `\uXXXX`. Terraform reads both spellings alike.
 */
export function addressArgument(address: Address, shell: Shell): string {
  return respellAddress(address, UNSAFE_IN[shell] ?? "");
}

/**
 * Why no Terraform command can name this instance, or undefined where one can. Terraform normalizes the strings of an
 * address to [NFC](https://unicode.org/reports/tr15/), so a key that is not in NFC names another instance, or none;
 * and its address syntax has no negative numbers. Terraform itself never writes either into a state, but other
 * tools may.
 */
export function whyUnaddressable(address: Address): string | undefined {
  const keys: readonly InstanceKey[] = [...address.module.map((step) => step.key), address.key];
  for (const key of keys) {
    if (typeof key === "string" && key.normalize("NFC") !== key) {
      return `Terraform would read the key ${JSON.stringify(key)} in its composed Unicode form (NFC), which is another key`;
    }
    if (typeof key === "number" && !(Number.isSafeInteger(key) && key >= 0)) {
      return `Terraform cannot read the index ${key} in an address`;
    }
  }
  return undefined;
}
