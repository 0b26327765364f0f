import fc from "fast-check";
import stringWidth from "string-width";
import { beforeAll, describe, expect, it } from "vitest";
import type { ReportedInvite } from "../../src/invites/planned/assessment.js";
import { INVITE_STATUSES, isUsed } from "../../src/invites/status.js";
import { makeReport, type Report } from "../../src/report/report.js";
import { formatStatus } from "../../src/report/status-table.js";
import type { Shown } from "../../src/report/status-view.js";
import { statusView } from "../../src/report/status-view.js";
import { type Address, formatAddress, formatModulePath } from "../../src/terraform/addresses/address.js";
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

/** What `status` prints of a report. */
function show(shownReport: Report, style: Parameters<typeof look>[0], shown: Shown = "all"): string {
  const selection = { shown, repairFlags: [] };
  return formatStatus(shownReport, { style: look(style), command: () => undefined, selection });
}

/** The output below a ruler that shows the width of the terminal. */
function at(width: number, shown: Shown = "all"): string {
  const text = show(report, { width }, shown);
  for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  return `\n${"-".repeat(width)}\n${text}`;
}

describe("formatStatus", () => {
  it("shows first what needs action, then what needs attention, and counts the rest", () => {
    expect(at(80, "notable")).toMatchInlineSnapshot(`
      "
      --------------------------------------------------------------------------------
      3 of 7 invites are used: the person has accepted, and OpenAI no longer lets the
      invite be deleted. 1 more is for someone who is already a member: OpenAI refuses
      to send it. 2 more need a look.

      openai_invite
        ! alice  alice@example.com                accepted 2 days ago   invites.tf:2
        ! contractor[0]  contractor0@example.com  joined (status late)  invites.tf:6
        ! team["日本語@example.jp"]               already a member      invites.tf:11
        ✗ contractor[1]  contractor1@example.com  expired 2 days ago    invites.tf:6
        … team["👩\\u200d👧 family"]               unknown               invites.tf:11
      module.squads["core infra"].openai_invite
        ! member["kim@example.com"]               departed              …/main.tf:3

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown, 1 pending
      (--all shows them) · 2 requests

      Next:  tfinvite repair  shows how to remove the 3 used invites from state
             tfinvite check   what will go wrong, and how to fix it
      "
    `);
  });

  it("shortens nothing in a pipe", () => {
    expect(`\n${show(report, {})}`).toMatchInlineSnapshot(`
      "
      3 of 7 invites are used: the person has accepted, and OpenAI no longer lets the invite be deleted. 1 more is for someone who is already a member: OpenAI refuses to send it. 2 more need a look.

      openai_invite
        ! alice                      alice@example.com        accepted 2 days ago                                         invites.tf:2
        ! contractor[0]              contractor0@example.com  joined (OpenAI still shows it as pending)                   invites.tf:6
        ! team["日本語@example.jp"]                           missing (the person is already a member)                    invites.tf:11
        ✗ contractor[1]              contractor1@example.com  expired 2 days ago                                          invites.tf:6
        … team["👩\\u200d👧 family"]                           unknown                                                     invites.tf:11
        … team["dan@example.com"]                             pending (expires in 5 days)                                 invites.tf:11
      module.squads["core infra"].openai_invite
        ! member["kim@example.com"]                           departed (no member has this address, accepted 2 days ago)  modules/squad/main.tf:3

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown, 1 pending · 2 requests

      Next:  tfinvite repair  shows how to remove the 3 used invites from state
             tfinvite check   what will go wrong, and how to fix it
      "
    `);
  });

  it("shortens statuses and places at 80 columns, shows emails beside names at 60, and omits them at 40", () => {
    expect(at(80)).toMatchInlineSnapshot(`
      "
      --------------------------------------------------------------------------------
      3 of 7 invites are used: the person has accepted, and OpenAI no longer lets the
      invite be deleted. 1 more is for someone who is already a member: OpenAI refuses
      to send it. 2 more need a look.

      openai_invite
        ! alice  alice@example.com                accepted 2 days ago   invites.tf:2
        ! contractor[0]  contractor0@example.com  joined (status late)  invites.tf:6
        ! team["日本語@example.jp"]               already a member      invites.tf:11
        ✗ contractor[1]  contractor1@example.com  expired 2 days ago    invites.tf:6
        … team["👩\\u200d👧 family"]               unknown               invites.tf:11
        … team["dan@example.com"]                 pending, 5 days left  invites.tf:11
      module.squads["core infra"].openai_invite
        ! member["kim@example.com"]               departed              …/main.tf:3

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown, 1 pending · 2 requests

      Next:  tfinvite repair  shows how to remove the 3 used invites from state
             tfinvite check   what will go wrong, and how to fix it
      "
    `);
    expect(at(60)).toMatchInlineSnapshot(`
      "
      ------------------------------------------------------------
      3 of 7 invites are used: the person has accepted, and OpenAI
      no longer lets the invite be deleted. 1 more is for someone
      who is already a member: OpenAI refuses to send it. 2 more
      need a look.

      openai_invite
        ! alice  alice@example.com            accepted 2 days ago
        ! contractor[0]  contractor0@exampl…  joined (status late)
        ! team["日本語@example.jp"]           already a member
        ✗ contractor[1]  contractor1@exampl…  expired 2 days ago
        … team["👩\\u200d👧 family"]           unknown
        … team["dan@example.com"]             pending, 5 days left
      module.squads["core infra"].openai_invite
        ! member["kim@example.com"]           departed

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown,
      1 pending · 2 requests

      Next:  tfinvite repair
               shows how to remove the 3 used invites from state
             tfinvite check
               what will go wrong, and how to fix it
      "
    `);
    expect(at(40)).toMatchInlineSnapshot(`
      "
      ----------------------------------------
      3 of 7 invites are used: the person has
      accepted, and OpenAI no longer lets the
      invite be deleted. 1 more is for someone
      who is already a member: OpenAI refuses
      to send it. 2 more need a look.

      openai_invite
        ! alice  alice@example.com    accepted
        ! contractor[0]  contractor…  joined
        ! team["日本語@example.jp"]   a member
        ✗ contractor[1]  contractor…  expired
        … team["👩\\u200d👧 family"]   unknown
        … team["dan@example.com"]     pending
      module.squads["core …fra"].openai_invite
        ! member["kim@example.com"]   departed

      Unknown (1): the Admin API did not
      answer in time

      7 invites: 3 used, 1 for a member,
      1 expired, 1 unknown, 1 pending ·
      2 requests

      Next:  tfinvite repair
               shows how to remove the 3 used
               invites from state
             tfinvite check
               what will go wrong, and how to
               fix it
      "
    `);
  });

  it("colours marks and statuses, and dims what matters less", () => {
    expect(`\n${showColors(show(report, { width: 60, colors: true }, "notable"))}`).toMatchInlineSnapshot(`
      "
      <1>3 of 7 invites are used: the person has accepted, and OpenAI
      no longer lets the invite be deleted. 1 more is for someone
      who is already a member: OpenAI refuses to send it. 2 more
      need a look.<22>

      <1>openai_invite<22>
        <33>!<39> alice  <2>alice@example.com<22>            <33>accepted 2 days ago<39>
        <33>!<39> contractor[0]  <2>contractor0@exampl…<22>  <33>joined (status late)<39>
        <33>!<39> team["日本語@example.jp"]           <33>already a member<39>
        <31>✗<39> contractor[1]  <2>contractor1@exampl…<22>  <31>expired 2 days ago<39>
        <36>…<39> team["👩\\u200d👧 family"]           <36>unknown<39>
      <1>module.squads["core infra"].openai_invite<22>
        <33>!<39> member["kim@example.com"]           <33>departed<39>

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown,
      1 pending (--all shows them) · 2 requests

      Next:  <1>tfinvite repair<22>
               shows how to remove the 3 used invites from state
             <1>tfinvite check<22>
               what will go wrong, and how to fix it
      "
    `);
  });

  it("looks the same with colours and without", () => {
    for (const width of [40, 60, 80, 140]) {
      const painted = show(report, { width, colors: true });
      expect(showColors(painted).replaceAll(/<\d+>/g, "").replaceAll(/ +$/gm, "")).toBe(show(report, { width }));
    }
  });

  it("uses only ASCII marks when the terminal supports only ASCII", () => {
    for (const width of [40, 60, 80, 140]) {
      const text = show(report, { width, unicode: false });
      expect(text.replaceAll(/[日本語👩👧\u200d]/gu, "")).toMatch(/^[\n\x20-\x7e]*$/);
    }
    expect(`\n${show(report, { width: 60, unicode: false })}`).toMatchInlineSnapshot(`
      "
      3 of 7 invites are used: the person has accepted, and OpenAI
      no longer lets the invite be deleted. 1 more is for someone
      who is already a member: OpenAI refuses to send it. 2 more
      need a look.

      openai_invite
        ! alice  alice@example.com            accepted 2 days ago
        ! contractor[0]  contractor0@exam...  joined (status late)
        ! team["日本語@example.jp"]           already a member
        x contractor[1]  contractor1@exam...  expired 2 days ago
        . team["👩\\u200d👧 family"]           unknown
        . team["dan@example.com"]             pending, 5 days left
      module.squads["core infra"].openai_invite
        ! member["kim@example.com"]           departed

      Unknown (1): the Admin API did not answer in time

      7 invites: 3 used, 1 for a member, 1 expired, 1 unknown,
      1 pending - 2 requests

      Next:  tfinvite repair
               shows how to remove the 3 used invites from state
             tfinvite check
               what will go wrong, and how to fix it
      "
    `);
  });

  it("lists configured invites of members that are in no state, and says that nothing needs to be done", async () => {
    const only = (status: Record<string, Parameters<typeof reportOf>[1][string]>) =>
      reportOf(
        { "main.tf": 'resource "openai_invite" "lee" {\n  email = "lee@example.com"\n  role  = "reader"\n}\n' },
        status,
      );
    const member = await only({ "openai_invite.lee": { status: "not-sent", isMember: true } });
    expect(`\n${show(member, { width: 80 }, "notable")}`).toMatchInlineSnapshot(`
      "
      The invite is for someone who is already a member: OpenAI refuses to send it.

      openai_invite
        ! lee  lee@example.com  not sent (the person is already a member)  main.tf:1

      1 invite: 1 for a member · 2 requests

      Next:  tfinvite check  what will go wrong, and how to fix it
      "
    `);
    const pending = await only({ "openai_invite.lee": { status: "pending", isMember: false } });
    expect(`\n${show(pending, { width: 80 }, "notable")}`).toMatchInlineSnapshot(`
      "
      The invite needs no action.

      1 invite: 1 pending (--all shows it) · 2 requests
      "
    `);
    const unknown = await only({ "openai_invite.lee": { status: "unknown", reason: "OPENAI_ADMIN_KEY is not set" } });
    expect(`\n${show(unknown, { width: 80 }, "notable")}`).toMatchInlineSnapshot(`
      "
      The status of the invite is unknown.

      openai_invite
        … lee  lee@example.com  unknown  main.tf:1

      Unknown (1): OPENAI_ADMIN_KEY is not set

      1 invite: 1 unknown · 2 requests
      "
    `);
    expect(`\n${show({ ...pending, mode: "offline" }, { width: 80 }, "notable")}`).toMatchInlineSnapshot(`
      "
      Offline: OpenAI was not asked, so statuses are as the state recorded them, or
      unknown. The invite is not recorded as used.

      1 invite: 1 pending (--all shows it) · offline
      "
    `);
  });

  it("names the root modules when there are several, also those without a row", () => {
    const two = { ...report, directories: [".", "infra/two"] };
    const text = show(two, {}, "notable");
    expect(text).toContain("\n.: openai_invite\n");
    expect(text).toContain("\nNothing to show for infra/two.\n");
    expect(text).toContain("7 invites in 2 root modules: ");
  });

  it("prints no group without invites", () => {
    expect(show({ ...report, invites: [] }, { width: 60 })).toBe("No invites.\n\n2 requests\n");
  });

  it.each([
    [10, 20],
    [450, 21],
  ])("takes few lines for %i used ones of one resource", async (number, most) => {
    const lines = show(withInvites(await people(number)), { width: 80 }, "notable").split("\n");
    expect(lines.length).toBeLessThanOrEqual(most);
    if (number === 450)
      expect(`\n${lines.join("\n")}`).toMatchInlineSnapshot(`
        "
        All 450 invites are used: the people have accepted, and OpenAI no longer lets
        the invites be deleted.

        openai_invite
          ! member["p0@example.com"]    accepted 2 days ago  main.tf:3
          ! member["p100@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p101@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p102@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p103@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p104@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p105@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p106@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p107@example.com"]  accepted 2 days ago  main.tf:3
          ! member["p108@example.com"]  accepted 2 days ago  main.tf:3
          … and 440 more used (--all shows them)

        450 invites: 450 used · 2 requests

        Next:  tfinvite repair  shows how to remove the 450 used invites from state
               tfinvite check   what will go wrong, and how to fix it
        "
      `);
  });

  it("takes few lines for the same number of blocks, module instances or modules", async () => {
    const some = await people(450);
    const moved = (change: (index: number) => Partial<Address>) =>
      withInvites(some.map((invite, index) => placedAt(invite, { ...invite.entry.address, ...change(index) })));
    const blocks = moved((index) => ({ name: `p${index}`, key: undefined }));
    expect(show(blocks, { width: 80 }, "notable").split("\n").length).toBeLessThan(22);
    const instances = moved((index) => ({ module: [{ name: "person", key: `p${index}` }], key: undefined }));
    const text = show(instances, { width: 80 }, "notable");
    expect(text.split("\n").length).toBeLessThan(32);
    expect(text).toContain("\n  … and 440 more used in module.person (--all shows them)\n");
    const modules = show(
      moved((index) => ({ module: [{ name: `p${index}`, key: undefined }], key: undefined })),
      { width: 80 },
      "notable",
    );
    expect(modules.split("\n").length).toBeLessThan(95);
    expect(modules).toContain("\n  … and 410 more used in other resources (--all shows them)\n");
  });

  it("shows control characters and direction marks instead of obeying them", () => {
    const [first] = report.invites;
    if (first === undefined) throw new Error("there are no invites");
    const email = "\u001b[31mevil\u0007\r\n\u202egnp.exe\u2066\u061c\u2028@example.com";
    const reason = "\u009b2J";
    const text = show(withInvites([{ ...first, email, status: { status: "unknown", reason, objects: [] } }]), {});
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}|\u2028/u);
    expect(text).toContain("\\u001b[31mevil\\u0007\\u000d\\u000a\\u202egnp.exe\\u2066\\u061c\\u2028@example.com");
    expect(text).toContain("\\u009b2J");
  });

  it("never makes a line wider than the terminal", () => {
    fc.assert(
      fc.property(
        fc.array(anyInvite(), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 40, max: 200 }),
        fc.boolean(),
        fc.constantFrom<Shown>("all", "selected", "notable"),
        (invites, width, unicode, shown) => {
          for (const line of show(withInvites(invites), { width, unicode }, shown).split("\n"))
            expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("statusView", () => {
  it("shows or counts every invite exactly once", () => {
    const crowd = fc
      .array(fc.tuple(anyInvite(), fc.integer({ min: 1, max: 30 })), { maxLength: 8 })
      .map((some) =>
        some.flatMap(([invite, number]) =>
          Array.from({ length: number }, (_, key) => placedAt(invite, { ...invite.entry.address, key })),
        ),
      );
    fc.assert(
      fc.property(crowd, fc.constantFrom<Shown>("all", "selected", "notable"), (invites, shown) => {
        const view = statusView({ invites, directories: ["."] }, shown);
        const items = view.groups.flatMap((group) => group.items);
        const rows = items.flatMap((item) => ("invite" in item ? [item] : []));
        expect(new Set(rows.map(({ invite }) => invite)).size).toBe(rows.length);
        for (const [kind, number] of view.counts) {
          const hidden = items.reduce(
            (sum, item) => sum + ("invite" in item || item.kind !== kind ? 0 : item.count),
            0,
          );
          const quiet = view.quiet.has(kind) ? number : 0;
          expect(rows.filter((row) => row.kind === kind).length + hidden + quiet).toBe(number);
        }
        expect([...view.counts.values()].reduce((sum, number) => sum + number, 0)).toBe(invites.length);
        expect(rows.length).toBeLessThanOrEqual(shown === "all" ? invites.length : view.counts.size * 41);
        if (shown === "all") expect(rows.length).toBe(invites.length);
      }),
      { numRuns: 200 },
    );
  });
});

function anyInvite(): fc.Arbitrary<ReportedInvite> {
  return fc
    .record({
      address: anyAddress,
      email: fc.option(fc.oneof(awkwardText, fc.emailAddress()), { nil: undefined }),
      status: fc.constantFrom(...INVITE_STATUSES),
      isMember: fc.boolean(),
      configured: fc.boolean(),
    })
    .map(({ address, email, status, isMember, configured }): ReportedInvite => {
      const [template] = report.invites;
      if (template === undefined) throw new Error("there are no invites");
      const { email: _email, ...entry } = template.entry;
      const invite: ReportedInvite = {
        entry: { ...entry, inConfig: configured },
        ...(email !== undefined && { email }),
        status: { status, isMember, objects: [], ...(status === "unknown" && { reason: "it was not looked up" }) },
        used: isUsed(status),
        planned: [],
      };
      return placedAt(invite, address);
    });
}

/** The invite at another address. */
function placedAt(invite: ReportedInvite, address: Address): ReportedInvite {
  const modulePath = formatModulePath(address.module);
  const name = formatAddress({ ...address, mode: "managed" });
  return { ...invite, entry: { ...invite.entry, address, name, modulePath } };
}

/** Accepted invites of one resource. */
async function people(number: number): Promise<readonly ReportedInvite[]> {
  const emails = Array.from({ length: number }, (_, index) => `p${index}@example.com`);
  const { invites } = await reportOf(
    { "main.tf": SQUAD.replace("var.people", JSON.stringify(emails)) },
    Object.fromEntries(
      emails.map((email) => [`openai_invite.member["${email}"]`, { status: "accepted", acceptedAt: twoDaysAgo }]),
    ),
  );
  return invites;
}

function withInvites(invites: readonly ReportedInvite[]): Report {
  return { ...makeReport({ ...report, findings: [] }, []), directories: ["."], invites };
}
