import { z } from "zod";
import { type Address, formatAddress } from "../../src/terraform/addresses/address.js";
import { parseModulePath } from "../../src/terraform/addresses/address-parser.js";

/** As much of a raw v4 state as addresses are made of. */
const stateSchema = z.object({
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.enum(["managed", "data"]),
      type: z.string(),
      name: z.string(),
      instances: z.array(z.object({ index_key: z.union([z.string(), z.number()]).optional() })),
    }),
  ),
});

/** The address of every instance of a raw v4 state, in the file's order; a deposed object adds none. */
export function addressesOfState(text: string): Address[] {
  const addresses = new Map<string, Address>();
  for (const resource of stateSchema.parse(JSON.parse(text)).resources) {
    const path = parseModulePath(resource.module ?? "");
    if (!path.ok) throw new Error(path.error.message);
    const { mode, type, name } = resource;
    for (const { index_key: key } of resource.instances) {
      const address: Address = { module: path.module, mode, type, name, key };
      addresses.set(formatAddress(address), address);
    }
  }
  return [...addresses.values()];
}
