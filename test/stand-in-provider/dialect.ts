import type { Answer } from "./api.js";
import type { ObjectValue } from "./values.js";

/** What a provider reports as an error. */
export interface Problem {
  readonly summary: string;
  readonly detail?: string;
}

export interface AttributeSpec {
  /** `projects` is a list of objects with an `id` and a `role`. */
  readonly type: "string" | "number" | "projects";
  readonly given: "required" | "optional" | "computed" | "optional-or-computed";
  /** An edit of it replaces the invite. */
  readonly replaces?: boolean;
  /** A plan takes over the value that it has, rather than calling it unknown. */
  readonly keeps?: boolean;
}

export interface InviteSchema {
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  /** Where `projects` is a block: how many there must be. */
  readonly projectsBlock?: { readonly min: number };
}

/**
 * A provider as its code has it, by hand and independent of what tfinvite knows of it: only then can the one be held
 * against the other.
 */
export interface StandInDialect {
  /** `openai/openai`. */
  readonly source: string;
  readonly version: string;
  readonly resourceType: string;
  /** The arguments of the provider's block. */
  readonly settings: { readonly key: string; readonly url: string; readonly others: readonly string[] };
  /** Which of HashiCorp's two libraries it is written with: they plan in different ways. */
  readonly library: "framework" | "sdk2";
  readonly invite: InviteSchema;
  /** The attribute by which it asks for an invite and deletes it. */
  readonly idAttribute: string;
  /** What `terraform import` knows of an invite before it is read. */
  readonly imported: (id: string) => Readonly<Record<string, string>>;
  /** The data source of one invite: its argument and what else it gives. */
  readonly dataSource: { readonly argument: string; readonly computed: InviteSchema };

  /** The one status that it takes for a sent invite, where it is not 200. */
  readonly sentWith?: 201;

  /** What keeps it from asking for an invite at all. */
  readonly unsendable?: (planned: ObjectValue) => Problem | undefined;
  /** The body of the request that sends an invite. */
  readonly body: (planned: ObjectValue) => Readonly<Record<string, unknown>>;
  /** What an answer to that makes of what was planned. */
  readonly created: (answer: Answer, planned: ObjectValue) => ObjectValue | Problem;
  /** What an answer makes of the state; null drops it. */
  readonly read: (answer: Answer, state: ObjectValue) => ObjectValue | Problem | null;
  /** What is wrong with the answer to a delete, if anything. */
  readonly deleted: (answer: Answer) => Problem | undefined;
  /** What a data source gives. */
  readonly lookedUp: (answer: Answer, id: string) => ObjectValue | Problem;
  /** An id that the provider made up itself, and never asks the API about. */
  readonly madeUp?: (id: string) => boolean;
}

export function isProblem(value: ObjectValue | Problem | null): value is Problem {
  return value !== null && "summary" in value;
}
