import { type Answer, inviteOf, messageOf } from "../api.js";
import type { AttributeSpec, Problem, StandInDialect } from "../dialect.js";
import { isUnknown, type ObjectValue } from "../values.js";
import { JIANYUAN_0_7 } from "./jianyuan.js";
import { OPENAI } from "./openai.js";

/** How cloudopsworks/openai prints a refusal: the status and OpenAI's words. */
function failed(summary: string, answer: Answer): Problem {
  return { summary, detail: `OpenAI API returned HTTP ${answer.status}: ${messageOf(answer) ?? answer.text}` };
}

const { invite_id: _, ...withoutInviteId } = OPENAI.invite.attributes;
const { invite_id: _other, response_json: _json, ...COMPUTED } = OPENAI.dataSource.computed.attributes;

/** https://github.com/cloudopsworks/terraform-provider-openai/blob/main/internal/provider/resource_organization_invite.go */
export const CLOUDOPSWORKS: StandInDialect = {
  ...OPENAI,
  source: "cloudopsworks/openai",
  version: "0.1.1",
  resourceType: "openai_organization_invite",
  settings: { key: "admin_api_key", url: "base_url", others: ["organization_id", "project_id"] },
  invite: { attributes: withoutInviteId },
  idAttribute: "id",
  imported: (id) => ({ id }),
  dataSource: {
    argument: "id",
    computed: {
      attributes: {
        ...COMPUTED,
        email: { type: "string", given: "computed" },
        role: { type: "string", given: "computed" },
        projects: { type: "projects", given: "computed" },
      },
    },
  },
  unsendable: ({ projects }) =>
    projects !== undefined && isUnknown(projects)
      ? {
          summary: "Value Conversion Error",
          detail: [
            "An unexpected error was encountered trying to build a value. This is always an error in the provider. Please report the following to the provider developer:",
            "Received unknown value, however the target type cannot handle unknown values. Use the corresponding `types` package type or a custom type that handles unknown values.",
            "Path: projects\nTarget Type: []provider.inviteProjectModel\nSuggested Type: basetypes.ListValue",
          ].join("\n\n"),
        }
      : undefined,
  body: ({ email, role, projects }) => ({ email, role, ...(Array.isArray(projects) && { projects }) }),
  created: (answer, planned) =>
    answer.status === 200
      ? withProjects(answer, planned)
      : failed("Unable to create OpenAI organization invite", answer),
  read: (answer, state) => {
    if (answer.status === 404) return null;
    return answer.status === 200
      ? withProjects(answer, state)
      : failed("Unable to read OpenAI organization invite", answer);
  },
  deleted: (answer) =>
    answer.status === 200 || answer.status === 404
      ? undefined
      : failed("Unable to delete OpenAI organization invite", answer),
  lookedUp: (answer) =>
    answer.status === 200 ? withProjects(answer, {}) : failed("Unable to read OpenAI organization invite", answer),
};

function withProjects(answer: Answer, before: ObjectValue): ObjectValue {
  const { id, email, role, status, created_at, expires_at, accepted_at, projects } = inviteOf(answer);
  return { ...before, id, email, role, status, created_at, expires_at, accepted_at, projects: projects ?? [] };
}

const TIME: AttributeSpec = { type: "string", given: "computed" };
const TIMES = { id: TIME, status: TIME, invited_at: TIME, expires_at: TIME, accepted_at: TIME } as const;

/** The real provider also prints the place in its code; this one does not. */
function refused(summary: string, { method, url, status, statusText, text }: Answer): Problem {
  return { summary, detail: `${method} "${url}": ${status} ${statusText} ${text}` };
}

/** https://github.com/isac322/terraform-provider-openaiadmin/blob/main/internal/provider/invite_resource.go */
export const ISAC322: StandInDialect = {
  ...JIANYUAN_0_7,
  source: "isac322/openaiadmin",
  version: "1.0.0",
  resourceType: "openaiadmin_invite",
  settings: { key: "admin_token", url: "base_url", others: [] },
  invite: {
    attributes: {
      email: { type: "string", given: "required", replaces: true },
      role: { type: "string", given: "required", replaces: true },
      ...TIMES,
    },
  },
  dataSource: { argument: "id", computed: { attributes: { ...TIMES, email: TIME, role: TIME } } },
  // The address and the role stay as they were planned.
  created: (answer, planned) =>
    answer.status === 200 ? { ...planned, ...timesOf(answer) } : refused("Error creating invite", answer),
  read: (answer, state) => {
    if (answer.status === 404) return null;
    return answer.status === 200 ? read(answer, state) : refused("Error reading invite", answer);
  },
  deleted: (answer) =>
    answer.status === 200 || answer.status === 404 ? undefined : refused("Error deleting invite", answer),
  lookedUp: (answer, id) => {
    if (answer.status === 404) return { summary: "Invite not found", detail: `No invite found with ID ${id}.` };
    return answer.status === 200 ? read(answer, {}) : refused("Error reading invite", answer);
  },
};

function read(answer: Answer, before: ObjectValue): ObjectValue {
  const { email, role } = inviteOf(answer);
  return { ...before, email, role, ...timesOf(answer) };
}

/** It knows no `created_at`, so that `invited_at` is the year 1. */
function timesOf(answer: Answer): ObjectValue {
  const { id, status, invited_at, expires_at, accepted_at } = inviteOf(answer);
  const invited = invited_at === undefined ? "0001-01-01T00:00:00Z" : time(invited_at);
  return { id, status, invited_at: invited, expires_at: time(expires_at), accepted_at: time(accepted_at) };
}

function time(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
