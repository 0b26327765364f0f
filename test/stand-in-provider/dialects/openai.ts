import { type Answer, asOpenaiGo, inviteOf } from "../api.js";
import type { Problem, StandInDialect } from "../dialect.js";
import type { ObjectValue } from "../values.js";

const COMPUTED = {
  id: { type: "string", given: "computed" },
  invite_id: { type: "string", given: "computed" },
  status: { type: "string", given: "computed" },
  created_at: { type: "number", given: "computed" },
  expires_at: { type: "number", given: "computed" },
  accepted_at: { type: "number", given: "computed" },
} as const;

/**
 * https://github.com/openai/terraform-provider-openai/blob/main/internal/provider/resources/invite/resource_invite.go,
 * the same file in every version.
 */
export const OPENAI: StandInDialect = {
  source: "openai/openai",
  version: "1.1.0",
  resourceType: "openai_invite",
  settings: { key: "admin_api_key", url: "base_url", others: ["organization", "project"] },
  library: "framework",
  invite: {
    attributes: {
      email: { type: "string", given: "required", replaces: true },
      role: { type: "string", given: "required", replaces: true },
      projects: { type: "projects", given: "optional-or-computed", replaces: true },
      ...COMPUTED,
    },
  },
  idAttribute: "invite_id",
  imported: (id) => ({ invite_id: id }),
  dataSource: {
    argument: "invite_id",
    computed: {
      attributes: {
        ...COMPUTED,
        email: { type: "string", given: "computed" },
        role: { type: "string", given: "computed" },
        response_json: { type: "string", given: "computed" },
      },
    },
  },
  body: ({ email, role, projects }) => ({ email, role, projects: Array.isArray(projects) ? projects : [] }),
  created: (answer, planned) => (answer.status === 200 ? fromAnswer(answer, planned) : failure(answer)),
  read: (answer, state) => {
    if (answer.status === 404) return null;
    return answer.status === 200 ? fromAnswer(answer, state) : failure(answer);
  },
  deleted: (answer) => (answer.status === 200 || answer.status === 404 ? undefined : failure(answer)),
  lookedUp: (answer) => {
    if (answer.status !== 200) return failure(answer);
    const { id, email, role, status, created_at, expires_at, accepted_at } = inviteOf(answer);
    return { id, invite_id: id, email, role, status, created_at, expires_at, accepted_at, response_json: answer.text };
  },
};

function fromAnswer(answer: Answer, before: ObjectValue): ObjectValue | Problem {
  const { id, email, role, status, created_at, expires_at, accepted_at, projects } = inviteOf(answer);
  if (projects === null) return { summary: "Invalid OpenAI API response", detail: "projects is not a list" };
  const rest = { email, role, status, created_at, expires_at, accepted_at };
  return { ...before, ...rest, id, invite_id: id, projects: projects ?? before["projects"] ?? null };
}

function failure(answer: Answer): Problem {
  return { summary: "OpenAI API request failed", detail: asOpenaiGo(answer) };
}
