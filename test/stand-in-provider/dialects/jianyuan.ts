import { type Answer, asOpenaiGo, inviteOf } from "../api.js";
import type { AttributeSpec, Problem, StandInDialect } from "../dialect.js";
import type { ObjectValue } from "../values.js";

type Verb = "create" | "read" | "delete";

/** What differs between the versions. */
interface Version {
  readonly version: string;
  /** What the time of sending is called, there and in the API's answer. */
  readonly sentAt: "invited_at" | "created_at";
  /** The only status that a sent invite may be answered with; undefined for any success. */
  readonly sentWith?: 200 | 201;
  readonly readMissing: "dropped" | "error";
  readonly deleteMissing: "done" | "error";
  readonly words: (answer: Answer) => string;
}

const byStatus = ({ status, text }: Answer) => `got status code ${status}: ${text}`;
const byClient = (answer: Answer) => `got error: ${asOpenaiGo(answer)}`;

/** https://github.com/jianyuan/terraform-provider-openai/blob/v0.3.4/internal/provider/resource_invite.go */
export const JIANYUAN_0_3 = jianyuan({
  version: "0.3.4",
  sentAt: "invited_at",
  sentWith: 201,
  readMissing: "error",
  deleteMissing: "error",
  words: byStatus,
});

/** https://github.com/jianyuan/terraform-provider-openai/blob/v0.6.0/internal/provider/resource_invite_gen.go */
export const JIANYUAN_0_6 = jianyuan({
  version: "0.6.0",
  sentAt: "created_at",
  sentWith: 200,
  readMissing: "error",
  deleteMissing: "done",
  words: byStatus,
});

/** https://github.com/jianyuan/terraform-provider-openai/blob/v0.7.0/internal/provider/resource_invite_gen.go */
export const JIANYUAN_0_7 = jianyuan({
  version: "0.7.0",
  sentAt: "created_at",
  readMissing: "dropped",
  deleteMissing: "done",
  words: byClient,
});

function jianyuan(differences: Version): StandInDialect {
  const { version, sentAt, sentWith, readMissing, deleteMissing, words } = differences;
  const failed = (verb: Verb, answer: Answer): Problem => ({
    summary: "Client Error",
    detail: `Unable to ${verb}, ${words(answer)}`,
  });
  const overwritten = (answer: Answer, before: ObjectValue): ObjectValue => {
    const { id, email, role, status, expires_at, accepted_at, [sentAt]: sent = 0 } = inviteOf(answer);
    return { ...before, id, email, role, status, expires_at, accepted_at, [sentAt]: sent };
  };
  const computed: Readonly<Record<string, AttributeSpec>> = {
    id: { type: "string", given: "computed" },
    status: { type: "string", given: "computed" },
    [sentAt]: { type: "number", given: "computed" },
    expires_at: { type: "number", given: "computed" },
    accepted_at: { type: "number", given: "computed" },
  };
  return {
    source: "jianyuan/openai",
    version,
    resourceType: "openai_invite",
    settings: { key: "admin_key", url: "base_url", others: [] },
    library: "framework",
    invite: {
      attributes: {
        email: { type: "string", given: "required", replaces: true },
        role: { type: "string", given: "required", replaces: true },
        ...computed,
      },
    },
    idAttribute: "id",
    imported: (id) => ({ id }),
    ...(sentWith === 201 && { sentWith }),
    dataSource: {
      argument: "id",
      computed: {
        attributes: {
          ...computed,
          email: { type: "string", given: "computed" },
          role: { type: "string", given: "computed" },
        },
      },
    },
    body: ({ email, role }) => ({ email, role }),
    created: (answer, planned) => {
      const sent = sentWith === undefined ? answer.status < 300 : answer.status === sentWith;
      return sent ? overwritten(answer, planned) : failed("create", answer);
    },
    read: (answer, state) => {
      if (answer.status === 404 && readMissing === "dropped") return null;
      return answer.status === 200 ? overwritten(answer, state) : failed("read", answer);
    },
    deleted: (answer) => {
      if (answer.status === 200 || (answer.status === 404 && deleteMissing === "done")) return undefined;
      return failed("delete", answer);
    },
    lookedUp: (answer) => (answer.status === 200 ? overwritten(answer, {}) : failed("read", answer)),
  };
}
