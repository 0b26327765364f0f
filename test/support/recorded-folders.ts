import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { rowsOf } from "../../src/invites/providers/identify.js";
import { RECORDINGS } from "./recording.js";

/** A folder of recordings with a root module in it: what one version of one provider did. */
export interface RecordedFolder {
  readonly name: string;
  /** `registry.terraform.io/openai/openai`, by the lock file. */
  readonly source: string;
  readonly version: string;
  /** The resource type of its invites. */
  readonly type: string;
  readonly tool: "terraform" | "tofu";
}

/** Every folder of recordings that is there. */
export const FOLDERS: readonly RecordedFolder[] = readdirSync(RECORDINGS).flatMap((name) => {
  const lockFile = path.join(RECORDINGS, name, "config/.terraform.lock.hcl");
  if (!existsSync(lockFile)) return [];
  const lock = readFileSync(lockFile, "utf8");
  const [, source = ""] = /^provider "(.+)"/m.exec(lock) ?? [];
  const [, version = ""] = /^ {2}version +=\s+"(.+)"/m.exec(lock) ?? [];
  const [row] = rowsOf(source);
  if (row === undefined) throw new Error(`${name}: no provider is known by ${source}`);
  const tool = source.startsWith("registry.opentofu.org/") ? "tofu" : "terraform";
  return [{ name, source, version, type: row.provider.invite, tool }];
});

/** Those that have all of these files. */
export function foldersWith(...files: readonly string[]): RecordedFolder[] {
  return FOLDERS.filter(({ name }) => files.every((file) => existsSync(path.join(RECORDINGS, name, file))));
}

/**
 * What a story is called by: each plan with what became of it, `destroy` of `plan-destroy.json` and
 * `apply-destroy.txt`.
 */
export function appliesOf({ name }: RecordedFolder): string[] {
  return readdirSync(path.join(RECORDINGS, name)).flatMap((file) => {
    const [, one = ""] = /^plan-(.+)\.json$/.exec(file) ?? [];
    return one !== "" && existsSync(path.join(RECORDINGS, name, `apply-${one}.txt`)) ? [one] : [];
  });
}

/** One of the thirteen invites of the story, which is the same in every folder that has it. */
export interface StoryInvite {
  readonly address: string;
  readonly email: string;
  readonly role: string;
  /** After the acceptances. */
  readonly status: string;
  readonly file: string;
  /** Its block's first line. */
  readonly line: number;
  /** The file and the place of its key, where it has one that is an address. */
  readonly key?: { readonly file: string; readonly line: number; readonly column: number };
}

/** By address, as reports have them. */
const INVITES: readonly (readonly [address: string, email: string, status: string, keyFile?: string])[] = [
  ["TYPE.alice", "alice@example.com", "accepted"],
  ["TYPE.bob", "bob@example.com", "pending"],
  ["TYPE.carol", "Carol@Example.com", "joined"],
  ["TYPE.contractor[0]", "contractor0@example.com", "expired"],
  ["TYPE.contractor[1]", "contractor1@example.com", "accepted"],
  ["TYPE.scoped", "sam@example.com", "accepted"],
  ['TYPE.team["dan@example.com"]', "dan@example.com", "accepted", "invites.tf"],
  ['TYPE.team["erin@example.com"]', "erin@example.com", "pending", "invites.tf"],
  [`TYPE.team["o'neil@example.com"]`, "o'neil@example.com", "accepted", "invites.tf"],
  ['module.platform.TYPE.member["lead@example.com"]', "lead@example.com", "pending", "squads.tf"],
  ['module.squads["core infra"].TYPE.member["kim@example.com"]', "kim@example.com", "accepted", "squads.tf"],
  ['module.squads["data"].TYPE.member["lee@example.com"]', "lee@example.com", "pending", "squads.tf"],
  ['module.squads["data"].TYPE.member["max@example.com"]', "max@example.com", "missing", "squads.tf"],
];

/** The folders whose configuration is that of the story. */
export const STORY_FOLDERS: readonly RecordedFolder[] = foldersWith("config/squads.tf", "config/invites.tf");

/**
 * The invites of the story, listed by hand; only their lines are searched for, since each provider's syntax differs.
 */
export function storyInvites({ name, type }: RecordedFolder): StoryInvite[] {
  const text = (file: string) => readFileSync(path.join(RECORDINGS, name, "config", file), "utf8");
  const lineOf = (file: string, wanted: string) =>
    text(file)
      .split("\n")
      .findIndex((line) => line.includes(wanted)) + 1;
  return INVITES.map(([written, email, status, keyFile]) => {
    const address = written.replace("TYPE", type);
    const [, block = ""] = /^(?:module\..*\.)?\w+\.(\w+)(?:\[|$)/.exec(address) ?? [];
    const file = address.startsWith("module.") ? "modules/squad/main.tf" : "invites.tf";
    const line = keyFile === undefined ? 0 : lineOf(keyFile, `"${email}"`);
    return {
      address,
      email,
      role: block === "alice" ? "owner" : "reader",
      status,
      file,
      line: lineOf(file, `resource "${type}" "${block}"`),
      ...(keyFile !== undefined && {
        key: { file: keyFile, line, column: (text(keyFile).split("\n")[line - 1] ?? "").indexOf(`"${email}"`) + 1 },
      }),
    };
  });
}
