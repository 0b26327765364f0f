import type { Finding } from "../invites/rules/finding.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { escapeControls } from "./escape.js";
import { errorMessage, errorPlace, findingMessage, fixLines } from "./finding-text.js";
import { wordsOf } from "./messages/words.js";
import { notLookedUp } from "./not-looked-up.js";
import type { Report, ReportError } from "./report.js";
import { failsFrom } from "./severity.js";
import type { CommandContext } from "./style.js";
import { type XmlElement, xmlDocument, xmlText } from "./xml.js";

/**
 * The report as JUnit test results, in the form that Jenkins checks:
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 *
 * One suite a root module. Findings at or above `--fail-on` are tests that fail, others are tests that pass and say
 * something, and what could not be read is a test with an error in a suite of its own. A root module without findings passes a test.
 */
export function formatJunit(report: Report, context: CommandContext): string {
  const directories = new Set([...report.directories, ...report.findings.map((finding) => finding.directory)]);
  const properties = propertiesOf(report);
  const suiteOf = (name: string, cases: readonly Case[]) => suite(name, cases, properties);
  const suites = [...directories].map((directory) =>
    suiteOf(shownFile(directory, context), casesOf(directory, report, context)),
  );
  if (report.errors.length > 0)
    suites.unshift(
      suiteOf(
        "could not be read or looked up",
        report.errors.map((error) => errorCase(error, context)),
      ),
    );
  const shown = suites.length === 0 ? [suiteOf("tfinvite", [{ case: NOTHING_FOUND, outcome: "passed" }])] : suites;
  return xmlDocument("testsuites", {
    "@name": "tfinvite",
    ...totals(shown.flatMap((one) => one.cases)),
    testsuite: shown.map((one) => one.element),
  });
}

interface Case {
  readonly case: XmlElement;
  readonly outcome: "passed" | "failed" | "error";
}

const NOTHING_FOUND: XmlElement = { "@name": "no findings", "@classname": "tfinvite" };

/** How the run knows what it says. */
function propertiesOf(report: Report): XmlElement {
  const note = notLookedUp(report);
  return {
    property: [
      { "@name": "mode", "@value": report.mode },
      ...(note === undefined ? [] : [{ "@name": "note", "@value": note }]),
    ],
  };
}

function suite(name: string, cases: readonly Case[], properties: XmlElement) {
  const testcase = cases.map((one) => one.case);
  const attributes = { "@name": escapeControls(name), ...totals(cases), "@skipped": "0" };
  return { cases, element: { ...attributes, properties, testcase } };
}

function totals(cases: readonly Case[]): XmlElement {
  const number = (outcome: Case["outcome"]) => String(cases.filter((one) => one.outcome === outcome).length);
  return { "@tests": String(cases.length), "@failures": number("failed"), "@errors": number("error") };
}

function casesOf(directory: string, report: Report, context: CommandContext): Case[] {
  const findings = report.findings.filter((finding) => finding.directory === directory);
  if (findings.length === 0) return [{ case: NOTHING_FOUND, outcome: "passed" }];
  return findings.map((finding) => findingCase(finding, context));
}

function findingCase(finding: Finding, context: CommandContext): Case {
  const { address, range, directory } = finding;
  // What the test is called stays the same while lines move.
  const name = {
    "@name": escapeControls(address ?? shownFile(range?.file ?? directory, context)),
    "@classname": `tfinvite.${finding.rule}`,
  };
  const text = { "#cdata": xmlText(detailsOf(finding, context)) };
  // The report has failures exactly where findings make the exit code 1.
  if (!failsFrom(context.failOn ?? "error", finding.severity))
    return { case: { ...name, "system-out": text }, outcome: "passed" };
  const failure = { "@message": escapeControls(wordsOf(finding).title), "@type": finding.severity, ...text };
  return { case: { ...name, failure }, outcome: "failed" };
}

function detailsOf(finding: Finding, context: CommandContext): string {
  const { range } = finding;
  const place = range === undefined ? [] : [escapeControls(`${shownPlace(range, context)}:${range.start.column}`)];
  return [...place, findingMessage(finding), ...fixLines(finding, context), finding.docs].join("\n");
}

function errorCase(error: ReportError, paths: Paths): Case {
  const place = errorPlace(error, paths);
  const message = errorMessage(error);
  const [first = ""] = message.split("\n");
  return {
    outcome: "error",
    case: {
      "@name": escapeControls(error.file === undefined ? (error.address ?? "tfinvite") : shownFile(error.file, paths)),
      "@classname": "tfinvite",
      error: {
        "@message": first,
        "@type": "error",
        "#cdata": xmlText(place === undefined ? message : `${escapeControls(place)}\n${message}`),
      },
    },
  };
}
