import { describe, expect, it } from "vitest";
import type { Situation } from "../../../src/invites/outcomes/outcome.js";
import { eitherOf, outcomesOf, type Verdict, verdictOf } from "../../../src/invites/outcomes/verdict.js";
import { DIALECTS, type KnownDialect } from "../../../src/invites/providers/registry.js";

const NOT_SENT: Situation = { status: "not-sent", member: false, invitedElsewhere: false, syntheticId: false };

function created(candidates: readonly KnownDialect[], ...situations: readonly Situation[]): Verdict {
  return verdictOf("create", { candidates }, situations);
}

/** The verdict on an invite when the same plan deletes the person's pending invite. */
function race(candidates: readonly KnownDialect[]): Verdict {
  return eitherOf(created(candidates, { ...NOT_SENT, invitedElsewhere: true }), created(candidates, NOT_SENT));
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

  it("separates the outcomes of the versions", () => {
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

  it("is the outcome if both orders have the same", () => {
    const member = created(DIALECTS.slice(0, 1), { ...NOT_SENT, member: true });
    expect(eitherOf(member, member)).toBe(member);
  });

  it("is undefined if one order has no verdict", () => {
    const rows = DIALECTS.slice(0, 1);
    const undecided = created(rows, NOT_SENT, { ...NOT_SENT, member: true });
    expect(eitherOf(undecided, created(rows, NOT_SENT)).kind).toBe("needs-look-up");
    expect(eitherOf(created(rows, NOT_SENT), undecided).kind).toBe("needs-look-up");
  });
});
