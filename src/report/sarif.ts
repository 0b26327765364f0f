import type {
  ArtifactLocation,
  Fix,
  Invocation,
  Location,
  Log,
  Notification,
  Region,
  ReportingDescriptor,
  Result,
  Run,
  Suppression,
} from "sarif";
import { defined } from "../base/defined.js";
import { groupBy } from "../base/group-by.js";
import { maskOpenAiKeys } from "../base/secrets.js";
import { HOMEPAGE } from "../base/version.js";
import type { Finding, RuleFacts, RuleId, Severity, SilencedFinding } from "../invites/rules/finding.js";
import type { SourceRange } from "../terraform/source-range.js";
import { prefixed, shownFile } from "./checkout.js";
import { escapeControls, jsonDocument, wellFormed } from "./escape.js";
import { errorMessage, fixLines } from "./finding-text.js";
import { fingerprintsOf } from "./fingerprints.js";
import { replacementsOf } from "./fixes.js";
import { summaryOf } from "./messages/words.js";
import { notLookedUp } from "./not-looked-up.js";
import { type Place, placedMessage, placeFinder, placeOfError } from "./places.js";
import type { Report } from "./report.js";
import { rulePage, shownPage } from "./rule-pages.js";
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
  const found = new Set([...report.findings, ...report.silenced.map(({ finding }) => finding)].map(({ rule }) => rule));
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
    ...defined({ fixes: fixesOf(finding, report, context) }),
  });
  const suppressed = report.silenced.map((silenced) => ({
    ...resultOf(silenced.finding),
    suppressions: [suppressionOf(silenced)],
  }));
  const { name, version } = report.tool;
  const run: Run = {
    tool: {
      driver: {
        name,
        semanticVersion: version,
        informationUri: HOMEPAGE,
        rules: rules.map((rule) => descriptorOf(rule, found.has(rule.id))),
      },
    },
    automationDetails: { id: automationId(report, context) },
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

/**
 * A name for runs about the same, since a new one replaces the alerts of the last one with its name. Each root module that
 * is checked alone has its own.
 */
function automationId({ tool, mode, directories }: Report, context: CommandContext): string {
  const [directory, ...others] = directories;
  const alone = mode !== "static" && others.length === 0 ? directory : undefined;
  const place = shownFile(alone ?? ".", context);
  // What comes after the last slash would be the name of one run.
  return wellFormed(`${tool.name}/${mode === "static" ? "lint" : "check"}/${place === "." ? "" : `${place}/`}`);
}

/** The edits that `lint --fix` makes. */
function fixesOf(finding: Finding, report: Report, context: CommandContext): Fix[] | undefined {
  const fix = replacementsOf(finding, report, context);
  if (fix === undefined) return undefined;
  const artifactChanges = [...groupBy(fix.replacements, ({ range }) => range.file)].map(([file, replacements]) => ({
    artifactLocation: artifactOf(prefixed(file, context.checkoutPrefix ?? "")),
    replacements: replacements.map(({ range, text }) => ({
      deletedRegion: regionOf(range),
      insertedContent: { text: wellFormed(text) },
    })),
  }));
  return [{ description: { text: message(fix.title) }, artifactChanges }];
}

function regionOf({ start, end }: Pick<SourceRange, "start" | "end">): Region {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
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

/** Only a rule that found something has its whole page: the others are not looked at, and all pages are long. */
function descriptorOf({ id, severity, docs }: RuleFacts, isFound: boolean): ReportingDescriptor {
  const summary = summaryOf(id);
  const description = { text: message(summary) };
  return {
    id,
    name: pascalCase(id),
    shortDescription: description,
    fullDescription: description,
    helpUri: docs,
    help: { text: message(`${summary}. Read more: ${docs}`), markdown: helpOf(id, docs, isFound) },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ["openai", "terraform"], "problem.severity": PROBLEM_SEVERITIES[severity] },
  };
}

/** The page of a rule, or a link to it. */
function helpOf(id: RuleId, docs: string, isFound: boolean): string {
  const page = isFound ? rulePage(id) : undefined;
  // Its example of a key would alarm scanners for keys.
  return page === undefined ? `[Read about ${id}](${docs})` : maskOpenAiKeys(shownPage(page));
}

/** `accepted-invite` as `AcceptedInvite`. */
function pascalCase(id: string): string {
  return id.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
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

function artifactOf(file: string): ArtifactLocation {
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
