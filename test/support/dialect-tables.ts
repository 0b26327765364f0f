import { type InviteOperation, type Outcome, outcomeOf, type Situation } from "../../src/invites/outcomes/outcome.js";
import type { ProviderStep } from "../../src/invites/providers/profile.js";
import { DIALECTS, type KnownDialect } from "../../src/invites/providers/registry.js";
import type { RuleId } from "../../src/invites/rules/finding.js";

/** A column of a table of providers: a heading, and its cell for each row of the dialect table. */
interface Column {
  readonly heading: string;
  readonly cell: (row: KnownDialect) => string;
}

const ACCEPTED: Situation = { status: "accepted", member: true, invitedElsewhere: false, syntheticId: false };
const PENDING: Situation = { ...ACCEPTED, status: "pending", member: false };
const NEVER_SENT: Situation = { ...ACCEPTED, status: "not-sent", member: false };

/** The tables of the pages, each by the rule whose page it is on. */
const TABLES: Readonly<Partial<Record<RuleId, readonly Column[]>>> = {
  "destroy-will-fail": [
    operationColumn("destroy of an accepted invite", "delete", ACCEPTED),
    operationColumn("destroy of an invite that OpenAI no longer has", "delete", { ...NEVER_SENT, status: "missing" }),
  ],
  "replace-will-fail": [
    operationColumn("delete, then create", "replace", ACCEPTED),
    operationColumn("with `create_before_destroy`", "replace-create-first", ACCEPTED),
  ],
  "update-will-fail": [{ heading: "an edit in place", cell: updateWords }],
  "create-will-fail": [
    operationColumn("invite of a member", "create", { ...NEVER_SENT, member: true }),
    operationColumn("an invite that OpenAI sends", "create", NEVER_SENT),
  ],
  "read-will-fail": [
    { heading: "refresh of an invite that OpenAI no longer has", cell: (row) => readWords(row, row.readMissing) },
    { heading: "data source for such an invite", cell: (row) => stop(row, "look-up") },
  ],
  "destroy-is-silent": [operationColumn("destroy of an accepted invite", "delete", ACCEPTED)],
  "membership-survives": [
    operationColumn("destroy of an expired invite of a member", "delete", { ...ACCEPTED, status: "expired" }),
  ],
  resend: [
    operationColumn("replacement of a pending invite", "replace", PENDING),
    { heading: "a read that is refused", cell: (row) => readWords(row, row.readRefused) },
    { heading: "an invite that was revoked", cell: (row) => readWords(row, row.readMissing) },
  ],
  "too-many-reads": [{ heading: "a read that is refused", cell: (row) => readWords(row, row.readRefused) }],
  "too-many-writes": [
    { heading: "a deletion that is refused", cell: deletionWords },
    { heading: "an invite that is refused", cell: (row) => stop(row, "create") },
  ],
  "project-drift": [
    { heading: "a project that OpenAI added", cell: ({ unaskedProject }) => UNASKED[unaskedProject] },
    { heading: "an invite without `projects` is sent with", cell: ({ omittedProjects }) => OMITTED[omittedProjects] },
  ],
};

const UNASKED: Readonly<Record<KnownDialect["unaskedProject"], string>> = {
  replaces: "replaces the invite at the next plan",
  ignored: "is ignored",
  unknown: "unknown",
};

const OMITTED: Readonly<Record<KnownDialect["omittedProjects"], string>> = {
  "empty-list": "an empty list: no project",
  null: "`null`",
  nothing: "nothing: the default project",
  impossible: "impossible",
  fails: "impossible: the apply fails",
  unknown: "unknown",
};

/** The rules whose pages have a table. */
export const TABLED = Object.keys(TABLES);

/** The table of a rule's page in Markdown, straight from the rows that the program judges by. */
export function dialectTable(rule: string): string {
  const columns = Object.entries(TABLES).find(([id]) => id === rule)?.[1];
  if (columns === undefined) throw new Error(`there is no table for ${rule}`);
  const rows = [
    ["provider", ...columns.map(({ heading }) => heading)],
    ...DIALECTS.map((row) => [nameOf(row), ...columns.map(({ cell }) => cell(row))]),
  ];
  return alignedTable(rows);
}

/** A table of Markdown with its first row as head, aligned as the formatter does it. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** The provider and its versions, as a link to the code that the row was read from. */
function nameOf({ namespaces: [namespace], provider: { name }, versions, evidence }: KnownDialect): string {
  const range = versions === "*" ? "" : ` ${versions.replace(/>=(\S+)/, "from $1").replace(/ <(\S+)/, ", before $1")}`;
  return `[\`${namespace}/${name}\`${range}](${evidence})`;
}

function operationColumn(heading: string, operation: InviteOperation, situation: Situation): Column {
  return { heading, cell: (row) => outcomeWords(outcomeOf(operation, row, situation), row, operation) };
}

function outcomeWords(
  { result, step, reason, stateAfter, sendsInvitation }: Outcome,
  row: KnownDialect,
  operation: InviteOperation,
): string {
  switch (result) {
    case "succeeds":
      return sendsInvitation
        ? "succeeds, and the person gets an invitation"
        : operation === "create"
          ? "succeeds, but treats the member as the invite"
          : "succeeds";
    case "in-name-only":
      return "reported as done; the invite leaves the state and stays at OpenAI";
    case "unknown":
      return "unknown";
    case "fails": {
      const unless = row.destroyAcceptedUnless;
      const words =
        step === "delete" && reason === "accepted" && unless !== undefined
          ? `, unless OpenAI's message contains \`${unless}\``
          : "";
      const lost = operation === "replace" && stateAfter === "gone" ? ", and the state no longer has the invite" : "";
      const sent = reason === "sent-but-refused-by-provider" ? ", but the invitation is sent" : "";
      return `${stop(row, step)}${words}${lost}${sent}`;
    }
  }
}

function updateWords(row: KnownDialect): string {
  if (row.messages.update !== undefined) return stop(row, "update");
  // What a provider without any known message declares is not known either.
  return Object.keys(row.messages).length === 0 ? "unknown" : "is never planned";
}

function stop({ messages }: KnownDialect, step: ProviderStep | undefined): string {
  const message = step === undefined ? undefined : messages[step];
  return message === undefined ? "fails" : `fails: \`${message.replace("{id}", "ID")}\``;
}

function deletionWords(row: KnownDialect): string {
  return row.destroyAccepted === "reports-success"
    ? "reported as done; the invite leaves the state and stays at OpenAI"
    : stop(row, "delete");
}

function readWords(row: KnownDialect, does: KnownDialect["readMissing"]): string {
  return does === "drops" ? "drops it from the state" : stop(row, "read");
}
