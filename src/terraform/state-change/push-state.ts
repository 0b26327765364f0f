import type { KnownFailure } from "../run/explain-failure.js";
import { type Accessed, failureOf, runState, type StateAccess } from "./state-access.js";

/** https://github.com/hashicorp/terraform/blob/main/internal/states/statemgr/migrate.go (CheckValidImport) */
const OVERTAKEN: KnownFailure = {
  pattern: /over\s+newer\s+state|different\s+state\s+that\s+has\s+the\s+same\s+serial/i,
  what: "somebody else has written the state in the meantime",
  hint: () => "run it again, for the state as it is now",
};

/**
 * Has Terraform write a state, through its standard input, so that no file of it lies about. Terraform refuses another
 * lineage, a lower serial, and other contents under the same serial.
 */
export async function pushState(
  access: StateAccess,
  bytes: Buffer,
  options: { readonly lockTimeout: string; readonly signal?: AbortSignal },
): Promise<Accessed<object>> {
  const args = ["state", "push", "-no-color", `-lock-timeout=${options.lockTimeout}`, "-"];
  const run = await runState(access, args, { input: bytes, ...(options.signal && { signal: options.signal }) });
  const failure = failureOf(run, access, "state push", [OVERTAKEN]);
  return failure === undefined ? { ok: true } : { ok: false, ...failure };
}
