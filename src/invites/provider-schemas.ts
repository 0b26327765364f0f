import semver from "semver";
import type { ProviderIdentity } from "./dialects.js";

/** What may be written in a block. Computed attributes are not in it: setting one fails the plan as well. */
export interface BlockSchema {
  readonly arguments: readonly string[];
  readonly blocks: readonly string[];
  /** What a name of another provider is called here. */
  readonly renamed?: Readonly<Record<string, string>>;
}

interface SchemaRow extends BlockSchema {
  /** Ids of the dialects it holds for. */
  readonly dialects: readonly string[];
  /** Where it holds for some of the dialect's versions only. Then nothing is said unless the version is known. */
  readonly versions?: string;
  /** `openai_invite`, `data.openai_invite`, `provider`. */
  readonly of: string;
}

const MKDEV = ["mkdev-me-1", "mkdev-me-2"];
const JIANYUAN = ["jianyuan-0.3", "jianyuan-0.4", "jianyuan-0.7"];

/**
 * The schemas that are known for certain, read from the providers' code and documentation:
 * https://registry.terraform.io/providers/openai/openai, https://registry.terraform.io/providers/mkdev-me/openai,
 * https://registry.terraform.io/providers/jianyuan/openai. Of what is not here, nothing is said.
 */
const SCHEMAS: readonly SchemaRow[] = [
  { dialects: ["openai"], of: "openai_invite", arguments: ["email", "role", "projects"], blocks: [] },
  { dialects: MKDEV, of: "openai_invite", arguments: ["email", "role"], blocks: ["projects"] },
  { dialects: JIANYUAN, of: "openai_invite", arguments: ["email", "role"], blocks: [] },
  { dialects: ["fjcorp"], of: "openai_invite", arguments: ["email", "role", "api_key"], blocks: ["projects"] },
  {
    dialects: ["cloudopsworks"],
    of: "openai_organization_invite",
    arguments: ["email", "role", "projects"],
    blocks: [],
  },
  { dialects: ["isac322"], of: "openaiadmin_invite", arguments: ["email", "role"], blocks: [] },
  {
    dialects: ["openai", ...MKDEV],
    of: "data.openai_invite",
    arguments: ["invite_id"],
    blocks: [],
    renamed: { id: "invite_id" },
  },
  { dialects: JIANYUAN, of: "data.openai_invite", arguments: ["id"], blocks: [], renamed: { invite_id: "id" } },
  {
    dialects: ["openai"],
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id", "email"],
    blocks: [],
    renamed: { role_ids: "role" },
  },
  {
    dialects: JIANYUAN,
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id"],
    blocks: [],
    renamed: { role_ids: "role" },
  },
  { dialects: ["mkdev-me-1"], of: "openai_project_user", arguments: ["project_id", "role", "user_id"], blocks: [] },
  {
    dialects: ["mkdev-me-2"],
    versions: "<2.1.0",
    of: "openai_project_user",
    arguments: ["project_id", "role", "user_id"],
    blocks: [],
    renamed: { role_ids: "role" },
  },
  {
    dialects: ["mkdev-me-2"],
    versions: ">=2.1.0",
    of: "openai_project_user",
    arguments: ["project_id", "role_ids", "user_id"],
    blocks: [],
    renamed: { role: "role_ids" },
  },
  {
    dialects: MKDEV,
    of: "provider",
    arguments: ["api_key", "admin_key", "organization", "api_url", "timeout"],
    blocks: [],
    renamed: { organization_id: "organization", admin_api_key: "admin_key", base_url: "api_url" },
  },
  {
    dialects: ["jianyuan-0.3", "jianyuan-0.4"],
    of: "provider",
    arguments: ["admin_key", "base_url"],
    blocks: [],
    renamed: { admin_api_key: "admin_key", api_url: "base_url" },
  },
  {
    dialects: ["jianyuan-0.7"],
    of: "provider",
    arguments: ["admin_key", "base_url", "max_retries", "request_timeout_seconds"],
    blocks: [],
    renamed: { admin_api_key: "admin_key", api_url: "base_url" },
  },
  {
    dialects: ["openai"],
    of: "provider",
    arguments: ["admin_api_key", "base_url", "organization", "project"],
    blocks: [],
    renamed: { admin_key: "admin_api_key", organization_id: "organization", api_url: "base_url" },
  },
  {
    dialects: ["cloudopsworks"],
    of: "provider",
    arguments: ["admin_api_key", "base_url", "organization_id", "project_id"],
    blocks: [],
  },
];

/**
 * What a block may hold under every version that the evidence allows; undefined where that is not known. Where versions
 * differ, whatever one of them takes is allowed.
 */
export function schemaOf({ candidates, version }: ProviderIdentity, of: string): BlockSchema | undefined {
  const schemas: BlockSchema[] = [];
  for (const { id } of candidates) {
    const rows = SCHEMAS.filter((row) => row.of === of && row.dialects.includes(id));
    const fitting = rows.filter(
      ({ versions }) => versions === undefined || version === undefined || semver.satisfies(version, versions),
    );
    if (fitting.length === 0) return undefined;
    schemas.push(...fitting);
  }
  const [first] = schemas;
  if (first === undefined) return undefined;
  return {
    arguments: [...new Set(schemas.flatMap((schema) => schema.arguments))],
    blocks: [...new Set(schemas.flatMap((schema) => schema.blocks))],
    ...(schemas.length === 1 && first.renamed !== undefined && { renamed: first.renamed }),
  };
}
