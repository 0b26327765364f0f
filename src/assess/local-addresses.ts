import type { Surroundings } from "../base/engine-context.js";
import { isInviteType } from "../invites/inventory.js";
import { formatAddress } from "../terraform/addresses/address.js";
import { isHeldByBackend, locateLocalState } from "../terraform/state/locate-state.js";
import { readStateFile } from "../terraform/state/read-state.js";

/** The addresses of the invites in the state file of a root module, each once; none where Terraform would have to be asked. */
export async function localAddresses(
  directory: string,
  { env }: Pick<Surroundings, "env">,
): Promise<readonly string[]> {
  if (isHeldByBackend({ directory }, env)) return [];
  const found = await locateLocalState(directory, env);
  if (!found.ok || !found.local.exists) return [];
  const { path } = found.local;
  const read = await readStateFile(path, { wantedTypes: isInviteType, origin: path });
  const managed = read.ok ? read.state.instances.filter(({ address }) => address.mode === "managed") : [];
  return [...new Set(managed.map(({ address }) => formatAddress(address)))];
}
