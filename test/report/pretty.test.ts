import stringWidth from "string-width";
import { beforeAll, describe, expect, it } from "vitest";
import { formatError, formatPretty } from "../../src/report/pretty.js";
import type { Report } from "../../src/report/report.js";
import type { Style, TextContext } from "../../src/report/style.js";
import { formatAddress } from "../../src/terraform/addresses/address.js";
import { DAY, look, REPORT_NOW, reportOf, showColors } from "../support/reports.js";
import { stateOf } from "../support/states.js";

const FILES = {
  "invites.tf": `
resource "openai_invite" "alice" {
  email = "alice@example.com"
  role  = "owner"
}
resource "openai_invite" "scoped" {
  email = "sam@example.com"
  role  = "reader"
	projects = [{ id = "proj_search", role = "member" }, { id = "proj_日本語_and_others", role = "owner" }]
}
resource "openai_invite" "team" {
  for_each = toset(["dan of the core team"])
  email    = "dan@example.com"
  role     = "reader"
}
data "openai_invite" "alice" {
  invite_id = openai_invite.alice.id
}
`,
  "terraform.tfstate": stateOf([
    { name: "alice", id: "invite-1", email: "alice@example.com" },
    { name: "scoped", id: "invite-2", email: "sam@example.com" },
  ]),
};

/** These tests only check that commands are printed whole, so simple ones are enough. */
function contextOf(style: Style): TextContext {
  return {
    style,
    command(_directory, { verb, flag = "", addresses }) {
      const argv = ["terraform", ...verb, ...addresses.map((address) => flag + formatAddress(address))];
      return { argv, text: [...argv.slice(0, 3), ...argv.slice(3).map((word) => `'${word}'`)].join(" ") };
    },
  };
}

let report: Report;

beforeAll(async () => {
  report = await reportOf(FILES, {
    "openai_invite.alice": { status: "accepted", acceptedAt: REPORT_NOW - 2 * DAY },
    "openai_invite.scoped": { status: "pending", expiresAt: REPORT_NOW + 5 * DAY },
    'openai_invite.team["dan of the core team"]': { status: "not-sent", isMember: true },
  });
});

function at(options: Parameters<typeof look>[0]): string {
  return `\n${formatPretty(report, contextOf(look(options)))}`;
}

/** Lines that must fit the terminal: all except commands, which are copied whole, and URLs. */
function tooWide(text: string, width: number): string[] {
  return text.split("\n").filter((line) => stringWidth(line) > width && !/terraform |tfinvite |^https:/.test(line));
}

describe("formatPretty", () => {
  it("breaks nothing in a pipe", () => {
    expect(at({})).toMatchInlineSnapshot(`
      "
      error[member-invited]: invites someone who is already a member
        openai_invite.team["dan of the core team"]  dan@example.com, not sent (the person is already a member)
          ┌─ invites.tf:11:1
        11 │ resource "openai_invite" "team" {
           │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to invite a member, so the apply that sends this invite fails.
        fix: invites.tf:11  delete the block

      warning[accepted-invite]: accepted invite is still managed by Terraform and can't be deleted
        openai_invite.alice  alice@example.com, accepted 2 days ago
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to delete an accepted invite, so openai/openai fails any apply that destroys, replaces or edits it.
        fix: terraform state rm 'openai_invite.alice'
        and: invites.tf:2  delete the block
        and: invites.tf:17  data.openai_invite.alice refers to openai_invite.alice: delete it, or write the invite's ID in place of the reference

      warning[project-scoped-invite]: project access is granted through the invite
        openai_invite.scoped  sam@example.com, pending (expires in 5 days)
         ┌─ invites.tf:9:2
        9 │   projects = [{ id = "proj_search", role = "member" }, { id = "proj_日本語_and_others", role = "owner" }]
          │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        This is reported to be unreliable, and any later change forces a replacement, which fails once the invite is accepted.
        fix: drop projects here, and add the member to them after they accepted

      notice[data-reads-own-invite]: a data source reads an invite that the same configuration manages
        data.openai_invite.alice
          ┌─ invites.tf:17:15
        17 │   invite_id = openai_invite.alice.id
           │               ^^^^^^^^^^^^^^^^^^^^^^
        data.openai_invite.alice shows the status from when the invite was sent, usually "pending", and breaks when openai_invite.alice is removed after acceptance.

      notice[unknown-provider]: the module doesn't say which provider its invites use
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Without a source in required_providers, Terraform uses hashicorp/openai, which doesn't exist, so only rules that hold for every provider run.

      3 invites: 1 used (accepted), 1 pending, 1 not sent · 1 error, 2 warnings, 2 notices · 2 requests

      Next:
        tfinvite repair --apply --write      remove 1 invite from state and configuration, with backup and undo
        tfinvite repair --as blocks --write  the same as code, for a pull request

      More: tfinvite explain RULE, or https://unpkg.com/tfinvite@0.1.0/docs/rules/RULE.md
      "
    `);
  });

  it("shows the rule ID at the right end at 100 columns", () => {
    expect(at({ width: 100 })).toMatchInlineSnapshot(`
      "
      error[member-invited]: invites someone who is already a member
        openai_invite.team["dan of the core team"]
          dan@example.com, not sent (the person is already a member)
          ┌─ invites.tf:11:1
        11 │ resource "openai_invite" "team" {
           │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to invite a member, so the apply that sends this invite fails.
        fix: invites.tf:11  delete the block

      warning[accepted-invite]: accepted invite is still managed by Terraform and can't be deleted
        openai_invite.alice  alice@example.com, accepted 2 days ago
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to delete an accepted invite, so openai/openai fails any apply that destroys,
        replaces or edits it.
        fix: terraform state rm 'openai_invite.alice'
        and: invites.tf:2  delete the block
        and: invites.tf:17  data.openai_invite.alice refers to openai_invite.alice: delete it, or write
             the invite's ID in place of the reference

      warning[project-scoped-invite]: project access is granted through the invite
        openai_invite.scoped  sam@example.com, pending (expires in 5 days)
         ┌─ invites.tf:9:2
        9 │   projects = [{ id = "proj_search", role = "member" }, { id = "proj_日本語_and_others", role …
          │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        This is reported to be unreliable, and any later change forces a replacement, which fails once the
        invite is accepted.
        fix: drop projects here, and add the member to them after they accepted

      notice[data-reads-own-invite]: a data source reads an invite that the same configuration manages
        data.openai_invite.alice
          ┌─ invites.tf:17:15
        17 │   invite_id = openai_invite.alice.id
           │               ^^^^^^^^^^^^^^^^^^^^^^
        data.openai_invite.alice shows the status from when the invite was sent, usually "pending", and
        breaks when openai_invite.alice is removed after acceptance.

      notice[unknown-provider]: the module doesn't say which provider its invites use
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Without a source in required_providers, Terraform uses hashicorp/openai, which doesn't exist, so
        only rules that hold for every provider run.

      3 invites: 1 used (accepted), 1 pending, 1 not sent · 1 error, 2 warnings, 2 notices · 2 requests

      Next:
        tfinvite repair --apply --write      remove 1 invite from state and configuration, with backup and
                                             undo
        tfinvite repair --as blocks --write  the same as code, for a pull request

      More: tfinvite explain RULE, or https://unpkg.com/tfinvite@0.1.0/docs/rules/RULE.md
      "
    `);
  });

  it("breaks sentences, not commands, and cuts source lines at 60 columns", () => {
    expect(at({ width: 60 })).toMatchInlineSnapshot(`
      "
      error[member-invited]: invites someone who is already a
                             member
        openai_invite.team["dan of the core team"]
          dan@example.com, not sent (the person is already a
          member)
          ┌─ invites.tf:11:1
        11 │ resource "openai_invite" "team" {
           │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to invite a member, so the apply that sends
        this invite fails.
        fix: invites.tf:11  delete the block

      warning[accepted-invite]: accepted invite is still managed
                                by Terraform and can't be deleted
        openai_invite.alice
          alice@example.com, accepted 2 days ago
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        OpenAI refuses to delete an accepted invite, so
        openai/openai fails any apply that destroys, replaces or
        edits it.
        fix: terraform state rm 'openai_invite.alice'
        and: invites.tf:2  delete the block
        and: invites.tf:17  data.openai_invite.alice refers to
             openai_invite.alice: delete it, or write the invite's
             ID in place of the reference

      warning[project-scoped-invite]: project access is granted
                                      through the invite
        openai_invite.scoped
          sam@example.com, pending (expires in 5 days)
         ┌─ invites.tf:9:2
        9 │   projects = [{ id = "proj_search", role = "member" }…
          │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        This is reported to be unreliable, and any later change
        forces a replacement, which fails once the invite is
        accepted.
        fix: drop projects here, and add the member to them after
             they accepted

      notice[data-reads-own-invite]: a data source reads an invite
                                     that the same configuration
                                     manages
        data.openai_invite.alice
          ┌─ invites.tf:17:15
        17 │   invite_id = openai_invite.alice.id
           │               ^^^^^^^^^^^^^^^^^^^^^^
        data.openai_invite.alice shows the status from when the
        invite was sent, usually "pending", and breaks when
        openai_invite.alice is removed after acceptance.

      notice[unknown-provider]: the module doesn't say which
                                provider its invites use
         ┌─ invites.tf:2:1
        2 │ resource "openai_invite" "alice" {
          │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        Without a source in required_providers, Terraform uses
        hashicorp/openai, which doesn't exist, so only rules that
        hold for every provider run.

      3 invites: 1 used (accepted), 1 pending, 1 not sent ·
      1 error, 2 warnings, 2 notices · 2 requests

      Next:
        tfinvite repair --apply --write
          remove 1 invite from state and configuration, with
          backup and undo
        tfinvite repair --as blocks --write
          the same as code, for a pull request

      More: tfinvite explain RULE, or
      https://unpkg.com/tfinvite@0.1.0/docs/rules/RULE.md
      "
    `);
    expect(tooWide(at({ width: 60 }), 60)).toEqual([]);
  });

  it("keeps an address and a command in one piece at 40 columns", () => {
    const text = at({ width: 40 });
    expect(text).toContain("\n  fix: terraform state rm 'openai_invite.alice'\n");
    expect(text).toContain('\n  openai_invite.team["dan of the core team"]\n');
    expect(tooWide(text, 40)).toEqual(['  openai_invite.team["dan of the core team"]']);
  });

  it("breaks sentences at 100 columns on a wide terminal, too", () => {
    const text = at({ width: 240 });
    const sentences = text.split("\n").filter((line) => /^ {2}[a-zA-Z]/.test(line) && !line.includes("openai_invite."));
    expect(sentences.length).toBeGreaterThan(0);
    for (const line of sentences) expect(stringWidth(line)).toBeLessThanOrEqual(100);
  });

  it("adds nothing but colours", () => {
    const painted = showColors(at({ width: 60, colors: true }));
    expect(painted.replaceAll(/<\d+>/g, "")).toBe(at({ width: 60 }));
    expect(painted.slice(0, painted.indexOf("\n\n"))).toMatchInlineSnapshot(`
      "
      <31>error<39>[<2>member-invited<22>]: <1>invites someone who is already a<22>
                             <1>member<22>
        <1>openai_invite.team["dan of the core team"]<22>
          dan@example.com, not sent (the person is already a
          member)
      <2>    ┌─ invites.tf:11:1<22>
        <2>11 │<22> resource "openai_invite" "team" {
        <2>   │<22> <33>^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^<39>
        OpenAI refuses to invite a member, so the apply that sends
        this invite fails.
        <36>fix:<39> <2>invites.tf:11<22>  delete the block"
    `);
  });

  it("turns the rule ID into a link when the terminal supports links, and changes nothing else", () => {
    const linked = at({ width: 100, links: true });
    expect(linked).toMatch(/^warning\[\[accepted-invite\]\(https:[^)]+\/accepted-invite\.md\)\]: accepted/m);
    expect(linked.replaceAll(/\[([a-z-]+)\]\(https:[^)]+\)/g, "$1")).toBe(at({ width: 100 }));
  });

  it("uses only ASCII marks when the terminal supports only ASCII", () => {
    for (const width of [40, 60, 100]) {
      expect(at({ width, unicode: false }).replaceAll(/[日本語]/g, "")).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  it("shows the marked text even if it is far to the right in a long line", async () => {
    const filler = "x".repeat(120);
    const long = await reportOf(
      {
        "main.tf": `resource "openai_invite" "a" {
  email = "a@example.com"
  role = "reader"
/* ${filler} 日本語 */ projects = [{ id = "p", role = "member" }] # ${filler}
}
`,
      },
      {},
    );
    const text = formatPretty(long, contextOf(look({ width: 60 })));
    expect(text.split("\n").slice(3, 6).join("\n")).toMatchInlineSnapshot(`
      "   ┌─ main.tf:4:132
        4 │ …xxxxxx 日本語 */ projects = [{ id = "p", role = "mem…
          │                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  it("has no empty line below an address that fills the line, and keeps numbers with what they count", () => {
    const findings = report.findings.flatMap((finding) =>
      finding.rule === "data-reads-own-invite" ? [{ ...finding, address: `module.${"x".repeat(40)}.data.a.b` }] : [],
    );
    const text = formatPretty({ ...report, findings }, contextOf(look({ width: 40 })));
    expect(text).toContain(`\n  module.${"x".repeat(40)}.data.a.b\n    ┌─ invites.tf:17:15\n`);
    expect(text).not.toMatch(/\d\n[a-z]/);
  });

  it("shows control characters and direction marks instead of obeying them", () => {
    const invites = report.invites.map((invite) => ({
      ...invite,
      email: "\u001b]0;evil\u0007\u202e@example.com",
    }));
    const sources = new Map([...report.sources].map(([file, text]) => [file, text.replaceAll("=", "\u001b[2J=")]));
    const text = formatPretty({ ...report, invites, sources }, contextOf(look({ width: 100 })));
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}/u);
    expect(text).toContain("\\u001b]0;evil\\u0007\\u202e@example.com");
  });

  it("says so when there is nothing to report", () => {
    const text = formatPretty({ ...report, findings: [] }, contextOf(look({ width: 60 })));
    expect(text).toMatchInlineSnapshot(`
      "3 invites: 1 used (accepted), 1 pending, 1 not sent · no
      findings · 2 requests
      "
    `);
  });
});

describe("formatError", () => {
  it("breaks a message behind its margin", () => {
    const error = {
      message: "the configuration ends inside a block, so what is declared in it is not known",
      hint: "Run terraform validate.",
      file: "invites.tf",
      line: 3,
      column: 1,
    };
    expect(`\n${formatError(error, look({ width: 60 }))}`).toMatchInlineSnapshot(`
      "
      error: invites.tf:3:1: the configuration ends inside a
             block, so what is declared in it is not known
             Run terraform validate.
      "
    `);
    expect(formatError({ message: "a\u001b[2Jb" }, look({ width: 60 }))).toBe("error: a\\u001b[2Jb\n");
  });
});
