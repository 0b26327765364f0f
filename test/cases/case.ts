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

/** A running case: a copy of its folder, and a stand-in Admin API that serves its `api.json`. */
export interface Case {
  readonly directory: string;
  readonly api: StandIn;
  /** Runs the built program in the copy, with the stand-in's address and key. */
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
  /** The same with `--format json`, parsed. */
  json(args: readonly string[], options?: Partial<RunOptions>): Promise<CaseReport>;
  /** The text of a file of the copy. */
  read(file: string): Promise<string>;
}

/** The parts of the JSON report that cases check, in a short form for assertions. */
export interface CaseReport {
  readonly code: number | null;
  readonly stderr: string;
  /** The whole document. */
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the part that it is about
  readonly document: any;
  /** Each invite's status by its address. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Each finding as `SEVERITY RULE ADDRESS FILE:LINE`, without the parts that are not known. */
  readonly findings: readonly string[];
}

export interface CaseOptions {
  /** Files that differ from the case's own, which makes a variant: a new text, a change of the text, or null to delete it. */
  readonly files?: Readonly<Record<string, string | null | ((text: string) => string)>>;
  /** What the API serves instead of `api.json`, or a change of it. */
  readonly api?: CaseApi | ((api: CaseApi) => CaseApi);
  /** More options of the stand-in Admin API. */
  readonly standIn?: StandInOptions;
  /** Other organizations, by the admin keys that belong to them. */
  readonly organizations?: Readonly<Record<string, CaseApi>>;
  /** The folder of the case to run in; the case's own unless given. */
  readonly in?: string;
}

const CASES = path.join(ROOT, "fixtures/cases");

/**
 * Runs a case of `fixtures/cases/` and deletes its copy. Runs the built program (`node scripts/build.mjs` first), at the
 * time `NOW`:
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
