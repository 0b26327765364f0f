import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanVerdict, planActions, verdictWords } from "../../src/report/plan-verdict.js";

const NONE = { fails: 0, "may-fail": 0, unknown: 0, "in-name-only": 0, sends: 0, succeeds: 0 };

function verdict(kind: PlanVerdict["kind"], fates: Partial<PlanVerdict["fates"]>, more: Partial<PlanVerdict> = {}) {
  const all = { ...NONE, ...fates };
  const total = Object.values(all).reduce((sum, number) => sum + number, 0);
  return { kind, total, fates: all, failingReads: 0, resends: 0, nextFails: false, ...more };
}

describe("the verdict on a plan", () => {
  it.each([
    [
      verdict("fails", { fails: 3, succeeds: 8, sends: 1 }),
      "This plan will fail: 3 of 12 invite actions can't be done.",
      "12 invite actions: 3 fail, 8 succeed, 1 sends an invitation",
    ],
    [
      verdict("fails", { fails: 1 }, { failingReads: 1 }),
      "This plan will fail: its only invite action can't be done, and 1 data source can't be read.",
      "1 invite action: 1 fails",
    ],
    [
      verdict("fails", {}, { failingReads: 2 }),
      "This plan will fail: 2 data sources can't be read.",
      "no invite actions",
    ],
    [
      verdict("may-fail", { "may-fail": 450 }),
      "This plan may fail: all 450 invite actions may be refused.",
      "450 invite actions: 450 may fail",
    ],
    [
      verdict("may-fail", { sends: 30 }, { overLimit: "fails" }),
      "This plan may fail: it makes more requests at once than OpenAI has been observed to allow.",
      "30 invite actions: 30 send invitations",
    ],
    [
      verdict("unknown", { unknown: 2, succeeds: 1 }),
      "Whether this plan succeeds is not known: no verdict on 2 of 3 invite actions.",
      "3 invite actions: 2 without a verdict, 1 succeeds",
    ],
    [
      verdict("succeeds", { "in-name-only": 7, succeeds: 5 }, { resends: 1 }),
      "All 12 invite actions of this plan will succeed, but 7 invites will stay at OpenAI although Terraform reports success, and 1 person gets another invitation.",
      "12 invite actions: 7 only report success, 5 succeed",
    ],
    [
      verdict("succeeds", { "in-name-only": 20 }, { overLimit: "silent" }),
      "All 20 invite actions of this plan will succeed, but 20 or more invites will stay at OpenAI although Terraform reports success.",
      "20 invite actions: 20 only report success",
    ],
    [
      verdict("succeeds", { sends: 1 }),
      "The only invite action of this plan will succeed.",
      "1 invite action: 1 sends an invitation",
    ],
    [verdict("untouched", {}), "Nothing in this plan touches an invite.", "no invite actions"],
    [
      verdict("in-doubt", { fails: 1 }),
      "This plan can't be relied on, so what its apply will do is not known: see the errors.",
      "1 invite action: 1 fails",
    ],
  ])("%#: %s", (given, sentence, actions) => {
    expect([verdictWords(given), planActions(given)]).toEqual([sentence, actions]);
  });

  it("promises a success only where every action has one", () => {
    const number = fc.nat({ max: 500 });
    const fates = fc.record({
      fails: number,
      "may-fail": number,
      unknown: number,
      "in-name-only": number,
      sends: number,
      succeeds: number,
    });
    const kinds = fc.constantFrom("fails", "may-fail", "unknown", "succeeds", "untouched", "in-doubt");
    fc.assert(
      fc.property(kinds, fates, (kind, some) => {
        const words = verdictWords(verdict(kind, some));
        expect(words).toMatch(/^[A-Z][^\n]*\.$/);
        expect(words.includes("will succeed")).toBe(kind === "succeeds");
        expect(words.includes("will fail")).toBe(kind === "fails");
      }),
    );
  });
});
