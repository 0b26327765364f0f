import { type Answer, inviteOf, messageOf } from "../api.js";
import type { AttributeSpec, InviteSchema, Problem, StandInDialect } from "../dialect.js";
import type { ObjectValue } from "../values.js";

const NUMBER = { type: "number", given: "computed" } as const;
const STRING = { type: "string", given: "computed" } as const;
const COMPUTED = { invite_id: STRING, status: STRING, created_at: NUMBER, expires_at: NUMBER } as const;
const GIVEN: Readonly<Record<string, AttributeSpec>> = {
  email: { type: "string", given: "required", replaces: true },
  role: { type: "string", given: "required", replaces: true },
};
const LOOKED_UP: InviteSchema = {
  attributes: {
    ...COMPUTED,
    id: STRING,
    email: STRING,
    role: STRING,
    projects: { type: "projects", given: "computed" },
  },
};
const SETTINGS = { key: "admin_key", url: "api_url", others: ["api_key", "organization"] };

/** https://github.com/mkdev-me/terraform-provider-openai/blob/v1.2.0/internal/provider/resource_openai_invite.go */
export const MKDEV_ME_1: StandInDialect = {
  source: "mkdev-me/openai",
  version: "1.2.0",
  resourceType: "openai_invite",
  settings: SETTINGS,
  library: "sdk2",
  invite: { attributes: { ...GIVEN, ...COMPUTED, id: STRING }, projectsBlock: { min: 1 } },
  idAttribute: "id",
  imported: (id) => ({ id, invite_id: id }),
  dataSource: { argument: "invite_id", computed: LOOKED_UP },
  body: ({ email, role, projects }) => ({ email, role, projects }),
  created: (answer, planned) => {
    if (!isDone(answer)) return chained("error creating invitation: error creating invite", answer);
    const { id, status, created_at, expires_at } = inviteOf(answer);
    return { ...planned, id, invite_id: id, status, created_at, expires_at };
  },
  // Any failure is taken for an invite that is gone.
  read: (answer, state) => (isDone(answer) ? overwritten(answer, state, true) : null),
  deleted: (answer) => {
    if (isDone(answer)) return undefined;
    const problem = chained("error deleting invitation: error deleting invite", answer);
    return problem.summary.includes("already accepted") ? undefined : problem;
  },
  lookedUp: (answer) =>
    isDone(answer)
      ? overwritten(answer, {}, true)
      : chained("error retrieving invitation: error getting invite", answer),
};

/** https://github.com/mkdev-me/terraform-provider-openai/blob/v2.2.7/internal/provider/resource_openai_invite.go */
export const MKDEV_ME_2: StandInDialect = {
  ...MKDEV_ME_1,
  version: "2.2.7",
  library: "framework",
  invite: { attributes: { ...GIVEN, ...COMPUTED, id: { ...STRING, keeps: true } }, projectsBlock: { min: 0 } },
  imported: (id) => ({ id }),
  body: ({ email, role, projects }) => ({
    email,
    role,
    projects: Array.isArray(projects) && projects.length > 0 ? projects : null,
  }),
  created: (answer, planned) => {
    if (!isDone(answer)) return apiError(answer, ` - ${answer.text}`);
    const { id, status, created_at, expires_at } = inviteOf(answer);
    return { ...planned, id, invite_id: id, status, created_at, expires_at };
  },
  read: (answer, state) => {
    if (answer.status === 404) return null;
    return answer.status === 200 ? overwritten(answer, state, false) : apiError(answer, "");
  },
  // The answer is not looked at.
  deleted: () => undefined,
  lookedUp: (answer, id) => {
    if (answer.status === 404) return { summary: "Invite Not Found", detail: `Invite with ID ${id} not found` };
    if (answer.status === 200) return overwritten(answer, {}, true);
    return { summary: "API Error", detail: `Status: ${answer.status} ${answer.statusText}` };
  },
};

function isDone({ status }: Answer): boolean {
  return status === 200 || status === 201;
}

/** `emptied`: an empty list of projects takes the place of a full one. */
function overwritten(answer: Answer, before: ObjectValue, emptied: boolean): ObjectValue {
  const { id, email, role, status, created_at, expires_at, projects } = inviteOf(answer);
  const given = projects ?? [];
  const rest = given.length > 0 || emptied ? { projects: given } : {};
  return { ...before, id, invite_id: id, email, role, status, created_at, expires_at, ...rest };
}

/** Everything in the summary, as Go wraps errors. */
function chained(what: string, answer: Answer): Problem {
  const message = messageOf(answer);
  const why = message === undefined ? `API error (status ${answer.status}): ${answer.text}` : `API error: ${message}`;
  return { summary: `${what}: ${why}` };
}

function apiError({ status, statusText }: Answer, rest: string): Problem {
  return { summary: "API error", detail: `API returned error: ${status} ${statusText}${rest}` };
}

/**
 * What became mkdev-me/openai, under its first name: https://github.com/mkdev-me/terraform-provider-openai/pull/1.
 * It looks people of made-up ids up by their address; here such an invite is left as it is.
 */
export const FJCORP: StandInDialect = {
  ...MKDEV_ME_1,
  source: "fjcorp/openai",
  version: "0.1.0",
  invite: {
    attributes: {
      ...MKDEV_ME_1.invite.attributes,
      user_id: STRING,
      api_key: { type: "string", given: "optional", replaces: true },
    },
    projectsBlock: { min: 0 },
  },
  body: ({ email, role }) => ({ email, role }),
  created: (answer, planned) => {
    const { email = "" } = planned;
    if (messageOf(answer)?.includes("already exists in this organization") !== true) {
      const created = MKDEV_ME_1.created(answer, planned);
      return "summary" in created ? created : { ...created, user_id: null };
    }
    const id = `existing-user-${String(email)}`;
    return { ...planned, id, invite_id: id, status: "existing_user", created_at: 0, expires_at: 0, user_id: null };
  },
  madeUp: (id) => id.startsWith("existing-user-"),
};
