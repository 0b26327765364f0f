import { describe, expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene, type SceneOptions } from "../support/recording.js";
import { stateOf } from "../support/states.js";

const SENT = NOW / 1000 - 172_800;
const SOURCE = 'terraform {\n  required_providers {\n    openai = {\n      source = "openai/openai"\n    }\n  }\n}\n';

/** Root modules that invite people with one `for_each` each; everyone has accepted but those called `new`. */
function roots(people: Readonly<Record<string, readonly string[]>>): SceneOptions {
  const emails = Object.values(people).flat();
  const members = emails.filter((email) => !email.startsWith("new"));
  const id = (email: string) => `invite-${emails.indexOf(email)}`;
  return {
    files: Object.fromEntries(
      Object.entries(people).flatMap(([directory, those]) => [
        [
          `${directory}/main.tf`,
          `${SOURCE}\nresource "openai_invite" "team" {\n  for_each = toset(${JSON.stringify(those)})\n  email    = each.key\n  role     = "reader"\n}\n`,
        ],
        [
          `${directory}/terraform.tfstate`,
          stateOf(those.map((email) => ({ name: "team", id: id(email), email, key: email }))),
        ],
      ]),
    ),
    api: {
      invites: emails.map((email) => ({
        ...anInvite(id(email), email, SENT),
        ...(members.includes(email) && { status: "accepted", accepted_at: SENT + 60 }),
      })),
      users: members.map((email, at) => aUser(`user-${at}`, email, SENT + 60)),
    },
  };
}

describe("what check says to do", () => {
  it("calls keys all of them only in the root module where they are", () =>
    inScene(roots({ a: ["ann@x.com", "ben@x.com"], b: ["eve@x.com", "new@x.com"] }), async ({ run }) => {
      const { stdout } = await run(["check", "--recursive", "--format", "pretty"]);
      expect(stdout).toMatch(
        /a\/main\.tf:\d+ {2}drop "ann@x\.com", "ben@x\.com", which are all, or delete the block\n/,
      );
      expect(stdout).toMatch(/b\/main\.tf:\d+ {2}drop "eve@x\.com"\n/);
    }));

  it("counts the invites that repair removes, those whose finding is silenced as well", () =>
    inScene(roots({ a: ["ann@x.com", "ben@x.com"], b: ["eve@x.com"] }), async ({ run }) => {
      await run(["check", "--recursive", "--update-baseline", "--baseline", "known.json", "a"]);
      const { stdout } = await run(["check", "--recursive", "--format", "pretty", "--baseline", "known.json"]);
      expect(stdout).toContain("1 warning");
      expect(stdout).toContain("remove 3 invites from state and configuration");
      const { stderr } = await run(["repair", "a", "b"]);
      expect(stderr).toContain("2 used invites to remove from the state of a");
      expect(stderr).toContain("1 used invite to remove from the state of b");
    }));
});

describe("the commands that repair suggests", () => {
  it("leave the value of a variable to the user, since it may be a secret", () =>
    inScene(roots({ a: ["ann@x.com"] }), async ({ run }) => {
      for (const form of [[], ["--as", "blocks"], ["--apply", "--dry-run"], ["--write", "--dry-run"]]) {
        const { stdout, stderr } = await run(["repair", "a", "--var", "token=marked-value", ...form]);
        expect(stdout + stderr).not.toContain("marked-value");
      }
      expect((await run(["repair", "a", "--var", "token=marked-value"])).stderr).toMatch(
        /^ {2}tfinvite repair --apply --write --var 'token=…' a\s/m,
      );
    }));
});
