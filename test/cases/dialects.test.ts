import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { RECORDINGS } from "../support/recording.js";
import { stateOf } from "../support/states.js";
import { type CaseOptions, inCase } from "./case.js";

const BOSS = "openai_invite.boss";
const LOSS = "By then the old invite is removed from the state, and every later apply tries to send it again and fails";

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
    [["forget", "create"], "replace-forgetting", "gone", true],
    [["create", "forget"], "replace-forgetting-create-first", "kept", false],
  ] as const)(
    "as %j is %s; after a failed create the invite's entry in the state is %s",
    (actions, operation, stateAfter, loss) =>
      inCase(
        "plan-forget-then-create",
        async ({ json }) => {
          const { code, findings, document } = await json(["check", "--plan", "plan.json"]);
          expect([code, findings]).toEqual([1, [`error replace-will-fail ${BOSS} main.tf:3`]]);
          expect(document.invites[0].planned).toMatchObject({
            operation,
            verdict: "certain",
            outcomes: [{ result: "fails", step: "create", stateAfter, sendsInvitation: false }],
          });
          expect(document.findings[0].detail.includes(LOSS)).toBe(loss);
        },
        planned(actions),
      ),
  );
});

describe("an invite of cloudopsworks/openai whose projects the plan does not know", () => {
  const ADDRESS = "openai_organization_invite.example";
  const recorded = readFileSync(path.join(RECORDINGS, "cloudopsworks-openai-0.1.1/plan-without-projects.json"), "utf8");
  const planOf = (projects: object | undefined): CaseOptions => {
    const plan = JSON.parse(recorded);
    const [resource] = plan.configuration.root_module.resources;
    if (projects !== undefined) resource.expressions.projects = projects;
    return {
      files: { "plan.json": JSON.stringify(plan), "main.tf": "", "terraform.tfstate": null },
      api: { invites: [], users: [] },
    };
  };

  it.each([
    ["are not given", undefined],
    ["are null", {}],
  ])("can't be sent where they %s", (_, projects) =>
    inCase(
      "departed",
      async ({ json }) => {
        const { code, findings, document } = await json(["check", "--plan", "plan.json"]);
        expect([code, findings]).toEqual([1, [`error create-will-fail ${ADDRESS}`]]);
        expect(document.invites[0].planned).toMatchObject({
          verdict: "certain",
          outcomes: [
            { result: "fails", step: "create", stateAfter: "gone", sendsInvitation: false, why: "projects-left-open" },
          ],
        });
        expect(document.findings[0].detail).toContain("write projects = []");
        expect(document.findings[0].detail).toContain("Value Conversion Error");
      },
      planOf(projects),
    ),
  );

  it("are not a certain failure where an expression may set them during the apply", () =>
    inCase(
      "departed",
      async ({ json }) => {
        const { code, document, stderr } = await json(["check", "--plan", "plan.json"]);
        expect([code, document.invites[0].planned.verdict]).toEqual([3, "needs-look-up"]);
        expect(stderr).toContain("its projects, which are only known during the apply");
      },
      planOf({ references: ["module.projects.all"] }),
    ));
});

describe("an address in mixed case that the state has in lower case", () => {
  it("is changed to lower case by the fix, as in the state", () =>
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
    ["has the same mixed case", "Sol@example.com", "kim@example.com"],
    ["has another instance in mixed case", "sol@example.com", "Kim@example.com"],
  ])("is not changed where the state %s", (_, sol, kim) =>
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

describe("a missing invite of a provider that fails every plan on it", () => {
  const JIANYUAN = "registry.terraform.io/jianyuan/openai";
  const people = ["alice", "max"];
  const provided = (version: string): CaseOptions => ({
    files: {
      "versions.tf": `terraform {\n  required_providers {\n    openai = {\n      source  = "jianyuan/openai"\n      version = "${version}"\n    }\n  }\n}\n`,
      "main.tf": people
        .map((name) => `resource "openai_invite" "${name}" {\n  email = "${name}@example.com"\n  role  = "reader"\n}\n`)
        .join("\n"),
      "terraform.tfstate": stateOf(
        people.map((name) => ({ name, id: `invite-${name}`, email: `${name}@example.com` })),
      ).replaceAll("registry.terraform.io/openai/openai", JIANYUAN),
    },
    api: {
      invites: [
        anInvite("invite-alice", "alice@example.com", 1_790_000_000, {
          status: "accepted",
          accepted_at: 1_790_000_060,
        }),
      ],
      users: [aUser("user-1", "alice@example.com", 1_790_000_060)],
    },
  });
  const args = ["repair", "--shell", "bash"];

  it.each([
    ["0.3.4", " 'openai_invite.max'"],
    ["0.6.0", " 'openai_invite.max'"],
    ["0.7.0", ""],
  ])("is removed together with the used ones where version %s fails the plan", (version, more) =>
    inCase(
      "departed",
      async ({ run }) => {
        const { code, stdout, stderr } = await run(args);
        expect([code, stdout]).toEqual([0, `terraform state rm 'openai_invite.alice'${more}\n`]);
        expect(stderr.includes("every plan fails on it")).toBe(more !== "");
        // --status removes only the selected ones.
        expect((await run([...args, "--status", "accepted"])).stdout).toBe(
          "terraform state rm 'openai_invite.alice'\n",
        );
      },
      provided(version),
    ),
  );

  it("needs a command where --as blocks is given: every plan fails before it reaches the blocks", () =>
    inCase(
      "departed",
      async ({ run, read }) => {
        const { code, stderr } = await run(["repair", "--as", "blocks", "--write", "--yes"]);
        expect(code).toBe(3);
        expect(stderr).toContain("every plan fails until it is removed from the state: remove it by command");
        expect(await read("main.tf")).toContain("max@example.com");
        expect(await read("tfinvite-forget.tf")).not.toContain("max");
      },
      provided("0.6.0"),
    ));
});

/** Both people under keys as the configuration writes them, with the addresses that the state has. */
function keyed(sol: string, kim: string): CaseOptions {
  const keys = ["Sol@example.com", "Kim@example.com"];
  const block = `resource "openai_invite" "solo" {\n  for_each = toset(${JSON.stringify(keys)})\n  email    = each.key\n  role     = "reader"\n}\n`;
  const invites = [sol, kim].map((email, n) => ({ name: "solo", key: keys[n] ?? "", id: `invite-${n}`, email }));
  return { files: { "main.tf": block, "terraform.tfstate": stateOf(invites) } };
}
