import { describe, expect, it } from "vitest";
import { inCase } from "./case.js";

/** The case's plan after a failure, as Terraform 1.11.4 writes it: `prior_state` has what the plan has read. */
function brokenOff(text: string): string {
  const { resource_changes: _, ...plan } = JSON.parse(text);
  return JSON.stringify({
    ...plan,
    errored: true,
    complete: false,
    applyable: false,
    prior_state: {
      format_version: "1.0",
      terraform_version: "1.11.4",
      values: {
        root_module: {
          resources: [
            {
              address: "data.openai_invite.read",
              mode: "data",
              type: "openai_invite",
              name: "read",
              provider_name: "registry.terraform.io/openai/openai",
              schema_version: 0,
              values: { invite_id: "invite-1", id: "invite-1" },
            },
            {
              address: "openai_invite.ann",
              mode: "managed",
              type: "openai_invite",
              name: "ann",
              provider_name: "registry.terraform.io/openai/openai",
              schema_version: 0,
              values: { invite_id: "invite-2", id: "invite-2", email: "ann@example.com" },
            },
          ],
        },
      },
    },
  });
}

describe("a plan that failed at a data source", () => {
  const files = {
    "plan.json": brokenOff,
    "read.tf":
      'data "openai_invite" "read" {\n  invite_id = "invite-1"\n}\n\ndata "openai_invite" "gone" {\n  invite_id = "invite-0"\n}\n\ndata "openai_invite" "own" {\n  invite_id = openai_invite.ann.invite_id\n}\n\nresource "openai_invite" "ann" {\n  email = "ann@example.com"\n  role  = "reader"\n}\n',
  };

  it("names the blocks that the plan has not read, with the ids", () =>
    inCase(
      "plan-without-prior-state",
      async ({ run }) => {
        const { code, stderr } = await run(["check", "--plan", "plan.json"]);
        expect(code).toBe(2);
        expect(stderr).toContain("data.openai_invite.gone (read.tf:5), which reads invite-0");
        expect(stderr).toContain("data.openai_invite.own (read.tf:9), which reads invite-2");
        expect(stderr).not.toContain("data.openai_invite.read");
      },
      { files },
    ));
});

describe("a partial plan of OpenTofu", () => {
  it("looks like a complete plan, and is judged by its contents", () =>
    inCase(
      "plan-without-prior-state",
      async ({ json }) => {
        const { code, findings } = await json(["check", "--plan", "plan.json"]);
        expect(code).toBe(1);
        expect(findings.filter((finding) => finding.includes("destroy-will-fail"))).toHaveLength(2);
      },
      {
        files: {
          "plan.json": (text) => {
            const { complete: _, applyable: __, ...plan } = JSON.parse(text);
            return JSON.stringify(plan);
          },
        },
      },
    ));
});

/** A plan of `openai_invite.eve`: of the current object where one is given, and of a deposed one. */
function withDeposed(deposed: string, email: string, current?: string): string {
  const before = (id: string, person: string) => ({ id, invite_id: id, email: person, role: "reader", projects: [] });
  const change = (actions: readonly string[], known: object | null, after: object | null, more: object = {}) => ({
    address: "openai_invite.eve",
    mode: "managed",
    type: "openai_invite",
    name: "eve",
    provider_name: "registry.terraform.io/openai/openai",
    ...more,
    change: { actions, before: known, after, after_unknown: {} },
  });
  const ids: Readonly<Record<string, string>> = { dan: "invite-1", eve: "invite-2" };
  const held = (name: string) => before(ids[name] ?? "", `${name}@example.com`);
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    resource_changes: [
      change(current === undefined ? ["create"] : ["delete", "create"], current ? held(current) : null, {
        email,
        role: "reader",
        projects: [],
      }),
      change(["delete"], held(deposed), null, { deposed: "00c0ffee" }),
    ],
  });
}

describe("a new invite in a plan that also deletes a deposed one", () => {
  it.each([
    // Terraform creates and deletes in any order.
    ["of the same person, pending", withDeposed("eve", "eve@example.com"), "by-order", "invited"],
    ["of another person", withDeposed("eve", "new@example.com"), "certain", undefined],
    ["of a member", withDeposed("dan", "dan@example.com"), "certain", "member"],
    ["of a member, in place of another", withDeposed("dan", "dan@example.com", "eve"), "certain", "member"],
  ])("%s", (_, plan, verdict, reason) =>
    inCase(
      "plan-without-prior-state",
      async ({ json }) => {
        const { document } = await json(["check", "--plan", "plan.json"]);
        const [invite] = document.invites.filter(({ address }: { address: string }) => address === "openai_invite.eve");
        expect([invite.planned.verdict, invite.planned.outcomes[0].why]).toEqual([verdict, reason]);
      },
      { files: { "plan.json": plan, "terraform.tfstate": null } },
    ),
  );
});
