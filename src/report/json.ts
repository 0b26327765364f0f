import type { ReportedInvite } from "../invites/planned/assessment.js";
import type { PlannedChange } from "../invites/planned/planned.js";
import type { Finding, SilencedFinding } from "../invites/rules/finding.js";
import type { SourceRange } from "../terraform/source-range.js";
import { fixOf, type ManualChange } from "./finding-text.js";
import type { JsonReport } from "./json-schema.js";
import { messageOf } from "./messages/words.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";
import { countSeverities } from "./summary.js";

/** The report as one JSON document; its shape is published as `schema/report-v1.json`. */
export function formatJson(report: Report, context: CommandContext): string {
  return `${JSON.stringify(toJsonReport(report, context), null, 2)}\n`;
}

/** The same as data. */
export function toJsonReport(report: Report, context: CommandContext): JsonReport {
  return {
    version: 1,
    tool: report.tool,
    mode: report.mode,
    invites: report.invites.map(inviteJson),
    findings: report.findings.map((finding) => findingJson(finding, context)),
    silenced: report.silenced.map(silencedJson),
    errors: [...report.errors],
    summary: {
      ...countSeverities(report.findings),
      statuses: Object.fromEntries(report.statuses),
      requests: report.requests,
    },
  };
}

function inviteJson({ entry, email, status, used, planned }: ReportedInvite): JsonReport["invites"][number] {
  const deposed = entry.objects.flatMap((object, index) =>
    object.deposed === undefined
      ? []
      : [
          {
            key: object.deposed,
            id: object.id ?? null,
            status: status.objects[index]?.status ?? ("unknown" as const),
          },
        ],
  );
  const range = entry.inConfig === false ? undefined : entry.resource?.block.headerRange;
  return {
    address: entry.name,
    directory: entry.directory,
    id: entry.objects[0]?.id ?? null,
    email: email ?? null,
    role: entry.role ?? null,
    status: status.status,
    ...(status.reason !== undefined && { reason: status.reason }),
    used,
    ...(status.memberId !== undefined && { memberId: status.memberId }),
    ...(status.sentAt !== undefined && { sentAt: status.sentAt }),
    ...(status.expiresAt !== undefined && { expiresAt: status.expiresAt }),
    ...(status.acceptedAt !== undefined && { acceptedAt: status.acceptedAt }),
    provider: entry.providerSource ?? null,
    ...(entry.provider.version !== undefined && { providerVersion: entry.provider.version }),
    dialect: entry.provider.dialect.id,
    inState: entry.inState,
    inConfig: entry.inConfig,
    ...(entry.tainted && { tainted: true }),
    ...(deposed.length > 0 && { deposed }),
    ...plannedJson(planned),
    ...(range !== undefined && placeJson(range)),
  };
}

/** What the plan does with the current object, and with deposed ones beside it. */
function plannedJson(planned: readonly PlannedChange[]): Pick<JsonReport["invites"][number], "planned"> {
  const lead = planned.find(({ change }) => change.deposed === undefined) ?? planned[0];
  if (lead === undefined) return {};
  const { change, operation, duplicateOf, previousName, verdict } = lead;
  const deposed = planned.flatMap((one) => {
    const key = one.change.deposed;
    return key === undefined ? [] : outcomesJson(one).map(({ dialects: _, ...outcome }) => ({ key, ...outcome }));
  });
  return {
    planned: {
      actions: [...change.actions],
      operation,
      ...(previousName !== undefined && { previousAddress: previousName }),
      ...(duplicateOf !== undefined && { duplicateOf }),
      verdict: verdict.kind,
      outcomes: outcomesJson(lead),
      ...(deposed.length > 0 && { deposed }),
    },
  };
}

function outcomesJson({ outcomes }: PlannedChange) {
  return outcomes.map(({ dialects, outcome: { reason, ...outcome } }) => ({
    dialects: dialects.map(({ id }) => id),
    ...outcome,
    ...(reason !== undefined && { why: reason }),
  }));
}

function findingJson(finding: Finding, context: CommandContext): JsonReport["findings"][number] {
  return {
    rule: finding.rule,
    severity: finding.severity,
    message: messageOf(finding),
    ...(finding.address !== undefined && { address: finding.address }),
    directory: finding.directory,
    ...(finding.range !== undefined && placeJson(finding.range)),
    ...remedyJson(finding, context),
    docs: finding.docs,
  };
}

function silencedJson({ finding, by, reason }: SilencedFinding): NonNullable<JsonReport["silenced"]>[number] {
  return {
    rule: finding.rule,
    severity: finding.severity,
    ...(finding.address !== undefined && { address: finding.address }),
    directory: finding.directory,
    ...(finding.range !== undefined && placeJson(finding.range)),
    by,
    ...(reason !== undefined && { reason }),
  };
}

function remedyJson(finding: Finding, context: CommandContext): Pick<JsonReport["findings"][number], "remedy"> {
  if (finding.remedy === undefined) return {};
  const { commands, changes, instead } = fixOf(finding, context);
  const changeJson = ({ range, text }: ManualChange) => ({ ...placeJson(range), text });
  return {
    remedy: {
      kind: finding.remedy.kind,
      commands: commands.map(({ argv, text }) => ({ argv: [...argv], text })),
      edits: changes.map(changeJson),
      ...(instead.length > 0 && { instead: instead.map(changeJson) }),
    },
  };
}

function placeJson({ file, start, end }: SourceRange): {
  file: string;
  range: NonNullable<JsonReport["invites"][number]["range"]>;
} {
  return {
    file,
    range: { start: { line: start.line, column: start.column }, end: { line: end.line, column: end.column } },
  };
}
