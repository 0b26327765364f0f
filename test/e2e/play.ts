import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import type { StandInWording } from "../stand-in/server.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";
import {
  appliedMessages,
  differences,
  errorDifferences,
  type Facts,
  happened,
  predicted,
  reportOfRun,
  words,
} from "./comparison.js";
import { type PlayedRoot, type PlayOptions, playWith } from "./played-root.js";
import { type Case, type Fate, type Story, settingsOf, storyOf, writerOf } from "./story.js";
import { heldObjects, type PlanJson, readStateOf } from "./terraform.js";

/**
 * OpenAI's own error texts were never recorded, so these contain no text that a provider looks for in a refused delete.
 */
export const WORDING: StandInWording = {
  deleteAccepted: { message: "Invite has already been accepted." },
  inviteMember: { message: "The user already exists in this organization." },
  inviteAgain: { message: "There is a pending invite for this address." },
};

/** One plan, what was said about it, and what came of it. */
export interface Round {
  readonly plan: PlanJson;
  readonly said: Facts;
  readonly seen: Facts;
  /** Addresses for which the prediction differs from what happened. */
  readonly differences: readonly string[];
  readonly errors: ReturnType<typeof errorDifferences>;
}

const NONE: ReadonlySet<string> = new Set();

/** Makes a plan, asks `tfinvite check --plan` about it, applies it, and compares. */
export async function playRound(
  root: PlayedRoot,
  name: string,
  args: readonly string[],
  races: ReadonlySet<string> = NONE,
): Promise<Round> {
  const plan = await root.plan(name, ...args);
  const checked = reportOfRun(await root.run(["check", "--plan", name, "--format", "json"]));
  const requestsBefore = root.api.requests.length;
  const invitesBefore = new Set(root.api.invites.map(({ id }) => id));
  const messages = appliedMessages(await root.terraform("apply", "-json", name));
  const after = heldObjects(await readStateOf(root.directory));
  const said = settleTwins(predicted(checked, plan), plan);
  const seen = settleTwins(happened({ plan, messages, after, api: root.api, requestsBefore, invitesBefore }), plan);
  const refused = new Set([...races].filter((address) => seen.get(address)?.result === "fails"));
  return {
    plan,
    said,
    seen,
    differences: differences(without(said, races), without(seen, races)),
    errors: errorDifferences(checked, plan, messages, refused),
  };
}

function without(facts: Facts, names: ReadonlySet<string>): Facts {
  return new Map([...facts].filter(([name]) => !names.has(name)));
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
    const ordered = names.flatMap((name) => facts.get(name) ?? []).sort((a, b) => words(a).localeCompare(words(b)));
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
): Promise<void> {
  await playWith(provider, { api: { wording: WORDING } }, async (root) => {
    const story = storyOf(dialect, root.api.url, root.api.key, fates);
    await writeFiles(root, story.before);
    await applied(root, dialect);
    story.happen(root.api);
    await writeFiles(root, story.after);
    for (const one of story.cases) if (one.taint === true) await root.done("taint", sentAs(one));
    await play(root, story);
  });
}

/** A root module with two invites of ann and ben, sent and pending. */
export async function twoInvites(
  dialect: StandInDialect,
  provider: NonNullable<PlayOptions["provider"]>,
  play: (root: PlayedRoot) => Promise<void>,
  wording: Partial<StandInWording> = {},
): Promise<void> {
  await playWith(provider, { api: { wording: { ...WORDING, ...wording } } }, async (root) => {
    const writer = writerOf(dialect);
    const blocks = ["ann", "ben"].map((name) => writer.block(name, { email: `${name}@example.com` }));
    await writeFiles(root, {
      ...settingsOf(dialect, root.api.url, root.api.key, writer),
      "invites.tf": blocks.join("\n"),
    });
    await applied(root, dialect);
    await play(root);
  });
}

/** The first apply of a root module, at a time when the provider's invites could be sent. */
async function applied({ api, done }: PlayedRoot, dialect: StandInDialect): Promise<void> {
  await done("init");
  api.sentStatus = dialect.sentWith ?? 200;
  await done("apply", "-auto-approve");
  api.sentStatus = 200;
}

/** `-replace=…` for those of a story that ask for it. */
function replacements({ cases }: Story): string[] {
  return cases.filter(({ replace }) => replace === true).map((one) => `-replace=${sentAs(one)}`);
}

function sentAs({ address, sentAs: before = address }: Case): string {
  return before;
}

export async function writeFiles(
  { directory }: Pick<PlayedRoot, "directory">,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/**
 * The whole of a story: the edits are applied, then what is left to do is, then all is destroyed. Each time, what
 * tfinvite said beforehand must be what happened, address by address and error by error.
 */
export async function expectForeseen(
  dialect: StandInDialect,
  provider: NonNullable<PlayOptions["provider"]>,
  fates: readonly Fate[],
  flags: readonly string[],
): Promise<void> {
  await playStory(dialect, provider, fates, async (root, story) => {
    const rounds = [
      await playRound(root, "edited", [...replacements(story), ...flags], story.races),
      await playRound(root, "again", flags, story.races),
      await playRound(root, "gone", ["-destroy", ...flags]),
    ];
    for (const { differences, errors } of rounds) {
      expect(differences).toEqual([]);
      expect(errors).toEqual({ unforeseen: [], missing: [] });
    }
    // Every case is in the first plan, unless the refresh has dropped it; and not all end alike.
    const seen = rounds[0]?.seen ?? new Map();
    const absent = story.cases.filter(({ fate, address }) => !fate.startsWith("revoked") && !seen.has(address));
    expect(absent).toEqual([]);
    expect(new Set([...seen.values()].map(({ result }) => result)).size).toBeGreaterThan(1);
  });
}
