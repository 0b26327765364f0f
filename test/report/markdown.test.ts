import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { formatMarkdown } from "../../src/report/markdown.js";
import { codeBlock, codeSpan, prose } from "../../src/report/markdown-syntax.js";
import { redactEmails } from "../../src/report/masking.js";
import type { Report } from "../../src/report/report.js";
import { DAY, REPORT_NOW, reportOf } from "../support/reports.js";
import { stateOf } from "../support/states.js";
import {
  CONTEXT,
  EVERYTHING,
  findingWith,
  hostileReport,
  hostileText,
  rangeAt,
  reportWith,
  roleFinding,
} from "./hostile.js";

/** A line without its code spans, found as https://spec.commonmark.org/0.31.2/#code-spans says. */
function withoutCode(line: string): string {
  let rest = line;
  let kept = "";
  for (let open = /(?<!\\)`+/.exec(rest); open !== null; open = /(?<!\\)`+/.exec(rest)) {
    const [fence] = open;
    const inside = rest.slice(open.index + fence.length);
    const close = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(inside);
    if (close === null) return `${kept}${rest.slice(0, open.index)} UNCLOSED ${inside}`;
    kept += `${rest.slice(0, open.index)}C`;
    rest = inside.slice(close.index + fence.length);
  }
  return kept + rest;
}

/** The contents of code spans, as a reader sees them. */
function codeIn(span: string): string {
  const [fence = ""] = /^`+/.exec(span) ?? [];
  const inside = span.slice(fence.length, -fence.length);
  return /^ .* $/s.test(inside) && inside.trim() !== "" ? inside.slice(1, -1) : inside;
}

/** The lines of a comment without its blocks of code, which only their own fence can end. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (fence !== undefined) {
      if (/^`+$/.test(line) && line.length >= fence.length) fence = undefined;
    } else if (/^```/.test(line)) {
      fence = /^`+/.exec(line)?.[0];
    } else {
      lines.push(line);
    }
  }
  expect(fence).toBeUndefined();
  return lines;
}

/** The forms of line that a comment is made of; `T` stands for harmless text. */
const SHAPES = [
  /^$/,
  /^<!-- tfinvite -->$/,
  /^#{3,4} (?:❌ |⚠️ |ℹ️ |✅ )?T$/,
  /^#### (?:❌|⚠️|ℹ️) (?:error|warning|notice): T$/,
  /^\[C\]\(https:\/\/example\.com\/[a-z-]+\.md\)$/,
  /^ {0,4}(?:- (?:❌ )?)?T\\?$/,
  /^\*\*T\*\* T$/,
  /^<details><summary>How to fix: [^<]*<\/summary>$/,
  /^<\/details>$/,
];

/** Text that is only text to Markdown, HTML and GitHub. */
const HARMLESS = /^(?:[\p{L}\p{M}\d\s'"(),.;:?·…-]|\\[!-/:-@[-`{-~])+$/u;
const LINKED = /@[\p{L}\d]|#\d|\bGH-\d|:\/\/|\bwww\.|\b(?=[a-f]*\d)[0-9a-f]{7,}\b|UNCLOSED/iu;

function complaints(text: string): string[] {
  return linesOf(text).filter((line) => !SHAPES.some((shape) => shape.test(shapeOf(withoutCode(line)))));
}

function shapeOf(line: string): string {
  if (line.startsWith("<")) return line;
  const topic = /^(- (?:❌|⚠️|ℹ️) \*\*)(.+)(\*\*.*)$/u.exec(line);
  const other = /^(#{3,4} (?:❌ |⚠️ |ℹ️ |✅ )?| {0,4}(?:- (?:❌ )?)?)(.+?)((?<=[^\\](?:\\\\)*)\\)?$/u.exec(line);
  const [, before = "", inner = "", after = ""] = topic ?? other ?? [];
  return before + mark(inner) + after;
}

function mark(text: string): string {
  return HARMLESS.test(text) && !LINKED.test(text) ? "T" : text;
}

describe("formatMarkdown", () => {
  it("keeps any names and messages in their places", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(complaints(formatMarkdown(report, CONTEXT))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("stays under GitHub's limit and counts what it omits", () => {
    const many = Array.from({ length: 1_500 }, (_, index) =>
      roleFinding(`boss${index}`, {
        address: `openai_invite.i${index}`,
        range: rangeAt("a.tf", index + 1),
        severity: index % 2 === 0 ? "error" : "notice",
      }),
    );
    const text = formatMarkdown(reportWith([...many, findingWith({ address: "x".repeat(70_000) })]), CONTEXT);
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(redactEmails(text).length).toBeLessThan(65_536);
    const shown = text.match(/`openai_invite\.i\d+`/g) ?? [];
    expect(shown.length).toBeGreaterThan(150);
    const [, left] =
      /\*\*(\d+) more do not fit into one comment \(\d+ errors, 1 warning, \d+ notices\)\.\*\*/.exec(text) ?? [];
    expect(Number(left)).toBe(1_501 - shown.length);
  });

  it("omits notices before warnings, and warnings before errors, in any order", () => {
    const many = (severity: "warning" | "notice", file: string) =>
      Array.from({ length: 120 }, (_, index) =>
        roleFinding(`${file}${index}`, {
          severity,
          address: `openai_invite.${severity}${index}`,
          range: rangeAt(file, index + 1),
        }),
      );
    const last = roleFinding("boss", { address: "openai_invite.last", range: rangeAt("z.tf", 1) });
    const text = formatMarkdown(
      reportWith([...many("notice", "a.tf"), ...many("warning", "b.tf"), ...many("notice", "c.tf"), last]),
      CONTEXT,
    );
    expect(text).toContain("openai_invite.last");
    expect(text.match(/`openai_invite\.warning\d+`/g)).toHaveLength(120);
    expect(text).toMatch(/more do not fit into one comment \(\d+ notices\)/);
    expect(text.indexOf("openai_invite.last")).toBeLessThan(text.indexOf("openai_invite.warning0"));
  });

  it("is a few lines for 450 invites with the same problem", () => {
    const many = Array.from({ length: 450 }, (_, index) =>
      findingWith({ email: "A@b.c", address: `openai_invite.i${index}`, range: rangeAt("a.tf", index + 1) }),
    );
    const text = formatMarkdown(reportWith(many), CONTEXT);
    expect(text.split("\n").length).toBeLessThan(30);
    expect(text).toContain("\n- and 440 more\n");
  });

  it("names root modules when there are several, and shows what could not be read", () => {
    const findings = [
      findingWith({ directory: "prod", address: 'openai_invite.team["a|b"]', range: rangeAt("modules/a.tf", 3) }),
      findingWith({ directory: "stage", severity: "notice", address: "openai_invite.kim" }),
      roleFinding("`<b>` @octocat", { directory: "stage", range: rangeAt("x y.tf", 1) }),
    ];
    const errors = [
      { message: "no closing brace", hint: "close it, or see #12", file: "broken.tf", line: 3, column: 1 },
      { message: "1. the API refused the key\n- really", address: "openai_invite.kim" },
    ];
    const silenced = [{ finding: findingWith({}), by: "baseline" }] as const;
    expect(`\n${formatMarkdown({ ...reportWith(findings, errors), silenced }, CONTEXT)}`).toMatchSnapshot();
  });

  it("is short when all is well", () => {
    expect(`\n${formatMarkdown(reportWith([]), CONTEXT)}`).toMatchSnapshot();
  });

  describe("on a configuration with a state", () => {
    let report: Report;

    beforeAll(async () => {
      report = await reportOf(
        {
          "invites.tf": `
resource "openai_invite" "alice" {
  email = "alice@example.com"
  role  = "owner"
}
resource "openai_invite" "team" {
  for_each = toset(["dan@example.com", "o'neil@example.com"])
  email    = each.key
  role     = "reader"
}
data "openai_invite" "alice" {
  invite_id = openai_invite.alice.id
}
`,
          "terraform.tfstate": stateOf([
            { name: "alice", id: "invite-1", email: "alice@example.com" },
            { name: "team", id: "invite-2", email: "dan@example.com", key: "dan@example.com" },
            { name: "gone", id: "invite-3", email: "gone@example.com" },
          ]),
        },
        {
          "openai_invite.alice": { status: "accepted", acceptedAt: REPORT_NOW - 2 * DAY },
          'openai_invite.team["dan@example.com"]': { status: "accepted", acceptedAt: REPORT_NOW - 3 * DAY },
          'openai_invite.team["o\'neil@example.com"]': { status: "not-sent", isMember: true },
          "openai_invite.gone": { status: "accepted", acceptedAt: REPORT_NOW - 9 * DAY },
        },
      );
      // This test is not about the rules that need no state.
      const live = new Set(["accepted-invite", "member-invited"]);
      report = { ...report, findings: report.findings.filter((finding) => live.has(finding.rule)) };
    });

    it("reads well in a pull request", () => {
      expect(`\n${formatMarkdown(report, CONTEXT)}`).toMatchSnapshot();
    });
  });
});

describe("codeSpan", () => {
  it("holds any text as it is", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const span = codeSpan(text);
        expect(withoutCode(span)).toBe("C");
        expect(codeIn(span).trim()).toBe(codeIn(codeSpan(codeIn(span))).trim());
      }),
    );
    expect([codeSpan("a`b"), codeSpan("`"), codeSpan(" a "), codeSpan(" "), codeSpan("a|b\n")]).toEqual([
      "``a`b``",
      "`` ` ``",
      "`  a  `",
      "``` ```",
      "`a|b\\u000a`",
    ]);
  });
});

describe("codeBlock", () => {
  it("has a longer fence than what is in it", () => {
    expect(codeBlock("a\n````\nb", "sh")).toBe("`````sh\na\n````\nb\n`````");
  });
});

describe("prose", () => {
  it("keeps words, escapes signs, and makes code of the rest", () => {
    expect(
      prose(
        'drop "a b@c" (see var.team, or {x} { destroy = false }) of 1.1.0: it\'s 1. #12 GH-3 0123abc www.example.com :smile: @kim, toset(["a"]) <b>',
      ),
    ).toMatchSnapshot();
  });

  it("ends on text that is one long row of quotes", () => {
    expect(prose('\\"'.repeat(50_000)).length).toBeGreaterThan(50_000);
    expect(withoutCode(prose(EVERYTHING))).not.toMatch(/UNCLOSED/);
  });
});
