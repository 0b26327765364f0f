import { defineProvider } from "./profile.js";

const CODE = "https://github.com/mkdev-me/terraform-provider-openai/blob";
const DOCS = "https://registry.terraform.io/providers/mkdev-me/openai";

const RENAMED_SETTINGS = { organization_id: "organization", admin_api_key: "admin_key", base_url: "api_url" };

/** 1.x is written with SDKv2, 2.x with the plugin framework: two programs of one name. */
export const mkdevMe = defineProvider({
  name: "openai",
  invite: "openai_invite",
  dialects: [
    {
      id: "mkdev-me-1",
      namespaces: ["mkdev-me", "canva"],
      versions: ">=1.0.0 <2.0.0",
      projects: "required-block",
      projectsOptionalSince: "2.0.0",
      foldedEmail: "replaces",
      omittedProjects: "impossible",
      unaskedProject: "replaces",
      destroyAccepted: "fails",
      destroyAcceptedUnless: "already accepted",
      deleteMissing: "fails",
      readMissing: "drops",
      readRefused: "drops",
      createForMember: "fails",
      createSent: "succeeds",
      statePrivate: true,
      messages: {
        create: "error creating invitation: error creating invite: API error: …",
        update: "doesn't support update",
        delete: "error deleting invitation: error deleting invite: API error: …",
        "look-up": "error retrieving invitation: error getting invite: API error: …",
      },
      evidence: `${CODE}/v1.2.0/internal/provider/resource_openai_invite.go`,
    },
    {
      id: "mkdev-me-2",
      namespaces: ["mkdev-me", "rdsubhas"],
      versions: ">=2.0.0",
      projects: "block",
      foldedEmail: "replaces",
      omittedProjects: "null",
      unaskedProject: "replaces",
      destroyAccepted: "reports-success",
      deleteMissing: "succeeds",
      readMissing: "drops",
      readRefused: "fails",
      createForMember: "fails",
      createSent: "succeeds",
      statePrivate: false,
      messages: {
        read: "API error (API returned error: …)",
        create: "API error (API returned error: … - …)",
        "look-up": "Invite Not Found (Invite with ID {id} not found)",
      },
      evidence: `${CODE}/v2.2.7/internal/provider/resource_openai_invite.go`,
    },
  ],
  inviteSchema: [
    {
      arguments: ["email", "role"],
      blocks: ["projects"],
      computed: ["id", "invite_id", "status", "created_at", "expires_at"],
      evidence: `${CODE}/v2.2.7/internal/provider/resource_openai_invite.go`,
    },
  ],
  schemas: {
    "projects of openai_invite": [
      {
        arguments: ["id", "role"],
        renamed: { project_id: "id" },
        evidence: `${CODE}/v2.2.7/internal/provider/resource_openai_invite.go`,
      },
    ],
    "data.openai_invite": [
      {
        arguments: ["invite_id"],
        computed: ["email", "role", "status", "created_at", "expires_at", "projects"],
        renamed: { id: "invite_id" },
        evidence: `${DOCS}/2.2.7/docs/data-sources/invite`,
      },
    ],
    "data.openai_invites": [
      {
        arguments: [],
        computed: ["id", "invites"],
        evidence: `${DOCS}/2.2.7/docs/data-sources/invites`,
      },
    ],
    "data.openai_organization_users": [
      {
        versions: "<1.1.1-0",
        arguments: ["user_id", "emails", "after", "limit"],
        computed: ["id", "users", "first_id", "last_id", "has_more"],
        renamed: { email: "emails" },
        evidence: `${DOCS}/1.0.0/docs/data-sources/organization_users`,
      },
      {
        versions: ">=1.1.1-0",
        arguments: ["user_id", "emails"],
        computed: ["id", "users"],
        renamed: { email: "emails" },
        evidence: `${DOCS}/2.2.7/docs/data-sources/organization_users`,
      },
    ],
    "data.openai_organization_user": [
      {
        arguments: ["user_id", "email"],
        computed: ["id", "name", "role", "added_at"],
        evidence: `${DOCS}/2.2.7/docs/data-sources/organization_user`,
      },
    ],
    openai_project_user: [
      {
        versions: "<2.1.0-0",
        arguments: ["project_id", "role", "user_id"],
        computed: ["id", "email", "added_at"],
        renamed: { role_ids: "role" },
        evidence: `${DOCS}/1.2.0/docs/resources/project_user`,
      },
      {
        versions: ">=2.1.0-0",
        arguments: ["project_id", "role_ids", "user_id"],
        computed: ["id", "email", "added_at"],
        renamed: { role: "role_ids" },
        evidence: `${DOCS}/2.2.7/docs/resources/project_user`,
      },
    ],
    openai_organization_user: [
      {
        versions: ">=1.1.0-0",
        arguments: ["user_id", "role"],
        computed: ["id", "email", "name", "added_at"],
        evidence: `${DOCS}/2.2.7/docs/resources/organization_user`,
      },
    ],
    provider: [
      {
        versions: "<1.1.0-0",
        arguments: ["api_key", "admin_key", "organization", "api_url"],
        renamed: RENAMED_SETTINGS,
        evidence: `${CODE}/v1.0.0/internal/provider/provider.go`,
      },
      {
        versions: ">=1.1.0-0",
        arguments: ["api_key", "admin_key", "organization", "api_url", "timeout"],
        renamed: RENAMED_SETTINGS,
        evidence: `${CODE}/v2.2.7/internal/provider/provider.go`,
      },
    ],
  },
  otherTypes: ["openai_organization_user_role", "openai_group_user"],
  inviteList: "openai_invites",
  keyArguments: ["api_key", "admin_key"],
  // Before 1.1.1 the list is a single page, but invites of 1.x can't be without projects anyway.
  membership: { list: "openai_organization_users", items: "users", asksByEmail: false, user: "openai_project_user" },
  // https://github.com/mkdev-me/terraform-provider-openai/blob/v2.2.7/internal/provider/data_source_openai_organization_user.go
  memberLookUps: [
    {
      place: "data.openai_organization_user",
      argument: "email",
      versions: ">=2.0.0-0",
      message: "User Not Found",
    },
    { place: "data.openai_organization_user", argument: "email", versions: "<2.0.0-0" },
    { place: "data.openai_project_user", argument: "email", versions: "<2.0.0-0" },
  ],
});
