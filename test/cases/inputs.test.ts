import { describe, expect, it } from "vitest";
import { inCase } from "./case.js";

/** What the JSON report says about each invite's statement: `KIND FILE:LINE`. */
// biome-ignore lint/suspicious/noExplicitAny: the part of the document that this test is about
function statements({ invites }: any): Record<string, string> {
  return Object.fromEntries(
    // biome-ignore lint/suspicious/noExplicitAny: as above
    invites.flatMap(({ address, statement }: any) => {
      if (statement === undefined) return [];
      const place = statement.file === undefined ? "" : ` ${statement.file}:${statement.range.start.line}`;
      return [[address, `${statement.kind}${place}`]];
    }),
  );
}

describe("statements that are not applied yet", () => {
  it("moved blocks are followed", () =>
    inCase("moved", async ({ json, run }) => {
      const { code, document, findings } = await json(["check"]);
      expect(statements(document)).toEqual({
        'openai_invite.people["dan@example.com"]': "moved main.tf:7",
        'openai_invite.people["eve@example.com"]': "moved main.tf:7",
        "openai_invite.lead": "moved main.tf:16",
      });
      expect(document.invites).toHaveLength(3);
      expect(findings.filter((finding) => finding.startsWith("error"))).toEqual([]);
      expect(code).toBe(0);
      const { stdout } = await run(["status", "--all"]);
      expect(stdout).toContain("moves to module.hr.openai_invite.lead by main.tf:16");
    }));

  it("an added or removed count moves the instance without a block", () =>
    inCase("count-added-or-removed", async ({ json }) => {
      const { code, document, findings } = await json(["check"]);
      expect(Object.values(statements(document))).toEqual(["moved", "moved"]);
      expect(findings.filter((finding) => finding.startsWith("error"))).toEqual([]);
      expect(code).toBe(0);
    }));

  it("invites that removed blocks forget have no finding", () =>
    inCase("blocks-not-applied-yet", async ({ json, run }) => {
      const { code, document, findings } = await json(["check", "--fail-on", "warning"]);
      expect(Object.values(statements(document)).sort()).toEqual([
        "forgotten tfinvite-forget.tf:1",
        "forgotten tfinvite-forget.tf:14",
      ]);
      expect([code, findings]).toEqual([0, []]);
      expect((await run(["status", "--all"])).stdout).toContain("forgotten by tfinvite-forget.tf:1 at the next apply");
      const repair = await run(["repair"]);
      expect([repair.code, repair.stdout]).toEqual([0, ""]);
      expect(repair.stderr).toContain("forgotten by tfinvite-forget.tf:14 at the next apply");
    }));

  it("an imported invite has the status of its id", () =>
    inCase("import-not-applied-yet", async ({ json }) => {
      const { code, document, findings } = await json(["check"]);
      expect(Object.values(statements(document)).sort()).toEqual([
        "imported main.tf:12",
        "imported main.tf:17",
        "imported main.tf:17",
      ]);
      expect(findings.filter((finding) => finding.startsWith("error"))).toEqual([]);
      expect(document.invites.map(({ id }: { id: string }) => id).sort()).toEqual([
        "invite-10",
        "invite-11",
        "invite-8",
      ]);
      expect(code).toBe(0);
    }));

  it("an invite that OpenTofu keeps on destroy is forgotten", () =>
    inCase("guard-in-state", async ({ json }) => {
      const { code, document, findings } = await json([
        "check",
        "--fail-on",
        "warning",
        "--state",
        "terraform.tfstate",
      ]);
      expect(Object.values(statements(document))).toEqual(["forgotten", "forgotten"]);
      expect([code, findings]).toEqual([0, []]);
    }));
});

describe("what is not known", () => {
  it("a block whose instances are not known is listed as one invite", () =>
    inCase("unknown-for-each", async ({ json, run }) => {
      const { code, document } = await json(["check"]);
      expect(code).toBe(3);
      expect(document.invites).toMatchObject([
        { address: "openai_invite.team", instances: "unknown", status: "unknown" },
      ]);
      const { stdout, stderr } = await run(["status"]);
      expect(stdout).toContain("main.tf:5");
      expect(stderr).toContain("var.people");
    }));

  it("an instance that is not in the default may still be declared", () =>
    inCase("default-given-elsewhere", async ({ json, run }) => {
      const { stderr, document } = await json(["check"]);
      expect(stderr).toContain("TF_VAR_people");
      expect(JSON.stringify(document)).not.toContain("no block declares it");
      const written = await run(["repair", "--as", "blocks", "--write", "--yes"]);
      expect(written.code).toBe(3);
      expect(written.stderr).toContain("var.people");
    }));

  it.each([["status"], ["repair"]])(
    "%s says that there are no invites only where everything was read and shown",
    (command) =>
      inCase(
        "moved",
        async ({ run }) => {
          const selected = await run(["status", "--status", "missing"]);
          expect(selected.stdout).toContain("None of ");
          const { stdout, stderr, code } = await run([command, "--state", "broken.json"]);
          expect(code).toBe(2);
          expect(`${stdout}${stderr}`).not.toMatch(/[Nn]o invites(?! seen)|Nothing to remove/);
        },
        { files: { "broken.json": "{" } },
      ),
  );

  it("a plan without its prior state is judged by its changes", () =>
    inCase("plan-without-prior-state", async ({ json }) => {
      const { code, findings } = await json(["check", "--plan", "plan.json"]);
      expect(code).toBe(1);
      expect(findings.filter((finding) => finding.includes("destroy-will-fail"))).toHaveLength(2);
    }));
});

describe("where the state is", () => {
  it("a local backend's file is read where the configuration says, without a process", () =>
    inCase("local-backend-path", async ({ json }) => {
      for (const args of [["status"], ["status", "--offline"]]) {
        const { code, document } = await json(args, { env: { PATH: "/nowhere" } });
        expect(document.invites[0]).toMatchObject({ inState: true });
        expect(code).toBe(0);
      }
    }));

  it("a state store is a backend: the old file beside it is not read", () =>
    inCase("state-store", async ({ json }) => {
      const { document } = await json(["status", "--offline"]);
      for (const { inState } of document.invites) expect(inState).toBe(false);
    }));
});
