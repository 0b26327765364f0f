import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  type StandIn,
  type StandInInvite,
  type StandInOptions,
  type StandInUser,
  startStandIn,
} from "../stand-in/server.js";
import { NOW, type Ran, ROOT, type RunOptions, tfinvite } from "../support/program.js";

/** What the Admin API knows, as its list endpoints return it: the form of a case's `api.json`. */
export interface CaseApi {
  readonly invites: readonly StandInInvite[];
  readonly users: readonly StandInUser[];
}

/** A case being played: a copy of its folder, and a stand-in Admin API that knows what its `api.json` says. */
export interface Case {
  readonly directory: string;
  readonly api: StandIn;
  /** Runs the built program in the copy, with the stand-in's address and key. */
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  /** The same with `--format json`, and what came of it. */
  json(args: readonly string[], options?: Partial<RunOptions>): Promise<CaseReport>;
  /** The text of a file of the copy. */
  read(file: string): Promise<string>;
}

/** The JSON report, as far as cases ask about it, in forms that read well in an assertion. */
export interface CaseReport {
  readonly code: number | null;
  readonly stderr: string;
  /** The whole document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever part they are about
  readonly document: any;
  /** Each invite's status by its address. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Each finding as `SEVERITY RULE ADDRESS FILE:LINE`, what is not known left out. */
  readonly findings: readonly string[];
}

export interface CaseOptions {
  /** Files that differ from the case's: a new text, a change of the text there is, or null for none. Makes its variants. */
  readonly files?: Readonly<Record<string, string | null | ((text: string) => string)>>;
  /** What the API knows instead, or a change of what `api.json` says. */
  readonly api?: CaseApi | ((api: CaseApi) => CaseApi);
  /** More about the stand-in Admin API. */
  readonly standIn?: StandInOptions;
  /** Other organizations, by the admin keys that belong to them. */
  readonly organizations?: Readonly<Record<string, CaseApi>>;
  /** The folder of the case to run in; the case's own unless given. */
  readonly in?: string;
}

const CASES = path.join(ROOT, "fixtures/cases");

/**
 * Plays a case of `fixtures/cases/` and clears it away. The built program runs (`node scripts/build.mjs` first), at the
 * moment `NOW`:
 *
 *     await inCase("departed", async ({ run, json, read }) => {
 *       const { statuses, findings, code } = await json(["check"]);
 *       expect(statuses).toEqual({ 'openai_invite.team["kim@example.com"]': "departed", … });
 *       expect(findings).toEqual(["warning departed-invite openai_invite.team[…] main.tf:1"]);
 *       const { stdout, stderr } = await run(["repair", "--as", "blocks", "--write", "--yes"]);
 *       expect(await read("main.tf")).toBe("…");
 *     });
 *
 * A variant is the same case with `files` or `api` changed:
 *
 *     await inCase("moved", play, { files: { "main.tf": (text) => text.replace("team", "crew"), "hr/main.tf": null } });
 */
export async function inCase(
  name: string,
  play: (one: Case) => Promise<void>,
  options: CaseOptions = {},
): Promise<void> {
  const top = await mkdtemp(path.join(os.tmpdir(), "tfinvite-case-"));
  const others = await Promise.all(
    Object.entries(options.organizations ?? {}).map(([key, known]) => startStandIn({ now: () => NOW, key, ...known })),
  );
  const api = await startStandIn({ now: () => NOW, others, ...apiOf(name, options), ...options.standIn });
  try {
    await cp(path.join(CASES, name), top, { recursive: true, filter: (file) => path.basename(file) !== API });
    const directory = path.join(top, options.in ?? "");
    for (const [file, change] of Object.entries(options.files ?? {})) {
      const target = path.join(directory, file);
      if (change === null) await rm(target);
      else {
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, typeof change === "string" ? change : change(await readFile(target, "utf8")));
      }
    }
    const key = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url };
    const run = (args: readonly string[], more: Partial<RunOptions> = {}) =>
      tfinvite(args, { cwd: directory, ...more, env: { ...key, ...more.env } });
    await play({
      directory,
      api,
      run,
      json: async (args, more) => reportOf(await run([...args, "--format", "json"], more)),
      read: (file) => readFile(path.join(directory, file), "utf8"),
    });
  } finally {
    await Promise.all([api, ...others].map((one) => one.close()));
    await rm(top, { recursive: true, force: true });
  }
}

const API = "api.json";

function apiOf(name: string, { api }: CaseOptions): CaseApi {
  if (typeof api === "object") return api;
  let text = '{ "invites": [], "users": [] }';
  try {
    text = readFileSync(path.join(CASES, name, API), "utf8");
  } catch {
    // Some cases are about files only.
  }
  // Our own file, in the shape of the API's objects.
  const known: CaseApi = JSON.parse(text);
  return api === undefined ? known : api(known);
}

interface Placed {
  readonly address?: string;
  readonly file?: string;
  readonly range?: { readonly start: { readonly line: number } };
}

function reportOf({ code, stdout, stderr }: Ran): CaseReport {
  const document = JSON.parse(stdout);
  const invites: readonly (Placed & { readonly status: string })[] = document.invites;
  const findings: readonly (Placed & { readonly severity: string; readonly rule: string })[] = document.findings;
  return {
    code,
    stderr,
    document,
    statuses: Object.fromEntries(invites.map(({ address = "", status }) => [address, status])),
    findings: findings.map(({ severity, rule, address, file, range }) =>
      [severity, rule, address, file && `${file}:${range?.start.line}`].filter(Boolean).join(" "),
    ),
  };
}
