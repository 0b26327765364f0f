import { defined } from "../../base/defined.js";
import { lowerCaseEmail } from "../../base/email.js";
import type { Address } from "../../terraform/addresses/address.js";
import type { AttributePath, Plan, PlanResource, ResourceChange } from "../../terraform/plan/plan.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { type InviteEntry, stringOf } from "../inventory.js";

/** Why a plan destroys or replaces an invite. */
export type Cause =
  /** An argument was edited; the values where they are text and not sensitive. */
  | { readonly kind: "edit"; readonly attribute: string; readonly from?: string; readonly to?: string }
  /** OpenAI handed the address back in another case than the configuration has it. */
  | { readonly kind: "email-case"; readonly from: string; readonly to: string }
  /** OpenAI gave it projects that the configuration does not name. */
  | { readonly kind: "unasked-projects"; readonly projects: readonly string[] }
  /** `-replace`, a taint, or `replace_triggered_by`. */
  | { readonly kind: "requested" | "tainted" | "triggered" }
  /** The key, the index, the block or the module call is no longer in the configuration, or is switched off there. */
  | { readonly kind: "key-gone" | "index-gone" | "block-gone" | "disabled" | "module-gone" | "repetition-changed" }
  /** `moved` to a place that is not declared, which `removed` then forgets or destroys. */
  | { readonly kind: "moved-away" }
  /** A deposed object, left by a replacement that stopped early. */
  | { readonly kind: "deposed" }
  /** `terraform destroy`, or a reason that no known version gives. */
  | { readonly kind: "destroy" }
  | { readonly kind: "other" };

/**
 * Reasons of deletes and replacements by Terraform's names for them, after
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
const BY_REASON: Readonly<Record<string, Exclude<Cause["kind"], "edit" | "email-case" | "unasked-projects">>> = {
  replace_by_request: "requested",
  replace_because_tainted: "tainted",
  replace_by_triggers: "triggered",
  delete_because_each_key: "key-gone",
  delete_because_count_index: "index-gone",
  delete_because_no_resource_config: "block-gone",
  delete_because_no_module: "module-gone",
  delete_because_wrong_repetition: "repetition-changed",
  delete_because_no_move_target: "moved-away",
  // OpenTofu's alone: https://opentofu.org/docs/language/meta-arguments/enabled/
  delete_because_enabled_false: "disabled",
};

/** What in the configuration, or outside of it, makes the plan do it. Several edits are several causes. */
export function causesOf(change: ResourceChange, plan: Plan): readonly Cause[] {
  if (change.deposed !== undefined) return [{ kind: "deposed" }];
  const known = change.reason === undefined ? undefined : BY_REASON[change.reason];
  if (known !== undefined) return [{ kind: known }];
  if (change.operation.kind === "delete") return [{ kind: "destroy" }];
  const edits = editsOf(change, plan);
  return edits.length > 0 ? edits : [{ kind: "other" }];
}

function editsOf(change: ResourceChange, plan: Plan): Cause[] {
  const names = [...new Set([...change.replacePaths.flatMap(nameOf), ...editedInPlace(change)])];
  const edited = names.filter((name) => name !== "projects").map((name) => editOf(name, change));
  if (!names.includes("projects") || !forcesByProjects(change, edited.length > 0)) return edited;
  // A list that the block does not set was OpenAI's own doing.
  const projects = isPartlyMarked(change.beforeSensitive, "projects") ? [] : projectsOf(change.before?.["projects"]);
  if (isConfigured(change, "projects", plan) || projects.length === 0) {
    return [...edited, { kind: "edit", attribute: "projects" }];
  }
  return [...edited, { kind: "unasked-projects", projects }];
}

/** A plan gives no paths for what it edits in place, so what differs is looked for. */
function editedInPlace({ operation, before, after, afterUnknown }: ResourceChange): string[] {
  if (operation.kind !== "update" || before === undefined || after === undefined) return [];
  return ["email", "role", "projects"].filter(
    (name) => !isMarked(afterUnknown, name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

function nameOf([name]: AttributePath): string[] {
  return typeof name === "string" ? [name] : [];
}

/**
 * Where anything else is edited, a provider that computes the list marks it as not known yet, and with that as a reason,
 * though it was not edited: then it counts only when there is something to lose.
 */
function forcesByProjects({ before, after, afterUnknown }: ResourceChange, beside: boolean): boolean {
  if (!beside) return true;
  if (isMarked(afterUnknown, "projects")) return projectsOf(before?.["projects"]).length > 0;
  return JSON.stringify(before?.["projects"] ?? []) !== JSON.stringify(after?.["projects"] ?? []);
}

function editOf(attribute: string, { before, after, beforeSensitive, afterSensitive }: ResourceChange): Cause {
  const from = isMarked(beforeSensitive, attribute) ? undefined : stringOf(before?.[attribute]);
  const to = isMarked(afterSensitive, attribute) ? undefined : stringOf(after?.[attribute]);
  if (attribute === "email" && from !== undefined && to !== undefined && lowerCaseEmail(from) === lowerCaseEmail(to)) {
    return { kind: "email-case", from, to };
  }
  return { kind: "edit", attribute, ...defined({ from, to }) };
}

function projectsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((project: unknown) =>
    typeof project === "object" && project !== null && "id" in project ? (stringOf(project.id) ?? []) : [],
  );
}

function isConfigured({ address }: ResourceChange, attribute: string, plan: Plan): boolean {
  return configuredIn(plan, address)?.expressions.some(({ name }) => name === attribute) === true;
}

/** The block behind an address, where the configuration of the plan has one. */
export function configuredIn({ configuration: { resources } }: Plan, address: Address): PlanResource | undefined {
  const path = address.module.map(({ name }) => name).join(".");
  return resources.find(
    ({ module, mode, type, name }) =>
      mode === "managed" && type === address.type && name === address.name && module.join(".") === path,
  );
}

/** Where the configuration says it: the edited argument, what an instance is repeated over, or else the block. */
export function placeOfCauses(causes: readonly Cause[], { resource }: InviteEntry): SourceRange | undefined {
  if (resource === undefined) return undefined;
  const [first] = causes;
  if (first?.kind === "edit" || first?.kind === "email-case") {
    const attribute = first.kind === "edit" ? first.attribute : "email";
    const [block] = resource.block.body.blocks(attribute, 0);
    return resource.block.body.attribute(attribute)?.range ?? block?.range ?? resource.block.headerRange;
  }
  if ((first?.kind === "key-gone" || first?.kind === "index-gone") && resource.repetition.kind !== "single") {
    return resource.repetition.range;
  }
  return resource.block.headerRange;
}

/** Whether `before_sensitive`, `after_unknown` and the like mark an attribute as a whole, or everything. */
export function isMarked(marks: unknown, attribute: string): boolean {
  return marks === true || marksOf(marks, attribute) === true;
}

/** Whether they mark an attribute, or anything inside it. */
function isPartlyMarked(marks: unknown, attribute: string): boolean {
  return marks === true || hasMark(marksOf(marks, attribute));
}

/** Whether anything is marked, at any depth. */
export function hasMark(marks: unknown): boolean {
  if (marks === true) return true;
  return typeof marks === "object" && marks !== null && Object.values(marks).some(hasMark);
}

function marksOf(marks: unknown, attribute: string): unknown {
  if (typeof marks !== "object" || marks === null) return undefined;
  return Object.entries(marks).find(([name]) => name === attribute)?.[1];
}
