import type { Address } from "../addresses/address.js";
import type { ProviderAddress } from "../addresses/provider-address.js";

/** One object of a resource instance in a state: the current one, or a deposed one. */
export interface StateInstance {
  readonly address: Address;
  /** The provider configuration of the object; absent where the state has none that can be read. */
  readonly provider: ProviderAddress | undefined;
  /** Attribute values as the provider wrote them. Sensitive ones are in plain text: never print them. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The deposed key, eight hexadecimal digits; absent on the current object. An address may have both. */
  /** Names of attributes that were given a sensitive value. */
  readonly sensitive?: ReadonlySet<string>;
  readonly deposed: string | undefined;
  readonly tainted: boolean;
  /** The provider's own data, base64; only in a raw state. */
  readonly private: string | undefined;
  /** OpenTofu's record of `lifecycle { destroy = false }`: the object is forgotten once its block is gone. */
  readonly skipDestroy?: true;
}

/** The parts of a state that were read. */
export interface State {
  /** `v4`: the stored form, also printed by `terraform state pull`; `show`: the output of `terraform show -json`. */
  readonly format: "v4" | "show";
  /** The Terraform version that wrote it, such as `1.11.4`. */
  readonly terraformVersion: string | undefined;
  /** The ID shared by all versions of one state; absent in the show form and in a state that was never written. */
  readonly lineage: string | undefined;
  /** A number that grows with every write; absent in the show form. */
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

/** The state that an empty output of Terraform means: the workspace has no state yet. */
export const EMPTY_STATE: State = {
  format: "v4",
  terraformVersion: undefined,
  lineage: undefined,
  serial: undefined,
  instances: [],
  resourceCount: 0,
};
