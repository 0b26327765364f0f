import { describe, expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { type CaseOptions, inCase } from "./case.js";

const CASE = "tofu-provider-for-each";
const BOSS_EU = 'openai_invite.boss["eu"]';
const BOSS_US = 'openai_invite.boss["us"]';
const SENT = NOW / 1000 - 3600;
const US_KEY = "sk-admin-of-america-0123456789";
const AMERICA = {
  invites: [anInvite("invite-us", "bea@example.com", SENT)],
  users: [],
};
const WITHOUT_SETTINGS: CaseOptions = { files: { ".tfinvite.json": null } };

describe("one provider block for two organizations", () => {
  it("has a key for each, which the settings name; without the variable the invite is unknown, and the variable named", () =>
    inCase(CASE, async ({ json, api }) => {
      const { statuses, code, document } = await json(["status", "--state", "terraform.tfstate"]);
      expect([code, statuses]).toEqual([3, { [BOSS_EU]: "accepted", [BOSS_US]: "unknown" }]);
      expect(document.invites[1].reason).toBe("no admin key: OPENAI_ADMIN_KEY_US is not set");
      // Europe's key is not used to look up America's invites.
      expect(JSON.stringify(api.requests.map(({ path }) => path))).not.toContain("invite-us");
      const check = await json(["check", "--state", "terraform.tfstate"]);
      expect([check.code, check.findings]).toEqual([3, [`warning accepted-invite ${BOSS_EU} main.tf:26`]]);
    }));

  it("looks up each organization with its own key", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const env = { OPENAI_ADMIN_KEY_US: US_KEY };
        const { statuses, code, findings } = await json(["check", "--state", "terraform.tfstate"], { env });
        expect([code, statuses]).toEqual([0, { [BOSS_EU]: "accepted", [BOSS_US]: "pending" }]);
        expect(findings).toEqual([`warning accepted-invite ${BOSS_EU} main.tf:26`]);
      },
      { organizations: { [US_KEY]: AMERICA } },
    ));

  it("uses the settings of the whole configuration for each instance", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { statuses } = await json(["status"]);
        expect(statuses).toEqual({ [BOSS_EU]: "accepted", [BOSS_US]: "missing" });
      },
      { files: { ".tfinvite.json": '{ "organizations": { "openai.by_org": "OPENAI_ADMIN_KEY" } }' } },
    ));

  it("has no missing-invite, member-invited or duplicate-invite because of another organization", () =>
    inCase(
      CASE,
      async ({ json, run }) => {
        expect(await run(["lint"])).toMatchObject({ code: 0, stdout: "" });
        const { statuses, code, findings, stderr } = await json(["check", "--state", "terraform.tfstate"]);
        expect([code, statuses]).toEqual([3, { [BOSS_EU]: "accepted", [BOSS_US]: "unknown" }]);
        expect(findings).toEqual([`warning accepted-invite ${BOSS_EU} main.tf:26`]);
        expect(stderr).toContain('"organizations": { "openai.by_org[\\"us\\"]": "OPENAI_ADMIN_KEY_…" }');
      },
      WITHOUT_SETTINGS,
    ));

  it("works in the same way where a call passes one instance to a module", () =>
    inCase(
      CASE,
      async ({ json, run }) => {
        expect(await run(["lint"])).toMatchObject({ code: 0, stdout: "" });
        const { statuses, document } = await json(["status"]);
        const boss = (key: string) => `module.org["${key}"].openai_invite.boss`;
        expect(statuses).toEqual({ [boss("eu")]: "not-sent", [boss("us")]: "unknown" });
        expect(document.invites[0].memberId).toBe("user-bea");
        expect(document.invites[1].reason).toBe("no admin key: OPENAI_ADMIN_KEY_US is not set");
      },
      {
        files: {
          "terraform.tfstate": null,
          "main.tf": (text) =>
            text.replace(
              /resource "openai_invite"[\s\S]*/,
              `module "org" {
                source    = "./org"
                for_each  = local.orgs
                providers = { openai = openai.by_org[each.key] }
              }`,
            ),
          "org/main.tf":
            'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\nresource "openai_invite" "boss" {\n  email = "bea@example.com"\n  role  = "owner"\n}\n',
        },
      },
    ));

  it("has an unknown organization where its instance key is not known", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { statuses, code, document } = await json(["status"]);
        expect([code, statuses]).toEqual([0, { [BOSS_EU]: "not-sent", [BOSS_US]: "not-sent" }]);
        expect(document.invites[0].reason).toContain('openai.by_org["eu"] or openai.by_org["us"]');
      },
      {
        files: {
          "terraform.tfstate": null,
          "main.tf": (text) => text.replace("openai.by_org[each.key]", "openai.by_org[var.keys[each.key]]"),
        },
      },
    ));
});

describe("a new alias beside a configuration that is in use", () => {
  const files = {
    "terraform.tfstate": null,
    ".tfinvite.json": null,
    "main.tf": `
      terraform {
        required_providers {
          openai = { source = "openai/openai", version = "1.1.0" }
        }
      }
      provider "openai" {}
      provider "openai" {
        alias = "us"
      }
      resource "openai_invite" "new" {
        provider = openai.us
        email    = "bea@example.com"
        role     = "reader"
      }
    `,
  };

  it("does not exit 3 for invites that were never sent, and names the settings", () =>
    inCase(
      CASE,
      async ({ json, run, api }) => {
        const { code, statuses, findings, document } = await json(["check"]);
        // Bea is a member of the other organization, which proves nothing.
        expect([code, statuses, findings]).toEqual([0, { "openai_invite.new": "not-sent" }, []]);
        expect(document.invites[0].reason).toContain("are members is not known");
        expect((await run(["check"])).stderr).toContain('"organizations": { "openai.us": "OPENAI_ADMIN_KEY_…" }');
        expect(JSON.stringify(api.requests.map(({ query }) => query.toString()))).not.toContain("bea");
      },
      { files },
    ));

  it("knows its people once the settings name its key", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { code, findings } = await json(["check"]);
        expect([code, findings]).toEqual([1, ["error member-invited openai_invite.new main.tf:11"]]);
      },
      { files: { ...files, ".tfinvite.json": '{ "organizations": { "openai.us": "OPENAI_ADMIN_KEY" } }' } },
    ));
});

describe("a provider configuration inside a module", () => {
  const resource = 'resource "openai_invite" "boss" {\n  email = "bea@example.com"\n  role  = "owner"\n}\n';
  const required = 'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\n';
  const files = {
    "terraform.tfstate": null,
    "main.tf": `${required}provider "openai" {}\n${resource}module "hr" {\n  source = "./hr"\n}\n`,
    "hr/main.tf": `${required}provider "openai" {}\n${resource}`,
  };

  it("is not the root's configuration of the same name", () =>
    inCase(
      CASE,
      async ({ json, run }) => {
        expect(await run(["lint"])).toMatchObject({ code: 0, stdout: "" });
        const { findings, statuses } = await json(["check"]);
        expect(findings).toEqual([]);
        expect(statuses).toEqual({ "openai_invite.boss": "not-sent", "module.hr.openai_invite.boss": "not-sent" });
      },
      { files: { ...files, ".tfinvite.json": null } },
    ));

  it("has a name in the settings", () =>
    inCase(
      CASE,
      async ({ json }) => {
        const { findings } = await json(["check"]);
        expect(findings).toEqual(["error member-invited module.hr.openai_invite.boss hr/main.tf:7"]);
      },
      {
        files: {
          ...files,
          ".tfinvite.json":
            '{ "organizations": { "openai": "OPENAI_ADMIN_KEY_US", "module.hr.openai": "OPENAI_ADMIN_KEY" } }',
        },
        organizations: { [US_KEY]: { invites: [], users: [aUser("user-1", "lee@example.com", SENT)] } },
      },
    ));
});
