import { type Dialect, type ProviderIdentity, UNKNOWN_DIALECT } from "../providers/dialects.js";
import { type Operation, type Outcome, outcomeOf, type Situation } from "./outcome.js";

/** An outcome with the rows of the dialect table that lead to it. */
export interface DialectOutcome {
  readonly dialects: readonly Dialect[];
  readonly outcome: Outcome;
}

/** What can be said of an operation before the apply. */
export type Verdict =
  /** Whichever version is in use, and however the invite stands. */
  | { readonly kind: "certain"; readonly outcome: Outcome }
  /** The versions in range differ, and each outcome is certain. */
  | { readonly kind: "by-version"; readonly outcomes: readonly DialectOutcome[] }
  /** Terraform does this and another action of the same plan in any order, and each order has an outcome of its own. */
  | { readonly kind: "by-order"; readonly outcomes: readonly DialectOutcome[] }
  /** The invite's status or its person's membership decides, and is not known. */
  | { readonly kind: "needs-look-up" }
  /** The provider decides, and no row speaks of it. */
  | { readonly kind: "needs-provider" };

/** What an operation comes to in every situation that may be, with every row that the evidence allows. */
export function verdictOf(
  operation: Operation,
  { candidates }: Pick<ProviderIdentity, "candidates">,
  situations: readonly Situation[],
): Verdict {
  const rows = candidates.length > 0 ? candidates : [UNKNOWN_DIALECT];
  const byRow = rows.map((row) => ({
    row,
    outcome: common(situations.map((each) => outcomeOf(operation, row, each))),
  }));
  const outcomes: { readonly dialects: Dialect[]; readonly outcome: Outcome }[] = [];
  for (const { row, outcome } of byRow) {
    if (outcome === undefined) return { kind: "needs-look-up" };
    if (outcome.result === "unknown") return { kind: "needs-provider" };
    const same = outcomes.find((known) => isSame(known.outcome, outcome));
    if (same === undefined) outcomes.push({ dialects: [row], outcome });
    else same.dialects.push(row);
  }
  const [first] = outcomes;
  if (first === undefined) return { kind: "needs-provider" };
  return outcomes.length === 1 ? { kind: "certain", outcome: first.outcome } : { kind: "by-version", outcomes };
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
  const more = second.filter(({ outcome }) => !first.some((known) => isSame(known.outcome, outcome)));
  return more.length === 0 ? one : { kind: "by-order", outcomes: [...first, ...more] };
}

/** Outcomes of several situations that differ in nothing that anybody would act on. */
function common(outcomes: readonly Outcome[]): Outcome | undefined {
  const [first, ...others] = outcomes;
  if (first === undefined) return undefined;
  return others.every((other) => isSame(first, other)) ? first : undefined;
}

function isSame(a: Outcome, b: Outcome): boolean {
  return (
    a.result === b.result &&
    a.step === b.step &&
    a.reason === b.reason &&
    a.stateAfter === b.stateAfter &&
    a.mails === b.mails
  );
}
