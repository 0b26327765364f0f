import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { StandIn, StandInWording } from "../stand-in/server.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";
import {
  appliedMessages,
  differences,
  errorDifferences,
  type Facts,
  happened,
  predicted,
  reportOfRun,
} from "./comparison.js";
import { type PlayedRoot, type PlayOptions, playWith } from "./played-root.js";
import { type Case, type Fate, type Story, storyOf } from "./story.js";
import { heldObjects, type PlanJson, readStateOf } from "./terraform.js";

/** As nobody has recorded OpenAI's own words, these hold none that a provider looks for. */
export const WORDING: StandInWording = {
  deleteAccepted: { message: "Invite has already been accepted." },
  inviteMember: { message: "The user already exists in this organization." },
  inviteAgain: { message: "There is a pending invite for this address." },
};

/** One plan, what was said of it, and what came of it. */
export interface Round {
  readonly plan: PlanJson;
  readonly said: Facts;
  readonly seen: Facts;
  /** Addresses of which something else was said than what happened. */
  readonly differences: readonly string[];
  readonly errors: ReturnType<typeof errorDifferences>;
}

/** Makes a plan, asks `tfinvite check --plan` about it, applies it, and compares. */
export async function playRound(root: PlayedRoot, name: string, args: readonly string[]): Promise<Round> {
  const T = Date.now();
  const plan = await root.plan(name, ...args);
  console.log("TIME plan", Date.now() - T);
  const checked = reportOfRun(await root.run(["check", "--plan", name, "--format", "json"]));
  console.log("TIME check", Date.now() - T);
  const requestsBefore = root.api.requests.length;
  const invitesBefore = new Set(root.api.invites.map(({ id }) => id));
  const applied = await root.terraform("apply", "-json", name);
  console.log("TIME apply", Date.now() - T);
  const messages = appliedMessages(applied);
  const after = heldObjects(await readStateOf(root.directory));
  const said = predicted(checked, plan);
  const seen = happened({ plan, messages, after, api: root.api, requestsBefore, invitesBefore });
  return {
    plan,
    said: settleTwins(said, plan),
    seen: settleTwins(seen, plan),
    differences: differences(settleTwins(said, plan), settleTwins(seen, plan)),
    errors: errorDifferences(checked, plan, messages),
  };
}

/** Which of two invites to one person comes first is Terraform's choice; their facts are put in a fixed order. */
function settleTwins(facts: Facts, { resource_changes }: PlanJson): Facts {
  const byEmail = new Map<string, string[]>();
  for (const { address, deposed, mode, change } of resource_changes) {
    const email = change.after?.["email"];
    if (mode !== "managed" || deposed !== undefined || !change.actions.includes("create")) continue;
    if (typeof email === "string") byEmail.set(email, [...(byEmail.get(email) ?? []), address]);
  }
  const settled = new Map(facts);
  for (const names of byEmail.values()) {
    const ordered = names.flatMap((name) => facts.get(name) ?? []).sort((a, b) => a.result.localeCompare(b.result));
    for (const [at, name] of names.entries()) {
      const fact = ordered[at];
      if (fact !== undefined) settled.set(name, fact);
    }
  }
  return settled;
}

/** A root module as a story leaves it when everybody was invited and all has happened; the edits are made. */
export async function playStory(
  dialect: StandInDialect,
  provider: NonNullable<PlayOptions["provider"]>,
  fates: readonly Fate[],
  play: (root: PlayedRoot, story: Story) => Promise<void>,
  wording: Partial<StandInWording> = {},
): Promise<void> {
  const api = { wording: { ...WORDING, ...wording } };
  await playWith(provider, { api }, async (root) => {
    const story = storyOf(dialect, root.api.url, root.api.key, fates);
    await write(root, story.before);
    await root.done("init");
    // As it was when the invites of such a state could be sent.
    root.api.sentStatus = dialect.sentWith ?? 200;
    await root.done("apply", "-auto-approve");
    root.api.sentStatus = 200;
    story.happen(root.api);
    await write(root, story.after);
    const tainted = story.cases.filter(({ taint }) => taint === true);
    for (const one of tainted) await root.done("taint", sentAs(one));
    // Modules that are not called any more are still in the manifest.
    await root.done("init");
    await play(root, story);
  });
}

/** `-replace=…` for those of a story that ask for it. */
export function replacements({ cases }: Story): string[] {
  return cases.filter(({ replace }) => replace === true).map((one) => `-replace=${sentAs(one)}`);
}

function sentAs({ address, sentAs: before = address }: Case): string {
  return before;
}

async function write({ directory }: PlayedRoot, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await rm(file, { force: true });
    await writeFile(file, text);
  }
}

export type { StandIn };
