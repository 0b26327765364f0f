import type { Address } from "../addresses/address.js";
import type { ProviderAddress } from "../addresses/provider-address.js";

/** One object of a resource instance in a state: the current one, or a deposed one. */
export interface StateInstance {
  readonly address: Address;
  /** The provider configuration the object belongs to; absent where the state names none that can be read. */
  readonly provider: ProviderAddress | undefined;
  /** Attribute values as the provider wrote them. Sensitive ones are in clear: never print them. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Eight hexadecimal digits on a deposed object; absent on the current one. An address may have both. */
  /** Names of attributes that were given a sensitive value. */
  readonly sensitive?: ReadonlySet<string>;
  readonly deposed: string | undefined;
  readonly tainted: boolean;
  /** The provider's own data, base64; only in a raw state. */
  readonly private: string | undefined;
  /** OpenTofu keeps `lifecycle { destroy = false }` so: what nothing declares any longer is forgotten. */
  readonly skipDestroy?: true;
}

/** What was read of a state. */
export interface State {
  /** `v4`: as stored and as `terraform state pull` prints it; `show`: as `terraform show -json` prints it. */
  readonly format: "v4" | "show";
  /** The version that wrote it, such as `1.11.4`. */
  readonly terraformVersion: string | undefined;
  /** Same for all versions of one state; absent in the show form and in a state that was never written. */
  readonly lineage: string | undefined;
  /** Grows with every write; absent in the show form. */
  readonly serial: number | undefined;
  /** Objects of the wanted types, managed and data, in the order of the document. */
  readonly instances: readonly StateInstance[];
  /** All resources of the state, wanted or not; a resource with several instances counts once. */
  readonly resourceCount: number;
}

export interface StateRead {
  readonly ok: true;
  readonly state: State;
}

/** What Terraform means by printing nothing: the workspace has no state yet. */
export const EMPTY_STATE: State = {
  format: "v4",
  terraformVersion: undefined,
  lineage: undefined,
  serial: undefined,
  instances: [],
  resourceCount: 0,
};
