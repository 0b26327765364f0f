import { z } from "zod";
import { INVITE_OPERATIONS } from "../invites/outcomes/outcome.js";
import { INVITE_STATUSES } from "../invites/status.js";

/**
 * The JSON report, version 1. Fields are only ever added.
 *
 * `schema/report-v1.json` is made from this; programs that read reports should ignore what they do not know.
 */
const position = z.object({
  line: z.int().min(1).describe("1-based"),
  column: z.int().min(1).describe("1-based, in UTF-16 units"),
});

const range = z.object({ start: position, end: position.describe("just behind the last character") });

const status = z
  .enum(INVITE_STATUSES)
  .describe("what is true of the invite now; accepted, joined and departed ones can only be forgotten");

/** Absent where it is about no line. */
const place = { file: z.string().optional(), range: range.optional() };

const manualChange = z.object({ file: z.string(), range, text: z.string() });

const command = z.object({
  argv: z.array(z.string()).describe("for running without a shell, from the place tfinvite was started in"),
  text: z.string().describe("the same, quoted for a shell"),
});

const remedy = z.object({
  kind: z.enum(["forget", "drop", "reimport", "replace", "separate-projects", "undo", "adopt", "move"]),
  commands: z.array(command).describe("commands to run, in order"),
  edits: z.array(manualChange).describe("what to change in the configuration by hand"),
  instead: z.array(manualChange).optional().describe("changes that would do in place of all commands and edits"),
});

const outcome = {
  result: z
    .enum(["succeeds", "fails", "in-name-only", "unknown"])
    .describe("in-name-only: Terraform reports a success that did not happen"),
  step: z.enum(["read", "create", "update", "delete", "look-up"]).optional().describe("the request that is refused"),
  why: z.string().optional(),
  stateAfter: z
    .enum(["kept", "gone", "new", "new-and-deposed", "unknown"])
    .describe("what the state holds afterwards: the invite as before, nothing, the new one, or that and the old one"),
  mails: z.boolean().describe("whether OpenAI mails the person"),
};

const wording = z
  .object({ text: z.string(), contained: z.boolean() })
  .optional()
  .describe("set where it comes only if OpenAI's refusal contains the text, or does not contain it");

const planned = z.object({
  actions: z.array(z.string()).describe("as the plan has them"),
  operation: z.enum(INVITE_OPERATIONS),
  previousAddress: z.string().optional(),
  duplicateOf: z.string().optional().describe("another invite that the same plan sends to the same person"),
  verdict: z
    .enum(["certain", "by-version", "by-wording", "by-order", "needs-look-up", "needs-provider"])
    .describe(
      "by-version: each version in range has an outcome of its own; by-wording: what OpenAI's refusal says decides; by-order: each order that Terraform may take",
    ),
  outcomes: z
    .array(
      z.object({
        dialects: z.array(z.string()).describe("whose it is; empty: of all in use"),
        wording,
        ...outcome,
      }),
    )
    .describe("empty where no verdict can be given"),
  deposed: z
    .array(z.object({ key: z.string(), wording, ...outcome }))
    .optional()
    .describe("what becomes of deposed objects that the plan deletes"),
});

const invite = z.object({
  address: z.string().describe("as Terraform prints it: where the state has it, or with a plan, where the plan has it"),
  addressAfterMoves: z.string().optional().describe("where the next apply moves it"),
  directory: z.string().describe("the root module"),
  id: z.string().nullable(),
  email: z.string().nullable(),
  role: z.string().nullable(),
  hidden: z
    .array(z.enum(["address", "email", "role"]))
    .optional()
    .describe(
      "what is known and not shown: it is sensitive, or is not written in the configuration; an address has a stand-in for its key",
    ),
  status,
  reason: z.string().optional().describe("why the status is unknown, or where it was taken from"),
  used: z.boolean().describe("it can only be forgotten"),
  memberId: z.string().optional(),
  sentAt: z.int().optional().describe("Unix seconds"),
  expiresAt: z.int().optional().describe("Unix seconds"),
  acceptedAt: z.int().optional().describe("Unix seconds"),
  provider: z.string().nullable().describe("source address of the provider"),
  providerVersion: z.string().optional(),
  dialect: z.string().describe("which known behaviour the provider's version has"),
  inState: z.boolean(),
  inConfig: z.boolean().nullable().describe("null where its block's keys could not be worked out"),
  tainted: z.boolean().optional(),
  deposed: z.array(z.object({ key: z.string(), id: z.string().nullable(), status })).optional(),
  instances: z.literal("unknown").optional().describe("set where it stands for the unknown instances of a block"),
  statement: z
    .object({ kind: z.enum(["moved", "forgotten", "destroyed", "imported"]), ...place })
    .optional()
    .describe("what a moved, removed or import block makes of it at the next apply"),
  planned: planned.optional().describe("what the plan does with it, and what becomes of that"),
  ...place,
});

const severity = z.enum(["error", "warning", "notice"]);

const finding = z.object({
  rule: z.string(),
  severity,
  title: z.string().describe("what is wrong"),
  detail: z.string().describe("what follows from it"),
  message: z.string().describe("both in one line"),
  address: z.string().optional(),
  directory: z.string().optional(),
  ...place,
  remedy: remedy.optional(),
  fixable: z.boolean().describe("whether `tfinvite lint --fix` knows a fix for findings of this rule"),
  docs: z.string().describe("the page that explains the rule"),
});

const silenced = z.object({
  rule: z.string(),
  severity: severity.describe("which it would have had"),
  address: z.string().optional(),
  directory: z.string(),
  ...place,
  by: z.enum(["comment", "baseline"]),
  reason: z.string().optional().describe("as the comment gives it"),
});

const error = z.object({
  message: z.string(),
  hint: z.string().optional(),
  address: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

const orphans = z.object({
  invites: z.array(
    z.object({
      id: z.string(),
      email: z.string(),
      role: z.string(),
      projects: z.array(z.object({ id: z.string(), role: z.string().optional() })),
      sentAt: z.int().optional().describe("Unix seconds"),
      expiresAt: z.int().optional().describe("Unix seconds"),
      directory: z.string().optional().describe("the root module that can hold it; absent where none is known"),
      address: z.string().optional().describe("where it can be imported"),
      block: z.string().optional().describe("to be written first; absent where the configuration declares it already"),
      command: command.optional().describe("the import"),
    }),
  ),
  complete: z.boolean().describe("whether every invite of every organization in view was listed"),
  listed: z.int().describe("invites that were listed, whatever their status"),
  unlisted: z.int().describe("organizations whose invites could not all be listed"),
  states: z.int().describe("states that were read; another one may hold what is listed here"),
});

export const reportSchema = z.object({
  version: z.literal(1),
  tool: z.object({ name: z.literal("tfinvite"), version: z.string() }),
  mode: z.enum(["live", "offline", "static"]).describe("where statuses come from: the API, the state, or nowhere"),
  invites: z.array(invite),
  findings: z.array(finding),
  silenced: z
    .array(silenced)
    .optional()
    .describe("findings that a comment or the baseline silences; the summary does not count them"),
  orphans: orphans.optional().describe("pending invites at OpenAI that no state holds, where they were asked for"),
  errors: z.array(error).describe("what could not be read or looked up"),
  summary: z.object({
    error: z.int(),
    warning: z.int(),
    notice: z.int(),
    statuses: z.partialRecord(status, z.int()),
    requests: z.int().describe("HTTP requests sent to the Admin API"),
  }),
});

export type JsonReport = z.infer<typeof reportSchema>;

/** The published JSON Schema of the report. It leaves room for fields that later versions add. */
export function reportJsonSchema(): object {
  const schema = z.toJSONSchema(reportSchema, { io: "input" });
  return { title: "tfinvite report, version 1", ...schema };
}
