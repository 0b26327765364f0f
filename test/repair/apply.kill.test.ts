import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type ApplyScene,
  hasTerraform,
  teamState,
  USED,
  WITHOUT_TERRAFORM,
  withHttpState,
  withTeam,
} from "../support/apply-scene.js";
import { recordFigures } from "../support/figures.js";
import { NOW, type Ran } from "../support/program.js";
import { meaningOfState } from "../support/state-meaning.js";

/** The number of kills in each of the four ways. `npm run kill -- 300` has more. */
const KILLS = Number(process.env["TFINVITE_KILLS"] ?? 2);
const APPLY = ["repair", "--apply", "--yes", "--lock-timeout", "0s"];
const BOTH = [...APPLY, "--write"];
const UNDO = ["repair", "--undo", "--yes", "--lock-timeout", "0s"];

const SLOW_RENAMES = `--import ${new URL("../support/slow-renames.mjs", import.meta.url).href}`;

/** The configuration in several files, before and after the used invites are removed from it. */
const FILES: Readonly<Record<string, { readonly before: string; readonly after: string }>> = {
  "alice.tf": { before: invite("alice", '"alice@example.com"'), after: "" },
  "team.tf": {
    before: invite("team", "each.key", "  for_each = local.team\n"),
    after: invite("team", "each.key", "  for_each = local.team\n"),
  },
  "people.tf": {
    before: people(["dan@example.com", "erin@example.com", "o'neil@example.com"]),
    after: people(["erin@example.com"]),
  },
  // Without this block, the provider's name would mean a different provider than the state's.
  "versions.tf": {
    before: 'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\n',
    after: 'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\n',
  },
  "also.tf": { before: invite("also_dan", '"dan@example.com"'), after: "" },
};

function invite(name: string, email: string, more = ""): string {
  return `resource "openai_invite" "${name}" {\n${more}  email = ${email}\n  role  = "reader"\n}\n`;
}

function people(emails: readonly string[]): string {
  return `locals {\n  team = toset([${emails.map((email) => JSON.stringify(email)).join(", ")}])\n}\n`;
}

/** What is killed: the process, its process group, or Terraform too, as when the machine fails. */
type Victim = "process" | "group" | "terraform too";
/** When to kill: as soon as an event is observed, or this number of milliseconds after the start. */
type Moment = { readonly event: string } | { readonly after: number };

/** Processes that run in a folder: tfinvite's and Terraform's. Linux only. */
function processesIn(directory: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readlinkSync(`/proc/${name}/cwd`) === directory ? [Number(name)] : [];
    } catch {
      // It has ended, or it belongs to another user.
      return [];
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

/** Emits events by name, with a count for each name: `POST 0`, `API 2`. */
class Events {
  seen: string[] = [];
  #counts = new Map<string, number>();
  #listener: ((event: string) => void) | undefined;

  tell(name: string): void {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    this.seen.push(`${name} ${count}`);
    this.#listener?.(`${name} ${count}`);
  }

  restart(listener: (event: string) => void): void {
    this.seen = [];
    this.#counts.clear();
    this.#listener = listener;
  }

  stop(): void {
    this.#listener = undefined;
  }
}

/** Runs the program and kills it at a moment; returns its exit code if it ended before. */
async function killedRun(
  scene: ApplyScene,
  events: Events,
  moment: Moment,
  victim: Victim,
  now: number,
  args: readonly string[],
): Promise<number | null> {
  let strike = () => {};
  let timer: NodeJS.Timeout | undefined;
  events.restart((event) => {
    if ("event" in moment && event === moment.event) strike();
  });
  const files = new Set(await scene.listJournals());
  const lockFile = path.join(scene.directory, ".terraform.tfstate.lock.info");
  const configuration = new Map(
    [...Object.keys(FILES), "terraform.tfstate"].map((name) => [name, readConfiguration(scene, name)]),
  );
  let isLocked = false;
  const watching = setInterval(() => {
    if (existsSync(lockFile) !== isLocked) {
      isLocked = !isLocked;
      events.tell(isLocked ? "file locked" : "file unlocked");
    }
    for (const [name, text] of configuration) {
      if (readConfiguration(scene, name) === text) continue;
      configuration.delete(name);
      events.tell(`file ${name}`);
    }
    for (const name of readdirSync(scene.journals, { recursive: true, encoding: "utf8" })) {
      if (files.has(name)) continue;
      files.add(name);
      events.tell(`file ${name.replace(/^[\d-]+[0-9a-f]*/, "").replace(/\.[0-9a-f-]{36}\./, ".")}`);
    }
  }, 1);
  // The folder does not exist before the first run.
  if (files.size === 0) clearInterval(watching);
  const ran = await scene.run(args, {
    now,
    env: { NODE_OPTIONS: SLOW_RENAMES },
    detached: true,
    onStart: (child) => {
      strike = () => {
        if (child.pid === undefined) return;
        if (victim === "terraform too") for (const pid of processesIn(scene.directory)) kill(pid);
        kill(victim === "group" ? -child.pid : child.pid);
      };
      if ("after" in moment) timer = setTimeout(() => strike(), moment.after);
    },
  });
  clearTimeout(timer);
  clearInterval(watching);
  events.stop();
  // Terraform continues if it was not killed.
  for (let waited = 0; processesIn(scene.directory).length > 0; waited += 1) {
    if (waited > 3000) throw new Error("Terraform does not end");
    await pause(20);
  }
  return ran.code;
}

function readConfiguration({ directory }: ApplyScene, name: string): string | undefined {
  const file = path.join(directory, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The files that are as after the repair; fails if one is neither as before nor as after. */
function editedFiles(scene: ApplyScene, what: string): string[] {
  return Object.entries(FILES).flatMap(([name, { before, after }]) => {
    const text = readConfiguration(scene, name);
    expect([before, after], `${name}, ${what}`).toContain(text);
    return before !== after && text === after ? [name] : [];
  });
}

const ALL_EDITED = Object.entries(FILES).flatMap(([name, { before, after }]) => (before === after ? [] : [name]));

/** The files that a killed run did not delete beside the configuration. */
function leftBeside({ directory }: ApplyScene): string[] {
  return readdirSync(directory).filter((name) => name.startsWith(".tfinvite-"));
}

interface Trial {
  readonly scene: ApplyScene;
  readonly events: Events;
  /** What is killed, and run again. */
  readonly args: readonly string[];
  /** How long a run takes that is not killed, in milliseconds. */
  lasted?: number;
  /** The lock's id, where it is held. */
  lockId(): string | undefined;
}

/**
 * Holds a killed run to what is promised: state and files each as before or as after, the lock free or named; a second
 * run finishes both, and the undo, killed as well and run again, takes both back.
 */
async function survive(trial: Trial, moment: Moment, victim: Victim, turn: number): Promise<string> {
  const { scene, events, lockId, args } = trial;
  const time = (run: number) => NOW + turn * 60_000 + run * 6_000;
  const [before, after] = [meaningOfState(teamState()), meaningOfState(teamState(), USED)];
  const what = `${JSON.stringify(moment)} ${victim}, turn ${turn}`;
  const isWritten = args === BOTH;
  /** What was done so far: `before` or `after`, with the number of edited files when only some are edited. */
  const look = async (during: string): Promise<string> => {
    const left = meaningOfState(await scene.readState());
    const isAfter = isDeepStrictEqual(left, after);
    expect(left, `${what}, ${during}`).toEqual(isAfter ? after : before);
    const edited = editedFiles(scene, `${what}, ${during}`);
    if (!isWritten) expect(edited, what).toEqual([]);
    const isWhole = !isWritten || edited.length === (isAfter ? ALL_EDITED.length : 0);
    return (isAfter ? "after" : "before") + (isWhole ? "" : `, ${edited.length} files edited`);
  };
  const code = await killedRun(scene, events, moment, victim, time(0), args);
  const found = await look("killed");
  // The state comes first.
  if (found.startsWith("before")) expect(editedFiles(scene, what), what).toEqual([]);

  /** Runs it again. If a lock is still held, the error must name it, and the suggested command must release it. */
  const insist = async (again: readonly string[], run: number): Promise<Ran> => {
    const held = lockId();
    const first = await scene.run(again, { now: time(run) });
    if (held === undefined || first.code === 0) return first;
    expect([first.code, first.stdout], what).toEqual([2, ""]);
    expect(first.stderr, what).toContain(`terraform force-unlock ${held}`);
    await forceUnlock(scene, held);
    return scene.run(again, { now: time(run + 1) });
  };
  const second = await insist(args, 1);
  expect([second.code, second.stderr], what).toEqual([0, second.stderr]);
  expect([await look("second run"), leftBeside(scene)], `${what}: ${second.stderr}`).toEqual(["after", []]);
  const undoMoment = { after: Math.floor((trial.lasted ?? 0) * Math.random()) };
  const undone = await killedRun(scene, events, undoMoment, victim, time(3), UNDO);
  const between = await look(`undo killed after ${undoMoment.after} ms`);
  // The kill may have come after the undo had finished.
  const isUndone = undone === 0 || (between === "before" && leftBeside(scene).length === 0);
  const last = isUndone && lockId() === undefined ? undefined : await insist(UNDO, 5);
  if (last !== undefined) expect([last.code, last.stderr], what).toEqual([0, last.stderr]);
  expect([await look("undone"), editedFiles(scene, what), leftBeside(scene)], what).toEqual(["before", [], []]);
  // --list reports a backup that no journal names, and a journal that cannot be read.
  expect((await scene.run(["repair", "--list"])).stderr, what).toMatch(
    /^(?:left in \S+ by runs that were killed before|$)/,
  );
  return `${found}, ${code === null ? "killed" : "had ended"}`;
}

async function forceUnlock({ directory, env }: ApplyScene, id: string): Promise<void> {
  const child = spawn("terraform", ["force-unlock", "-force", id], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
}

/** The moments of the kills: each boundary of a complete run, with the victims in turn; then random ones. */
async function momentsOf(
  trial: Trial,
  victims: readonly Victim[],
): Promise<{ readonly moment: Moment; readonly victim: Victim }[]> {
  const { scene, events, args } = trial;
  // The first run creates the folder of journals, so the second one can be watched in it.
  for (const turn of [-2, -1]) {
    const started = performance.now();
    const moment: Moment = { after: 600_000 };
    expect(await killedRun(scene, events, moment, "process", NOW + turn * 60_000, args)).toBe(0);
    const lasted = performance.now() - started;
    trial.lasted = lasted;
    const seen = events.seen;
    expect((await scene.run(UNDO, { now: NOW + turn * 60_000 + 30_000 })).code).toBe(0);
    if (turn === -2) continue;
    const boundaries = seen.flatMap((event) => victims.map((victim) => ({ moment: { event }, victim })));
    if (KILLS < boundaries.length) {
      // Spread over all of them, the first and the last included.
      return Array.from(
        { length: KILLS },
        (_, i) => boundaries[Math.floor((i * (boundaries.length - 1)) / (KILLS - 1))],
      ).flatMap((one) => one ?? []);
    }
    const random = Array.from({ length: KILLS - boundaries.length }, (_, i) => ({
      // Most of them in the second half of the run, where files are written.
      moment: { after: Math.floor(lasted * (0.3 + 0.7 * Math.random())) },
      victim: victims[i % victims.length] ?? "process",
    }));
    return [...boundaries, ...random];
  }
  return [];
}

/** Each kill is followed by up to five runs, and on a loaded machine each takes many seconds. */
const TIMEOUT = 120_000 + KILLS * 120_000;

describe.skipIf(!hasTerraform || process.platform !== "linux")(
  `tfinvite repair --apply, killed ${WITHOUT_TERRAFORM.replace("where", "on other systems than Linux, and where")}`,
  () => {
    it.each([
      ["--apply", APPLY],
      ["--apply --write", BOTH],
    ])(
      "behind a backend, %s: state and files are each as before or as after, a second run finishes, an undo works",
      (_, args) => {
        const events = new Events();
        return withHttpState(
          async (scene, server) => {
            writeConfiguration(scene);
            server.onRequest = ({ method }) => events.tell(method);
            server.onAnswered = ({ method }) => events.tell(`${method} answered`);
            const lockId = (): string | undefined =>
              server.lock === undefined ? undefined : JSON.parse(server.lock).ID;
            await surviveAll({ scene, events, lockId, args }, ["process", "terraform too", "group"]);
          },
          { api: { now: () => tellOf(events) } },
        );
      },
      TIMEOUT,
    );

    it.each([
      ["--apply", APPLY],
      ["--apply --write", BOTH],
    ])(
      "on a state file, %s: state and files are each as before or as after, a second run finishes, an undo works",
      (_, args) => {
        const events = new Events();
        return withTeam(
          async (scene) => {
            writeConfiguration(scene);
            // Terraform writes the file in place, so Terraform itself is not killed.
            await surviveAll({ scene, events, args, lockId: () => undefined }, ["process", "group"]);
          },
          { api: { now: () => tellOf(events) } },
        );
      },
      TIMEOUT,
    );
  },
);

function writeConfiguration({ directory }: ApplyScene): void {
  for (const [name, { before }] of Object.entries(FILES)) writeFileSync(path.join(directory, name), before);
}

function tellOf(events: Events): number {
  events.tell("API");
  return NOW;
}

async function surviveAll(trial: Trial, victims: readonly Victim[]): Promise<void> {
  const outcomes = new Map<string, number>();
  for (const [turn, { moment, victim }] of (await momentsOf(trial, victims)).entries()) {
    const outcome = await survive(trial, moment, victim, turn);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const kills = [...outcomes.values()].reduce((sum, times) => sum + times, 0);
  recordFigures((figures) => ({ ...figures, kills: { kills: figures.kills.kills + kills } }));
  // Otherwise no run was killed in the middle of its work.
  const killed = [...outcomes.keys()].filter((outcome) => outcome.endsWith(", killed"));
  expect(killed.length).toBeGreaterThan(0);
  if (KILLS <= 4) return;
  for (const state of ["before", "after"])
    expect(
      killed.filter((outcome) => outcome.startsWith(state)),
      state,
    ).not.toEqual([]);
  process.stderr.write(`${path.basename(trial.scene.directory)} ${JSON.stringify([...outcomes])}\n`);
}
