import { isDeepStrictEqual } from "node:util";
import { defined } from "../../base/defined.js";
import type { ProviderIdentity } from "../providers/identify.js";
import { type Dialect, isKnown, type KnownDialect, UNKNOWN_DIALECT } from "../providers/registry.js";
import { type InviteOperation, type Outcome, outcomeOf, type Situation } from "./outcome.js";

/** An outcome with the behaviors that lead to it. */
export interface DialectOutcome {
  /** None where it is that of all in use. */
  readonly dialects: readonly KnownDialect[];
  readonly outcome: Outcome;
  /** What decides, where that is how OpenAI words its refusal: text that has to be in it, or must not be. */
  readonly wording?: { readonly text: string; readonly contained: boolean };
}

/** What can be said about an operation before the apply. */
export type Verdict =
  /** The same for every version and every possible status. */
  | { readonly kind: "certain"; readonly outcome: Outcome }
  /** The versions in range differ, and each outcome is certain. */
  | { readonly kind: "by-version"; readonly outcomes: readonly DialectOutcome[] }
  /** OpenAI's message decides, at least for some versions, and it has not been recorded. */
  | { readonly kind: "by-wording"; readonly outcomes: readonly DialectOutcome[] }
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
  const found: (Omit<DialectOutcome, "dialects"> & { readonly dialects: KnownDialect[] })[] = [];
  for (const row of candidates.length > 0 ? candidates : [UNKNOWN_DIALECT]) {
    for (const { outcome, wording } of outcomesWith(row, operation, situations)) {
      if (outcome === undefined) return { kind: "needs-look-up" };
      if (outcome.result === "unknown") return { kind: "needs-provider" };
      if (!isKnown(row)) return { kind: "certain", outcome };
      const one = { outcome, ...defined({ wording }) };
      const same = found.find(({ dialects: _, ...known }) => isDeepStrictEqual(known, one));
      if (same === undefined) found.push({ dialects: [row], ...one });
      else same.dialects.push(row);
    }
  }
  const outcomes = found.map((one) => (one.dialects.length === candidates.length ? { ...one, dialects: [] } : one));
  const [first, second] = outcomes;
  if (first === undefined) return { kind: "needs-provider" };
  if (second === undefined) return { kind: "certain", outcome: first.outcome };
  return { kind: outcomes.some(({ wording }) => wording !== undefined) ? "by-wording" : "by-version", outcomes };
}

/** The one outcome of all situations; undefined where they differ. */
function commonOutcome(
  operation: InviteOperation,
  row: Dialect,
  situations: readonly Situation[],
): Outcome | undefined {
  const [outcome, ...others] = situations.map((each) => outcomeOf(operation, row, each));
  return others.every((other) => isDeepStrictEqual(other, outcome)) ? outcome : undefined;
}

/** What becomes of it with one behavior: two outcomes where that hangs on how OpenAI words a refusal. */
function outcomesWith(
  row: Dialect,
  operation: InviteOperation,
  situations: readonly Situation[],
): readonly (Pick<DialectOutcome, "wording"> & { readonly outcome: Outcome | undefined })[] {
  const outcome = commonOutcome(operation, row, situations);
  if (!isKnown(row) || row.destroyAcceptedUnless === undefined) return [{ outcome }];
  const other = commonOutcome(operation, { ...row, destroyAccepted: "reports-success" }, situations);
  if (isDeepStrictEqual(outcome, other)) return [{ outcome }];
  const text = row.destroyAcceptedUnless;
  return [
    { outcome, wording: { text, contained: false } },
    { outcome: other, wording: { text, contained: true } },
  ];
}

/** Each outcome that may be: one, or one for each group of versions; none where it is not known. */
export function outcomesOf(verdict: Verdict): readonly DialectOutcome[] {
  if (verdict.kind === "certain") return [{ dialects: [], outcome: verdict.outcome }];
  return "outcomes" in verdict ? verdict.outcomes : [];
}

/** What can be said where either verdict may hold, by the order that Terraform does things in. */
export function eitherOf(one: Verdict, other: Verdict): Verdict {
  const [first, second] = [outcomesOf(one), outcomesOf(other)];
  if (first.length === 0) return one;
  if (second.length === 0) return other;
  const more = second.filter(({ outcome }) => !first.some((known) => isDeepStrictEqual(known.outcome, outcome)));
  return more.length === 0 ? one : { kind: "by-order", outcomes: [...first, ...more] };
}
