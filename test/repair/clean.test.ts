import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { inSentRoot } from "../support/forget-case.js";
import { transcript } from "../support/program.js";
import { stateOf } from "../support/states.js";

const BOB = 'resource "openai_invite" "bob" {\n  email = "bob@example.com"\n  role  = "reader"\n}\n';

function removed(from: string): string {
  return `removed {\n  from = ${from}\n\n  lifecycle {\n    destroy = false\n  }\n}\n`;
}

describe("repair --clean", () => {
  it("deletes the blocks that have done their work, in any file, without a request to OpenAI", () => {
    const files = {
      "main.tf": `${BOB}\n# Gone since spring.\n${removed("openai_invite.alice")}`,
      "moves.tf": `moved {\n  from = openai_invite.team["a"]\n  to   = openai_invite.gone["a"]\n}\n\n${removed("openai_invite.gone")}`,
      "other.tf": "removed {\n  from = aws_instance.web\n}\n",
    };
    return inSentRoot(files, async ({ directory, run, api }) => {
      const args = ["repair", "--clean"];
      const ran = await run(args, { env: { OPENAI_ADMIN_KEY: "" } });
      expect(transcript(args, ran)).toBe(`$ tfinvite repair --clean
--- stdout
--- stderr
Deleted:
  main.tf:7   removed openai_invite.alice
  moves.tf:1  moved openai_invite.team["a"]
  moves.tf:6  removed openai_invite.gone

--- exit 0
`);
      expect(readFileSync(path.join(directory, "main.tf"), "utf8")).toBe(BOB);
      // tfinvite did not create this file, so it is kept although it is empty.
      expect(readFileSync(path.join(directory, "moves.tf"), "utf8")).toBe("");
      expect(readFileSync(path.join(directory, "other.tf"), "utf8")).toBe(files["other.tf"]);
      expect(api.requests).toEqual([]);
      expect((await run(args)).stderr).toBe("No applied blocks to delete.\n");
    });
  });

  it.each(["main.tf", "main.tf.json"])("keeps blocks that are still needed: %s", (name) => {
    const emails = ["used-a@example.com", "used-b@example.com", "c@example.com"];
    const list = { for_each: `\${toset(${JSON.stringify(emails)})}`, email: "${each.key}", role: "reader" };
    const json = name.endsWith(".json");
    const text = json
      ? JSON.stringify({ resource: { openai_invite: { team: list } } })
      : `resource "openai_invite" "team" {\n  for_each = toset(${JSON.stringify(emails)})\n  email    = each.key\n  role     = "reader"\n}\n`;
    return inSentRoot({ [name]: text }, async ({ directory, run, api }) => {
      expect((await run(["repair", "--as", "blocks", "--write", "--yes"])).code).toBe(0);
      const file = path.join(directory, name.replace("main", "tfinvite-forget"));
      const blocks = readFileSync(file, "utf8");
      const asked = api.requests.length;
      const early = await run(["repair", "--clean"]);
      expect(early).toEqual({
        code: 0,
        stdout: "",
        stderr: "3 tfinvite blocks have not been applied yet; apply first.\n",
      });
      expect(readFileSync(file, "utf8")).toBe(blocks);
      // As after an interrupted apply: one is forgotten, the other is not.
      const held = [
        { name: "team", id: "invite-2", email: "used-b@example.com", key: "used-b@example.com" },
        { name: "team", id: "invite-3", email: "c@example.com", key: "c@example.com" },
      ];
      writeFileSync(path.join(directory, "terraform.tfstate"), stateOf(held));
      expect((await run(["repair", "--clean"])).stderr).toContain("2 tfinvite blocks have not been applied yet");
      const between = readFileSync(file, "utf8");
      expect(between).not.toContain("used-a");
      expect(between).toContain("used-b");
      writeFileSync(path.join(directory, "terraform.tfstate"), stateOf(held.slice(1)));
      expect((await run(["repair", "--clean"])).stderr).toContain("file deleted, because nothing was left in it");
      expect(existsSync(file)).toBe(false);
      expect(api.requests.length).toBe(asked);
    });
  });

  it("says which state could not be read", () =>
    inSentRoot({ "main.tf": BOB }, async ({ directory, run }) => {
      writeFileSync(path.join(directory, "terraform.tfstate"), "{");
      const { code, stderr } = await run(["repair", "--clean"]);
      expect(code).toBe(2);
      expect(stderr).toContain("terraform.tfstate");
    }));
});
