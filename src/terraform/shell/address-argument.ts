import { type Address, type InstanceKey, respellAddress } from "../addresses/address.js";
import type { Shell } from "./shell-quoting.js";

/**
 * Characters that a shell may not pass on unchanged, however they are quoted. Windows PowerShell 5.1 splits a word at a
 * blank after an odd number of double quotes, and the blanks of an instance key are in such a place. cmd replaces
 * `%NAME%` even inside quotes, and `!NAME!` too if it was started with `/v:on`.
 */
const UNSAFE_IN: Partial<Readonly<Record<Shell, string>>> = { powershell: " ", cmd: "%!" };

/**
 * The spelling of an address for a shell's command line, before quoting: as Terraform prints it, except that the few
 * characters of its keys that this shell can't pass on are written `\uXXXX`. Terraform reads both spellings the same.
 */
export function addressArgument(address: Address, shell: Shell): string {
  return respellAddress(address, UNSAFE_IN[shell] ?? "");
}

/**
 * Why no Terraform command can name this instance; undefined if one can. Terraform normalizes the strings of an
 * address to [NFC](https://unicode.org/reports/tr15/), so a key that is not in NFC names another instance, or none;
 * and its address syntax has no negative numbers. Terraform itself never writes either into a state, but other
 * tools may.
 */
export function whyUnaddressable(address: Address): string | undefined {
  const keys: readonly InstanceKey[] = [...address.module.map((step) => step.key), address.key];
  for (const key of keys) {
    if (typeof key === "string" && key.normalize("NFC") !== key) {
      return `Terraform would normalize the key ${JSON.stringify(key)} to Unicode form NFC, which is another key`;
    }
    if (typeof key === "number" && !(Number.isSafeInteger(key) && key >= 0)) {
      return `Terraform can't read the index ${key} in an address`;
    }
  }
  return undefined;
}
