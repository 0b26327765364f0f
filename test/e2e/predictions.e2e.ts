import { describe, expect, it } from "vitest";
import { DIALECTS } from "../../src/invites/providers/registry.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { appliedMessages, patternOf, reportOfRun } from "./comparison.js";
import { expectForeseen, playRound, twoInvites, writeFiles } from "./play.js";
import { type PlayedRoot, standInProvider } from "./played-root.js";
import { STAND_INS } from "./providers.js";
import { FATES } from "./story.js";

const told = it.skipIf(NO_TERRAFORM !== undefined);

function idOf({ api }: PlayedRoot, email: string): string {
  return api.invites.find((invite) => invite.email === email)?.id ?? "";
}

/** The plan fails with the one message that the table has for it. */
async function expectPlanFailure(root: PlayedRoot, message: string | undefined, id: string): Promise<void> {
  const ran = await root.terraform("plan", "-json");
  const { errors } = appliedMessages(ran);
  expect(ran.code).toBe(1);
  for (const error of errors) if (message !== undefined) expect(error).toMatch(patternOf(message, id));
  expect(errors).not.toEqual([]);
}

/** `TFINVITE_DIALECTS=openai,mkdev-me-2` plays these alone. */
const WANTED = process.env["TFINVITE_DIALECTS"]?.split(",");
const ROWS = DIALECTS.filter(({ id }) => WANTED?.includes(id) ?? true);

describe.each(ROWS.map((row) => ({ row, name: row.id })))("the dialect $name, with its stand-in", ({ row }) => {
  const dialect = STAND_INS[row.id];
  const provider = standInProvider(dialect);

  // A provider that cannot read what is gone makes no plan of it.
  const readable = row.readMissing === "fails" ? FATES.filter((fate) => !fate.startsWith("revoked")) : FATES;
  told(needsTerraform("applies every plan as predicted, for every status of the invites"), () =>
    expectForeseen(dialect, provider, readable, []),
  );

  told(needsTerraform("applies plans without a refresh as predicted"), () =>
    expectForeseen(dialect, provider, FATES, ["-refresh=false"]),
  );

  told(needsTerraform(`${row.readMissing === "drops" ? "drops" : "fails on"} what it reads and is gone`), () =>
    twoInvites(dialect, provider, async (root) => {
      const id = idOf(root, "ann@example.com");
      root.api.revoke(id);
      if (row.readMissing === "fails") return expectPlanFailure(root, row.messages.read, id);
      const { plan, differences } = await playRound(root, "dropped", []);
      expect(plan.resource_changes.map(({ change }) => change.actions)).toEqual([["create"], ["no-op"]]);
      expect(differences).toEqual([]);
    }),
  );

  told(needsTerraform(`${row.readRefused === "drops" ? "drops" : "fails on"} what it is not let read`), () =>
    twoInvites(dialect, provider, async (root) => {
      root.api.next("invite", { do: "missing-scope", scope: "api.management.read" }, 2);
      if (row.readRefused === "fails") return expectPlanFailure(root, row.messages.read, "invite-[0-9]+");
      const { plan, differences } = await playRound(root, "dropped", []);
      expect(plan.resource_changes.map(({ change }) => change.actions)).toEqual([["create"], ["create"]]);
      expect(differences).toEqual([]);
    }),
  );

  told(needsTerraform("fails on a data source of an invite that is gone"), () =>
    twoInvites(dialect, provider, async (root) => {
      const block = `data "${dialect.resourceType}" "gone" {\n  ${dialect.dataSource.argument} = "invite-gone"\n}\n`;
      await writeFiles(root, { "data.tf": block });
      await expectPlanFailure(root, row.messages["look-up"], "invite-gone");
    }),
  );

  const words = row.destroyAcceptedUnless;
  if (words === undefined) return;
  told(needsTerraform(`takes a refusal for a success that says "${words}", as check says`), () =>
    twoInvites(
      dialect,
      provider,
      async (root) => {
        for (const { id } of root.api.invites) root.api.accept(id);
        await root.plan("gone", "-destroy");
        const { findings, invites } = reportOfRun(await root.run(["check", "--plan", "gone", "--format", "json"]));
        expect(invites.map(({ planned }) => planned?.verdict)).toEqual(["by-wording", "by-wording"]);
        const found = findings.filter(({ rule }) => rule === "destroy-will-fail");
        expect(found).toHaveLength(2);
        for (const { message } of found) expect(message).toContain(`If OpenAI's refusal contains "${words}", `);
        await root.done("apply", "gone");
        expect((await root.done("state", "list")).stdout).toBe("");
      },
      { deleteAccepted: { message: `The invite was ${words} and cannot be deleted.` } },
    ),
  );
});
