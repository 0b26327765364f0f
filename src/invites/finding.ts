import type { SourceRange } from "../terraform/source-range.js";
import type { Operation } from "./outcomes/outcome.js";
import type { DialectOutcome } from "./outcomes/verdict.js";
import type { Cause } from "./planned/cause.js";
import type { ProviderIdentity } from "./providers/dialects.js";
import type { Remedy } from "./remedies/remedy.js";
import type { StatusReport } from "./status.js";

/** From worst to mildest. */
export const SEVERITIES = ["error", "warning", "notice"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a finding about one invite always knows. Times are Unix seconds. */
export interface InviteArguments {
  readonly email?: string;
  readonly id?: string;
  readonly provider: ProviderIdentity;
  readonly inState: boolean;
  readonly inConfig: boolean | null;
  /** The key of the deposed object that it is about, where it is not about the current one. */
  readonly deposed?: string;
}

/** What a finding about a planned operation always knows. */
export interface PlannedArguments extends InviteArguments {
  readonly operation: Operation;
  /** Why the plan does it; empty for what is only created. */
  readonly causes: readonly Cause[];
  readonly status: StatusReport;
  /** What becomes of it: one outcome, or one for each group of versions that may be in use. */
  readonly outcomes: readonly DialectOutcome[];
  /** Whom a replacement invites, where that is somebody else; without an address where it is not known or not to be shown. */
  readonly invitee?: { readonly email?: string };
  /** The address of another invite that the same plan sends to the same person. */
  readonly duplicateOf?: string;
  /** The address of the invite that is pending for the person, and whether the same plan deletes it. */
  readonly blockedBy?: { readonly address: string; readonly goes: boolean };
  /** True where the refresh for this plan has just dropped the invite from the state. */
  readonly dropped: boolean;
  /** Where a `moved` block took it from. */
  readonly movedFrom?: string;
}

/** What a static finding about one resource's block always knows. */
export interface BlockArguments {
  readonly provider: ProviderIdentity;
}

/** The typed arguments of each rule's findings. The words are made from them by the reports. */
export interface FindingArguments {
  readonly "accepted-invite": InviteArguments & { readonly acceptedAt?: number; readonly offline: boolean };
  readonly "joined-invite": InviteArguments & { readonly memberId?: string };
  readonly "departed-invite": InviteArguments & { readonly acceptedAt?: number };
  readonly "expired-invite": InviteArguments & { readonly expiresAt?: number; readonly isMember: boolean };
  readonly "missing-invite": InviteArguments;
  readonly "member-invited": InviteArguments & { readonly memberId?: string };
  readonly "project-drift": InviteArguments & { readonly projects: readonly string[]; readonly isUsed: boolean };
  readonly "destroy-will-fail": PlannedArguments;
  readonly "replace-will-fail": PlannedArguments;
  readonly "update-will-fail": PlannedArguments;
  readonly "create-will-fail": PlannedArguments;
  readonly "read-will-fail": InviteArguments & {
    /** The data source that reads the invite; absent where the refresh of the invite itself fails. */
    readonly data?: string;
    /** `destroyed`: the plan deletes the invite that the data source reads; `missing`: OpenAI does not know it. */
    readonly why: "missing" | "destroyed";
  };
  readonly "destroy-is-silent": PlannedArguments;
  readonly "membership-survives": PlannedArguments;
  readonly resend: PlannedArguments;
  readonly "too-many-reads": {
    readonly invites: number;
    readonly dataSources: number;
    readonly limit: number;
    /** Each provider that reads them, with what it does once OpenAI refuses. */
    readonly providers: readonly ProviderIdentity[];
  };
  readonly "project-scoped-invite": BlockArguments & { readonly syntax: "block" | "dynamic-block" | "attribute" };
  readonly "invite-as-user": {
    /** The argument that takes a user's id: `user_id`. */
    readonly argument: string;
    /** `openai_project_user.alice`. */
    readonly consumer: string;
    /** `openai_invite.alice.id`, or absent where the id itself is written there. */
    readonly invite?: string;
  };
  readonly "duplicate-invite": {
    readonly email: string;
    /** The invite that comes first: its address, and its place where it has one. */
    readonly other: { readonly address: string; readonly range?: SourceRange };
  };
  readonly "invalid-role": {
    readonly role: string;
    readonly of: "invite" | "project";
    readonly allowed: readonly string[];
  };
  readonly "mixed-case-email": BlockArguments & { readonly email: string };
  readonly "hardcoded-admin-key": {
    /** What the key is written in: `provider.openai`, `var.admin_key`, `openai_invite.alice`. */
    readonly holder: string;
    readonly argument: string;
  };
  readonly "unsupported-argument": BlockArguments & {
    readonly name: string;
    readonly syntax: "argument" | "block";
    /** `openai_invite`, `data.openai_invite`, `provider`, `projects of openai_invite`. */
    readonly of: string;
    /** True for an attribute that is there to be read: the provider sets it. */
    readonly computed: boolean;
    /** What to write in its place, where one thing is meant. */
    readonly instead?: string;
  };
  readonly "data-reads-own-invite": { readonly data: string; readonly invite: string };
  readonly "removed-without-keep": {
    readonly from: string;
    /** `omitted`: Terraform destroys unless told otherwise; `true`: it says so. */
    readonly destroy: "omitted" | "true";
  };
  readonly "leftover-forget-block": {
    readonly block: "moved" | "removed";
    readonly from: string;
    /** `done`: the state holds nothing of it any more; `declared-again`: the invite is back, and the plan fails. */
    readonly why: "done" | "declared-again";
  };
  readonly "silent-destroy-provider": BlockArguments;
  readonly "missing-destroy-guard": { readonly tool: "terraform" | "tofu"; readonly since: string };
  readonly "unknown-provider": {
    /** `no-source`: the module names none; `source`: nobody here knows it; `version`: none with invites is known to be in that range; `type`: it calls invites otherwise. */
    readonly why: "no-source" | "source" | "version" | "type";
    /** `somebody/openai 1.0.0`, or with the host where that is not the usual registry. */
    readonly provider: string;
    /** As the resource is written. */
    readonly type: string;
  };
  readonly "unused-suppression": {
    /** `unused`: it silences nothing; `unknown-rule`: no such rule; `not-ignorable`: the settings forbid it; `no-rule`: it names none; `no-reason`: the settings want one. */
    readonly why: "unused" | "unknown-rule" | "not-ignorable" | "no-rule" | "no-reason";
    readonly name?: string;
    /** The rule that was probably meant. */
    readonly meant?: string;
  };
  readonly "stale-baseline": { readonly baseline: string; readonly rule: string; readonly subject: string };
}

export type RuleId = keyof FindingArguments;

interface DiscoveryOf<Id extends RuleId> {
  readonly rule: Id;
  readonly arguments: FindingArguments[Id];
  /** The root module, as the user named it. */
  readonly directory: string;
  /** The invite's address, or the resource's where the finding is about the block. */
  readonly address?: string;
  readonly range?: SourceRange;
  readonly remedy?: Remedy;
}

/** What a rule found, before anybody weighed it. */
export type Discovery = { [Id in RuleId]: DiscoveryOf<Id> }[RuleId];

/** What a rule found, with what reports need beside it. */
export type Finding = Discovery & {
  /** The one that holds for this run. */
  readonly severity: Severity;
  /** The address of the page that explains the rule. */
  readonly docs: string;
};

/** A finding that somebody decided not to hear of. */
export interface SilencedFinding {
  readonly finding: Finding;
  readonly by: "comment" | "baseline";
  /** The reason given in the comment. */
  readonly reason?: string;
}
