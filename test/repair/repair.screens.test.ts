import path from "node:path";
import { describe, expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { NOW, transcript } from "../support/program.js";
import { inScene, type SceneOptions } from "../support/recording.js";
import { stateOf } from "../support/states.js";

const SCREENS = path.join(import.meta.dirname, "transcripts");
const SENT = NOW / 1000 - 172_800;

/** A root module that invites this number of people with one `for_each`; all are members except every tenth. */
function people(number: number): SceneOptions {
  const emails = Array.from({ length: number }, (_, index) => `person${index}@example.com`);
  const members = emails.filter((_, index) => index % 10 !== 9);
  const keys = emails.map((email) => `    "${email}",\n`).join("");
  return {
    files: {
      "main.tf": `resource "openai_invite" "team" {\n  for_each = toset([\n${keys}  ])\n  email = each.key\n  role  = "reader"\n}\n`,
      "terraform.tfstate": stateOf(
        emails.map((email, at) => ({ name: "team", id: `invite-${at}`, email, key: email })),
      ),
    },
    api: {
      invites: emails.map((email, at) => ({
        ...anInvite(`invite-${at}`, email, SENT),
        ...(members.includes(email) && { status: "accepted", accepted_at: SENT + 60 }),
      })),
      users: members.map((email, at) => aUser(`user-${at}`, email, SENT + 60)),
    },
  };
}

describe("the screen of tfinvite repair", () => {
  it.each([1, 10, 450])("for %i people", (number) =>
    inScene(people(number), async ({ run }) => {
      const args = ["repair", "--shell", "bash"];
      const ran = await run(args);
      // The whole command is tested elsewhere.
      const cut = { ...ran, stdout: ran.stdout.replace(/^(.{100}).*/s, "$1 …\n") };
      await expect(transcript(args, cut)).toMatchFileSnapshot(`${SCREENS}/repair-screen-${number}.txt`);
      expect(ran.stderr.split("\n").length).toBeLessThan(40);
    }),
  );

  it("shows commands with the flags that were given, but for the values of variables, which may be secrets", () =>
    inScene(people(10), async ({ run }) => {
      const only = ["--only", "person1@example.com", "--var", "who=it's me", "--shell", "bash"];
      const { stderr } = await run(["repair", ...only]);
      const flags = `--only 'person1@example.com' --var 'who=…'`;
      expect(stderr).toContain(`  tfinvite repair --apply --write ${flags}\n`);
      expect(stderr).toContain(`  tfinvite repair --as blocks --write ${flags}\n`);
      const given = await run(["repair", "--state", "terraform.tfstate", "--shell", "bash"]);
      expect(given.stderr).not.toContain("--apply");
      expect(given.stderr).toContain("  tfinvite repair --as blocks --write --state terraform.tfstate\n");
    }));
});
