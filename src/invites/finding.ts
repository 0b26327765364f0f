import type { SourceRange } from "../terraform/source-range.js";
import type { ProviderIdentity } from "./dialects.js";
import type { Remedy } from "./remedies/remedy.js";

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

/** The typed arguments of each rule's findings. The words are made from them by the reports. */
export interface FindingArguments {
  readonly "accepted-invite": InviteArguments & { readonly acceptedAt?: number; readonly offline: boolean };
  readonly "lagging-invite": InviteArguments & { readonly memberId?: string };
  readonly "departed-invite": InviteArguments & { readonly acceptedAt?: number };
  readonly "expired-invite": InviteArguments & { readonly expiresAt?: number; readonly isMember: boolean };
  readonly "missing-invite": InviteArguments;
  readonly "member-invited": InviteArguments & { readonly memberId?: string };
  readonly "project-scoped-invite": {
    readonly provider: ProviderIdentity;
    readonly syntax: "block" | "dynamic-block" | "attribute";
  };
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
  /** The text of the file that `range` lies in, for reports that show the line. Never part of any output as a whole. */
  readonly text?: string;
};
