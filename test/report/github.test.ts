import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../../src/report/blocks-of-findings.js";
import { findingMessage } from "../../src/report/finding-text.js";
import { formatGithub } from "../../src/report/github.js";
import {
  CONTEXT,
  findingWith,
  hostileReport,
  hostileText,
  rangeAt,
  reportWith,
  roleFinding,
  wellFormedText,
} from "./hostile.js";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Reads a line as the runner does: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function parseCommand(line: string): Command | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith("::")) return undefined;
  const end = trimmed.indexOf("::", 2);
  if (end === -1) return undefined;
  const info = trimmed.slice(2, end);
  const space = info.indexOf(" ");
  const name = space === -1 ? info : info.slice(0, space);
  const list =
    space === -1
      ? []
      : info
          .slice(space + 1)
          .trim()
          .split(",")
          .filter(Boolean);
  const pairs = list.flatMap((pair) => {
    const equals = pair.indexOf("=");
    return equals < 1 || equals === pair.length - 1
      ? []
      : [[pair.slice(0, equals), unescapeProperty(pair.slice(equals + 1))]];
  });
  return { name, properties: Object.fromEntries(pairs), data: unescapeData(trimmed.slice(end + 2)) };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");
}

function commandsOf(text: string): (Command | undefined)[] {
  return text
    .split(/\r\n|\n|\r/)
    .slice(0, -1)
    .map(parseCommand);
}

describe("formatGithub", () => {
  it("is one command per finding or error, for any names and messages", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = formatGithub(report, CONTEXT);
        expect(wellFormedText(text)).toBe(true);
        const rows = blocksOf(report).flatMap(({ severity, rows }) => rows.map(() => severity));
        const names = [...report.errors.map(() => "error"), ...rows];
        const order = ["error", "warning", "notice"];
        expect(commandsOf(text).map((command) => command?.name)).toEqual(
          names.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
        );
      }),
    );
  });

  it("brings file names and messages to the runner as they are", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, address) => {
        const file = `a${name.replace(/[/\p{Surrogate}]/gu, "")}.tf`;
        const finding = findingWith({ address, range: rangeAt(file, 3, 5, 2) });
        const [command] = commandsOf(formatGithub(reportWith([finding]), CONTEXT));
        expect(command?.properties["file"]).toBe(file);
        const [detail = ""] = command?.data.split("\n") ?? [];
        expect(findingMessage(finding).startsWith(detail.split(": ")[0] ?? "?")).toBe(true);
      }),
    );
  });

  it("gives columns on one line only, and no file where a finding has none", () => {
    const long = { ...rangeAt("a b,c:d.tf", 3, 5), end: { line: 4, column: 2, offset: 9 } };
    const findings = [
      findingWith({ range: rangeAt("a.tf", 3, 5, 2), address: "openai_invite.kim" }),
      findingWith({ range: long, severity: "notice" }),
      findingWith({ directory: "prod", severity: "error" }),
    ];
    const errors = [
      { message: "no closing brace\nsomewhere", hint: "close it", file: "./b.tf", line: 2, column: 1 },
      { message: "100% wrong" },
    ];
    expect(`\n${formatGithub(reportWith(findings, errors), CONTEXT)}`).toMatchSnapshot();
  });

  it("shows ten of a severity, counts the others in the last, and folds the others in the log", () => {
    const many = Array.from({ length: 450 }, (_, index) =>
      findingWith({ email: "A@b.c", address: `openai_invite.i${index}`, range: rangeAt("a.tf", index + 1) }),
    );
    const hostile = findingWith({ email: "A@b.c", address: "##[error]x\n::error::y", range: rangeAt("b.tf", 1) });
    const lines = formatGithub(reportWith([...many, hostile, roleFinding("boss")]), CONTEXT)
      .split("\n")
      .slice(0, -1);
    const names = lines.map((line) => parseCommand(line)?.name);
    expect(names.slice(0, 12)).toEqual(["error", ...Array(10).fill("warning"), "group"]);
    expect(names.slice(12, -1).every((name) => name === undefined)).toBe(true);
    expect(lines).toHaveLength(1 + 10 + 1 + 442 + 1);
    expect(lines[10]).toBe(
      "::warning title=tfinvite%3A 442 more warnings::442 more, in a.tf (441), b.tf (1); the log of this step has them all",
    );
    expect(lines.slice(12, -1).join("\n")).not.toContain("##[");
    expect(lines.at(-1)).toBe("::endgroup::");
  });

  it("cuts messages where the runner would", () => {
    const [command] = commandsOf(formatGithub(reportWith([findingWith({ address: "😀".repeat(5_000) })]), CONTEXT));
    expect(command?.data.length).toBeLessThanOrEqual(4096);
    expect(command?.data).toMatch(/😀…\nhttps:\/\/example\.com\/[a-z-]+\.md$/);
  });

  it("is empty when all is well", () => {
    expect(formatGithub(reportWith([]), CONTEXT)).toBe("");
  });
});
