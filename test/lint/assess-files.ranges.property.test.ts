import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAll } from "../../src/invites/rules/registry.js";
import { assessFiles } from "../../src/lint/assess-files.js";
import { emptyFileSystem, overlayFileSystem } from "../../src/terraform/files/overlay-file-system.js";

/** Marks what a rule must point at, in the texts below: `⟦rule¦text⟧`. */
const MARK = /⟦([a-z-]+)¦([^⟧]*)⟧/g;

interface Place {
  readonly rule: string;
  readonly offset: number;
  readonly text: string;
}

/** The text without its marks, and their places. */
function unmark(marked: string): { readonly text: string; readonly places: readonly Place[] } {
  const places: Place[] = [];
  let text = "";
  let at = 0;
  for (const match of marked.matchAll(MARK)) {
    const [whole, rule = "", inner = ""] = match;
    text += marked.slice(at, match.index);
    places.push({ rule, offset: text.length, text: inner });
    text += inner;
    at = match.index + whole.length;
  }
  return { text: text + marked.slice(at), places };
}

const comment = fc.constantFrom(
  '# a { brace, a " quote, an open ${ and a <<EOT',
  '// resource "openai_invite" "not_me" { email = "Not@Me" }',
  '/* } two\n   lines " */',
  "#",
  "/* 😀 */ # é",
);

const noise = fc.oneof(
  comment,
  fc.constant(""),
  fc.constantFrom(
    'locals {\n  text = <<EOT\nresource "openai_invite" "in_text" {\n  email = "In@Text"\n${ "}" } %{ if true }yes%{ else }no%{ endif }\nEOT\n}',
    'locals {\n  indented = <<-EOT\n    a "quote" and a { brace\n    EOT\n}',
    'locals {\n  größe = { "a" = [1, 2, { b = "${ join(",", ["}", "{"]) }" }] }\n}',
    'locals { one_line = "x" }',
    'resource "terraform_data" "other" {\n  input = { email = "Not@Invited" }\n  lifecycle {\n    ignore_changes = [input]\n  }\n}',
    'output "x" {\n  value = "%{ for e in ["a"] }${ e }%{ endfor }"\n}',
  ),
);

const email = fc.constantFrom(
  '"plain@example.com"',
  '⟦mixed-case-email¦"Kim@Example.com"⟧',
  '⟦mixed-case-email¦"a\\"B@example.com"⟧',
  '⟦mixed-case-email¦"😀Éa.B@example.com"⟧',
  'lower("Kim@Example.com")',
);

const role = fc.constantFrom(
  '"reader"',
  '"owner"',
  '⟦invalid-role¦"Owner"⟧',
  '⟦invalid-role¦"rea\\u0064er2"⟧',
  "var.role",
);

const projects = fc.constantFrom(
  "",
  '  ⟦project-scoped-invite¦projects⟧ {\n    id   = "proj_a" # }\n    role = "member"\n  }\n',
  '  ⟦project-scoped-invite¦projects⟧ {\n    id   = "proj_a"\n    role = ⟦invalid-role¦"Member"⟧\n  }\n',
  '  ⟦project-scoped-invite¦dynamic "projects"⟧ {\n    for_each = toset(["p"])\n    content {\n      id   = projects.value\n      role = "member"\n    }\n  }\n',
);

const invite = fc
  .record({ email, role, projects, trailing: comment, unique: fc.nat() })
  .map((parts) => (name: string) => {
    // Every address is different; otherwise an invite would be a duplicate of another.
    const own = parts.email.replaceAll("@", `+${name}@`);
    const trailing = parts.trailing.includes("\n") ? "" : parts.trailing;
    return `resource "openai_invite" "${name}" { ${trailing.startsWith("/*") ? "" : trailing}\n  email = ${own}\n\trole  =   ${parts.role}\n${parts.projects}}`;
  });

const PROVIDER = `terraform {
  required_providers {
    openai = {
      source  = "mkdev-me/openai"
      version = "1.2.0"
    }
  }
}
`;

const file = fc
  .record({
    pieces: fc.array(fc.oneof({ weight: 2, arbitrary: invite }, { weight: 1, arbitrary: noise }), { maxLength: 8 }),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    mark: fc.constantFrom("", "\ufeff"),
    end: fc.constantFrom(
      "\n",
      "",
      '\nresource "openai_invite" "half" {\n  email = "half@example.com"\n  role = "reader',
      "\nlocals {",
    ),
  })
  .map(({ pieces, lineEnd, mark, end }) => {
    const body = pieces.map((piece, index) => (typeof piece === "function" ? piece(`n${index}`) : piece)).join("\n");
    return unmark((mark + PROVIDER + body + end).replaceAll("\n", lineEnd));
  });

const RULES = new Set(["mixed-case-email", "invalid-role", "project-scoped-invite"]);

describe("the places of findings", () => {
  it("contain exactly the text that the finding is about, in any file", async () => {
    const cwd = path.resolve("/generated");
    await fc.assert(
      fc.asyncProperty(file, async ({ text, places }) => {
        const fileSystem = overlayFileSystem(new Map([[path.join(cwd, "main.tf"), text]]), emptyFileSystem);
        const findings = findAll(await assessFiles(".", { cwd, env: {}, fileSystem }));
        const found = findings
          .filter(({ rule }) => RULES.has(rule))
          .map(({ rule, range }): Place => {
            const { start, end } = range ?? { start: { offset: -1 }, end: { offset: -1 } };
            return { rule, offset: start.offset, text: text.slice(start.offset, end.offset) };
          })
          .sort((a, b) => a.offset - b.offset);
        expect(found).toEqual(places);
        for (const { range, rule } of findings) {
          if (range === undefined) continue;
          for (const { line, column, offset } of [range.start, range.end]) {
            const before = text
              .slice(0, offset)
              .replace(/^\ufeff/, "")
              .split("\n");
            expect([rule, line, column]).toEqual([rule, before.length, (before[before.length - 1] ?? "").length + 1]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
