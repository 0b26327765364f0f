import type { Address } from "../../terraform/address.js";
import type { SourceRange } from "../../terraform/source-range.js";

/** Something that a person has to change in the configuration. */
export type ConfigurationStep =
  /** Delete the resource's block: every invite of it goes. */
  | { readonly kind: "delete-block"; readonly resource: string; readonly range: SourceRange }
  /** Take keys, as HCL writes them, out of the collection that `for_each` runs over. */
  | {
      readonly kind: "drop-keys";
      readonly resource: string;
      readonly keys: readonly string[];
      readonly via?: string;
      readonly range: SourceRange;
    }
  /** Lower a `count` whose last instances are the ones to go. */
  | { readonly kind: "lower-count"; readonly resource: string; readonly to: number; readonly range: SourceRange }
  /** `count` numbers its instances, so one in the middle cannot go alone. */
  | {
      readonly kind: "rework-count";
      readonly resource: string;
      readonly indexes: readonly number[];
      readonly range: SourceRange;
    }
  /** The block declares it, but how could not be worked out. */
  | {
      readonly kind: "find-key";
      readonly resource: string;
      readonly names: readonly string[];
      readonly range: SourceRange;
    };

/** A place in the configuration that reads what is about to be forgotten. */
export interface Dependent {
  /** `data.openai_invite.alice`, `output.alice_status`. */
  readonly from: string;
  readonly range: SourceRange;
  readonly target: string;
}

/** A Terraform command on addresses: `state rm ADDRESS…`, `apply -replace=ADDRESS`. */
export interface TerraformCommand {
  readonly verb: readonly string[];
  /** Stands right before each address: `-replace=`. */
  readonly flag?: string;
  readonly addresses: readonly Address[];
}

/** What would put a finding right. */
export type Remedy =
  /** Out of the state by command, and out of the configuration by hand: both, or the next plan sends it again. */
  | {
      readonly kind: "forget";
      readonly command: TerraformCommand;
      readonly steps: readonly ConfigurationStep[];
      readonly dependents: readonly Dependent[];
    }
  /** Take it out of the configuration; there is nothing in the state. */
  | { readonly kind: "drop"; readonly steps: readonly ConfigurationStep[]; readonly dependents: readonly Dependent[] }
  /** Send it again. */
  | { readonly kind: "resend"; readonly command: TerraformCommand }
  /** Invite to the organization only, and add the member to projects by a resource of their own. */
  | { readonly kind: "separate-projects"; readonly range: SourceRange };
