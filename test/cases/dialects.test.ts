import { describe, expect, it } from "vitest";
import { stateOf } from "../support/states.js";
import { type CaseOptions, inCase } from "./case.js";

const BOSS = "openai_invite.boss";

/** The plan, with other actions for the boss. */
function planned(actions: readonly string[]): CaseOptions {
  return {
    files: {
      "plan.json": (text) => {
        const plan = JSON.parse(text);
        for (const { change } of plan.resource_changes) change.actions = actions;
        return JSON.stringify(plan);
      },
    },
  };
}

describe("a replacement that forgets the old invite", () => {
  it.each([
    [["forget", "create"], "replace-forgetting", "gone", "the state has lost the invite"],
    [["create", "forget"], "replace-forgetting-create-first", "kept", undefined],
  ] as const)("as %j loses the state where the create fails, or keeps it", (actions, operation, stateAfter, told) =>
    inCase(
      "plan-forget-then-create",
      async ({ json }) => {
        const { code, findings, document } = await json(["check", "--plan", "plan.json"]);
        expect([code, findings]).toEqual([1, [`error replace-will-fail ${BOSS} main.tf:3`]]);
        expect(document.invites[0].planned).toMatchObject({
          operation,
          verdict: "certain",
          outcomes: [{ result: "fails", step: "create", stateAfter, mails: false }],
        });
        expect(document.findings[0].detail.includes("the state has lost the invite")).toBe(told !== undefined);
      },
      planned(actions),
    ),
  );
});

describe("an address in mixed case that the state has in lower case", () => {
  it("is written in lower case by the fix, which is what the plan wants", () =>
    inCase("mixed-case-lower-in-state", async ({ run, read }) => {
      const { code, stderr } = await run(["lint", "--fix"]);
      expect([code, stderr]).toEqual([0, expect.stringContaining("1 finding fixed")]);
      expect(await read("main.tf")).toContain('email = "sol@example.com"');
    }));

  it("gets lower() where the address is a key, and every instance is in lower case", () =>
    inCase(
      "mixed-case-lower-in-state",
      async ({ run, read }) => {
        await run(["lint", "--fix"]);
        expect(await read("main.tf")).toContain("email    = lower(each.key)");
      },
      keyed("sol@example.com", "kim@example.com"),
    ));

  it.each([
    ["has it as it is written", "Sol@example.com", "kim@example.com"],
    ["has another instance in mixed case", "sol@example.com", "Kim@example.com"],
  ])("is left alone where the state %s", (_, sol, kim) =>
    inCase(
      "mixed-case-lower-in-state",
      async ({ run, read }) => {
        const before = await read("main.tf");
        expect((await run(["lint", "--fix"])).stderr).toContain("the invite is in the state");
        expect(await read("main.tf")).toBe(before);
      },
      keyed(sol, kim),
    ),
  );
});

/** Both people under keys as they would be written, with the addresses that the state has. */
function keyed(sol: string, kim: string): CaseOptions {
  const keys = ["Sol@example.com", "Kim@example.com"];
  const block = `resource "openai_invite" "solo" {\n  for_each = toset(${JSON.stringify(keys)})\n  email    = each.key\n  role     = "reader"\n}\n`;
  const invites = [sol, kim].map((email, n) => ({ name: "solo", key: keys[n] ?? "", id: `invite-${n}`, email }));
  return { files: { "main.tf": block, "terraform.tfstate": stateOf(invites) } };
}
