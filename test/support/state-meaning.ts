import { z } from "zod";
import { formatAddress } from "../../src/terraform/addresses/address.js";
import { addressesOfState } from "./state-addresses.js";

const Document = z.looseObject({
  serial: z.number(),
  lineage: z.string(),
  resources: z.array(z.looseObject({ instances: z.array(z.looseObject({})) })),
});

/** All that a raw state says, without its serial and without instances at these addresses. */
export function meaningOfState(text: string, without: readonly string[] = []): unknown {
  const { serial: _, terraform_version: __, resources, ...rest } = Document.parse(JSON.parse(text));
  const left = resources.flatMap((resource) => {
    const instances = resource.instances.filter((instance) => {
      const [address] = addressesOfState(JSON.stringify({ resources: [{ ...resource, instances: [instance] }] }));
      return address !== undefined && !without.includes(formatAddress(address));
    });
    return instances.length === 0 ? [] : [{ ...resource, instances }];
  });
  return { check_results: null, ...rest, resources: left };
}

export function serialOf(text: string): number {
  return Document.parse(JSON.parse(text)).serial;
}
