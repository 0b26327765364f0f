import { z } from "zod";
import { schemaAddress } from "../base/version.js";
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

const range = z.object({ start: position, end: position.describe("right after the last character") });

const status = z
  .enum(INVITE_STATUSES)
  .describe("the invite's status now; accepted, joined and departed invites are used");

/** Absent where it is about no line. */
const place = { file: z.string().optional(), range: range.optional() };

const manualChange = z.object({ file: z.string(), range, text: z.string() });

const command = z.object({
  argv: z.array(z.string()).describe("to run without a shell, in the directory where tfinvite was started"),
  text: z.string().describe("the same, quoted for a shell"),
});

const remedy = z.object({
  kind: z.enum(["forget", "drop", "reimport", "replace", "separate-projects", "undo", "adopt", "move"]),
  commands: z.array(command).describe("commands to run, in order"),
  edits: z.array(manualChange).describe("changes to make in the configuration"),
  instead: z.array(manualChange).optional().describe("changes to make instead of all commands and edits"),
});

const outcome = {
  result: z
    .enum(["succeeds", "fails", "in-name-only", "unknown"])
    .describe("in-name-only: Terraform reports a success that did not happen"),
  step: z.enum(["read", "create", "update", "delete", "look-up"]).optional().describe("the request that fails"),
  why: z.string().optional(),
  stateAfter: z
    .enum(["kept", "gone", "new", "new-and-deposed", "unknown"])
    .describe(
      "the content of the state afterwards: the invite as before, nothing, the new one, or the new and the old one",
    ),
  sendsInvitation: z.boolean().describe("whether OpenAI sends an invitation"),
};

const wording = z
  .object({ text: z.string(), contained: z.boolean() })
  .optional()
  .describe("set if this outcome requires that OpenAI's message contains the text, or does not contain it");

const planned = z.object({
  actions: z.array(z.string()).describe("as in the plan"),
  operation: z.enum(INVITE_OPERATIONS),
  previousAddress: z.string().optional(),
  duplicateOf: z.string().optional().describe("another invite that the same plan sends to the same person"),
  verdict: z
    .enum(["certain", "by-version", "by-wording", "by-order", "needs-look-up", "needs-provider"])
    .describe(
      "by-version: the outcome depends on the provider version; by-wording: on OpenAI's message; by-order: on the order in which Terraform acts",
    ),
  outcomes: z
    .array(
      z.object({
        dialects: z.array(z.string()).describe("the provider behaviors with this outcome; empty: all in use"),
        wording,
        ...outcome,
      }),
    )
    .describe("empty if there is no verdict"),
  deposed: z
    .array(z.object({ key: z.string(), wording, ...outcome }))
    .optional()
    .describe("outcomes for the deposed objects that the plan deletes"),
});

const invite = z.object({
  address: z.string().describe("as Terraform prints it: the address in the state, or with a plan, in the plan"),
  addressAfterMoves: z.string().optional().describe("the address to which the next apply moves it"),
  directory: z.string().describe("the root module"),
  id: z.string().nullable(),
  email: z.string().nullable(),
  role: z.string().nullable(),
  hidden: z
    .array(z.enum(["address", "email", "role"]))
    .optional()
    .describe(
      "fields that are known but not shown, because they are sensitive or come from outside the configuration; an address has a placeholder for its key",
    ),
  status,
  reason: z.string().optional().describe("why the status is unknown, or where it comes from"),
  used: z.boolean().describe("accepted, joined or departed: it can't be deleted or used any longer"),
  memberId: z.string().optional(),
  sentAt: z.int().optional().describe("Unix seconds"),
  expiresAt: z.int().optional().describe("Unix seconds"),
  acceptedAt: z.int().optional().describe("Unix seconds"),
  provider: z.string().nullable().describe("source address of the provider"),
  providerVersion: z.string().optional(),
  dialect: z.string().describe("the known behavior of the provider version"),
  inState: z.boolean(),
  inConfig: z.boolean().nullable().describe("null if the keys of its block are unknown"),
  tainted: z.boolean().optional(),
  deposed: z.array(z.object({ key: z.string(), id: z.string().nullable(), status })).optional(),
  instances: z.literal("unknown").optional().describe("set if this entry stands for the unknown instances of a block"),
  statement: z
    .object({ kind: z.enum(["moved", "forgotten", "destroyed", "imported"]), ...place })
    .optional()
    .describe("what a moved, removed or import block does to it in the next apply"),
  planned: planned.optional().describe("the plan's actions, and their outcomes"),
  ...place,
});

const severity = z.enum(["error", "warning", "notice"]);

const finding = z.object({
  rule: z.string(),
  severity,
  title: z.string().describe("what is wrong"),
  detail: z.string().describe("why it matters"),
  message: z.string().describe("both in one line"),
  address: z.string().optional(),
  directory: z.string().optional(),
  ...place,
  remedy: remedy.optional(),
  fixable: z.boolean().describe("whether `tfinvite lint --fix` can fix findings of this rule"),
  docs: z.string().describe("the page that explains the rule"),
});

const silenced = z.object({
  rule: z.string(),
  severity: severity.describe("the severity without the suppression"),
  address: z.string().optional(),
  directory: z.string(),
  ...place,
  by: z.enum(["comment", "baseline"]),
  reason: z.string().optional().describe("the reason in the comment"),
  until: z.string().optional().describe("the last day on which the comment silences it, YYYY-MM-DD in UTC"),
  comment: z.object({ file: z.string(), range }).optional().describe("the comment that silences it"),
  baseline: z.string().optional().describe("the baseline file that silences it"),
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
      directory: z.string().optional().describe("a root module that can manage it; absent if none is known"),
      address: z.string().optional().describe("the address to import it to"),
      block: z
        .string()
        .optional()
        .describe("write this block first; absent if the configuration already declares the invite"),
      command: command.optional().describe("the import"),
    }),
  ),
  complete: z.boolean().describe("whether every invite of every organization of the root modules was listed"),
  listed: z.int().describe("invites that were listed, with any status"),
  unlisted: z.int().describe("organizations whose list of invites is incomplete"),
  states: z.int().describe("states that were read; another state may have what is listed here"),
});

const directorySummary = z.object({
  directory: z.string().describe("the root module, relative to the folder that tfinvite was started in"),
  invites: z.int(),
  used: z.int(),
  unknown: z.int().describe("invites whose status is unknown"),
  error: z.int(),
  warning: z.int(),
  notice: z.int(),
  worst: severity.optional().describe("the worst severity among its findings; absent if there are none"),
});

export const reportSchema = z.object({
  version: z.literal(1),
  tool: z.object({ name: z.literal("tfinvite"), version: z.string() }),
  mode: z.enum(["live", "offline", "static"]).describe("where statuses come from: the API, the state, or no status"),
  startedIn: z
    .string()
    .optional()
    .describe(
      "the folder that tfinvite was started in, from the repository's root; all paths here are relative to it. Absent at the root",
    ),
  invites: z.array(invite),
  findings: z.array(finding),
  silenced: z
    .array(silenced)
    .optional()
    .describe("findings that a comment or the baseline silences; the summary does not count them"),
  orphans: orphans.optional().describe("pending invites at OpenAI that are in no state; only with --orphans"),
  errors: z.array(error).describe("what could not be read or looked up"),
  summary: z.object({
    error: z.int(),
    warning: z.int(),
    notice: z.int(),
    statuses: z.partialRecord(status, z.int()),
    requests: z.int().describe("HTTP requests sent to the Admin API"),
    directories: z
      .array(directorySummary)
      .optional()
      .describe("one entry for each root module, for example to make a CI matrix"),
  }),
});

export type JsonReport = z.infer<typeof reportSchema>;

/** The published JSON Schema of the report. It leaves room for fields that later versions add. */
export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { io: "input" });
  const description = "The report of tfinvite check, lint and status, with --format json";
  return { $schema, $id: schemaAddress("report-v1"), title: "tfinvite report, version 1", description, ...schema };
}
