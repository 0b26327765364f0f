import { declaredAt, storedName } from "../invites/inventory.js";
import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { PlannedChange } from "../invites/planned/planned.js";
import type { Finding, SilencedFinding } from "../invites/rules/finding.js";
import { formatAddress } from "../terraform/addresses/address.js";
import type { SourceRange } from "../terraform/source-range.js";
import { summaryByDirectory } from "./by-directory.js";
import { tidyPath } from "./checkout.js";
import { jsonDocument } from "./escape.js";
import { fixOf, type ManualChange } from "./finding-text.js";
import type { JsonReport } from "./json-schema.js";
import { messageOf, wordsOf } from "./messages/words.js";
import { orphanAdvice } from "./orphans.js";
import type { OrphanSearch, Report } from "./report.js";
import type { CommandContext } from "./style.js";
import { countSeverities } from "./summary.js";

/** The report as one JSON document; its shape is published as `schema/report-v1.json`. */
export function formatJson(report: Report, context: CommandContext): string {
  return jsonDocument(toJsonReport(report, context));
}

/** The same as data; what is undefined is not in the document. */
export function toJsonReport(report: Report, context: CommandContext): JsonReport {
  return {
    version: 1,
    tool: report.tool,
    mode: report.mode,
    startedIn: context.startedIn ? tidyPath(context.startedIn) : undefined,
    invites: report.invites.map(inviteJson),
    findings: report.findings.map((finding) => findingJson(finding, report, context)),
    silenced: report.silenced.map(silencedJson),
    errors: [...report.errors],
    orphans: report.orphans && orphansJson(report.orphans, context),
    summary: {
      ...countSeverities(report.findings),
      statuses: Object.fromEntries(report.statuses),
      requests: report.requests,
      directories: summaryByDirectory(report),
    },
  };
}

function orphansJson({ orphans, ...search }: OrphanSearch, context: CommandContext): JsonReport["orphans"] {
  return {
    ...search,
    complete: search.unlisted === 0,
    invites: orphans.map((orphan) => {
      const { invite, home } = orphan;
      const { block, command } = orphanAdvice(orphan, context);
      return {
        id: invite.id,
        email: invite.email,
        role: invite.role,
        projects: [...invite.projects],
        sentAt: invite.sentAt,
        expiresAt: invite.expiresAt,
        directory: home?.directory,
        address: home && formatAddress(home.address),
        block,
        command: command && { argv: [...command.argv], text: command.text },
      };
    }),
  };
}

type JsonInvite = JsonReport["invites"][number];
type JsonFinding = JsonReport["findings"][number];

function inviteJson({ entry, email, status, used, planned }: ReportedInvite): JsonInvite {
  const deposed = entry.objects.flatMap(({ deposed: key, id = null }, index) =>
    key === undefined ? [] : [{ key, id, status: status.objects[index]?.status ?? ("unknown" as const) }],
  );
  const range = declaredAt(entry);
  return {
    // A plan has moves done already, and names its changes so.
    ...(planned.length > 0
      ? { address: entry.name }
      : { address: storedName(entry), addressAfterMoves: entry.storedAs && entry.name }),
    directory: entry.directory,
    id: entry.objects[0]?.id ?? null,
    email: email ?? null,
    role: entry.role ?? null,
    hidden: unlessEmpty(hiddenIn(entry)),
    status: status.status,
    reason: status.reason,
    used,
    memberId: status.memberId,
    sentAt: status.sentAt,
    expiresAt: status.expiresAt,
    acceptedAt: status.acceptedAt,
    provider: entry.providerSource ?? null,
    providerVersion: entry.provider.version,
    dialect: entry.provider.dialect.id,
    inState: entry.inState,
    inConfig: entry.inConfig,
    tainted: entry.tainted || undefined,
    deposed: unlessEmpty(deposed),
    instances: entry.unknownInstances === undefined ? undefined : "unknown",
    statement: entry.statement && {
      kind: entry.statement.kind,
      ...(entry.statement.range && placeJson(entry.statement.range)),
    },
    planned: plannedJson(planned),
    ...(range && placeJson(range)),
  };
}

/** What is known and must not be shown. */
function hiddenIn({ isKeyHidden, hiddenEmail, hiddenRole }: ReportedInvite["entry"]) {
  return [
    ...(isKeyHidden ? (["address"] as const) : []),
    ...(hiddenEmail === undefined ? [] : (["email"] as const)),
    ...(hiddenRole === undefined ? [] : (["role"] as const)),
  ];
}

/** What the plan does with the current object, and with deposed ones beside it. */
function plannedJson(planned: readonly PlannedChange[]): JsonInvite["planned"] {
  const lead = planned.find(({ change }) => change.deposed === undefined) ?? planned[0];
  if (lead === undefined) return undefined;
  const deposed = planned.flatMap((one) => {
    const key = one.change.deposed;
    return key === undefined ? [] : outcomesJson(one).map(({ dialects: _, ...outcome }) => ({ key, ...outcome }));
  });
  return {
    actions: [...lead.change.actions],
    operation: lead.operation,
    previousAddress: lead.previousName,
    duplicateOf: lead.duplicateOf,
    verdict: lead.verdict.kind,
    outcomes: outcomesJson(lead),
    deposed: unlessEmpty(deposed),
  };
}

function outcomesJson({ outcomes }: PlannedChange) {
  return outcomes.map(({ dialects, wording, outcome: { reason, ...outcome } }) => ({
    dialects: dialects.map(({ id }) => id),
    wording,
    ...outcome,
    why: reason,
  }));
}

function findingJson(finding: Finding, { rules }: Report, context: CommandContext): JsonFinding {
  return {
    rule: finding.rule,
    severity: finding.severity,
    ...wordsOf(finding),
    message: messageOf(finding),
    address: finding.address,
    directory: finding.directory,
    ...(finding.range && placeJson(finding.range)),
    remedy: remedyJson(finding, context),
    fixable: rules.some(({ id, fixable }) => id === finding.rule && fixable),
    docs: finding.docs,
  };
}

function silencedJson({
  finding,
  by,
  reason,
  until,
  comment,
  baseline,
}: SilencedFinding): NonNullable<JsonReport["silenced"]>[number] {
  const { rule, severity, address, directory, range } = finding;
  return {
    rule,
    severity,
    address,
    directory,
    ...(range && placeJson(range)),
    by,
    reason,
    until,
    comment: comment && placeJson(comment),
    baseline,
  };
}

function remedyJson(finding: Finding, context: CommandContext): JsonFinding["remedy"] {
  if (finding.remedy === undefined) return undefined;
  const { commands, changes, instead } = fixOf(finding, context);
  const changeJson = ({ range, text }: ManualChange) => ({ ...placeJson(range), text });
  return {
    kind: finding.remedy.kind,
    commands: commands.map(({ argv, text }) => ({ argv: [...argv], text })),
    edits: changes.map(changeJson),
    instead: unlessEmpty(instead.map(changeJson)),
  };
}

/** A place as documents for programs have it: without offsets. */
export function placeJson({ file, start, end }: SourceRange) {
  return {
    file,
    range: { start: { line: start.line, column: start.column }, end: { line: end.line, column: end.column } },
  };
}

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}
