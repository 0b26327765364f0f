import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reportSchema } from "../../src/report/json-schema.js";
import { anInvite, aUser } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { apiOfPlan } from "../support/recorded-api.js";
import { inScene, RECORDINGS, type Scene, type SceneOptions } from "../support/recording.js";

const OPENAI = "openai-openai-1.1.0";
const MKDEV = "mkdev-me-openai-2.2.7";

const changeSchema = z.looseObject({
  address: z.string(),
  change: z.looseObject({ actions: z.array(z.string()) }),
});
const planSchema = z.looseObject({ resource_changes: z.array(changeSchema) });
type PlanDocument = z.infer<typeof planSchema>;

function recorded(name: string, recording = OPENAI): PlanDocument {
  return planSchema.parse(JSON.parse(readFileSync(path.join(RECORDINGS, recording, name), "utf8")));
}

/** A recorded root module with a plan, and the API as the plan's refresh had found it. */
function withPlan(plan: PlanDocument | string, more: SceneOptions = {}): SceneOptions {
  const text = typeof plan === "string" ? plan : JSON.stringify(plan);
  return {
    recording: OPENAI,
    state: null,
    ...(more.api === undefined && { apiOf: "plan-role-change.json" }),
    ...more,
    files: { "plan.json": text, ...more.files },
  };
}

const QUIET = ["mixed-case-email", "project-scoped-invite", "data-reads-own-invite", "too-many-reads"].flatMap(
  (rule) => ["--rule", `${rule}=off`],
);

async function shown({ run }: Scene, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await run(["check", "--plan", "plan.json", "--shell", "bash", ...QUIET, ...args]);
  // SARIF has the pages of the rules, with examples of their own.
  const printed = stdout.replaceAll(/"markdown": ".*"/g, '"markdown": "…"');
  return `${printed}--- stderr\n${stderr}--- exit ${code}\n`;
}

describe("output of check --plan", () => {
  it.each([
    ["pretty", "destroy"],
    ["compact", "destroy"],
    ["markdown", "destroy"],
    ["github", "role-change"],
  ])("%s of a plan: %s", (format, name) =>
    inScene(withPlan(recorded(`plan-${name}.json`), { apiOf: `plan-${name}.json` }), async (scene) => {
      await expect(await shown(scene, "--format", format)).toMatchFileSnapshot(`shown/${format}-${name}.txt`);
    }),
  );

  it("explains a provider that reports success for a deletion that did not happen", () =>
    inScene(withPlan(recorded("plan-destroy.json", MKDEV), { recording: MKDEV, api: {} }), async (scene) => {
      await expect(await shown(scene, "--format", "pretty")).toMatchFileSnapshot("shown/pretty-destroy-mkdev.txt");
    }));

  it("needs only the plan", () =>
    inScene({ files: { "plan.json": JSON.stringify(recorded("plan-role-change.json")) }, api: API }, async (scene) => {
      await expect(await shown(scene, "--format", "pretty")).toMatchFileSnapshot("shown/plan-alone.txt");
    }));

  it("does not treat invites as no longer declared because a -refresh-only plan has no changes of them", () => {
    const plan = { ...recorded("plan-role-change.json"), resource_changes: [] };
    return inScene({ files: { "plan.json": JSON.stringify(plan) }, api: API }, async (scene) => {
      const text = await shown(scene, "--format", "pretty");
      expect(text.split("\n")[0]).toBe("Nothing in this plan touches an invite.");
      expect(text).not.toContain("destroys it");
    });
  });

  it("reads the plan from a pipe", () =>
    inScene(withPlan(recorded("plan-role-change.json")), async ({ run, directory }) => {
      const file = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const input = readFileSync(path.join(directory, "plan.json"));
      expect(await run(["check", "--plan", "-", "--format", "json"], { input })).toEqual(file);
    }));

  it("masks every email address with --redact", () =>
    inScene(withPlan(recorded("plan-destroy.json")), async (scene) => {
      for (const format of ["pretty", "compact", "markdown", "json"]) {
        const text = await shown(scene, "--redact", "--format", format);
        expect(text.match(/[\w.']+@example\.com/g) ?? []).toEqual([]);
        expect(text).toContain("openai_invite.alice");
      }
    }));

  it("without a key gives the verdicts that need no look-up, names the others, and exits 3 where none of them is an error", () =>
    inScene(withPlan(recorded("plan-destroy.json", MKDEV), { recording: MKDEV, api: {} }), async (scene) => {
      const env = { OPENAI_ADMIN_KEY: "" };
      const run = { ...scene, run: (args: readonly string[]) => scene.run(args, { env }) };
      await expect(await shown(run, "--format", "pretty")).toMatchFileSnapshot("shown/no-key.txt");
    }));
});

/** OpenAI, as the plan's own refresh had found it, with alice a member. */
const API = {
  invites: apiOfPlan(path.join(RECORDINGS, OPENAI), "plan-role-change.json").invites,
  users: [aUser("user-1", "alice@example.com", 0)],
};

describe("an unreliable plan", () => {
  it.each([
    ["failed", { errored: true }],
    ["is incomplete", { complete: false }],
    [
      "defers changes",
      {
        complete: false,
        deferred_changes: [
          { reason: "provider_config_unknown", resource_change: recorded("plan-role-change.json").resource_changes[0] },
        ],
      },
    ],
  ])("is reported where it %s, with exit code 2", (_, fields) =>
    inScene(withPlan({ ...recorded("plan-role-change.json"), ...fields }), async ({ run }) => {
      const { code, stderr } = await run(["check", "--plan", "plan.json"]);
      expect(stderr).toMatchSnapshot();
      expect(code).toBe(2);
    }),
  );

  it("is reported where --state is not the state it was made from", () =>
    inScene(withPlan(recorded("plan-role-change.json"), { state: "state-created.tfstate" }), async ({ run }) => {
      const { code, stderr } = await run(["check", "--plan", "plan.json", "--state", "terraform.tfstate"]);
      expect(stderr).toMatchSnapshot();
      expect(code).toBe(2);
    }));

  it("is not reported where --state is the state it was made from", () =>
    inScene(
      withPlan(recorded("plan-after-acceptance.json"), { state: "state-created.tfstate", api: {} }),
      async ({ run }) => {
        const { code, stderr } = await run([
          "check",
          "--plan",
          "plan.json",
          "--state",
          "terraform.tfstate",
          "--format",
          "json",
        ]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      },
    ));

  it("is reported where it has an unknown action", () => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change } of plan.resource_changes) {
      if (address === "openai_invite.alice") change.actions = ["transmogrify"];
    }
    return inScene(withPlan(plan), async ({ run }) => {
      const { code, stderr } = await run(["check", "--plan", "plan.json", "--fail-on", "never"]);
      expect(stderr).toMatchSnapshot();
      expect(code).toBe(2);
    });
  });
});

describe("input that is not a plan", () => {
  it.each([
    ["a state", () => readFileSync(path.join(RECORDINGS, OPENAI, "state-created.tfstate"), "utf8")],
    ["a state as JSON", () => readFileSync(path.join(RECORDINGS, OPENAI, "show-state.json"), "utf8")],
    ["what terraform plan prints", () => readFileSync(path.join(RECORDINGS, OPENAI, "plan-role-change.txt"), "utf8")],
    ["a page", () => "<!doctype html><title>404</title>"],
    ["nothing", () => ""],
    ["half of a plan", () => JSON.stringify(recorded("plan-destroy.json")).slice(0, 9000)],
    ["a plan in a later format", () => JSON.stringify({ ...recorded("plan-destroy.json"), format_version: "2.0" })],
  ])("%s is named in the error, with exit code 2", (_, text) =>
    inScene(withPlan(text()), async ({ run }) => {
      const { code, stdout, stderr } = await run(["check", "--plan", "plan.json"]);
      expect(stderr).toMatchSnapshot();
      expect(code).toBe(2);
      expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
    }),
  );

  it.each([
    ["no such file", ["--plan", "nowhere.json"]],
    ["two root modules", ["--plan", "plan.json", ".", "modules/squad"]],
    ["standard input twice", ["--plan", "-", "--state", "-"]],
    ["a plan's deadline", ["--plan", "plan.json", "--deadline", "0"]],
  ])("%s", (_, args) =>
    inScene(withPlan(recorded("plan-destroy.json")), async ({ run }) => {
      const { code, stderr } = await run(["check", ...args]);
      expect(stderr).toMatchSnapshot();
      expect(code).toBe(2);
    }),
  );
});

describe("an email that a plan marks as sensitive", () => {
  it("is used for the look-up, and never shown", () => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change } of plan.resource_changes) {
      if (address === "openai_invite.alice")
        Object.assign(change, { before_sensitive: { email: true }, after_sensitive: { email: true } });
    }
    return inScene(withPlan(plan), async (scene) => {
      for (const format of ["pretty", "compact", "markdown", "json", "github", "sarif"]) {
        const text = await shown(scene, "--format", format);
        expect(text).toContain("replace-will-fail");
        expect(text).not.toContain("alice@example.com");
        expect(text).toContain("dan@example.com");
      }
    });
  });
});

describe("another value that a plan marks as sensitive", () => {
  /** Each format's text on the plan for another role, with alice's change as given. */
  const texts = (edit: object, play: (text: string) => void, api = API) => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change } of plan.resource_changes) {
      if (address === "openai_invite.alice") Object.assign(change, edit);
    }
    return inScene({ files: { "plan.json": JSON.stringify(plan) }, api }, async (scene) => {
      for (const format of ["pretty", "compact", "markdown", "json", "github", "sarif"]) {
        play(await shown(scene, "--format", format, "--rule", "accepted-invite=off"));
      }
    });
  };
  const values = { email: "alice@example.com", projects: [] };

  it("is not shown if it is a role", () =>
    texts(
      {
        before: { ...values, role: "secret-role" },
        after: { ...values, role: "other-secret" },
        before_sensitive: { role: true },
        after_sensitive: { role: true },
      },
      (text) => {
        expect(text).toContain("role changes");
        expect(text).not.toMatch(/secret-role|other-secret/);
        expect(text).not.toMatch(/"address": "openai_invite.alice",[^}]*"role": "/);
      },
    ));

  it("is not shown if it is the email of a person who is invited instead", () =>
    texts(
      {
        before: { ...values, email: "carol@example.com", role: "owner" },
        after: { ...values, email: "zoe@example.com", role: "owner" },
        replace_paths: [["email"]],
        after_sensitive: { email: true },
      },
      (text) => {
        expect(text).toContain("OpenAI refuses to invite a member of the organization");
        expect(text).not.toContain("zoe@");
      },
      {
        invites: API.invites.map((invite) =>
          invite.email === "alice@example.com"
            ? anInvite(invite.id, invite.email, NOW / 1000 - 3600, { status: "pending" })
            : invite,
        ),
        users: [aUser("user-2", "zoe@example.com", 0)],
      },
    ));

  it("is not shown if it is a project that OpenAI added", () =>
    texts(
      {
        before: { ...values, role: "owner", projects: [{ id: "proj_secret", role: "member" }] },
        after: { ...values, role: "owner" },
        after_unknown: { projects: true },
        replace_paths: [["projects"]],
        before_sensitive: { projects: [{ id: true }] },
      },
      (text) => {
        expect(text).toContain("projects change");
        expect(text).not.toContain("proj_secret");
      },
    ));
});

describe("a plan's action_reason", () => {
  it.each([
    ["delete_because_enabled_false", "destroyed because its lifecycle has enabled = false"],
    ["delete_because_each_key", "destroyed because its key is no longer in for_each"],
  ])("%s has priority over what the configuration files declare", (reason, words) => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change, ...more } of plan.resource_changes) {
      if (address !== "openai_invite.alice") continue;
      Object.assign(change, { actions: ["delete"], after: null, replace_paths: undefined });
      plan.resource_changes = [{ ...more, address, change, action_reason: reason }];
    }
    return inScene(withPlan(plan), async ({ run }) => {
      const { stdout } = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const { findings } = reportSchema.parse(JSON.parse(stdout));
      const found = findings.find(({ rule }) => rule === "destroy-will-fail");
      expect(found?.message).toContain(words);
      expect(found?.remedy?.edits.map(({ text }) => text)).not.toContain("delete the block");
    });
  });
});

describe("an unknown provider", () => {
  const plan = (name: string, more: object) => {
    const { resource_changes, ...rest } = recorded("plan-role-change.json");
    const changes = resource_changes
      .filter(({ address }) => address === "openai_invite.alice")
      .map(({ change, ...entry }) => ({
        ...entry,
        name,
        address: `openai_invite.${name}`,
        change: { ...change, ...more },
      }));
    const text = JSON.stringify({ ...rest, configuration: {}, resource_changes: changes });
    return text.replaceAll("registry.terraform.io/openai/openai", "registry.terraform.io/somebody/openai");
  };

  it.each([
    ["alice", { actions: ["delete"], after: null }, "accepted-invite"],
    ["newcomer", { actions: ["create"], before: null }, "member-invited"],
  ])("has a finding and a notice about %s", (name, more, rule) =>
    inScene({ files: { "plan.json": plan(name, more) }, api: API }, async ({ run }) => {
      const { stdout, stderr } = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const { findings } = reportSchema.parse(JSON.parse(stdout));
      expect(findings.filter(({ address }) => address === `openai_invite.${name}`).map((one) => one.rule)).toEqual([
        rule,
      ]);
      expect(stderr).toContain(`no verdict on openai_invite.${name}`);
    }),
  );

  it("is not reported to fail because of the rate limit", () =>
    inScene({ files: { "plan.json": plan("alice", { actions: ["no-op"] }) }, api: API }, async ({ run }) => {
      const { stdout } = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const { findings } = reportSchema.parse(JSON.parse(stdout));
      const reads = findings.find(({ rule }) => rule === "too-many-reads");
      expect(reads?.message).toContain("every plan reads 13 invites");
      expect(reads?.message).not.toContain("fails the plan");
    }));
});

describe("an action with control characters in a plan", () => {
  it("cannot inject a workflow command into the log", () => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change } of plan.resource_changes) {
      if (address === "openai_invite.alice") change.actions = ["read\n::add-mask::a", "delete"];
    }
    return inScene(withPlan(plan), async ({ run }) => {
      const { stdout, stderr, code } = await run(["check", "--plan", "plan.json", "--format", "github"]);
      expect(`${stdout}${stderr}`).not.toContain("add-mask");
      expect(code).toBe(2);
    });
  });
});

describe("an edit in place", () => {
  it("is explained by the values that differ, because a plan gives no reason for it", () => {
    const plan = recorded("plan-role-change.json");
    for (const { address, change } of plan.resource_changes) {
      if (address === "openai_invite.alice") Object.assign(change, { actions: ["update"], replace_paths: undefined });
    }
    return inScene(withPlan(plan), async ({ run }) => {
      const { stdout } = await run(["check", "--plan", "plan.json", "--format", "json"]);
      const { findings } = reportSchema.parse(JSON.parse(stdout));
      const found = findings.find(({ rule }) => rule === "update-will-fail");
      expect(found?.message).toContain('edited because role changes from "owner" to "reader"');
      expect(found?.remedy?.edits).toMatchObject([{ file: "invites.tf", text: 'set role back to "owner"' }]);
    });
  });
});

describe("projects that OpenAI added", () => {
  const invite = (lifecycle: string) =>
    `resource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "reader"\n${lifecycle}}\n`;
  const versions = (source: string) =>
    `terraform {\n  required_providers {\n    openai = {\n      source  = "${source}"\n    }\n  }\n}\n`;
  const state = JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "00000000-0000-4000-8000-000000000000",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "openai_invite",
        name: "kim",
        provider: 'provider["registry.terraform.io/openai/openai"]',
        instances: [
          {
            schema_version: 0,
            attributes: { id: "invite-1", invite_id: "invite-1", email: "kim@example.com", role: "reader" },
          },
        ],
      },
    ],
  });
  const given = anInvite("invite-1", "kim@example.com", Math.floor(NOW / 1000) - 3600, {
    projects: [{ id: "proj_default", role: "member" }],
  });

  it.each([
    ["openai/openai", "", ["project-drift"]],
    ["mkdev-me/openai", "", ["project-drift"]],
    ["jianyuan/openai", "", []],
    ["openai/openai", "  lifecycle {\n    ignore_changes = [projects]\n  }\n", []],
    ["openai/openai", "  lifecycle {\n    ignore_changes = all\n  }\n", []],
    ["openai/openai", "  projects = []\n", []],
  ])("with %s %j: %j", (source, lifecycle, rules) =>
    inScene(
      {
        files: {
          "main.tf": versions(source) + invite(lifecycle),
          "terraform.tfstate": state.replace("openai/openai", source),
        },
        api: { invites: [given] },
      },
      async ({ run }) => {
        const { stdout } = await run(["check", "--format", "json", "--rule", "silent-destroy-provider=off"]);
        const { findings } = reportSchema.parse(JSON.parse(stdout));
        expect(findings.map(({ rule }) => rule)).toEqual(rules);
      },
    ),
  );
});

describe("a version range with different behaviours", () => {
  it("lists each behaviour, and does not call the outcome certain", () => {
    const plan = recorded("plan-destroy.json", MKDEV);
    const versions =
      'terraform {\n  required_providers {\n    openai = {\n      source  = "mkdev-me/openai"\n      version = ">= 1.0"\n    }\n  }\n}\n';
    const files = { "plan.json": JSON.stringify(plan), "versions.tf": versions, ".terraform.lock.hcl": "" };
    return inScene({ recording: MKDEV, state: null, files }, async (scene) => {
      const { stdout, code } = await scene.run(["check", "--plan", "plan.json", "--format", "json"]);
      expect(code).toBe(1);
      const { findings, invites } = reportSchema.parse(JSON.parse(stdout));
      const alice = findings.find(
        ({ address, rule }) => address === "openai_invite.alice" && rule === "destroy-will-fail",
      );
      expect(alice?.message).toMatchSnapshot();
      expect(invites.find(({ address }) => address === "openai_invite.alice")?.planned).toMatchSnapshot();
    });
  });
});
