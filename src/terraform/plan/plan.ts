import type { Address } from "../addresses/address.js";
import type { ProviderAddress } from "../addresses/provider-address.js";
import type { State } from "../state/state.js";

/** What Terraform is about to do with one object, whichever way a version spells it. */
export type PlannedAction =
  | { readonly kind: "no-op" | "create" | "read" | "update" | "delete" }
  /** `delete-first` is the usual order; `create-first` comes from `create_before_destroy`. */
  | { readonly kind: "replace"; readonly order: "delete-first" | "create-first" }
  /** The object leaves the state and stays where it is. */
  | { readonly kind: "forget" }
  /** The same, and another one is made: after it (OpenTofu), or before. */
  | { readonly kind: "forget-and-create"; readonly order: "forget-first" | "create-first" }
  /** A combination that no known version writes. */
  | { readonly kind: "unknown"; readonly actions: readonly string[] };

/** An attribute, or a place inside one: `["projects", 0, "role"]`. */
export type AttributePath = readonly (string | number)[];

/** Attribute values by name. Sensitive ones are in clear: never print them unasked. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * One entry of `resource_changes` or `resource_drift`, after the change representation of
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export interface ResourceChange {
  /** Without instance keys that are not known yet, for all instances; only in deferred changes. */
  readonly address: Address;
  /** Where the object was before a `moved` block took it here; since Terraform 1.1. */
  readonly previousAddress: Address | undefined;
  /** The provider; which of its configurations is only in `configuration`. */
  readonly provider: ProviderAddress | undefined;
  /** Eight hexadecimal digits where a deposed object is meant. An address may have several entries. */
  readonly deposed: string | undefined;
  /** As the document has them, such as `["delete", "create"]`. */
  readonly actions: readonly string[];
  readonly operation: PlannedAction;
  /** Such as `delete_because_each_key`, `replace_because_cannot_update`; since Terraform 0.15.2. */
  readonly reason: string | undefined;
  /** The attributes that force a replacement; since Terraform 0.15.3. */
  readonly replacePaths: readonly AttributePath[];
  /** Absent where there is no object yet. */
  readonly before: Attributes | undefined;
  /**
   * Absent where no object is left. Attributes not known before the apply are missing, and marked in `afterUnknown`.
   */
  readonly after: Attributes | undefined;
  /** Shaped as `after`, with `true` for what is not known yet; or `true` for all of it. */
  readonly afterUnknown: unknown;
  /** Shaped as `before`, with `true` for what is sensitive; or `true` for all of it. */
  readonly beforeSensitive: unknown;
  /** Likewise for `after`. */
  readonly afterSensitive: unknown;
  /**
   * The object is imported by this plan; the id is absent where an identity is given in its place, or not known yet.
   */
  readonly importing: { readonly id: string | undefined } | undefined;
}

/** A change that Terraform puts off to a later plan; an experiment since Terraform 1.9. */
export interface DeferredChange {
  /** Such as `provider_config_unknown`, `deferred_prereq`, `instance_count_unknown`. */
  readonly reason: string;
  readonly change: ResourceChange;
}

/** What an argument of a configured resource refers to. Values are not kept: they may be secrets. */
export interface PlanExpression {
  /** The argument, or the block. */
  readonly name: string;
  /** As given, the longer ones first: `["var.people[0].email", "var.people[0]", "var.people"]`. Empty for constants. */
  readonly references: readonly string[];
}

/** A `resource` or `data` block of a wanted type. */
export interface PlanResource {
  /** The names of the module calls that lead to it, without instance keys; empty in the root module. */
  readonly module: readonly string[];
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Which entry of `providers` it uses. */
  readonly providerKey: string | undefined;
  readonly expressions: readonly PlanExpression[];
  /** Present where the block has it, with what it refers to. */
  readonly count: { readonly references: readonly string[] } | undefined;
  readonly forEach: { readonly references: readonly string[] } | undefined;
  readonly dependsOn: readonly string[];
}

/** One provider configuration that the plan knows of. */
export interface PlanProvider {
  /** What resources refer to: `openai`, `openai.eu`, `module.a:openai`. Opaque. */
  readonly key: string;
  /** The local name. */
  readonly name: string | undefined;
  /** `registry.terraform.io/openai/openai`; since Terraform 1.1. */
  readonly fullName: string | undefined;
  readonly versionConstraint: string | undefined;
  readonly alias: string | undefined;
}

/** What was read of a plan; lists are in the order of the document. */
export interface Plan {
  /** Such as `1.2`. */
  readonly formatVersion: string;
  /** The version of the program that wrote it; OpenTofu writes its own version here. */
  readonly terraformVersion: string | undefined;
  /** When the plan was made, RFC 3339; since Terraform 1.5. */
  readonly timestamp: string | undefined;
  /** Whether an apply would be accepted and do something; since Terraform 1.8, absent in OpenTofu. */
  readonly applyable: boolean | undefined;
  /** False where another plan has to follow for all to be done: targets, deferred changes; since Terraform 1.8. */
  readonly complete: boolean;
  /** Planning failed halfway, and what is here may lack changes; since Terraform 1.6. */
  readonly errored: boolean;
  /** What readers should know of an old format, as one sentence without a full stop. */
  readonly note: string | undefined;
  /** `resource_changes` of the wanted types, managed and data, no-ops included. */
  readonly changes: readonly ResourceChange[];
  /** `resource_drift` of the wanted types: what the refresh found other than the state says. */
  readonly drift: readonly ResourceChange[];
  readonly deferred: readonly DeferredChange[];
  /** The state that the plan was made from, refreshed and with moves done; empty where there was none. */
  readonly priorState: State;
  readonly configuration: {
    readonly providers: readonly PlanProvider[];
    readonly resources: readonly PlanResource[];
  };
  /** Names of the root module's variables. Their values are not kept. */
  readonly variables: readonly string[];
  /** Entries of `resource_changes` of all types. */
  readonly resourceChangeCount: number;
  /** Those among them that are no no-op. */
  readonly effectiveChangeCount: number;
  /**
   * About how many objects of wanted types the making of this plan has read: each one of the prior state, and each that
   * the refresh found gone, which a plan of `-destroy` does not tell. With targets or `-refresh=false` it was fewer.
   */
  readonly reads: { readonly managed: number; readonly data: number };
}

export interface PlanRead {
  readonly ok: true;
  readonly plan: Plan;
}
