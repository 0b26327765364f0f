import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { aUser, type StandInInvite } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene, RECORDINGS } from "../support/recording.js";
import { type Case, type CaseOptions, inCase } from "./case.js";

const THROTTLED = path.join(RECORDINGS, "throttled-destroy-mkdev-me-2.2.7");

function recordedInvites(): StandInInvite[] {
  // Our own recording, in the shape of the API's lists.
  const { data }: { data: StandInInvite[] } = JSON.parse(
    readFileSync(path.join(THROTTLED, "api-invites.json"), "utf8"),
  );
  return data;
}

const TEAM_DAN = 'openai_invite.team["dan@example.com"]';

describe("an invite that its provider can't read, after state replace-provider", () => {
  const SCENE = { recording: "replace-provider-jianyuan-to-openai", state: "state-replaced.tfstate" };

  it("is an error for each, with both commands for the pending ones", () =>
    inScene(SCENE, async ({ run }) => {
      const { code, stdout } = await run(["check", "--format", "json", "--shell", "bash"]);
      const { invites, findings } = JSON.parse(stdout);
      const found = findings.filter(({ rule }: { rule: string }) => rule === "unreadable-invite");
      expect([code, found.length]).toEqual([1, 13]);
      const commandsOf = (wanted: string) =>
        found
          .filter(({ address }: { address: string }) => address === wanted)
          .map(({ remedy }: { remedy: { commands: { text: string }[] } }) => remedy.commands.map(({ text }) => text));
      const bob = invites.find(({ address }: { address: string }) => address === "openai_invite.bob");
      expect(bob.status).toBe("pending");
      expect(commandsOf("openai_invite.bob")).toEqual([
        ["terraform state rm 'openai_invite.bob'", `terraform import 'openai_invite.bob' '${bob.id}'`],
      ]);
      // It is used: there is no reason to import it again.
      expect(commandsOf("openai_invite.alice")).toEqual([["terraform state rm 'openai_invite.alice'"]]);
    }));

  it("is also found in the failed plan, and without a look-up", () =>
    inScene({ ...SCENE, plan: "plan-replaced.json", apiOf: "plan-replaced.json" }, async ({ run }) => {
      for (const flags of [["--plan", "plan.json"], ["--offline"]]) {
        const { stdout } = await run(["check", "--format", "json", ...flags]);
        const found: { rule: string }[] = JSON.parse(stdout).findings;
        expect(found.filter(({ rule }) => rule === "unreadable-invite")).toHaveLength(13);
      }
    }));

  it("is not reported where the state has invite_id, nor before the provider was replaced", async () => {
    await inScene({ ...SCENE, state: "state-before.tfstate" }, async ({ run }) => {
      expect((await run(["check"])).stdout).not.toContain("unreadable-invite");
    });
    await inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      expect((await run(["check"])).stdout).not.toContain("unreadable-invite");
    });
  });
});

describe("a plan that deletes more invites than the rate limit allows", () => {
  it("is an error with mkdev-me 2.x, which reports refused deletions as done", () =>
    inScene(
      {
        files: { "plan.json": readFileSync(path.join(THROTTLED, "plan-destroy.json"), "utf8") },
        api: { invites: recordedInvites(), users: [] },
      },
      async ({ run }) => {
        const { code, stdout } = await run(["check", "--plan", "plan.json"]);
        const line = stdout.split("\n").find((one) => one.includes("[too-many-writes]"));
        expect(code).toBe(1);
        expect(line).toContain("this plan deletes 12 invites, one request each");
        expect(line).toContain("2 batches of at most 7");
        expect(line).toContain("error");
      },
    ));

  it("is a warning with a provider that fails them", () =>
    inScene({ recording: "openai-openai-1.1.0", plan: "plan-destroy.json" }, async ({ run }) => {
      const { stdout } = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const found: { rule: string; severity: string }[] = JSON.parse(stdout).findings;
      expect(found.filter(({ rule }) => rule === "too-many-writes")).toMatchObject([{ severity: "warning" }]);
    }));

  it("is not reported where deletions and creates are each at the limit", () =>
    inScene({ recording: "openai-openai-1.1.0", plan: "plan-after-state-rm.json" }, async ({ run }) => {
      const { stdout } = await run(["check", "--plan", "plan.json"]);
      expect(stdout).not.toContain("too-many-writes");
    }));
});

describe("a removed block with an instance key", () => {
  const ERROR = `error invalid-forget-block ${TEAM_DAN} main.tf`;

  it("is an error in lint and check that names the solution, and is never fixed", () =>
    inCase("removed-with-key", async ({ json, run, read }) => {
      const before = await read("main.tf");
      const lint = await json(["lint"]);
      expect([lint.code, lint.findings]).toEqual([1, [`${ERROR}:2`]]);
      expect(lint.document.findings[0].message).toMatch(/moved block.*removed block.*state rm/);
      const check = await json(["check"]);
      expect(check.code).toBe(1);
      expect(check.findings).toContain(`${ERROR}:2`);
      expect((await run(["lint", "--fix"])).code).toBe(1);
      expect(await read("main.tf")).toBe(before);
    }));

  it("is not reported as declared where only another instance is, and --fix does not change it", () =>
    inCase("removed-with-key-declared", async ({ json, run, read }) => {
      const before = await read("main.tf");
      const lint = await json(["lint"]);
      expect([lint.code, lint.findings]).toEqual([1, [`${ERROR}:8`]]);
      expect(lint.stderr + JSON.stringify(lint.document)).not.toContain("is in the configuration");
      expect((await run(["lint", "--fix"])).code).toBe(1);
      expect(await read("main.tf")).toBe(before);
    }));

  it.each([
    ["a number", (text: string) => text.replace('["dan@example.com"]', "[0]")],
    ["the key of a module call", (text: string) => text.replace("openai_invite.team", "module.hr.openai_invite.team")],
    ["without destroy = false", (text: string) => text.replace(/\n {2}lifecycle[\s\S]*?\n {2}\}\n/, "")],
  ])("is the same error: %s", (_, change) =>
    inCase(
      "removed-with-key",
      async ({ json, run, read }) => {
        const { findings } = await json(["lint"]);
        expect(findings.some((one) => one.startsWith("error invalid-forget-block"))).toBe(true);
        await run(["lint", "--fix"]);
        expect(await read("main.tf")).toContain("removed {");
      },
      { files: { "main.tf": change } },
    ),
  );
});

describe("a fix with side effects", () => {
  it.each(["fix-of-a-moved-invite", "fix-of-a-switched-off-invite"])("is skipped, with the reason: %s", (name) =>
    inCase(name, async ({ run, read }) => {
      const before = await read("main.tf");
      const { stderr, stdout } = await run(["lint", "--fix"]);
      expect(await read("main.tf")).toBe(before);
      expect(stderr + stdout).toMatch(
        name === "fix-of-a-moved-invite" ? /in the state/ : /decides whether it invites anyone/,
      );
    }),
  );
});

describe("a resource like an invite, from an unknown provider", () => {
  const TYPE = "openai_admin_organization_invite";

  it("is reported with type and place in lint, check and status, which never say that there are no invites", () =>
    inCase("other-invite-type", async ({ json, run }) => {
      for (const command of ["lint", "check"]) {
        const { code, findings, document } = await json([command]);
        expect([command, code, findings]).toEqual([command, 0, [`notice unknown-invite-type ${TYPE}.zoe main.tf:1`]]);
        expect(document.findings[0].message).toContain(TYPE);
      }
      const { code, stdout, stderr } = await run(["status"]);
      expect([code, stderr.includes(`main.tf:1: ${TYPE} looks like an OpenAI invite`)]).toEqual([0, true]);
      for (const output of [stdout, (await run(["lint", "--format", "pretty"])).stdout])
        expect(output).not.toMatch(/[Nn]o invites(?! of a (?:known )?type)/);
    }));
});

describe("something that needs a member, given the address of an invite", () => {
  const SENT = NOW / 1000 - 3600;
  const NIA_JOINED: CaseOptions["api"] = { invites: [], users: [aUser("user-nia", "nia@example.com", SENT)] };
  const CASES = [
    ["read-before-accepted", "data.openai_organization_user.nia", /while planning, so every plan fails/],
    ["add-before-accepted", "openai_project_user.nia", /the apply that sends the invite fails/],
  ] as const;

  it.each(CASES)("is an error in lint, and in check until the person is a member: %s", async (name, address, words) => {
    const finding = `error waits-for-acceptance ${address} main.tf:6`;
    await inCase(name, async ({ json }) => {
      for (const command of ["lint", "check"]) {
        const { code, findings, document } = await json([command]);
        expect([command, code]).toEqual([command, 1]);
        expect(findings).toContain(finding);
        expect(JSON.stringify(document.findings)).toMatch(words);
      }
    });
    const joined = async ({ json }: Case) => expect((await json(["check"])).findings).not.toContain(finding);
    await inCase(name, joined, { api: NIA_JOINED });
  });

  it.each([
    ["a literal", 'email      = "Nia@example.com"', ""],
    ["a local", "email      = local.nia", "locals {\n  nia = openai_invite.nia.email\n}\n"],
    ["a variable's default", "email = var.nia", 'variable "nia" {\n  default = "nia@example.com"\n}\n'],
    ["each.value", "for_each = { a = openai_invite.nia }\n  email = each.value.email", ""],
  ])("is the same through %s", (_, email, more) =>
    inCase("add-before-accepted", async ({ json }) => expect((await json(["lint"])).findings).toHaveLength(1), {
      files: { "main.tf": (text) => text.replace("email      = openai_invite.nia.email", email) + more },
    }),
  );

  it.each([
    ["a count over the members", "count = length([for u in data.openai_organization_users.all.users : u])"],
    ["a flag without a value", "count = var.joined ? 1 : 0"],
    ["a flag that is off", "count = var.off ? 1 : 0"],
    ["the invite's status", 'count = openai_invite.nia.status == "accepted" ? 1 : 0'],
  ])("is not reported where it waits for %s", (_, gate) =>
    inCase("add-before-accepted", async ({ json }) => expect((await json(["lint"])).findings).toEqual([]), {
      files: {
        "main.tf": (text) =>
          `${text.replace("  project_id", `  ${gate}\n  project_id`)}
variable "joined" {}
variable "off" {
  default = false
}
data "openai_organization_users" "all" {}
`,
      },
    }),
  );

  it("is read during the apply where the data source depends on the invite", () =>
    inCase(
      "read-before-accepted",
      async ({ json }) => {
        const { document } = await json(["lint"]);
        expect(JSON.stringify(document.findings)).toMatch(/the apply that sends the invite fails/);
      },
      {
        files: {
          "main.tf": (text) =>
            text.replace("openai_invite.nia.email\n", "openai_invite.nia.email\n  depends_on = [openai_invite.nia]\n"),
        },
      },
    ));
});
