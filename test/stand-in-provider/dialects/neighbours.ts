import { type Answer, asOpenaiGo, inviteOf } from "../api.js";
import type { AttributeSpec, Problem, StandInDialect } from "../dialect.js";
import type { ObjectValue } from "../values.js";
import { JIANYUAN_0_7 } from "./jianyuan.js";
import { OPENAI } from "./openai.js";

/** Of these two only the schema, the way with a 404 and the first words of an error are known. */
function failed(summary: string, answer: Answer): Problem {
  return { summary, detail: asOpenaiGo(answer) };
}

const { invite_id: _, ...withoutInviteId } = OPENAI.invite.attributes;

/** https://registry.terraform.io/providers/cloudopsworks/openai/0.1.1/docs/resources/organization_invite */
export const CLOUDOPSWORKS: StandInDialect = {
  ...OPENAI,
  source: "cloudopsworks/openai",
  version: "0.1.1",
  resourceType: "openai_organization_invite",
  settings: { key: "admin_api_key", url: "base_url", others: ["organization_id", "project_id"] },
  invite: { attributes: withoutInviteId },
  idAttribute: "id",
  imported: (id) => ({ id }),
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
};

function withProjects(answer: Answer, before: ObjectValue): ObjectValue {
  const { id, email, role, status, created_at, expires_at, accepted_at, projects } = inviteOf(answer);
  return { ...before, id, email, role, status, created_at, expires_at, accepted_at, projects: projects ?? [] };
}

const TIME: AttributeSpec = { type: "string", given: "computed" };

/** https://registry.terraform.io/providers/isac322/openaiadmin/1.0.0/docs/resources/invite */
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
      id: { type: "string", given: "computed" },
      status: { type: "string", given: "computed" },
      invited_at: TIME,
      expires_at: TIME,
      accepted_at: TIME,
    },
  },
  created: (answer, planned) =>
    answer.status === 200 ? withTimes(answer, planned) : failed("Error creating invite", answer),
  read: (answer, state) => {
    if (answer.status === 404) return null;
    return answer.status === 200 ? withTimes(answer, state) : failed("Error reading invite", answer);
  },
  deleted: (answer) =>
    answer.status === 200 || answer.status === 404 ? undefined : failed("Error deleting invite", answer),
};

function withTimes(answer: Answer, before: ObjectValue): ObjectValue {
  const { id, email, role, status, created_at, expires_at, accepted_at } = inviteOf(answer);
  const times = { invited_at: time(created_at), expires_at: time(expires_at), accepted_at: time(accepted_at) };
  return { ...before, id, email, role, status, ...times };
}

function time(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}
