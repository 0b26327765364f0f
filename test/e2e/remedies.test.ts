import { expect, it } from "vitest";
import { anInvite, aUser } from "../stand-in/server.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { NOW } from "../support/program.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { reportOfRun } from "./comparison.js";
import { playRound, twoInvites, writeFiles } from "./play.js";
import { type PlayedRoot, standInProvider } from "./played-root.js";

/** A root module of the real Terraform with invites of ann and ben, both pending. */
function played(title: string, play: (root: PlayedRoot) => Promise<void>): void {
  it.skipIf(NO_TERRAFORM !== undefined)(needsTerraform(title), () => twoInvites(OPENAI, standInProvider(OPENAI), play));
}

function invite(name: string, email: string, role = "reader"): string {
  return `resource "openai_invite" "${name}" {\n  email = ${email}\n  role  = "${role}"\n}\n`;
}

const ANN = invite("ann", '"ann@example.com"');
const BEN = invite("ben", '"ben@example.com"');
const MOVED = "moved {\n  from = openai_invite.ann\n  to   = openai_invite.anna\n}\n";

const CHECK = ["check", "--plan", "plan", "--shell", "bash", "--rule", "hardcoded-admin-key=off"];

/** Makes a plan and checks it, without the findings that all of these root modules have. */
async function checked(root: PlayedRoot) {
  await root.plan("plan");
  const { findings } = reportOfRun(await root.run([...CHECK, "--format", "json"]));
  return findings;
}

/** The only finding of a plan, with its remedy in short. */
async function onlyFinding(root: PlayedRoot) {
  const findings = await checked(root);
  expect(findings).toHaveLength(1);
  const [{ rule, address, message, remedy } = expect.unreachable("no finding")] = findings;
  return {
    rule,
    address,
    message,
    commands: (remedy?.commands ?? []).map(({ argv }) => argv.slice(1)),
    edits: (remedy?.edits ?? []).map(({ range, text }) => `${range.start.line}: ${text}`),
    instead: (remedy?.instead ?? []).map(({ text }) => text),
  };
}

/** What the next plan still does; nothing after a remedy that is whole. */
async function leftToDo(root: PlayedRoot): Promise<string[]> {
  const { resource_changes } = await root.plan("next");
  return resource_changes
    .filter(({ change, previous_address }) => change.actions.join() !== "no-op" || previous_address !== undefined)
    .map(({ address, change }) => `${address}: ${change.actions.join()}`);
}

function idOf({ api }: PlayedRoot, name: string): string {
  return api.invites.find(({ email }) => email === `${name}@example.com`)?.id ?? "";
}

played("an argument that only becomes sensitive is not changed by the provider, and has no finding", async (root) => {
  const variable = 'variable "who" {\n  sensitive = true\n  default   = "ann@example.com"\n}\n';
  await writeFiles(root, { "invites.tf": variable + invite("ann", "var.who") + BEN });
  expect((await root.plan("plan")).resource_changes[0]?.change.actions).toEqual(["update"]);
  expect(await checked(root)).toEqual([]);
  const { differences, errors } = await playRound(root, "plan", []);
  expect(differences).toEqual([]);
  expect(errors).toEqual({ unforeseen: [], missing: [] });
});

played("an accepted invite that is moved and edited at once goes by the address that the state has", async (root) => {
  root.api.accept(idOf(root, "ann"));
  await writeFiles(root, { "invites.tf": MOVED + invite("anna", '"ann@example.com"', "owner") + BEN });
  const found = await onlyFinding(root);
  expect(found).toMatchObject({
    rule: "replace-will-fail",
    address: "openai_invite.anna",
    message: expect.stringContaining(
      "A moved block changes its address, and until the apply the state has it under the old one.",
    ),
    commands: [["state", "rm", "openai_invite.ann"]],
    edits: ["5: delete the block"],
    instead: ['set role back to "reader"'],
  });
  await root.done(...(found.commands[0] ?? []));
  await writeFiles(root, { "invites.tf": MOVED + BEN });
  expect(await leftToDo(root)).toEqual([]);
});

played("what a variable decides is not to be written over", async (root) => {
  root.api.accept(idOf(root, "ann"));
  const block = invite("ann", '"ann@example.com"').replace('"reader"', "var.role");
  await writeFiles(root, { "invites.tf": `variable "role" {\n  default = "owner"\n}\n${block}${BEN}` });
  expect(await onlyFinding(root)).toMatchObject({
    rule: "replace-will-fail",
    instead: ['make role result in "reader" again'],
  });
});

played("so does one that is only moved, and one that is moved away", async (root) => {
  root.api.accept(idOf(root, "ann"));
  await writeFiles(root, { "invites.tf": MOVED + invite("anna", '"ann@example.com"') + BEN });
  expect(await onlyFinding(root)).toMatchObject({
    rule: "accepted-invite",
    address: "openai_invite.anna",
    commands: [["state", "rm", "openai_invite.ann"]],
  });
  await writeFiles(root, { "invites.tf": MOVED + BEN });
  const found = await onlyFinding(root);
  expect(found).toMatchObject({
    rule: "destroy-will-fail",
    address: "openai_invite.anna",
    commands: [["state", "rm", "openai_invite.ann"]],
    edits: [],
  });
  await root.done(...(found.commands[0] ?? []));
  expect(await leftToDo(root)).toEqual([]);
});

played("a pending invite under a new name may fail, and is moved instead of imported", async (root) => {
  await writeFiles(root, { "invites.tf": invite("anna", '"ann@example.com"') + BEN });
  const found = await onlyFinding(root);
  expect(found).toMatchObject({
    rule: "create-will-fail",
    message: expect.stringMatching(/^inviting someone who has a pending invite may fail: /),
    commands: [["state", "mv", "openai_invite.ann", "openai_invite.anna"]],
    edits: [],
  });
  expect(found.message).toContain(
    "The person has a pending invite in openai_invite.ann, which this plan deletes, before or after: OpenAI is reported to refuse a second invite while the first one exists.",
  );
  const { invites } = reportOfRun(await root.run([...CHECK, "--format", "json"]));
  expect(invites.find(({ address }) => address === "openai_invite.anna")?.planned).toMatchObject({
    verdict: "by-order",
    outcomes: [
      { result: "fails", step: "create", why: "invited" },
      { result: "succeeds", sendsInvitation: true },
    ],
  });
  await root.done(...(found.commands[0] ?? []));
  expect(await leftToDo(root)).toEqual([]);
});

played("two people who change places may fail, too", async (root) => {
  await writeFiles(root, {
    "invites.tf": invite("ann", '"ben@example.com"') + invite("ben", '"ann@example.com"'),
  });
  const findings = await checked(root);
  expect(findings.map(({ rule, message }) => [rule, message.split(":")[0]])).toEqual([
    ["replace-will-fail", "replacing a pending invite may fail"],
    ["replace-will-fail", "replacing a pending invite may fail"],
  ]);
});

played("a new person in the place of one whom another block invites is not a duplicate", async (root) => {
  await writeFiles(root, {
    "invites.tf": invite("ann", '"zoe@example.com"') + BEN + invite("later", '"ann@example.com"'),
  });
  const found = await onlyFinding(root);
  expect(found).toMatchObject({ rule: "create-will-fail", address: "openai_invite.later" });
  expect(found.message).toMatch(/^inviting someone who has a pending invite may fail: /);
  await root.done(...(found.commands[0] ?? []));
  expect(await leftToDo(root)).toEqual(["openai_invite.ann: create"]);
});

played("a second block for a pending person is dropped, not given the first one's invite", async (root) => {
  await writeFiles(root, { "invites.tf": ANN + BEN + invite("twin", '"ann@example.com"') });
  const findings = (await checked(root)).filter(({ rule }) => rule !== "duplicate-invite");
  expect(findings).toMatchObject([
    { rule: "create-will-fail", address: "openai_invite.twin", remedy: { kind: "drop", commands: [] } },
  ]);
  expect(findings[0]?.message).toContain(
    "will fail: The person has another pending invite, openai_invite.ann, and OpenAI is reported to refuse a second one",
  );
});

/** Ann's invite as it is after a week, tainted, so that the next plan replaces it. */
async function tainted(root: PlayedRoot): Promise<void> {
  for (const invite of root.api.invites) {
    if (invite.email === "ann@example.com") Object.assign(invite, { status: "expired", expires_at: NOW / 1000 - 60 });
  }
  await root.done("taint", "openai_invite.ann");
}

played("a replacement that a newer invite blocks imports that invite", async (root) => {
  await tainted(root);
  root.api.invites.push(anInvite("invite-newer", "ann@example.com", NOW / 1000));
  const found = await onlyFinding(root);
  expect(found).toMatchObject({
    rule: "replace-will-fail",
    commands: [
      ["state", "rm", "openai_invite.ann"],
      ["import", "openai_invite.ann", "invite-newer"],
    ],
  });
  for (const command of found.commands) await root.done(...command);
  expect(await leftToDo(root)).toEqual([]);
});

played("a replacement for a person who has become a member is forgotten", async (root) => {
  await tainted(root);
  root.api.users.push(aUser("user-ann", "ann@example.com", NOW / 1000));
  const found = await onlyFinding(root);
  expect(found).toMatchObject({
    rule: "replace-will-fail",
    commands: [["state", "rm", "openai_invite.ann"]],
    edits: ["1: delete the block"],
  });
  await root.done(...(found.commands[0] ?? []));
  await writeFiles(root, { "invites.tf": BEN });
  expect(await leftToDo(root)).toEqual([]);
});

const IMPORT = 'import {\n  to = openai_invite.zed\n  id = "invite-zed"\n}\n';

played("what is about to be imported is in no state yet: no command takes it out", async (root) => {
  root.api.invites.push(anInvite("invite-zed", "zed@example.com", NOW / 1000));
  root.api.accept("invite-zed");
  const edited = invite("zed", '"zed@example.com"', "owner");
  await writeFiles(root, { "invites.tf": ANN + BEN, "zed.tf": edited + IMPORT });
  expect(await onlyFinding(root)).toMatchObject({
    rule: "replace-will-fail",
    commands: [],
    edits: ['3: set role back to "reader"'],
  });
  await writeFiles(root, { "zed.tf": invite("zed", '"zed@example.com"') + IMPORT });
  expect(await onlyFinding(root)).toMatchObject({
    rule: "accepted-invite",
    commands: [],
    edits: ["1: delete the block", "5: delete the import block"],
  });
  await writeFiles(root, { "zed.tf": "" });
  expect(await leftToDo(root)).toEqual([]);
});

played(
  "an invite of a person who is only known during the apply has no verdict, which is not a success",
  async (root) => {
    const who = 'resource "terraform_data" "who" {\n  input = "cat@example.com"\n}\n';
    await writeFiles(root, { "who.tf": who + invite("cat", "terraform_data.who.output") });
    await root.plan("plan");
    const { code, stderr } = await root.run(CHECK);
    expect(stderr).toBe(
      "note: no verdict on openai_invite.cat (create): whom it invites is only known during the apply\nWhether this plan succeeds is not known: no verdict on its only invite action.\nexit 3: no verdict on 1 planned action\n",
    );
    expect(code).toBe(3);
  },
);
