import { defineProvider } from "./profile.js";

const CODE = "https://github.com/openai/terraform-provider-openai/blob/main";
const DOCS = "https://registry.terraform.io/providers/openai/openai/latest/docs";

export const openai = defineProvider({
  name: "openai",
  invite: "openai_invite",
  dialects: [
    {
      id: "openai",
      namespaces: ["openai"],
      versions: ">=0.1.0",
      projects: "attribute",
      foldedEmail: "fails",
      omittedProjects: "empty-list",
      unaskedProject: "replaces",
      destroyAccepted: "fails",
      deleteMissing: "succeeds",
      readMissing: "drops",
      readBy: {
        attribute: "invite_id",
        message: 'OpenAI API request failed (missing value for path parameter "invite_id")',
      },
      readRefused: "fails",
      createForMember: "fails",
      createSent: "succeeds",
      messages: {
        read: 'OpenAI API request failed (GET "…/organization/invites/{id}": …)',
        create: 'OpenAI API request failed (POST "…/organization/invites": …)',
        delete: 'OpenAI API request failed (DELETE "…/organization/invites/{id}": …)',
        "look-up": 'OpenAI API request failed (GET "…/organization/invites/{id}": …)',
      },
      evidence: `${CODE}/internal/provider/resources/invite/resource_invite.go`,
    },
  ],
  inviteSchema: [
    {
      arguments: ["email", "role", "projects"],
      computed: ["id", "invite_id", "status", "created_at", "expires_at", "accepted_at"],
      evidence: `${CODE}/internal/provider/resources/invite/resource_invite.go`,
    },
  ],
  schemas: {
    "data.openai_invite": [
      {
        arguments: ["invite_id"],
        computed: ["email", "role", "status", "created_at", "expires_at", "accepted_at", "response_json"],
        renamed: { id: "invite_id" },
        evidence: `${CODE}/internal/provider/resources/invite/data_source_invite.go`,
      },
    ],
    "data.openai_invites": [
      { arguments: [], computed: ["id", "invites", "response_json"], evidence: `${DOCS}/data-sources/invites` },
    ],
    "data.openai_organization_users": [
      {
        arguments: [],
        computed: ["id", "users", "response_json"],
        evidence: `${DOCS}/data-sources/organization_users`,
      },
    ],
    "data.openai_organization_user": [
      {
        arguments: ["user_id"],
        computed: [
          "added_at",
          "api_key_last_used_at",
          "created",
          "developer_persona",
          "email",
          "is_default",
          "is_scale_tier_authorized_purchaser",
          "is_scim_managed",
          "is_service_account",
          "name",
          "response_json",
          "role",
          "technical_level",
        ],
        renamed: { id: "user_id" },
        evidence: `${DOCS}/data-sources/organization_user`,
      },
    ],
    openai_project_user: [
      {
        arguments: ["project_id", "role", "user_id", "email"],
        computed: ["added_at", "name"],
        renamed: { role_ids: "role" },
        evidence: `${DOCS}/resources/project_user`,
      },
    ],
    provider: [
      {
        versions: "<0.2.0-0",
        arguments: ["admin_api_key", "organization", "project"],
        renamed: { admin_key: "admin_api_key", organization_id: "organization", project_id: "project" },
        evidence: `${CODE}/CHANGELOG.md`,
      },
      {
        versions: ">=0.2.0-0",
        arguments: ["admin_api_key", "base_url", "organization", "project"],
        renamed: {
          admin_key: "admin_api_key",
          organization_id: "organization",
          project_id: "project",
          api_url: "base_url",
        },
        evidence: DOCS,
      },
    ],
  },
  otherTypes: ["openai_project_user_role", "openai_user_role", "openai_group_user"],
  inviteList: "openai_invites",
  keyArguments: ["admin_api_key"],
  // https://registry.terraform.io/providers/openai/openai/latest/docs/data-sources/organization_users
  membership: { list: "openai_organization_users", items: "users", asksByEmail: false, user: "openai_project_user" },
  // https://registry.terraform.io/providers/openai/openai/latest/docs/resources/project_user
  memberLookUps: [{ place: "openai_project_user", argument: "email" }],
});
