import type {
  Invocation,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  ReportingDescriptor,
  Result,
  Run,
  Suppression,
} from "sarif";
import { defined } from "../base/defined.js";
import { HOMEPAGE } from "../base/version.js";
import type { Finding, RuleFacts, RuleId, Severity, SilencedFinding } from "../invites/rules/finding.js";
import { escapeControls, jsonDocument, wellFormed } from "./escape.js";
import { errorMessage, fixLines } from "./finding-text.js";
import { fingerprintsOf } from "./fingerprints.js";
import { summaryOf } from "./messages/words.js";
import { notLookedUp } from "./not-looked-up.js";
import { type Place, placedMessage, placeFinder, placeOfError } from "./places.js";
import type { Report } from "./report.js";
import type { CommandContext } from "./style.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

const LEVELS = { error: "error", warning: "warning", notice: "note" } as const satisfies Record<Severity, string>;

/** What GitHub's code scanning calls the severities: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support */
const PROBLEM_SEVERITIES = { error: "error", warning: "warning", notice: "recommendation" } as const;

/** The folder that relative paths start from: the root of the repository, or else where tfinvite was started. */
const ROOT = "%SRCROOT%";

/**
 * The report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), fit for GitHub's code scanning.
 *
 * Findings that were silenced are in it as suppressed results. No source text is.
 */
export function formatSarif(report: Report, context: CommandContext): string {
  return jsonDocument(toSarif(report, context));
}

/** The same as data. */
export function toSarif(report: Report, context: CommandContext): Log {
  const rules = rulesOf(report);
  const fingerprints = fingerprintsOf(report, context);
  const placeOf = placeFinder(report, context.checkoutPrefix);
  const ruleIndexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const resultOf = (finding: Finding, place = placeOf(finding)): Result => ({
    ruleId: finding.rule,
    ruleIndex: ruleIndexes.get(finding.rule) ?? -1,
    level: LEVELS[finding.severity],
    message: { text: message([`${placedMessage(finding, place)}.`, ...fixLines(finding, context)].join("\n")) },
    locations: [locationOf(place, finding.address)],
    partialFingerprints: { "tfinvite/v1": fingerprints.get(finding) ?? "" },
  });
  const suppressed = report.silenced.map((silenced) => ({
    ...resultOf(silenced.finding),
    suppressions: [suppressionOf(silenced)],
  }));
  const { name, version } = report.tool;
  const run: Run = {
    tool: { driver: { name, semanticVersion: version, informationUri: HOMEPAGE, rules: rules.map(descriptorOf) } },
    invocations: [invocationOf(report, context.checkoutPrefix)],
    properties: { mode: report.mode },
    originalUriBaseIds: {
      [ROOT]: { description: { text: "The root of the repository, or else the folder that tfinvite was started in." } },
    },
    columnKind: "utf16CodeUnits",
    results: [...report.findings.map((finding) => resultOf(finding)), ...suppressed],
  };
  return { version: "2.1.0", $schema: SCHEMA, runs: [run] };
}

/** The rules that were asked, and those that found something anyway. */
function rulesOf(report: Report): RuleFacts[] {
  const rules = new Map<RuleId, RuleFacts>(report.rules.map((rule) => [rule.id, rule]));
  for (const finding of [...report.findings, ...report.silenced.map((silenced) => silenced.finding)]) {
    const { rule: id, severity, docs } = finding;
    if (!rules.has(id)) rules.set(id, { id, severity, fixable: false, docs });
  }
  return [...rules.values()];
}

function descriptorOf({ id, severity, docs }: RuleFacts): ReportingDescriptor {
  const summary = summaryOf(id);
  const description = { text: message(summary) };
  return {
    id,
    shortDescription: description,
    fullDescription: description,
    helpUri: docs,
    help: { text: message(`${summary}. Read more: ${docs}`), markdown: `[Read about ${id}](${docs})` },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ["openai", "terraform"], "problem.severity": PROBLEM_SEVERITIES[severity] },
  };
}

function suppressionOf({ by, reason }: SilencedFinding): Suppression {
  const justification = reason === undefined ? undefined : message(escapeControls(reason));
  return { kind: by === "comment" ? "inSource" : "external", status: "accepted", ...defined({ justification }) };
}

function invocationOf(report: Report, prefix: string | undefined): Invocation {
  const notifications = report.errors.map((error): Notification => {
    const locations = [locationOf(placeOfError(error, report, prefix), error.address)];
    const text = message(errorMessage(error));
    return { level: "error", message: { text }, ...(error.file !== undefined && { locations }) };
  });
  const executionSuccessful = notifications.length === 0;
  const note = notLookedUp(report);
  if (note !== undefined) notifications.push({ level: "note", message: { text: message(note) } });
  return { executionSuccessful, ...(notifications.length > 0 && { toolExecutionNotifications: notifications }) };
}

/** Readers want a line, so what is about no line is at the first. */
function locationOf({ file, isFolder, start, end }: Place, address: string | undefined): Location {
  const region = { startColumn: start?.column, endLine: end?.line, endColumn: end?.column };
  return {
    physicalLocation: {
      artifactLocation: artifactOf(isFolder ? `${file}/` : file),
      region: { startLine: start?.line ?? 1, ...defined(region) },
    },
    ...(address !== undefined && { logicalLocations: [{ fullyQualifiedName: wellFormed(address), kind: "resource" }] }),
  };
}

function artifactOf(file: string): PhysicalLocation["artifactLocation"] {
  // A path may hold an @ as it is, and email addresses can be masked where it does.
  const uri = encodeURIComponent(file).replaceAll("%2F", "/").replaceAll("%40", "@");
  if (/^[A-Za-z]:\//.test(file)) return { uri: `file:///${uri.replace("%3A", ":")}` };
  if (file.startsWith("/")) return { uri: `file://${uri}` };
  return { uri, uriBaseId: ROOT };
}

/**
 * SARIF gives braces and `[text](target)` a meaning in messages (2.1.0, sections 3.11.5 and 3.11.6): braces are doubled,
 * and a space keeps what only looks like a link from being one.
 */
function message(text: string): string {
  return text.replace(/[{}]/g, "$&$&").replaceAll("](", "] (");
}
