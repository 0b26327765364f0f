import { lowerCaseEmail } from "../../../base/email.js";
import { isBelow } from "../../../terraform/addresses/address.js";
import type { Configuration, ConfiguredResource } from "../../../terraform/configuration/configuration.js";
import { evaluate, type Scope } from "../../../terraform/configuration/evaluation/evaluate.js";
import { expand, withRepetition } from "../../../terraform/configuration/evaluation/expansion.js";
import type { Expression } from "../../../terraform/configuration/syntax/syntax.js";
import { literalTerm, mentions, type Term, termOf } from "../../../terraform/edit/term.js";

/** Names that differ from instance to instance. */
export const OF_INSTANCE = ["each", "count"] as const;

/** Whom an invite is for. */
export type Recipients =
  | { readonly kind: "one" /** The address in lower case. */; readonly email: Term }
  /** Those that the module itself names, each with the scope of their instance. */
  | { readonly kind: "many"; readonly people: readonly { readonly email: string; readonly scope: Scope }[] };

/**
 * After acceptance, a person is removed from the collection of the invites. So a membership must not use the same collection
 * or depend on the call of a module: the people are copied, which is safe for those that the module names itself.
 * `own` knows only what the module itself says. Otherwise the reason.
 */
export function recipientsOf(
  resource: ConfiguredResource,
  email: Expression,
  text: string,
  own: Scope,
  configuration: Configuration,
): Recipients | string {
  if (resource.repetition.kind === "single") {
    if (evaluate(email, own).kind !== "string" && isCalledForSeveral(resource, configuration))
      return "its module is called for several people, and a person whose call you remove after acceptance would lose the project; put the memberships outside the module";
    const written = loweredTerm(email, text);
    return written === undefined
      ? "its address is written in a way that cannot be repeated elsewhere"
      : { kind: "one", email: written };
  }
  const { kind } = resource.repetition;
  const { items, complete, reason } = expand(resource.block.body, own, configuration.settings.tool);
  if (!complete) return fromElsewhere(kind, reason);
  if (items.length === 0) return "it invites no one, so there are no members to list";
  const people: { email: string; scope: Scope }[] = [];
  for (const { names } of items) {
    const scope = withRepetition(own, names);
    const value = evaluate(email, scope);
    if (value.kind !== "string" || value.marks !== undefined)
      return fromElsewhere(kind, value.kind === "unknown" ? value.reason : "its address");
    people.push({ email: lowerCaseEmail(value.value), scope });
  }
  return { kind: "many", people };
}

function fromElsewhere(kind: string, what = "something"): string {
  return `the people it invites depend on ${what}, which this module does not list literally: a membership with the same ${kind} would be removed from people whom you drop after acceptance; write a separate list of members`;
}

/** Whether there may be several instances of the resource's module. */
function isCalledForSeveral({ block, modulePath }: ConfiguredResource, { resources, modules }: Configuration): boolean {
  const ways = resources.filter(
    (one) => one.block.range.file === block.range.file && one.block.range.start.offset === block.range.start.offset,
  );
  const repeated = modules.some(({ path, repetition }) => repetition.kind !== "single" && isBelow(modulePath, path));
  return ways.length > 1 || repeated;
}

/** The address in lower case: a literal as one, anything else by a function. */
function loweredTerm(email: Expression, text: string): Term | undefined {
  const term = termOf(email, text);
  if (term === undefined || term.hcl.includes("\n") || mentions(email, ["user", ...OF_INSTANCE])) return undefined;
  return term.text === undefined ? { hcl: `lower(${term.hcl})` } : literalTerm(lowerCaseEmail(term.text));
}
