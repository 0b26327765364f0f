import { isDeepStrictEqual } from "node:util";
import type { ProviderIdentity } from "../providers/identify.js";
import { isKnown, type KnownDialect, UNKNOWN_DIALECT } from "../providers/registry.js";
import { type InviteOperation, type Outcome, outcomeOf, type Situation } from "./outcome.js";

/** An outcome with the behaviors that lead to it. */
export interface DialectOutcome {
  readonly dialects: readonly KnownDialect[];
  readonly outcome: Outcome;
}

/** What can be said of an operation before the apply. */
export type Verdict =
  /** The same for every version and every possible status. */
  | { readonly kind: "certain"; readonly outcome: Outcome }
  /** The versions in range differ, and each outcome is certain. */
  | { readonly kind: "by-version"; readonly outcomes: readonly DialectOutcome[] }
  /** Terraform does this and another action of the same plan in any order, and each order has an outcome of its own. */
  | { readonly kind: "by-order"; readonly outcomes: readonly DialectOutcome[] }
  /** The invite's status or its person's membership decides, and is not known. */
  | { readonly kind: "needs-look-up" }
  /** The provider decides, and has no profile. */
  | { readonly kind: "needs-provider" };

/** The result of an operation in every possible situation, with every behavior that the facts allow. */
export function verdictOf(
  operation: InviteOperation,
  { candidates }: Pick<ProviderIdentity, "candidates">,
  situations: readonly Situation[],
): Verdict {
  const outcomes: { readonly dialects: KnownDialect[]; readonly outcome: Outcome }[] = [];
  for (const row of candidates.length > 0 ? candidates : [UNKNOWN_DIALECT]) {
    const [outcome, ...others] = situations.map((each) => outcomeOf(operation, row, each));
    if (outcome === undefined || others.some((other) => !isDeepStrictEqual(other, outcome)))
      return { kind: "needs-look-up" };
    if (outcome.result === "unknown") return { kind: "needs-provider" };
    if (!isKnown(row)) return { kind: "certain", outcome };
    const same = outcomes.find((known) => isDeepStrictEqual(known.outcome, outcome));
    if (same === undefined) outcomes.push({ dialects: [row], outcome });
    else same.dialects.push(row);
  }
  const [first, second] = outcomes;
  if (first === undefined) return { kind: "needs-provider" };
  return second === undefined ? { kind: "certain", outcome: first.outcome } : { kind: "by-version", outcomes };
}

/** Each outcome that may be: one, or one for each group of versions; none where it is not known. */
export function outcomesOf(verdict: Verdict): readonly DialectOutcome[] {
  if (verdict.kind === "certain") return [{ dialects: [], outcome: verdict.outcome }];
  return verdict.kind === "by-version" || verdict.kind === "by-order" ? verdict.outcomes : [];
}

/** What can be said where either verdict may hold, by the order that Terraform does things in. */
export function eitherOf(one: Verdict, other: Verdict): Verdict {
  const [first, second] = [outcomesOf(one), outcomesOf(other)];
  if (first.length === 0) return one;
  if (second.length === 0) return other;
  const more = second.filter(({ outcome }) => !first.some((known) => isDeepStrictEqual(known.outcome, outcome)));
  return more.length === 0 ? one : { kind: "by-order", outcomes: [...first, ...more] };
}
