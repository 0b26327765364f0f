import { defineProvider } from "./profile.js";

const DOCS = "https://registry.terraform.io/providers/isac322/openaiadmin/latest/docs";

export const isac322 = defineProvider({
  name: "openaiadmin",
  invite: "openaiadmin_invite",
  dialects: [
    {
      id: "isac322",
      namespaces: ["isac322"],
      versions: "*",
      projects: "none",
      foldedEmail: "replaces",
      omittedProjects: "nothing",
      unaskedProject: "ignored",
      destroyAccepted: "fails",
      deleteMissing: "succeeds",
      readMissing: "drops",
      readRefused: "fails",
      createForMember: "fails",
      createSent: "succeeds",
      messages: {
        read: 'Error reading invite (GET "…/organization/invites/{id}": …)',
        create: 'Error creating invite (POST "…/organization/invites": …)',
        delete: 'Error deleting invite (DELETE "…/organization/invites/{id}": …)',
        "look-up": "Invite not found (No invite found with ID {id}.)",
      },
      evidence: `${DOCS}/resources/invite`,
    },
  ],
  inviteSchema: [
    {
      arguments: ["email", "role"],
      computed: ["id", "status", "invited_at", "expires_at", "accepted_at"],
      evidence: `${DOCS}/resources/invite`,
    },
  ],
  schemas: {
    "data.openaiadmin_invite": [
      {
        arguments: ["id"],
        computed: ["email", "role", "status", "invited_at", "expires_at", "accepted_at"],
        renamed: { invite_id: "id" },
        evidence: `${DOCS}/data-sources/invite`,
      },
    ],
    openaiadmin_project_user: [
      {
        arguments: ["project_id", "role", "user_id"],
        computed: ["id", "email", "name", "added_at"],
        evidence: `${DOCS}/resources/project_user`,
      },
    ],
    provider: [
      {
        arguments: ["admin_token", "base_url"],
        renamed: { admin_key: "admin_token", admin_api_key: "admin_token", api_url: "base_url" },
        evidence: DOCS,
      },
    ],
  },
  otherTypes: [],
  keyArguments: ["admin_token"],
  // https://registry.terraform.io/providers/isac322/openaiadmin/latest/docs/resources/project_user
  membership: { list: "openaiadmin_users_list", items: "users", asksByEmail: false, user: "openaiadmin_project_user" },
});
