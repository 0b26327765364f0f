import type { Address } from "../../terraform/addresses/address.js";
import type { SourceRange } from "../../terraform/source-range.js";

/** Something that a person has to change in the configuration. Addresses and keys are as HCL writes them. */
export type ConfigurationStep =
  /** Delete the resource's block: every invite of it goes. */
  | {
      readonly kind: "delete-block";
      readonly resource: string;
      /** True in a called module, which other root modules may call as well. */
      readonly shared: boolean;
      /** What its `for_each` runs over, by name: emptied, it keeps the block for the next ones. */
      readonly collection?: string;
      readonly range: SourceRange;
    }
  /** Remove keys from the collection in the `for_each` of a resource or of a module call. */
  | {
      readonly kind: "drop-keys";
      readonly resource: string;
      readonly keys: readonly string[];
      readonly via?: string;
      /** True for the collection of a call: with each key goes all that the module declares for it, invites or not. */
      readonly ofCall: boolean;
      readonly range: SourceRange;
    }
  /** Leave keys out of one `for_each` alone: others that stay come from the same place of the collection. */
  | {
      readonly kind: "exclude-keys";
      readonly resource: string;
      readonly keys: readonly string[];
      /** One of those that stay. */
      readonly staying: string;
      readonly range: SourceRange;
    }
  /** Lower a `count` whose last instances are the ones to go. */
  | {
      readonly kind: "lower-count";
      readonly resource: string;
      readonly to: number;
      /** Present unless the number itself is written there. */
      readonly computed?: {
        /** As written; absent where that is long. */
        readonly expression?: string;
        /** `var.emails`, where the expression is its length. */
        readonly list?: string;
      };
      readonly range: SourceRange;
    }
  /** `count` numbers its instances, so one in the middle cannot go alone. */
  | {
      readonly kind: "rework-count";
      readonly resource: string;
      readonly indexes: readonly number[];
      /** For the first ones that stay and are in the state; relative to the module that the block is in. */
      readonly moves: readonly { readonly from: string; readonly to: string }[];
      /** How many more stay. */
      readonly moreMoves: number;
      readonly range: SourceRange;
    }
  /** Change or delete a module call: what it calls is shared with others, or is not the user's to change. */
  | {
      readonly kind: "change-call";
      /** `module.kim`. */
      readonly resource: string;
      readonly names: readonly string[];
      /** True where every invite that the call declares goes. */
      readonly whole: boolean;
      /** Source of a module that is fetched, so that its files are not the user's own. */
      readonly fetchedFrom?: string;
      readonly range: SourceRange;
    }
  /** Delete an `import` block, which would take it in again, and is an error once nothing declares what it imports. */
  | {
      readonly kind: "delete-import";
      readonly resource: string;
      /** False where its `for_each` may import others as well. */
      readonly whole: boolean;
      readonly range: SourceRange;
    }
  /** Take an edit back, instead of everything else. */
  | {
      readonly kind: "undo-edit";
      readonly resource: string;
      readonly attribute: string;
      /** The value that the state has. */
      readonly value: string;
      /** True where something else than the value itself is written there, such as a variable. */
      readonly computed: boolean;
      readonly range: SourceRange;
    }
  /** The block declares it, but how could not be worked out. */
  | {
      readonly kind: "find-key";
      readonly resource: string;
      readonly names: readonly string[];
      /** The variable of the root module that it comes from, which is given a value outside of the files. */
      readonly variable?: string;
      readonly range: SourceRange;
    };

/** A place in the configuration that reads what is about to be forgotten. */
export interface Dependent {
  /** `data.openai_invite.alice`, `output.alice_status`. */
  readonly from: string;
  readonly range: SourceRange;
  /** What it reads, with the key where that is written out. */
  readonly target: string;
  /** How many invites the place goes on reading. Absent where it breaks. */
  readonly staying?: number | "unknown";
}

/** A Terraform command on addresses: `state rm ADDRESS…`, `apply -replace=ADDRESS`. */
export interface TerraformCommand {
  readonly verb: readonly string[];
  /** Written right before each address: `-replace=`. */
  readonly flag?: string;
  readonly addresses: readonly Address[];
  /** What comes behind the addresses: `import ADDRESS ID`. */
  readonly tail?: readonly string[];
}

/** What would put a finding right. */
export type Remedy =
  /** Out of the state by command, and out of the configuration by hand: both, or the next plan sends it again. */
  | {
      readonly kind: "forget";
      readonly command: TerraformCommand;
      readonly steps: readonly ConfigurationStep[];
      readonly dependents: readonly Dependent[];
      /** What would do in place of all that. */
      readonly instead?: readonly ConfigurationStep[];
    }
  /** Leave the invite as it is, by taking an edit back. */
  | { readonly kind: "undo"; readonly steps: readonly ConfigurationStep[] }
  /** Take in an invite that OpenAI has already, in place of sending another. */
  | { readonly kind: "adopt"; readonly command: TerraformCommand }
  /** Tell the state that an invite has another address now, in place of deleting it and sending another. */
  | { readonly kind: "move"; readonly command: TerraformCommand }
  /** Remove it from the configuration; the state does not have it. */
  | { readonly kind: "drop"; readonly steps: readonly ConfigurationStep[]; readonly dependents: readonly Dependent[] }
  /** Remove the dead invite from the state, and import the living one at the same address. */
  | { readonly kind: "reimport"; readonly commands: readonly TerraformCommand[] }
  /** Send it again. */
  | { readonly kind: "replace"; readonly command: TerraformCommand }
  /** Invite to the organization only, and add the member to projects by a resource of their own. */
  | {
      readonly kind: "separate-projects";
      readonly range: SourceRange;
      /** Without projects, the invite has to have an empty list of them. */
      readonly emptyList: boolean;
      /** The type of the resource that adds a member to a project; absent if the provider has no such resource, or it is unknown. */
      readonly resource?: string;
    };
