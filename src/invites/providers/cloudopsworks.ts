import { defineProvider } from "./profile.js";

const CODE = "https://github.com/cloudopsworks/terraform-provider-openai/blob/main";

export const cloudopsworks = defineProvider({
  name: "openai",
  invite: "openai_organization_invite",
  dialects: [
    {
      id: "cloudopsworks",
      namespaces: ["cloudopsworks"],
      versions: "*",
      projects: "attribute",
      foldedEmail: "fails",
      omittedProjects: "fails",
      unaskedProject: "replaces",
      destroyAccepted: "fails",
      deleteMissing: "succeeds",
      readMissing: "drops",
      readRefused: "fails",
      createForMember: "fails",
      createSent: "succeeds",
      messages: {
        read: "Unable to read OpenAI organization invite (OpenAI API returned HTTP …)",
        create: "Unable to create OpenAI organization invite (OpenAI API returned HTTP …)",
        delete: "Unable to delete OpenAI organization invite (OpenAI API returned HTTP …)",
        "look-up": "Unable to read OpenAI organization invite (OpenAI API returned HTTP …)",
        "omitted-projects": "Value Conversion Error (…Received unknown value…Path: projects…)",
      },
      evidence: `${CODE}/internal/provider/resource_organization_invite.go`,
    },
  ],
  inviteSchema: [
    {
      arguments: ["email", "role", "projects"],
      computed: ["id", "status", "created_at", "expires_at", "accepted_at"],
      evidence: `${CODE}/docs/resources/openai_organization_invite.md`,
    },
  ],
  schemas: {
    "data.openai_organization_invite": [
      {
        arguments: ["id"],
        computed: ["email", "role", "projects", "status", "created_at", "expires_at", "accepted_at"],
        renamed: { invite_id: "id" },
        evidence: `${CODE}/docs/data-sources/openai_organization_invite.md`,
      },
    ],
    provider: [
      {
        arguments: [
          "admin_api_key",
          "base_url",
          "organization_id",
          "project_id",
          "aws_secrets_manager",
          "gcp_secret_manager",
          "azure_key_vault",
        ],
        renamed: {
          admin_key: "admin_api_key",
          organization: "organization_id",
          project: "project_id",
          api_url: "base_url",
        },
        evidence: `${CODE}/docs/index.md`,
      },
    ],
  },
  otherTypes: ["openai_organization_invites", "openai_organization_users", "openai_organization_user_role"],
  inviteList: "openai_organization_invites",
  keyArguments: ["admin_api_key"],
});
