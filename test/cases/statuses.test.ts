import { describe, expect, it } from "vitest";
import { anInvite, aUser, type StandInInvite } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { stateOf } from "../support/states.js";
import { type CaseApi, type CaseOptions, inCase } from "./case.js";

const ANA = 'openai_invite.student["ana@example.com"]';
const EXPIRED = `notice expired-invite ${ANA} main.tf:1`;
const WILL_FAIL = `error replace-will-fail ${ANA} main.tf:1`;
const PLAN = ["check", "--plan", "plan.json"];
const SENT = NOW / 1000 - 3600;

/** A number of other people in the same organization, invited by the same root module. */
function withOthers(count: number): CaseOptions {
  const people = Array.from({ length: count }, (_, n) => `p${n}@example.com`);
  const others = people.map((email, n): StandInInvite => anInvite(`other-${n}`, email, SENT));
  return {
    api: ({ invites, users }) => ({ invites: [...others, ...invites], users }),
    files: {
      "main.tf": (text) => text.replace('["ana@example.com"]', JSON.stringify(["ana@example.com", ...people])),
      "terraform.tfstate": (text) => {
        const state = JSON.parse(text);
        const [{ instances }] = state.resources;
        for (const [n, email] of people.entries()) {
          const { attributes } = instances[0];
          const id = `other-${n}`;
          instances.push({
            ...instances[0],
            index_key: email,
            attributes: { ...attributes, id, invite_id: id, email },
          });
        }
        return JSON.stringify(state);
      },
    },
  };
}

describe("an expired invite whose person was sent another one by hand", () => {
  it.each([0, 1, 12, 130])("has the same findings with %i other invites", (count) =>
    inCase(
      "resent-by-hand",
      async ({ json }) => {
        const plain = await json(["check"]);
        expect([plain.code, plain.statuses[ANA]]).toEqual([0, "expired"]);
        expect(plain.findings.filter((finding) => finding.includes("expired"))).toEqual([EXPIRED]);
        const finding = plain.document.findings.find(({ rule }: { rule: string }) => rule === "expired-invite");
        expect(finding.remedy.commands.map(({ argv }: { argv: string[] }) => argv.slice(1))).toEqual([
          ["state", "rm", ANA],
          ["import", ANA, "invite-7"],
        ]);
        const planned = await json(PLAN);
        expect([planned.code, planned.findings[0]]).toEqual([1, WILL_FAIL]);
        expect(JSON.stringify([plain.document, planned.document])).not.toMatch(/apply '?-replace/);
      },
      withOthers(count),
    ),
  );

  it("is sent again by -replace where nothing else is pending", () =>
    inCase(
      "resent-by-hand",
      async ({ json, run }) => {
        expect((await run(["check", "--format", "pretty"])).stdout).toContain(`terraform apply '-replace=${ANA}'`);
        expect(await json(PLAN)).toMatchObject({ code: 0, findings: [] });
      },
      { api: ({ invites, users }) => ({ invites: invites.slice(0, 1), users }) },
    ));

  it("must be removed where another block manages the other one", () =>
    inCase(
      "resent-by-hand",
      async ({ json }) => {
        const { document } = await json(["check"]);
        const finding = document.findings.find(({ rule }: { rule: string }) => rule === "expired-invite");
        expect(finding.remedy).toMatchObject({ kind: "drop", commands: [] });
      },
      {
        files: {
          "terraform.tfstate": stateOf([
            { name: "student", key: "ana@example.com", id: "invite-6", email: "ana@example.com" },
            { name: "again", id: "invite-7", email: "ana@example.com" },
          ]),
          "again.tf": 'resource "openai_invite" "again" {\n  email = "ana@example.com"\n  role  = "reader"\n}\n',
        },
      },
    ));

  it("has no advice to send it again and no verdict where the list of invites cannot be read", () =>
    inCase("resent-by-hand", async ({ json, api }) => {
      api.next("invites", { do: "fail", headers: { "x-should-retry": "false" } }, 2);
      const plain = await json(["check"]);
      expect([plain.code, plain.statuses, plain.findings]).toEqual([0, { [ANA]: "expired" }, [EXPIRED]]);
      expect(plain.document.findings[0].remedy).toBeUndefined();
      expect(plain.document.findings[0].detail).toContain(
        "if another invite for the same person is pending, which is not known",
      );
      const planned = await json(PLAN);
      expect([planned.code, planned.statuses]).toEqual([3, { [ANA]: "expired" }]);
      expect(planned.document.invites[0].planned.verdict).toBe("needs-look-up");
    }));
});

describe("a pending invite of a person who is a member", () => {
  const joined = (more: (api: CaseApi) => CaseApi = (api) => api): CaseOptions => ({
    api: (api) => more({ ...api, users: api.users.map((user) => ({ ...user, added_at: 1_790_000_500 })) }),
  });
  const alone = joined(({ users, invites }) => ({ users, invites: invites.filter(({ id }) => id === "invite-14") }));

  it("is pending where the person joined before it was sent: not used, not in repair, and the destroy works", () =>
    inCase("joined-through-another", async ({ json, run }) => {
      const status = await json(["status"]);
      expect([status.code, status.statuses, status.document.invites[0].used]).toEqual([0, { [ANA]: "pending" }, false]);
      expect((await run(["status", "--all"])).stdout).toContain("the person is already a member");
      expect(await run(["repair"])).toMatchObject({ code: 0, stdout: "" });
      const { code, findings } = await json(PLAN);
      expect([code, findings]).toEqual([0, [`notice membership-survives ${ANA} main.tf:2`]]);
    }));

  it("is joined where they were added after it was sent, and no other invite of theirs was accepted", () =>
    inCase(
      "joined-through-another",
      async ({ json }) => {
        expect((await json(["status"])).statuses).toEqual({ [ANA]: "joined" });
        expect((await json(PLAN)).findings[0]).toBe(`error destroy-will-fail ${ANA} main.tf:2`);
      },
      alone,
    ));

  it.each(["accepted", "pending"])("has no verdict and no repair beside another one that is %s", (status) =>
    inCase(
      "joined-through-another",
      async ({ json, run }) => {
        expect((await json(["status"])).statuses).toEqual({ [ANA]: "pending" });
        expect(await run(["repair"])).toMatchObject({ code: 0, stdout: "" });
        const { code, document } = await json(PLAN);
        expect([code, document.invites[0].planned.verdict]).toEqual([3, "needs-look-up"]);
      },
      joined(({ invites, users }) => ({
        users,
        invites: invites.map((one) => (one.id === "invite-13" ? { ...one, status, accepted_at: null } : one)),
      })),
    ),
  );

  it("is unknown where the list of invites cannot be read", () =>
    inCase(
      "joined-through-another",
      async ({ json, api }) => {
        api.next("invites", { do: "fail", headers: { "x-should-retry": "false" } });
        const { code, statuses, document } = await json(["status"]);
        expect([code, statuses]).toEqual([3, { [ANA]: "unknown" }]);
        expect(document.invites[0].reason).toMatch(
          /^whether the person joined by another invite: the Admin API failed/,
        );
      },
      alone,
    ));
});

describe("an accepted invite whose address no member has", () => {
  it("is reported as departed, with the time of the acceptance", () =>
    inCase("departed", async ({ json, run }) => {
      const { statuses, findings, code, document } = await json(["check"]);
      const [kim, rita] = ["kim", "rita"].map((name) => `openai_invite.team["${name}@example.com"]`);
      expect([code, statuses]).toEqual([0, { [`${kim}`]: "departed", [`${rita}`]: "departed" }]);
      expect(findings).toEqual([kim, rita].map((address) => `warning departed-invite ${address} main.tf:1`));
      const shown = [
        JSON.stringify(document),
        ...(await Promise.all(
          [["check", "--format", "pretty"], ["status"], ["repair"]].map(async (args) => {
            const { stdout, stderr } = await run(args);
            return stdout + stderr;
          }),
        )),
      ];
      for (const text of shown) expect(text).toContain("no member has this address");
      expect(shown[2]).toContain("no member has this address, accepted 86 days ago");
      expect(shown.join("\n")).not.toMatch(/no longer a member|somebody who has left|departed \d/);
    }));
});

describe("a list that cannot be finished", () => {
  const people = ["a", "b", "c", "d", "e"];
  const state = stateOf(people.map((name) => ({ name, id: `invite-${name}`, email: `${name}@example.com` })));
  const change = (name: string, actions: readonly string[]) => ({
    address: `openai_invite.${name}`,
    mode: "managed",
    type: "openai_invite",
    name,
    provider_name: "registry.terraform.io/openai/openai",
    change: {
      actions,
      before: actions[0] === "create" ? null : { id: `invite-${name}`, email: `${name}@example.com`, role: "reader" },
      after: actions[0] === "create" ? { email: `${name}@example.com`, role: "reader" } : null,
      after_unknown: {},
    },
  });
  const values = (name: string) => ({
    id: `invite-${name}`,
    invite_id: `invite-${name}`,
    email: `${name}@example.com`,
  });
  const plan = JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: [...people.map((name) => change(name, ["delete"])), change("new", ["create"])],
    prior_state: {
      format_version: "1.0",
      values: {
        root_module: {
          resources: people.map((name) => ({ ...change(name, []), schema_version: 0, values: values(name) })),
        },
      },
    },
  });
  const accepted = people.map((name) =>
    anInvite(`invite-${name}`, `${name}@example.com`, SENT, { status: "accepted", accepted_at: SENT + 60 }),
  );
  // Enough for several pages; the important ones are at the end.
  const many = Array.from({ length: 900 }, (_, n) => anInvite(`other-${n}`, `p${n}@example.com`, SENT));
  const options: CaseOptions = {
    files: { "plan.json": plan, "main.tf": "", "terraform.tfstate": state },
    api: {
      invites: [...many, ...accepted],
      users: people.map((name) => aUser(`user-${name}`, `${name}@example.com`, SENT + 60)),
    },
  };
  const failures = people.map((name) => `error destroy-will-fail openai_invite.${name}`);

  it.each([
    ["all of it is read", 0, 1],
    ["its last page fails", 1, 1],
  ])("does not hide a certain failure that comes before a create: %s", (_, fails, code) =>
    inCase(
      "departed",
      async ({ json, api }) => {
        // Five pages give as much as five single requests; only the create needs the rest of the list.
        api.next("invites", { do: "late", ms: 0 }, 9);
        api.next("invites", { do: "fail", headers: { "x-should-retry": "false" } }, fails);
        const ran = await json(PLAN);
        expect(ran.findings.filter((finding) => finding.startsWith("error"))).toEqual(failures);
        expect([ran.code, ran.statuses["openai_invite.new"]]).toEqual([code, "not-sent"]);
        const created = ran.document.invites.find(
          ({ address }: { address: string }) => address === "openai_invite.new",
        );
        expect(created.planned.verdict).toBe(fails === 0 ? "certain" : "needs-look-up");
      },
      options,
    ),
  );

  it("is replaced by single requests where its first page fails", () =>
    inCase(
      "departed",
      async ({ json, api }) => {
        api.next("invites", { do: "fail", headers: { "x-should-retry": "false" } });
        const { findings, code } = await json(PLAN);
        expect(findings.filter((finding) => finding.startsWith("error"))).toEqual(failures);
        expect(code).toBe(1);
      },
      options,
    ));
});
