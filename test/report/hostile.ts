import fc from "fast-check";
import type { Finding, Severity } from "../../src/invites/rules/finding.js";
import type { Report, ReportError } from "../../src/report/report.js";
import type { TextContext } from "../../src/report/style.js";
import { formatAddress } from "../../src/terraform/addresses/address.js";
import type { SourceRange } from "../../src/terraform/source-range.js";
import { look, REPORT_NOW } from "../support/reports.js";

/** Pieces of text that have a special meaning in a format. */
const PIECES = [
  "\n",
  "\r\n",
  "::",
  "::error::",
  "%",
  "%0A",
  "%25",
  '"',
  "'",
  "<b>",
  "</details>",
  "<!--",
  "]]>",
  "&amp;",
  "&",
  "|",
  "`",
  "```",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\ufffe",
  "\ud800",
  "\udc00",
  "😀",
  "日本",
  "\u202e",
  "\u200b",
  "\u2028",
  "@octocat",
  "kim@example.com",
  "#1",
  "GH-1",
  "0123abc",
  "https://example.com/",
  "www.example.com",
  "](https://example.com)",
  "[",
  "![",
  "{0}",
  "*",
  "_",
  "~~",
  "\\",
  "- ",
  "1. ",
  "# ",
  "---",
  ":smile:",
  "$x$",
  ",",
  ":",
  "=",
  " ",
  "\t",
  "a",
];

/** Text made of such pieces, and any UTF-16 units. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

/** One text with all of these pieces. */
export const EVERYTHING = PIECES.join("x ");

export interface FindingParts {
  readonly severity?: Severity;
  readonly directory?: string;
  readonly address?: string;
  readonly range?: SourceRange;
  readonly email?: string;
}

/** A finding about an email address. */
export function findingWith({
  email = "kim@example.com",
  severity = "warning",
  directory = ".",
  ...parts
}: FindingParts): Finding {
  return {
    rule: "duplicate-invite",
    arguments: { email, other: { address: "openai_invite.other" } },
    severity,
    directory,
    docs: "https://example.com/duplicate-invite.md",
    ...parts,
  };
}

/** A finding with the text in its title. */
export function roleFinding(role: string, parts: FindingParts = {}): Finding {
  const { severity = "error", directory = ".", email: _email, ...rest } = parts;
  return {
    rule: "invalid-role",
    arguments: { role, of: "invite", allowed: ["owner", "reader"] },
    severity,
    directory,
    docs: "https://example.com/invalid-role.md",
    ...rest,
  };
}

/** A range on one line, at a column. */
export function rangeAt(file: string, line: number, column = 1, length = 1, offset = column - 1): SourceRange {
  return {
    file,
    start: { line, column, offset },
    end: { line, column: column + length, offset: offset + length },
  };
}

/** A report of lint on these findings, in files of these texts. */
export function reportWith(
  findings: readonly Finding[],
  errors: readonly ReportError[] = [],
  sources: Report["sources"] = new Map(),
): Report {
  return {
    tool: { name: "tfinvite", version: "1.2.3" },
    mode: "static",
    leftOut: 0,
    otherInvites: 0,
    calls: [],
    withPlan: false,
    directories: [...new Set(findings.map((finding) => finding.directory))],
    invites: [],
    findings,
    silenced: [],
    rules: [
      {
        id: "invalid-role",
        severity: "error",
        fixable: false,
        docs: "https://example.com/invalid-role.md",
      },
    ],
    errors,
    sources,
    statuses: new Map(),
    requests: 0,
    now: REPORT_NOW,
  };
}

/** A report in which each place that takes text from outside has one of these. */
export const hostileReport: fc.Arbitrary<Report> = fc
  .record({
    texts: fc.tuple(hostileText, hostileText, hostileText, hostileText, hostileText),
    severity: fc.constantFrom<Severity>("error", "warning", "notice"),
    placed: fc.boolean(),
  })
  .map(({ texts: [file, address, email, directory, message], severity, placed }) => {
    const range = placed ? { range: rangeAt(file, 3, 2, 4) } : {};
    const finding = findingWith({ severity, directory, address, email, ...range });
    return {
      ...reportWith(
        [finding, roleFinding(email, { directory, ...range }), findingWith({})],
        [{ message, hint: email, file, line: 2, column: 7, address }, { message }],
      ),
      silenced: [{ finding: findingWith({ address, email, ...range }), by: "comment", reason: message } as const],
    };
  });

/** These tests only check that commands are printed whole, so simple ones are enough. */
export const CONTEXT: TextContext = {
  style: look({}),
  command(_directory, { verb, flag = "", addresses }) {
    const argv = ["terraform", ...verb, ...addresses.map((address) => flag + formatAddress(address))];
    return { argv, text: [...argv.slice(0, 3), ...argv.slice(3).map((word) => `'${word}'`)].join(" ") };
  },
};

/** What every format shows instead of characters that cannot be encoded. */
export function wellFormedText(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
