import fc from "fast-check";
import stringWidth from "string-width";
import { beforeAll, describe, expect, it } from "vitest";
import type { ReportedInvite } from "../../src/invites/planned/assessment.js";
import { INVITE_STATUSES } from "../../src/invites/status.js";
import { makeReport, type Report } from "../../src/report/report.js";
import { formatStatusTable } from "../../src/report/status-table.js";
import { formatAddress, formatModulePath } from "../../src/terraform/addresses/address.js";
import { anyAddress, awkwardText } from "../support/address-arbitraries.js";
import { DAY, look, REPORT_NOW, reportOf, showColors } from "../support/reports.js";

const INVITES = `
resource "openai_invite" "alice" {
  email = "alice@example.com"
  role  = "owner"
}
resource "openai_invite" "contractor" {
  count = 2
  email = "contractor\${count.index}@example.com"
  role  = "reader"
}
resource "openai_invite" "team" {
  for_each = toset(["dan@example.com", "日本語@example.jp", "👩‍👧 family"])
  email    = each.key
  role     = "reader"
}
`;

const SQUAD = `
variable "people" {}
resource "openai_invite" "member" {
  for_each = toset(var.people)
  email    = each.key
  role     = "reader"
}
`;

const FILES = {
  "invites.tf": INVITES,
  "squads.tf": `
module "squads" {
  source   = "./modules/squad"
  for_each = { "core infra" = ["kim@example.com"] }
  people   = each.value
}
`,
  "modules/squad/main.tf": SQUAD,
  ".terraform/modules/modules.json": JSON.stringify({
    Modules: [
      { Key: "", Source: "", Dir: "." },
      { Key: "squads", Source: "./modules/squad", Dir: "modules/squad" },
    ],
  }),
};

const twoDaysAgo = REPORT_NOW - 2 * DAY;

let report: Report;

beforeAll(async () => {
  report = await reportOf(FILES, {
    "openai_invite.alice": { status: "accepted", acceptedAt: twoDaysAgo },
    "openai_invite.contractor[0]": { status: "joined", isMember: true },
    "openai_invite.contractor[1]": { status: "expired", expiresAt: twoDaysAgo },
    'openai_invite.team["dan@example.com"]': { status: "pending", expiresAt: REPORT_NOW + 5 * DAY },
    'openai_invite.team["日本語@example.jp"]': { status: "missing", isMember: true },
    'openai_invite.team["👩\\u200d👧 family"]': { status: "unknown", reason: "the Admin API did not answer in time" },
    'module.squads["core infra"].openai_invite.member["kim@example.com"]': {
      status: "departed",
      acceptedAt: twoDaysAgo,
    },
  });
});

/** A ruler above the table shows where the terminal ends. */
function at(width: number): string {
  const table = formatStatusTable(report, look({ width }));
  for (const line of table.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  return `\n${"-".repeat(width)}\n${table}`;
}

describe("formatStatusTable", () => {
  it("shortens nothing in a pipe", () => {
    expect(`\n${formatStatusTable(report, look({}))}`).toMatchInlineSnapshot(`
      "
      openai_invite
        ✔ accepted  alice                      alice@example.com        owner   2 days ago                                       invites.tf:2
        ● joined    contractor[0]              contractor0@example.com  reader  a member; the API still says pending             invites.tf:6
        ✕ expired   contractor[1]              contractor1@example.com  reader  2 days ago                                       invites.tf:6
        … pending   team["dan@example.com"]    dan@example.com          reader  expires in 5 days                                invites.tf:11
        ∅ missing   team["日本語@example.jp"]  日本語@example.jp        reader  OpenAI does not know it; the person is a member  invites.tf:11
        ? unknown   team["👩\\u200d👧 family"]  👩‍👧 family                reader  the Admin API did not answer in time             invites.tf:11
      module.squads["core infra"].openai_invite
        ○ departed  member["kim@example.com"]  kim@example.com          reader  no member has this address, accepted 2 days ago  modules/squad/main.tf:3
      "
    `);
  });

  it("shortens details and paths first, and puts emails beside addresses, at 100 columns", () => {
    expect(at(100)).toMatchInlineSnapshot(`
      "
      ----------------------------------------------------------------------------------------------------
      openai_invite
        ✔ accepted  alice  alice@example.com                owner   2 days ago          invites.tf:2
        ● joined    contractor[0]  contractor0@example.com  reader  a member; the API…  invites.tf:6
        ✕ expired   contractor[1]  contractor1@example.com  reader  2 days ago          invites.tf:6
        … pending   team["dan@example.com"]                 reader  expires in 5 days   invites.tf:11
        ∅ missing   team["日本語@example.jp"]               reader  OpenAI does not k…  invites.tf:11
        ? unknown   team["👩\\u200d👧 family"]               reader  the Admin API did…  invites.tf:11
      module.squads["core infra"].openai_invite
        ○ departed  member["kim@example.com"]               reader  no member has thi…  …/squad/main.tf:3
      "
    `);
  });

  it("does without roles and places at 80 columns", () => {
    expect(at(80)).toMatchInlineSnapshot(`
      "
      --------------------------------------------------------------------------------
      openai_invite
        ✔ accepted  alice  alice@example.com                2 days ago
        ● joined    contractor[0]  contractor0@example.com  a member; the API still s…
        ✕ expired   contractor[1]  contractor1@example.com  2 days ago
        … pending   team["dan@example.com"]                 expires in 5 days
        ∅ missing   team["日本語@example.jp"]               OpenAI does not know it; …
        ? unknown   team["👩\\u200d👧 family"]               the Admin API did not ans…
      module.squads["core infra"].openai_invite
        ○ departed  member["kim@example.com"]               no member has this addres…
      "
    `);
  });

  it("keeps every address and status whole at 60 columns", () => {
    expect(at(60)).toMatchInlineSnapshot(`
      "
      ------------------------------------------------------------
      openai_invite
        ✔ accepted  alice  alice@example.com    2 days ago
        ● joined    contractor[0]  contractor…  a member; the API…
        ✕ expired   contractor[1]  contractor…  2 days ago
        … pending   team["dan@example.com"]     expires in 5 days
        ∅ missing   team["日本語@example.jp"]   OpenAI does not k…
        ? unknown   team["👩\\u200d👧 family"]   the Admin API did…
      module.squads["core infra"].openai_invite
        ○ departed  member["kim@example.com"]   no member has thi…
      "
    `);
  });

  it("does without details at 40 columns", () => {
    expect(at(40)).toMatchInlineSnapshot(`
      "
      ----------------------------------------
      openai_invite
        ✔ accepted  alice  alice@example.com
        ● joined    contractor[0]  contractor…
        ✕ expired   contractor[1]  contractor…
        … pending   team["dan@example.com"]
        ∅ missing   team["日本語@example.jp"]
        ? unknown   team["👩\\u200d👧 family"]
      module.squads["core …fra"].openai_invite
        ○ departed  member["kim@example.com"]
      "
    `);
  });

  it("shortens addresses last, and in the middle", async () => {
    const key = "somebody.with.a.very.long.name@department.example.com";
    const long = await reportOf(
      { "main.tf": SQUAD.replace("var.people", `["${key}", "kim@example.com"]`) },
      { [`openai_invite.member["${key}"]`]: { status: "accepted", acceptedAt: twoDaysAgo } },
    );
    const tables = [90, 80, 60].map((width) => formatStatusTable(long, look({ width })));
    expect(`\n${tables.join("\n")}`).toMatchInlineSnapshot(`
      "
      openai_invite
        + not-sent  member["kim@example.com"]
        ✔ accepted  member["somebody.with.a.very.long.name@department.example.com"]

      openai_invite
        + not-sent  member["kim@example.com"]
        ✔ accepted  member["somebody.with.a.very.long.name@department.example.com"]

      openai_invite
        + not-sent  member["kim@example.com"]
        ✔ accepted  member["somebody.with.a…partment.example.com"]
      "
    `);
  });

  it("paints the status, and what matters less is dim", () => {
    expect(`\n${showColors(formatStatusTable(report, look({ width: 60, colors: true })))}`).toMatchInlineSnapshot(`
      "
      <1>openai_invite<22>
        <33>✔ accepted<39>  alice  <2>alice@example.com<22>    <2>2 days ago<22>
        <33>● joined<39>    contractor[0]  <2>contractor…<22>  <2>a member; the API…<22>
        <2>✕ expired<22>   contractor[1]  <2>contractor…<22>  <2>2 days ago<22>
        <36>… pending<39>   team["dan@example.com"]     <2>expires in 5 days<22>
        <35>∅ missing<39>   team["日本語@example.jp"]   <2>OpenAI does not k…<22>
        <31>? unknown<39>   team["👩\\u200d👧 family"]   <2>the Admin API did…<22>
      <1>module.squads["core infra"].openai_invite<22>
        <33>○ departed<39>  member["kim@example.com"]   <2>no member has thi…<22>
      "
    `);
  });

  it("looks the same with colours and without", () => {
    for (const width of [40, 60, 80, 100, 140]) {
      const painted = formatStatusTable(report, look({ width, colors: true }));
      const plain = formatStatusTable(report, look({ width }));
      expect(showColors(painted).replaceAll(/<\d+>/g, "").replaceAll(/ +$/gm, "")).toBe(plain);
    }
  });

  it("needs nothing but ASCII of its own where the terminal knows no more", () => {
    for (const width of [40, 60, 80, 100, 140]) {
      const table = formatStatusTable(report, look({ width, unicode: false }));
      expect(table.replaceAll(/[日本語👩👧\u200d]/gu, "")).toMatch(/^[\n\x20-\x7e]*$/);
    }
    expect(`\n${formatStatusTable(report, look({ width: 60, unicode: false }))}`).toMatchInlineSnapshot(`
      "
      openai_invite
        x accepted  alice  alice@example.com    2 days ago
        * joined    contractor[0]  contract...  a member; the A...
        - expired   contractor[1]  contract...  2 days ago
        . pending   team["dan@example.com"]     expires in 5 days
        0 missing   team["日本語@example.jp"]   OpenAI does not...
        ? unknown   team["👩\\u200d👧 family"]   the Admin API d...
      module.squads["core infra"].openai_invite
        o departed  member["kim@example.com"]   no member has t...
      "
    `);
  });

  it("names the root modules where there are several", () => {
    const two = { ...report, directories: ["infra/one", "infra/two"] };
    expect(formatStatusTable(two, look({}))).toMatch(/^\.: openai_invite\n/);
  });

  it("gives nothing for no invites", () => {
    expect(formatStatusTable({ ...report, invites: [] }, look({ width: 60 }))).toBe("");
  });

  it("shows control characters and direction marks instead of obeying them", () => {
    const [first] = report.invites;
    if (first === undefined) throw new Error("there are no invites");
    const email = "\u001b[31mevil\u0007\r\n\u202egnp.exe\u2066\u061c\u2028@example.com";
    const table = formatStatusTable(
      withInvites([{ ...first, email, entry: { ...first.entry, role: "\u009b2J" } }]),
      look({}),
    );
    expect(table).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}|\u2028/u);
    expect(table).toContain("\\u001b[31mevil\\u0007\\u000d\\u000a\\u202egnp.exe\\u2066\\u061c\\u2028@example.com");
    expect(table).toContain("\\u009b2J");
  });

  it("never makes a line wider than the terminal", () => {
    const [template] = report.invites;
    const anyInvite = fc
      .record({
        address: anyAddress,
        email: fc.option(fc.oneof(awkwardText, fc.emailAddress()), { nil: undefined }),
        role: fc.option(fc.oneof(fc.constantFrom("owner", "reader"), awkwardText), { nil: undefined }),
        status: fc.constantFrom(...INVITE_STATUSES),
        reason: fc.option(awkwardText, { nil: undefined }),
        configured: fc.boolean(),
      })
      .map(({ address, email, role, status, reason, configured }): ReportedInvite => {
        if (template === undefined) throw new Error("there are no invites");
        const { email: _email, role: _role, ...entry } = template.entry;
        return {
          entry: {
            ...entry,
            address,
            name: formatAddress({ ...address, mode: "managed" }),
            modulePath: formatModulePath(address.module),
            inConfig: configured,
            ...(role !== undefined && { role }),
          },
          ...(email !== undefined && { email }),
          status: { status, objects: [], ...(reason !== undefined && { reason }) },
          used: false,
          planned: [],
        };
      });
    fc.assert(
      fc.property(
        fc.array(anyInvite, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 40, max: 200 }),
        fc.boolean(),
        (invites, width, unicode) => {
          const lines = formatStatusTable(withInvites(invites), look({ width, unicode })).split("\n");
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function withInvites(invites: readonly ReportedInvite[]): Report {
  return { ...makeReport({ ...report, findings: [] }, []), directories: ["."], invites };
}
