import { expect, it } from "vitest";
import { formatPretty } from "../../src/report/pretty.js";
import { DAY, look, REPORT_NOW, reportOf } from "../support/reports.js";
import { stateOf } from "../support/states.js";
import { CONTEXT } from "./hostile.js";

const PEOPLE = Array.from({ length: 450 }, (_, index) => `p${index}@example.com`);
const ACCEPTED = { status: "accepted", acceptedAt: REPORT_NOW - 2 * DAY } as const;

const PROVIDER = 'terraform {\n  required_providers {\n    openai = {\n      source = "openai/openai"\n    }\n  }\n}\n';

/** 450 accepted invites in one `for_each`. */
function oneResource() {
  const keys = PEOPLE.map((email) => `    "${email}",\n`).join("");
  return {
    "main.tf": `${PROVIDER}resource "openai_invite" "team" {\n  for_each = toset([\n${keys}  ])\n  email = each.key\n  role  = "reader"\n}\n`,
    "terraform.tfstate": stateOf(
      PEOPLE.map((email, index) => ({ name: "team", id: `invite-${index}`, email, key: email })),
    ),
  };
}

/** The same invites, in one block each. */
function manyBlocks() {
  return {
    "main.tf":
      PROVIDER +
      PEOPLE.map(
        (email, index) => `resource "openai_invite" "p${index}" {\n  email = "${email}"\n  role  = "reader"\n}\n`,
      ).join(""),
    "terraform.tfstate": stateOf(PEOPLE.map((email, index) => ({ name: `p${index}`, id: `invite-${index}`, email }))),
  };
}

it.each([
  ["one for_each", oneResource(), (index: number) => `openai_invite.team["p${index}@example.com"]`],
  ["450 blocks", manyBlocks(), (index: number) => `openai_invite.p${index}`],
] as const)("says it of 450 invites in at most 40 lines: %s", async (_, files, nameOf) => {
  const statuses = Object.fromEntries(PEOPLE.map((_person, index) => [nameOf(index), ACCEPTED]));
  const text = formatPretty(await reportOf(files, statuses), { ...CONTEXT, style: look({ width: 80 }) });
  expect(text.split("\n").length).toBeLessThanOrEqual(40);
  expect(text).toContain("and 440 more\n");
  expect(text).toContain("450 invites: 450 used (accepted) · 1 warning for 450 invites");
  expect(text).toContain("\nNext:\n  tfinvite repair --apply --write ");
});
