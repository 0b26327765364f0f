import { type Behavior, defineProvider } from "./profile.js";

const CODE = "https://github.com/jianyuan/terraform-provider-openai/blob";
const DOCS = "https://registry.terraform.io/providers/jianyuan/openai";

/** The second generation; the first and the third say what differs. */
const BY_STATUS_CODE: Omit<Behavior, "id"> = {
  namespaces: ["jianyuan"],
  versions: ">=0.4.0 <0.7.0",
  projects: "none",
  foldedEmail: "fails",
  omittedProjects: "nothing",
  unaskedProject: "ignored",
  destroyAccepted: "fails",
  deleteMissing: "succeeds",
  readMissing: "fails",
  readRefused: "fails",
  createForMember: "fails",
  createSent: "succeeds",
  messages: {
    read: "Client Error (Unable to read, got status code …)",
    create: "Client Error (Unable to create, got status code …)",
    delete: "Client Error (Unable to delete, got status code …)",
    "look-up": "Client Error (Unable to read, got status code 404: …)",
  },
  evidence: `${CODE}/v0.6.0/internal/provider/resource_invite_gen.go`,
};

export const jianyuan = defineProvider({
  name: "openai",
  invite: "openai_invite",
  dialects: [
    {
      id: "jianyuan-0.3",
      ...BY_STATUS_CODE,
      versions: ">=0.3.0 <0.4.0",
      deleteMissing: "fails",
      createSent: "fails",
      evidence: `${CODE}/v0.3.4/internal/provider/resource_invite.go`,
    },
    { ...BY_STATUS_CODE, id: "jianyuan-0.4" },
    {
      id: "jianyuan-0.7",
      ...BY_STATUS_CODE,
      versions: ">=0.7.0",
      readMissing: "drops",
      messages: {
        read: 'Client Error (Unable to read, got error: GET "…/organization/invites/{id}": …)',
        create: 'Client Error (Unable to create, got error: POST "…/organization/invites": …)',
        delete: 'Client Error (Unable to delete, got error: DELETE "…/organization/invites/{id}": …)',
        "look-up": 'Client Error (Unable to read, got error: GET "…/organization/invites/{id}": …)',
      },
      evidence: `${CODE}/v0.7.0/internal/provider/resource_invite_gen.go`,
    },
  ],
  inviteSchema: [
    {
      versions: "<0.5.0-0",
      arguments: ["email", "role"],
      computed: ["id", "status", "expires_at", "accepted_at", "invited_at"],
      evidence: `${CODE}/v0.4.1/internal/provider/resource_invite.go`,
    },
    {
      versions: ">=0.5.0-0",
      arguments: ["email", "role"],
      computed: ["id", "status", "expires_at", "accepted_at", "created_at"],
      evidence: `${CODE}/v0.7.0/internal/provider/resource_invite_gen.go`,
    },
  ],
  schemas: {
    "data.openai_invite": [
      {
        versions: "<0.5.0-0",
        arguments: ["id"],
        computed: ["email", "role", "status", "expires_at", "accepted_at", "invited_at"],
        renamed: { invite_id: "id" },
        evidence: `${DOCS}/0.4.1/docs/data-sources/invite`,
      },
      {
        versions: ">=0.5.0-0",
        arguments: ["id"],
        computed: ["email", "role", "status", "expires_at", "accepted_at", "created_at"],
        renamed: { invite_id: "id" },
        evidence: `${DOCS}/0.7.0/docs/data-sources/invite`,
      },
    ],
    "data.openai_invites": [
      {
        arguments: [],
        computed: ["invites"],
        evidence: `${DOCS}/0.7.0/docs/data-sources/invites`,
      },
    ],
    "data.openai_users": [{ arguments: [], computed: ["users"], evidence: `${DOCS}/0.7.0/docs/data-sources/users` }],
    "data.openai_user": [
      {
        arguments: ["id"],
        computed: ["email", "name", "role", "added_at"],
        renamed: { user_id: "id" },
        evidence: `${DOCS}/0.7.0/docs/data-sources/user`,
      },
    ],
    openai_project_user: [
      {
        arguments: ["project_id", "role", "user_id"],
        renamed: { role_ids: "role" },
        evidence: `${DOCS}/0.7.0/docs/resources/project_user`,
      },
    ],
    provider: [
      {
        versions: "<0.7.0-0",
        arguments: ["admin_key", "base_url"],
        renamed: { admin_api_key: "admin_key", api_url: "base_url" },
        evidence: `${CODE}/v0.6.0/internal/provider/provider.go`,
      },
      {
        versions: ">=0.7.0-0",
        arguments: ["admin_key", "base_url", "max_retries", "request_timeout_seconds"],
        renamed: { admin_api_key: "admin_key", api_url: "base_url" },
        evidence: `${CODE}/v0.7.0/internal/provider/provider.go`,
      },
    ],
  },
  otherTypes: [
    "openai_user_role",
    "openai_user_role_assignment",
    "openai_project_user_role_assignment",
    "openai_group_user",
  ],
  inviteList: "openai_invites",
  // https://registry.terraform.io/providers/jianyuan/openai/latest/docs/data-sources/user
  userById: "openai_user",
  keyArguments: ["admin_key"],
  // https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/data-sources/users
  membership: { list: "openai_users", items: "users", asksByEmail: false, user: "openai_project_user" },
});
