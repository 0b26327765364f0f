import { mayBeIn, type ProviderIdentity } from "./dialects.js";

/** What may be written in a block. */
export interface BlockSchema {
  readonly arguments: readonly string[];
  readonly blocks: readonly string[];
  /** Attributes that the provider sets and nobody else. */
  readonly computed: readonly string[];
  /** What a name that other providers have is called here. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** A place that holds arguments: `openai_invite`, `data.openai_invite`, `provider`, `projects of openai_invite`. */
export type SchemaPlace = string;

interface SchemaRow extends Partial<BlockSchema> {
  /** Ids of the dialects it holds for. */
  readonly dialects: readonly string[];
  /** Where it holds for some of the dialect's versions only. */
  readonly versions?: string;
  readonly of: SchemaPlace;
  readonly arguments: readonly string[];
  /** The code or documentation it was read from. */
  readonly evidence: string;
}

const MKDEV = ["mkdev-me-1", "mkdev-me-2"];
const JIANYUAN = ["jianyuan-0.3", "jianyuan-0.4", "jianyuan-0.7"];

const MKDEV_CODE = "https://github.com/mkdev-me/terraform-provider-openai/blob";
const JIANYUAN_CODE = "https://github.com/jianyuan/terraform-provider-openai/blob";
const OPENAI_CODE = "https://github.com/openai/terraform-provider-openai/blob/main";
const CLOUDOPSWORKS_CODE = "https://github.com/cloudopsworks/terraform-provider-openai/blob/main";
const ISAC322_DOCS = "https://registry.terraform.io/providers/isac322/openaiadmin/latest/docs";

/** Of what is not here nothing is said: each row lists all that its place takes. */
export const SCHEMAS: readonly SchemaRow[] = [
  {
    dialects: ["openai"],
    of: "openai_invite",
    arguments: ["email", "role", "projects"],
    computed: ["id", "invite_id", "status", "created_at", "expires_at", "accepted_at"],
    evidence: `${OPENAI_CODE}/internal/provider/resources/invite/resource_invite.go`,
  },
  {
    dialects: MKDEV,
    of: "openai_invite",
    arguments: ["email", "role"],
    blocks: ["projects"],
    computed: ["id", "invite_id", "status", "created_at", "expires_at"],
    evidence: `${MKDEV_CODE}/v2.2.7/internal/provider/resource_openai_invite.go`,
  },
  {
    dialects: JIANYUAN,
    versions: "<0.5.0-0",
    of: "openai_invite",
    arguments: ["email", "role"],
    computed: ["id", "status", "expires_at", "accepted_at", "invited_at"],
    evidence: `${JIANYUAN_CODE}/v0.4.1/internal/provider/resource_invite.go`,
  },
  {
    dialects: JIANYUAN,
    versions: ">=0.5.0-0",
    of: "openai_invite",
    arguments: ["email", "role"],
    computed: ["id", "status", "expires_at", "accepted_at", "created_at"],
    evidence: `${JIANYUAN_CODE}/v0.7.0/internal/provider/resource_invite_gen.go`,
  },
  {
    dialects: ["fjcorp"],
    of: "openai_invite",
    arguments: ["email", "role", "api_key"],
    blocks: ["projects"],
    computed: ["id", "invite_id", "user_id", "status", "created_at", "expires_at"],
    evidence: "https://github.com/mkdev-me/terraform-provider-openai/pull/1",
  },
  {
    dialects: ["cloudopsworks"],
    of: "openai_organization_invite",
    arguments: ["email", "role", "projects"],
    computed: ["id", "status", "created_at", "expires_at", "accepted_at"],
    evidence: `${CLOUDOPSWORKS_CODE}/docs/resources/openai_organization_invite.md`,
  },
  {
    dialects: ["isac322"],
    of: "openaiadmin_invite",
    arguments: ["email", "role"],
    computed: ["id", "status", "invited_at", "expires_at", "accepted_at"],
    evidence: `${ISAC322_DOCS}/resources/invite`,
  },
  {
    dialects: [...MKDEV, "fjcorp"],
    of: "projects of openai_invite",
    arguments: ["id", "role"],
    renamed: { project_id: "id" },
    evidence: `${MKDEV_CODE}/v2.2.7/internal/provider/resource_openai_invite.go`,
  },

  {
    dialects: ["openai"],
    of: "data.openai_invite",
    arguments: ["invite_id"],
    computed: ["email", "role", "status", "created_at", "expires_at", "accepted_at", "response_json"],
    renamed: { id: "invite_id" },
    evidence: `${OPENAI_CODE}/internal/provider/resources/invite/data_source_invite.go`,
  },
  {
    dialects: MKDEV,
    of: "data.openai_invite",
    arguments: ["invite_id"],
    computed: ["email", "role", "status", "created_at", "expires_at", "projects"],
    renamed: { id: "invite_id" },
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/2.2.7/docs/data-sources/invite",
  },
  {
    dialects: JIANYUAN,
    versions: "<0.5.0-0",
    of: "data.openai_invite",
    arguments: ["id"],
    computed: ["email", "role", "status", "expires_at", "accepted_at", "invited_at"],
    renamed: { invite_id: "id" },
    evidence: "https://registry.terraform.io/providers/jianyuan/openai/0.4.1/docs/data-sources/invite",
  },
  {
    dialects: JIANYUAN,
    versions: ">=0.5.0-0",
    of: "data.openai_invite",
    arguments: ["id"],
    computed: ["email", "role", "status", "expires_at", "accepted_at", "created_at"],
    renamed: { invite_id: "id" },
    evidence: "https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/data-sources/invite",
  },
  {
    dialects: ["cloudopsworks"],
    of: "data.openai_organization_invite",
    arguments: ["id"],
    computed: ["email", "role", "projects", "status", "created_at", "expires_at", "accepted_at"],
    renamed: { invite_id: "id" },
    evidence: `${CLOUDOPSWORKS_CODE}/docs/data-sources/openai_organization_invite.md`,
  },
  {
    dialects: ["isac322"],
    of: "data.openaiadmin_invite",
    arguments: ["id"],
    computed: ["email", "role", "status", "invited_at", "expires_at", "accepted_at"],
    renamed: { invite_id: "id" },
    evidence: `${ISAC322_DOCS}/data-sources/invite`,
  },
  {
    dialects: ["openai", ...MKDEV, ...JIANYUAN],
    of: "data.openai_invites",
    arguments: [],
    computed: ["id", "invites", "response_json"],
    evidence: "https://registry.terraform.io/providers/openai/openai/latest/docs/data-sources/invites",
  },

  {
    dialects: ["openai"],
    of: "data.openai_organization_users",
    arguments: [],
    computed: ["id", "users", "response_json"],
    evidence: "https://registry.terraform.io/providers/openai/openai/latest/docs/data-sources/organization_users",
  },
  {
    dialects: ["mkdev-me-2"],
    of: "data.openai_organization_users",
    arguments: ["user_id", "emails"],
    computed: ["id", "users"],
    renamed: { email: "emails" },
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/2.2.7/docs/data-sources/organization_users",
  },
  {
    dialects: JIANYUAN,
    of: "data.openai_users",
    arguments: [],
    computed: ["users"],
    evidence: "https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/data-sources/users",
  },
  {
    dialects: JIANYUAN,
    of: "data.openai_user",
    arguments: ["id"],
    computed: ["email", "name", "role", "added_at"],
    renamed: { user_id: "id" },
    evidence: "https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/data-sources/user",
  },
  {
    dialects: ["openai"],
    of: "data.openai_organization_user",
    arguments: ["user_id"],
    renamed: { id: "user_id" },
    evidence: "https://registry.terraform.io/providers/openai/openai/latest/docs/data-sources/organization_user",
  },
  {
    dialects: ["mkdev-me-2"],
    of: "data.openai_organization_user",
    arguments: ["user_id", "email"],
    computed: ["id", "name", "role", "added_at"],
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/2.2.7/docs/data-sources/organization_user",
  },

  {
    dialects: ["openai"],
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id", "email"],
    renamed: { role_ids: "role" },
    evidence: "https://registry.terraform.io/providers/openai/openai/latest/docs/resources/project_user",
  },
  {
    dialects: JIANYUAN,
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id"],
    renamed: { role_ids: "role" },
    evidence: "https://registry.terraform.io/providers/jianyuan/openai/0.7.0/docs/resources/project_user",
  },
  {
    dialects: MKDEV,
    versions: "<2.1.0-0",
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id"],
    computed: ["id", "email", "added_at"],
    renamed: { role_ids: "role" },
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/1.2.0/docs/resources/project_user",
  },
  {
    dialects: ["mkdev-me-2"],
    versions: ">=2.1.0-0",
    of: "openai_project_user",
    arguments: ["project_id", "role_ids", "user_id"],
    computed: ["id", "email", "added_at"],
    renamed: { role: "role_ids" },
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/2.2.7/docs/resources/project_user",
  },
  {
    dialects: ["isac322"],
    of: "openaiadmin_project_user",
    arguments: ["project_id", "role", "user_id"],
    computed: ["id", "email", "name", "added_at"],
    evidence: `${ISAC322_DOCS}/resources/project_user`,
  },
  {
    dialects: MKDEV,
    of: "openai_organization_user",
    arguments: ["user_id", "role"],
    computed: ["id", "email", "name", "added_at"],
    evidence: "https://registry.terraform.io/providers/mkdev-me/openai/2.2.7/docs/resources/organization_user",
  },

  {
    dialects: ["mkdev-me-1"],
    versions: "<1.1.0-0",
    of: "provider",
    arguments: ["api_key", "admin_key", "organization", "api_url"],
    renamed: { organization_id: "organization", admin_api_key: "admin_key", base_url: "api_url" },
    evidence: `${MKDEV_CODE}/v1.0.0/internal/provider/provider.go`,
  },
  {
    dialects: MKDEV,
    versions: ">=1.1.0-0",
    of: "provider",
    arguments: ["api_key", "admin_key", "organization", "api_url", "timeout"],
    renamed: { organization_id: "organization", admin_api_key: "admin_key", base_url: "api_url" },
    evidence: `${MKDEV_CODE}/v2.2.7/internal/provider/provider.go`,
  },
  {
    dialects: JIANYUAN,
    versions: "<0.7.0-0",
    of: "provider",
    arguments: ["admin_key", "base_url"],
    renamed: { admin_api_key: "admin_key", api_url: "base_url" },
    evidence: `${JIANYUAN_CODE}/v0.6.0/internal/provider/provider.go`,
  },
  {
    dialects: JIANYUAN,
    versions: ">=0.7.0-0",
    of: "provider",
    arguments: ["admin_key", "base_url", "max_retries", "request_timeout_seconds"],
    renamed: { admin_api_key: "admin_key", api_url: "base_url" },
    evidence: `${JIANYUAN_CODE}/v0.7.0/internal/provider/provider.go`,
  },
  {
    dialects: ["openai"],
    versions: "<0.2.0-0",
    of: "provider",
    arguments: ["admin_api_key", "organization", "project"],
    renamed: { admin_key: "admin_api_key", organization_id: "organization", project_id: "project" },
    evidence: `${OPENAI_CODE}/CHANGELOG.md`,
  },
  {
    dialects: ["openai"],
    versions: ">=0.2.0-0",
    of: "provider",
    arguments: ["admin_api_key", "base_url", "organization", "project"],
    renamed: {
      admin_key: "admin_api_key",
      organization_id: "organization",
      project_id: "project",
      api_url: "base_url",
    },
    evidence: "https://registry.terraform.io/providers/openai/openai/latest/docs",
  },
  {
    dialects: ["cloudopsworks"],
    of: "provider",
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
    evidence: `${CLOUDOPSWORKS_CODE}/docs/index.md`,
  },
  {
    dialects: ["isac322"],
    of: "provider",
    arguments: ["admin_token", "base_url"],
    renamed: { admin_key: "admin_token", admin_api_key: "admin_token", api_url: "base_url" },
    evidence: ISAC322_DOCS,
  },
];

/**
 * What a place may hold under any version that the evidence allows; undefined where that is not known for all of them.
 * Whatever one of the versions takes is allowed; a name is set by the provider, or has another here, only where all agree.
 */
export function schemaOf(provider: ProviderIdentity, of: SchemaPlace): BlockSchema | undefined {
  const rows: SchemaRow[] = [];
  for (const { id } of provider.candidates) {
    const fitting = SCHEMAS.filter(
      (row) =>
        row.of === of && row.dialects.includes(id) && (row.versions === undefined || mayBeIn(provider, row.versions)),
    );
    if (fitting.length === 0) return undefined;
    rows.push(...fitting);
  }
  const [first, ...others] = rows;
  if (first === undefined) return undefined;
  const allowed = rows.flatMap((row) => [...row.arguments, ...(row.blocks ?? [])]);
  const renamed = Object.entries(first.renamed ?? {}).filter(
    ([name, here]) => !allowed.includes(name) && others.every((row) => row.renamed?.[name] === here),
  );
  return {
    arguments: [...new Set(rows.flatMap((row) => row.arguments))],
    blocks: [...new Set(rows.flatMap((row) => row.blocks ?? []))],
    computed: (first.computed ?? []).filter(
      (name) => !allowed.includes(name) && others.every((row) => row.computed?.includes(name)),
    ),
    renamed: Object.fromEntries(renamed),
  };
}
