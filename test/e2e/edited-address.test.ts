import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { MKDEV_ME_2 } from "../stand-in-provider/dialects/mkdev-me.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { NOW } from "../support/program.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { reportOfRun } from "./comparison.js";
import { playRound, twoInvites, writeFiles } from "./play.js";
import { type PlayedRoot, standInProvider } from "./played-root.js";

const told = it.skipIf(NO_TERRAFORM !== undefined);

/**
 * What check says about `zoe` in ann's place and `yan` in ben's, without the findings that all of these root modules have.
 */
async function findingsOfEdit(root: PlayedRoot): Promise<string[]> {
  const text = await readFile(path.join(root.directory, "invites.tf"), "utf8");
  await writeFiles(root, { "invites.tf": text.replace("ann@", "zoe@").replace("ben@", "yan@") });
  await root.plan("edited");
  const { findings } = reportOfRun(await root.run(["check", "--plan", "edited", "--format", "json"]));
  return findings
    .filter(({ address }) => address !== undefined)
    .map(({ rule, address, message }) => `${address}: ${rule}: ${message}`);
}

/** The prediction holds, too. */
async function expectForeseenEdit(root: PlayedRoot): Promise<void> {
  const { differences, errors } = await playRound(root, "again", []);
  expect(differences).toEqual([]);
  expect(errors).toEqual({ unforeseen: [], missing: [] });
}

told(needsTerraform("replacing a pending person by a new one sends no second email, and has no finding"), () =>
  twoInvites(OPENAI, standInProvider(OPENAI), async (root) => {
    expect(await findingsOfEdit(root)).toEqual([]);
    await expectForeseenEdit(root);
  }),
);

told(needsTerraform("a member or an already invited person is named, not the person whose invite it was"), () =>
  twoInvites(OPENAI, standInProvider(OPENAI), async (root) => {
    root.api.users.push(aUser("user-zoe", "zoe@example.com", NOW / 1000));
    root.api.invites.push(anInvite("invite-yan", "yan@example.com", NOW / 1000));
    const refused =
      'openai/openai stops with: OpenAI API request failed (POST "…/organization/invites": …). By then the old invite is removed from the state, and every later apply tries to send it again and fails.';
    expect(await findingsOfEdit(root)).toEqual([
      `openai_invite.ann: replace-will-fail: replacing a pending invite will fail: It is replaced because email changes. zoe@example.com is a member, and OpenAI refuses to invite a member of the organization. ${refused}`,
      `openai_invite.ben: replace-will-fail: replacing a pending invite will fail: It is replaced because email changes. yan@example.com has another pending invite, invite-yan, and OpenAI is reported to refuse a second one. ${refused}`,
    ]);
    await expectForeseenEdit(root);
  }),
);

told(needsTerraform("a person who accepted stays a member where the provider reports the old invite as deleted"), () =>
  twoInvites(MKDEV_ME_2, standInProvider(MKDEV_ME_2), async (root) => {
    root.api.accept(root.api.invites.find(({ email }) => email === "ann@example.com")?.id ?? "");
    const found = await findingsOfEdit(root);
    expect(found.filter((one) => !one.includes("silent-destroy-provider"))).toEqual([
      "openai_invite.ann: destroy-is-silent: this destroy reports success, but OpenAI refuses it: It is replaced because email changes. OpenAI refuses to delete an accepted invite. mkdev-me/openai reports success: the invite is removed from the state and stays at OpenAI, and the person stays a member.",
    ]);
    await expectForeseenEdit(root);
  }),
);
