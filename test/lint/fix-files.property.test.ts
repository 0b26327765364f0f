import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerCaseEmail } from "../../src/base/email.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import { emptyFileSystem, overlayFileSystem } from "../../src/terraform/files/overlay-file-system.js";
import { fixFolder } from "../support/fix-case.js";
import { collectionExpression, modelValue } from "../terraform/configuration/evaluation/expression-arbitraries.js";
import { hclFile } from "../terraform/configuration/syntax/hcl-arbitrary.js";

const CWD = path.resolve("/generated");

async function fixText(text: string, file = "main.tf") {
  const fileSystem = overlayFileSystem(new Map([[path.join(CWD, file), text]]), emptyFileSystem);
  const fixed = await fixFolder(CWD, fileSystem);
  return { after: fixed.files.get(file)?.after ?? text, fixed };
}

const PROVIDER = `terraform {
  required_version = "~> 1.16"
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "1.1.0"
    }
  }
}`;

/** A part of a file, and the same part after the fix. */
interface Piece {
  readonly before: string;
  readonly after: string;
}

const same = (text: string): Piece => ({ before: text, after: text });

const GUARD = "\n\n  lifecycle {\n    destroy = false\n  }";

const trailing = fc.constantFrom("", " # why } {", " // <<EOT", ' /* " */');

const invite = fc
  .record({
    address: fc.constantFrom("plain@example.com", "Kim@Example.com", "É@example.com"),
    trailing,
    projects: fc.constantFrom("none", "attribute", "in between"),
    comment: fc.constantFrom("", "    # granted by } the team\n"),
    inline: fc.constantFrom("", "  /* a } comment */\n", "\n"),
  })
  .map((parts) => (name: string): Piece => {
    const own = `${name}.${parts.address}`;
    const list = `  projects = [\n${parts.comment}    { id = "proj_a", role = "member" },\n  ]\n`;
    const head = (email: string, projects: string) =>
      `resource "openai_invite" "${name}" {${parts.trailing}\n${parts.inline}${projects}  email = "${email}"${parts.trailing}\n  role  = "reader"`;
    const before = parts.projects === "in between" ? head(own, list) : head(own, "");
    const written = parts.projects === "attribute" ? `${before}\n\n${list.trimEnd()}` : before;
    const fixed = head(lowerCaseEmail(own), "");
    const users = parts.projects === "none" ? "" : membership(name, lowerCaseEmail(own), parts.comment.trim());
    return { before: `${written}\n}`, after: `${fixed}${GUARD}\n}${users}` };
  });

/** `⟦list⟧` stands for the data source, which the first of them brings along. */
function membership(name: string, email: string, comment: string): string {
  return `⟦list⟧

${comment === "" ? "" : `${comment}\n`}resource "openai_project_user" "${name}" {
  for_each   = toset([for user in data.openai_organization_users.members.users : user.id if lower(coalesce(user.email, "-")) == "${email}"])
  project_id = "proj_a"
  user_id    = each.value
  role       = "member"
}`;
}

const removed = fc.constantFrom(
  { inside: "", after: `\n${GUARD.slice(1)}` },
  { inside: "\n  lifecycle {}", after: "\n  lifecycle {\n    destroy = false\n  }" },
  {
    inside: "\n  lifecycle { # keep\n    destroy = true # it\n  }",
    after: "\n  lifecycle { # keep\n    destroy = false # it\n  }",
  },
);

const removedBlock = fc.tuple(removed, trailing).map(([{ inside, after }, end]) => (name: string): Piece => {
  const head = `removed {${end}\n  from = openai_invite.gone_${name}${end}`;
  return { before: `${head}${inside}\n}${end}`, after: `${head}${after}\n}${end}` };
});

const noise = fc
  .constantFrom(
    '# a { brace, a " quote, an open ${ and a <<EOT',
    '/* } two\n   lines " */',
    'locals {\n  text = <<EOT\nresource "openai_invite" "in_text" {\n  email = "In@Text"\n%{ if true }yes%{ endif }\nEOT\n}',
    'locals {\n  größe = { "a" = [1, 2, { b = "${join(",", ["}", "{"])}" }] }\n}',
    'resource "terraform_data" "other" {\n  input={ email = "Not@Invited",   projects = [] }\n}',
    'output "x" {\n  value = "%{for e in ["a"]}${e}%{endfor}" // }\n}',
    "",
  )
  .map((text) => () => same(text));

const unused = fc.constantFrom(() => ({
  before: "# tfinvite-ignore: invalid-role -- long gone\nlocals {\n  a_b = 1\n}",
  after: "locals {\n  a_b = 1\n}",
}));

const file = fc.record({
  pieces: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: invite },
      { weight: 2, arbitrary: removedBlock },
      { weight: 3, arbitrary: noise },
      { weight: 1, arbitrary: unused },
    ),
    { maxLength: 7 },
  ),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  mark: fc.constantFrom("", "\ufeff"),
  end: fc.constantFrom("\n", ""),
});

describe("lint --fix, on any file", () => {
  it("changes only what it must, byte for byte, and nothing in a second run", async () => {
    await fc.assert(
      fc.asyncProperty(file, async ({ pieces, lineEnd, mark, end }) => {
        const made = [same(PROVIDER), ...pieces.map((piece, index) => piece(`n${index}`))];
        const join = (texts: readonly string[]) => (mark + texts.join("\n\n") + end).replaceAll("\n", lineEnd);
        let listed = false;
        const expected = join(made.map(({ after }) => after)).replaceAll("⟦list⟧", () => {
          const block = listed ? "" : `${lineEnd}${lineEnd}data "openai_organization_users" "members" {}`;
          listed = true;
          return block;
        });
        const { after } = await fixText(join(made.map(({ before }) => before)));
        expect(after).toBe(expected);
        expect((await parseFile("main.tf", after, { validate: true })).problems).toEqual([]);
        const again = await fixText(after);
        expect([...again.fixed.files]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("does not change any byte of a file that has nothing to fix", async () => {
    const last = '\nresource "openai_invite" "last" {\n  email = "Last@Example.com"\n  role  = "reader"\n}\n';
    await fc.assert(
      fc.asyncProperty(hclFile, async ({ text }) => {
        // Skips names with characters that are newer than the parser's tables.
        fc.pre((await parseFile("main.tf", text, { validate: true })).problems.length === 0);
        const newline = text.includes("\r\n") ? "\r\n" : "\n";
        const own = last.replaceAll("\n", newline);
        const { after } = await fixText(text + own);
        expect(after).toBe(text + own.replace("Last@Example", "last@example"));
      }),
      { numRuns: 100 },
    );
  });

  it("copies the people of an invite from any expression", async () => {
    await fc.assert(
      fc.asyncProperty(collectionExpression, async ({ text, model }) => {
        const value = modelValue(model);
        const people = Array.isArray(value) ? value.map(String) : Object.keys(Object(value));
        const before = `${PROVIDER}

resource "openai_invite" "team" {
  for_each = ${model.kind === "list" ? `toset(${text})` : text}
  email    = each.key
  role     = "reader"
  projects = [{ id = "proj_a", role = "member" }]

  lifecycle {
    destroy = false
  }
}
`;
        const { after, fixed } = await fixText(before);
        expect((await parseFile("main.tf", after, { validate: true })).problems).toEqual([]);
        if (people.length === 0) {
          expect(fixed.refused.join()).toContain("it invites no one");
          return;
        }
        expect(fixed.refused.filter((line) => line.includes("project-scoped"))).toEqual([]);
        const parsed = await parseFile("main.tf", after, { validate: true });
        const local = parsed.body.blocks("locals", 0)[0]?.body.attribute("team_members")?.value;
        const [list] = local?.kind === "call" ? local.args : [];
        const written =
          list?.kind === "tuple" ? list.items.map((item) => (item.kind === "literal" ? item.value : item.kind)) : [];
        const wanted = new Set(people.map((person) => person.normalize("NFC").toLowerCase()));
        expect(new Set(written)).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it("keeps the layout of JSON files", async () => {
    const json = fc.record({
      step: fc.constantFrom("  ", "    ", "\t"),
      lineEnd: fc.constantFrom("\n", "\r\n"),
      mark: fc.constantFrom("", "\ufeff"),
      end: fc.constantFrom("\n", ""),
      extra: fc.dictionary(fc.constantFrom("//", "variable", "output"), fc.constant({ größe: { "//": 'é " } {' } })),
      projects: fc.boolean(),
      asList: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(json, async ({ step, lineEnd, mark, end, extra, projects, asList }) => {
        const print = (value: unknown) => (mark + JSON.stringify(value, null, step) + end).replaceAll("\n", lineEnd);
        const sam = { email: "sam@example.com", role: "reader" };
        const granted = projects ? { projects: [{ id: "proj_a", role: "member" }] } : {};
        const provider = { required_providers: { openai: { source: "openai/openai", version: "1.1.0" } } };
        const given = { openai_invite: { sam: { ...sam, email: "Sam@example.com", ...granted } } };
        const user = {
          openai_project_user: {
            sam: {
              for_each:
                '${toset([for user in data.openai_organization_users.members.users : user.id if lower(coalesce(user.email, "-")) == "sam@example.com"])}',
              project_id: "proj_a",
              user_id: "${each.value}",
              role: "member",
            },
          },
        };
        const invited = { openai_invite: { sam } };
        const listed = projects ? { data: { openai_organization_users: { members: {} } } } : {};
        const resource = !projects ? invited : asList ? [invited, user] : { ...invited, ...user };
        const before = { terraform: provider, resource: asList ? [given] : given, ...extra };
        const wanted = {
          terraform: provider,
          resource: asList && !projects ? [invited] : resource,
          ...extra,
          ...listed,
        };
        const { after } = await fixText(print(before), "main.tf.json");
        expect(after).toBe(print(wanted));
        expect([...(await fixText(after, "main.tf.json")).fixed.files]).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
