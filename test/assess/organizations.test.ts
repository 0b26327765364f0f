import { describe, expect, it } from "vitest";
import { groupByKey } from "../../src/assess/organizations.js";
import { takeInventory } from "../../src/invites/inventory.js";
import { loadConfiguration } from "../../src/terraform/configuration/load-configuration.js";
import { anInvite, aUser, startStandIn } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene } from "../support/recording.js";

const SENT = NOW / 1000 - 86_400;

const CONFIGURATION = `
terraform {
  required_providers {
    oai = { source = "openai/openai" }
  }
}
provider "oai" {}
provider "oai" {
  alias = "eu"
}
resource "openai_invite" "us" {
  provider = oai
  email    = "us@example.com"
  role     = "reader"
}
resource "openai_invite" "eu" {
  provider = oai.eu
  email    = "eu@example.com"
  role     = "reader"
}
`;

/** The state of the configuration above, with one more invite that is no longer configured. */
const STATE = JSON.stringify({
  version: 4,
  terraform_version: "1.9.0",
  serial: 1,
  lineage: "a",
  outputs: {},
  resources: [
    ["us", ""],
    ["eu", ".eu"],
    ["gone", ".eu"],
  ].map(([name, alias]) => ({
    mode: "managed",
    type: "openai_invite",
    name,
    provider: `provider["registry.terraform.io/openai/openai"]${alias}`,
    instances: [
      {
        schema_version: 0,
        attributes: { id: `invite-${name}`, email: `${name}@example.com`, role: "reader", status: "pending" },
      },
    ],
  })),
});

const SETTINGS = '{ "organizations": { "oai.eu": "OPENAI_ADMIN_KEY_EU" } }';

/** Checks that no request about an invite or a person reaches the other organization. */
describe("invites of two organizations", () => {
  const files = { "main.tf": CONFIGURATION, "terraform.tfstate": STATE, ".tfinvite.json": SETTINGS };
  const us = {
    invites: [anInvite("invite-us", "us@example.com", SENT, { status: "accepted", accepted_at: SENT })],
    users: [aUser("user-us", "us@example.com", SENT)],
  };

  it("are separated by the key of their provider configuration", () =>
    inScene({ files }, async ({ directory }) => {
      const configuration = await loadConfiguration({
        directory: ".",
        cwd: directory,
        types: ["openai_invite"],
        mention: [""],
        tool: "terraform",
        env: {},
      });
      const inventory = takeInventory(configuration, undefined);
      const groups = (organizations: Record<string, string>) =>
        groupByKey([inventory], () => new Map(Object.entries(organizations))).map(({ keyVariable, inventories }) => [
          keyVariable,
          ...inventories.flatMap(({ entries }) => entries.map(({ name }) => name)),
        ]);
      expect(groups({})).toEqual([["OPENAI_ADMIN_KEY", "openai_invite.eu", "openai_invite.us"]]);
      expect(groups({ "oai.eu": "OPENAI_ADMIN_KEY_EU" })).toEqual([
        ["OPENAI_ADMIN_KEY_EU", "openai_invite.eu"],
        ["OPENAI_ADMIN_KEY", "openai_invite.us"],
      ]);
      // An alias is a different configuration, so its organization may be different.
      expect(groups({ oai: "OPENAI_ADMIN_KEY_US" })).toEqual([
        ["OPENAI_ADMIN_KEY", "openai_invite.eu"],
        ["OPENAI_ADMIN_KEY_US", "openai_invite.us"],
      ]);
      expect(groupByKey([inventory], () => undefined).length).toBe(1);
    }));

  it("are each looked up with their own key, also those that are only in the state", async () => {
    // The program has one base URL, so one server stands in for both organizations, and distinguishes them by the key.
    await inScene({ files, api: us }, async ({ api, run }) => {
      const ran = await run(["status", "--format", "json"], {
        env: { OPENAI_ADMIN_KEY_EU: "sk-admin-of-the-eu-0123456789" },
      });
      const { invites, errors } = JSON.parse(ran.stdout);
      expect(invites.map(({ address, status }: Record<string, string>) => [address, status])).toEqual([
        ["openai_invite.eu", "unknown"],
        ["openai_invite.gone", "unknown"],
        ["openai_invite.us", "accepted"],
      ]);
      // This server accepts only the usual key: the other key was sent, and the error names its variable.
      expect(JSON.stringify(errors)).toContain("OPENAI_ADMIN_KEY_EU");
      expect(JSON.stringify(errors)).not.toContain("sk-admin");
      expect(api.requests.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
    });
  });

  it("stay unknown when their variable is not set, and are not looked up with another key", () =>
    inScene({ files, api: us }, async ({ api, run }) => {
      const ran = await run(["status", "--format", "json"]);
      const { invites } = JSON.parse(ran.stdout);
      expect(invites.map(({ address, status, reason }: Record<string, string>) => [address, status, reason])).toEqual([
        ["openai_invite.eu", "unknown", "no admin key: OPENAI_ADMIN_KEY_EU is not set"],
        ["openai_invite.gone", "unknown", "no admin key: OPENAI_ADMIN_KEY_EU is not set"],
        ["openai_invite.us", "accepted", undefined],
      ]);
      const asked = api.requests.map(({ path, query }) => `${path}?${query}`).join("\n");
      expect(asked).not.toMatch(/eu|gone/);
      expect(ran.code).toBe(3);
    }));

  it("are not looked up with the OPENAI_ORG_ID of another organization", async () => {
    const eu = await startStandIn({
      now: () => NOW,
      key: "sk-admin-of-the-eu-0123456789",
      invites: [anInvite("invite-eu", "eu@example.com", SENT), anInvite("invite-gone", "gone@example.com", SENT)],
    });
    try {
      await inScene({ files, api: us }, async ({ run }) => {
        const ran = await run(["status", "--format", "json"], {
          env: { OPENAI_BASE_URL: eu.url, OPENAI_ADMIN_KEY: "", OPENAI_ADMIN_KEY_EU: eu.key, OPENAI_ORG_ID: "org-us" },
        });
        const { invites } = JSON.parse(ran.stdout);
        expect(invites.map(({ address, status }: Record<string, string>) => [address, status])).toEqual([
          ["openai_invite.eu", "pending"],
          ["openai_invite.gone", "pending"],
          ["openai_invite.us", "unknown"],
        ]);
        expect(eu.requests.map(({ organization }) => organization)).toEqual(eu.requests.map(() => undefined));
        expect(eu.requests.map(({ path, query }) => `${path}?${query}`).join("\n")).not.toContain("us%40example.com");
      });
    } finally {
      await eu.close();
    }
  });

  it("stay unknown when a plan deletes one without a block, unless a state shows its organization", () => {
    const source = "registry.terraform.io/openai/openai";
    const object = { address: "openai_invite.gone", mode: "managed", type: "openai_invite", name: "gone" };
    const values = { id: "invite-gone", invite_id: "invite-gone", email: "gone@example.com", role: "reader" };
    const plan = JSON.stringify({
      format_version: "1.2",
      terraform_version: "1.11.4",
      resource_changes: [
        {
          ...object,
          provider_name: source,
          action_reason: "delete_because_no_resource_config",
          change: { actions: ["delete"], before: values, after: null, after_unknown: {} },
        },
      ],
      prior_state: {
        format_version: "1.0",
        values: { root_module: { resources: [{ ...object, provider_name: source, schema_version: 0, values }] } },
      },
      configuration: {
        provider_config: {
          oai: { name: "oai", full_name: source },
          "oai.eu": { name: "oai", full_name: source, alias: "eu" },
        },
        root_module: {},
      },
    });
    const state = JSON.parse(STATE);
    state.resources = state.resources.filter(({ name }: { name: string }) => name === "gone");
    const [configuration = ""] = CONFIGURATION.split('resource "openai_invite"');
    const only = { "main.tf": configuration, "plan.json": plan, "gone.tfstate": JSON.stringify(state) };
    return inScene({ files: { ...only, ".tfinvite.json": SETTINGS }, api: us }, async ({ api, run }) => {
      const reason = async (...args: string[]) => {
        const { stdout, code } = await run(["check", "--plan", "plan.json", "--format", "json", ...args]);
        const [invite] = JSON.parse(stdout).invites;
        return [code, invite.status, invite.reason];
      };
      expect(await reason()).toEqual([
        3,
        "unknown",
        "the plan doesn't show the provider configuration of an invite without a block, and so not its organization",
      ]);
      expect(await reason("--state", "gone.tfstate")).toEqual([
        3,
        "unknown",
        "no admin key: OPENAI_ADMIN_KEY_EU is not set",
      ]);
      // Neither key is tried on invites that may belong to the other organization.
      expect(api.requests).toEqual([]);
    });
  });
});
