import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type PlayedRoot, playWith, standInProvider } from "../e2e/played-root.js";
import type { PlanJson } from "../e2e/terraform.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { textsIn } from "../support/fix-case.js";
import { FORGET_CASES, forgetCases, withProvider } from "../support/forget-case.js";

const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

/** The actions of a plan, by address, without those that change nothing. */
function actionsOf({ resource_changes }: PlanJson): Record<string, string> {
  return Object.fromEntries(
    resource_changes.flatMap(({ mode, address, previous_address, change: { actions } }) =>
      mode !== "managed" || actions.join() === "no-op" ? [] : [[previous_address ?? address, actions.join()]],
    ),
  );
}

/** Writes the provider's block, now that the API's address is known. */
async function pointAtApi({ api, directory }: PlayedRoot, texts: ReadonlyMap<string, string>): Promise<void> {
  const { settings } = OPENAI;
  const files = withProvider(texts, { [settings.url]: api.url, [settings.key]: api.key });
  for (const [name, text] of Object.entries(files)) {
    if (name.startsWith("provider.tf")) await writeFile(path.join(directory, name), text);
  }
}

describe.skipIf(!hasTerraform)("blocks, as Terraform takes them (skipped: no terraform on the PATH)", () => {
  it.each(forgetCases())("plans only forgetting: %s", async (name) => {
    const before = textsIn(path.join(FORGET_CASES, name, "before"));
    await playWith(standInProvider(OPENAI), { files: withProvider(before, {}) }, async (root) => {
      await pointAtApi(root, before);
      await root.done("init");
      await root.done("apply", "-auto-approve");
      const used = root.api.invites.filter(({ email }) => email.startsWith("used"));
      for (const { id } of used) root.api.accept(id);
      const sent = root.api.invites.length;

      const written = await root.run(["repair", "--as", "blocks", "--write", "--yes"]);
      expect([0, 3]).toContain(written.code);
      const plan = await root.plan("forget.plan");
      // The skipped invites are still declared, and still in the state.
      const left = name === "left-alone" ? 3 : 0;
      expect(Object.values(actionsOf(plan))).toEqual(Array.from({ length: used.length - left }, () => "forget"));
      await root.done("apply", "forget.plan");
      expect(actionsOf(await root.plan("after.plan"))).toEqual({});

      const cleaned = await root.run(["repair", "--clean"]);
      expect({ code: cleaned.code, stderr: cleaned.stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^Deleted:/),
      });
      expect(existsSync(path.join(root.directory, "tfinvite-forget.tf"))).toBe(false);
      expect(existsSync(path.join(root.directory, "tfinvite-forget.tf.json"))).toBe(false);
      expect((await root.terraform("plan", "-detailed-exitcode")).code).toBe(0);
      // No one was invited again, and nothing was deleted at OpenAI.
      expect(root.api.invites.length).toBe(sent);
      expect(root.api.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
      if (left === 0) expect((await root.run(["repair"])).stdout).toBe("");
    });
  });

  const TEAM = `resource "openai_invite" "team" {
  for_each = toset(["used-dan@example.com", "erin@example.com"])
  email    = each.key
  role     = "reader"
}
`;

  /** A root module whose invites were sent; those whose email begins with "used" are accepted. */
  async function sent(files: Record<string, string>, play: (root: PlayedRoot) => Promise<void>): Promise<void> {
    const texts = new Map(Object.entries(files));
    await playWith(standInProvider(OPENAI), { files: withProvider(texts, {}) }, async (root) => {
      await pointAtApi(root, texts);
      await root.done("init");
      await root.done("apply", "-auto-approve");
      for (const { id, email } of [...root.api.invites]) if (email.startsWith("used")) root.api.accept(id);
      await play(root);
    });
  }

  it("accepts the blocks of two runs in one apply", () =>
    sent({ "main.tf": TEAM }, async (root) => {
      expect((await root.run(["repair", "--as", "blocks", "--write", "--yes"])).code).toBe(0);
      for (const { id, status } of [...root.api.invites]) if (status === "pending") root.api.accept(id);
      expect((await root.run(["repair", "--as", "blocks", "--write", "--yes"])).code).toBe(0);
      expect(actionsOf(await root.plan("both.plan"))).toEqual({
        'openai_invite.team["erin@example.com"]': "forget",
        'openai_invite.team["used-dan@example.com"]': "forget",
      });
      await root.done("apply", "both.plan");
      expect((await root.run(["repair", "--clean"])).code).toBe(0);
      expect((await root.terraform("plan", "-detailed-exitcode")).code).toBe(0);
    }));

  it("accepts the printed blocks after a person has made the listed changes", () =>
    sent({ "main.tf": TEAM + TEAM.replaceAll("team", "old").replaceAll("erin", "used-kim") }, async (root) => {
      const { stdout, stderr } = await root.run(["repair", "--as", "blocks"]);
      await writeFile(path.join(root.directory, "forget.tf"), stdout);
      // Terraform refuses the blocks while the resources are still declared.
      expect((await root.terraform("plan")).stderr).toContain("Removed resource still exists");
      expect(stderr).toMatch(/main\.tf:2 +openai_invite\.team +drop "used-dan@example\.com"/);
      expect(stderr).toMatch(/main\.tf:6 +openai_invite\.old +delete the block/);
      await writeFile(path.join(root.directory, "main.tf"), TEAM.replace('"used-dan@example.com", ', ""));
      expect(actionsOf(await root.plan("hand.plan"))).toEqual({
        'openai_invite.old["used-dan@example.com"]': "forget",
        'openai_invite.old["used-kim@example.com"]': "forget",
        'openai_invite.team["used-dan@example.com"]': "forget",
      });
      await root.done("apply", "hand.plan");
      expect((await root.run(["repair", "--clean"])).stderr).toMatch(
        /forget\.tf +file deleted, because nothing was left in it/,
      );
      expect((await root.terraform("plan", "-detailed-exitcode")).code).toBe(0);
    }));

  it("forgets what no block declares now, and the rest is destroyed as before", () =>
    sent({ "main.tf": TEAM }, async (root) => {
      await writeFile(path.join(root.directory, "main.tf"), "");
      expect((await root.run(["repair", "--as", "blocks", "--write", "--yes"])).code).toBe(0);
      expect(actionsOf(await root.plan("orphans.plan"))).toEqual({
        'openai_invite.team["erin@example.com"]': "delete",
        'openai_invite.team["used-dan@example.com"]': "forget",
      });
    }));
});
