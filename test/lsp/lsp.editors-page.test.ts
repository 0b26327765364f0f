import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Finding } from "../../src/invites/rules/finding.js";
import { docsUrl } from "../../src/invites/rules/rule.js";
import { formatCompact } from "../../src/report/compact.js";
import { formatError } from "../../src/report/pretty.js";
import { makeReport } from "../../src/report/report.js";
import { ROOT } from "../support/program.js";
import { look } from "../support/reports.js";

const PAGE = readFileSync(path.join(ROOT, "docs/editors.md"), "utf8");

interface Snippet {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

const SNIPPETS: readonly Snippet[] = [...PAGE.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", name = "", text = ""]) => ({ language, name, text }),
);

/** The snippet with that name, parsed. The test checks its content. */
function json(name: string): unknown {
  return JSON.parse(SNIPPETS.find((snippet) => snippet.name === name)?.text ?? "");
}

const matcherSchema = z.object({
  severity: z.enum(["error", "warning", "info"]),
  pattern: z.object({ regexp: z.string() }).catchall(z.number()),
  background: z.object({ beginsPattern: z.string(), endsPattern: z.string() }),
});

type Matcher = z.infer<typeof matcherSchema>;

const TASKS = z
  .object({ tasks: z.tuple([z.object({ problemMatcher: z.tuple([matcherSchema, matcherSchema]) })]) })
  .parse(json(".vscode/tasks.json"));
const [MATCHER, SYNTAX] = TASKS.tasks[0].problemMatcher;

/** How VS Code reads a line: each part by the group that the matcher names for it. */
function matched(line: string, matcher: Matcher): Readonly<Record<string, string | undefined>> | undefined {
  const { regexp, ...groups } = matcher.pattern;
  const match = new RegExp(regexp).exec(line);
  if (match === null) return undefined;
  return Object.fromEntries(Object.entries(groups).map(([part, group]) => [part, match[Number(group)]]));
}

const PLAIN = look({ unicode: false });
const POSITION = { line: 12, column: 3, offset: 200 };

function finding(file: string, severity: Finding["severity"], email: string): Finding {
  return {
    rule: "duplicate-invite",
    severity,
    docs: docsUrl("duplicate-invite"),
    directory: ".",
    address: 'openai_invite.team["a: b"]',
    range: { file, start: POSITION, end: POSITION },
    arguments: { email, other: { address: "openai_invite.sam" } },
  };
}

function compact(one: Finding): string {
  const run = { findings: [one], silenced: [], rules: [], errors: [], requests: 0, now: 0 };
  return formatCompact(makeReport({ ...run, tool: { name: "tfinvite", version: "0" }, mode: "static" }, []));
}

describe("the page about editors", () => {
  it("has snippets that parse", () => {
    for (const { language, text } of SNIPPETS) if (language === "json") expect(() => JSON.parse(text)).not.toThrow();
    expect(SNIPPETS.map(({ language }) => language)).toEqual([
      "sh",
      "json",
      "json",
      "json",
      "lua",
      "lua",
      "toml",
      "elisp",
      "elisp",
      "json",
      "vim",
      "yaml",
      "yaml",
    ]);
  });

  it.each([
    "main.tf",
    "envs/prod/a b.tf",
    "C:\\tf\\main.tf",
    "c:/tf/main.tf",
    "..\\x.tf",
    "été/100%.tf",
    "a:b/main.tf",
    "(1:2): [x]/$& ^.*.tf",
    "a:1/2:3/main.tf",
    "𝒶 \ud83d\ude00/ma in.tf.json",
  ])("has a problem matcher that reads compact output about %s", (file) => {
    for (const severity of ["error", "warning", "notice"] as const) {
      const line = compact(finding(file, severity, "x]: warning: [y@example.com")).trimEnd();
      expect(matched(line, MATCHER)).toEqual({
        file,
        line: "12",
        column: "3",
        severity,
        message: line.slice(`${file}:12:3: ${severity}: `.length, -" [duplicate-invite]".length),
        code: "duplicate-invite",
      });
      expect(matched(line, SYNTAX)).toBeUndefined();
    }
  });

  it("has a problem matcher that reads syntax errors", () => {
    const error = { message: "Missing newline after argument.", file: "C:\\tf\\main.tf", line: 4, column: 7 };
    const line = formatError(error, PLAIN).trimEnd();
    expect(matched(line, SYNTAX)).toEqual({
      file: "C:\\tf\\main.tf",
      line: "4",
      column: "7",
      message: "Missing newline after argument.",
    });
    expect(matched(line, MATCHER)).toBeUndefined();
  });

  it("knows the messages of --watch", () => {
    for (const { background } of [MATCHER, SYNTAX]) {
      expect("watch: main.tf and 2 other files changed, linting again").toMatch(new RegExp(background.beginsPattern));
      expect("watch: waiting for changes").toMatch(new RegExp(background.endsPattern));
    }
  });

  it("has a pattern for nvim-lint that reads compact output", () => {
    const lua = /from_pattern\(\s*"(.*)"/.exec(PAGE)?.[1] ?? "";
    // It uses only the parts of Lua's patterns that can be translated one to one.
    const pattern = lua.replaceAll(".-", ".*?").replaceAll("%[", "\\[").replaceAll("%]", "\\]");
    const ours = new RegExp(pattern.replaceAll("%d", "\\d").replaceAll("%a", "[a-zA-Z]").replaceAll("%w", "\\w"));
    const line = compact(finding("C:\\tf\\main.tf", "notice", "sam@example.com")).trimEnd();
    expect(ours.exec(line)?.slice(1)).toEqual([
      "12",
      "3",
      "notice",
      matched(line, MATCHER)?.["message"],
      "duplicate-invite",
    ]);
  });

  it("names the same server in every editor", () => {
    expect(json(".vscode/settings.json")).toMatchObject({ "glspc.server.commandArguments": ["tfinvite", "lsp"] });
    expect(json("template.json")).toMatchObject({ programArgs: { default: 'sh -c "npx tfinvite lsp"' } });
    const toml = SNIPPETS.find(({ language }) => language === "toml")?.text ?? "";
    for (const line of toml.split("\n")) expect(line).toMatch(/^(?:|\[\[?[\w.-]+\]\]?|[\w-]+ = (?:".*"|\[.*\]))$/);
    expect(toml).toContain('[language-server.tfinvite]\ncommand = "npx"\nargs = ["tfinvite", "lsp"]\n');
  });
});
