import { describe, expect, it } from "vitest";
import type { Situation } from "../../../src/invites/outcomes/outcome.js";
import { eitherOf, outcomesOf, type Verdict, verdictOf } from "../../../src/invites/outcomes/verdict.js";
import { DIALECTS, type Dialect } from "../../../src/invites/providers/dialects.js";

const UNSENT: Situation = { standing: "unsent", member: false, invitedElsewhere: false, madeUp: false };

function created(candidates: readonly Dialect[], ...situations: readonly Situation[]): Verdict {
  return verdictOf("create", { candidates }, situations);
}

/** What is said of an invite whose person's pending one goes in the same plan. */
function race(candidates: readonly Dialect[]): Verdict {
  return eitherOf(created(candidates, { ...UNSENT, invitedElsewhere: true }), created(candidates, UNSENT));
}

describe("a verdict that depends on Terraform's order", () => {
  it.each(DIALECTS.map((row) => [row.id, row] as const))("has the outcome of each order, with %s", (_, row) => {
    const verdict = race([row]);
    expect(verdict.kind).toBe("by-order");
    expect(outcomesOf(verdict).map(({ outcome }) => outcome.reason ?? outcome.result)).toEqual([
      "invited",
      row.createSent === "succeeds" ? "succeeds" : "sent-but-refused-by-provider",
    ]);
  });

  it("keeps what each version does apart", () => {
    const versions = DIALECTS.filter(({ namespaces }) => namespaces.includes("jianyuan"));
    const said = outcomesOf(race(versions)).map(({ dialects, outcome }) => [
      outcome.reason ?? outcome.result,
      dialects.map(({ id }) => id),
    ]);
    expect(said).toEqual([
      ["invited", []],
      ["sent-but-refused-by-provider", ["jianyuan-0.3"]],
      ["succeeds", ["jianyuan-0.4", "jianyuan-0.7"]],
    ]);
  });

  it("is the one where both orders come to the same", () => {
    const member = created(DIALECTS.slice(0, 1), { ...UNSENT, member: true });
    expect(eitherOf(member, member)).toBe(member);
  });

  it("is none where either order has none", () => {
    const rows = DIALECTS.slice(0, 1);
    const undecided = created(rows, UNSENT, { ...UNSENT, member: true });
    expect(eitherOf(undecided, created(rows, UNSENT)).kind).toBe("needs-look-up");
    expect(eitherOf(created(rows, UNSENT), undecided).kind).toBe("needs-look-up");
  });
});
