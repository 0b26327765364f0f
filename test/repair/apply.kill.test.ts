import { spawn } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
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
import { NOW, type Ran } from "../support/program.js";
import { meaningOfState } from "../support/state-meaning.js";

/** How often it is killed in each of the two places. `npm run kill -- 300` does it more often. */
const KILLS = Number(process.env["TFINVITE_KILLS"] ?? 8);
const APPLY = ["repair", "--apply", "--yes", "--lock-timeout", "0s"];
const UNDO = ["repair", "--undo", "--yes", "--lock-timeout", "0s"];

/** Who is killed: the process, its group, or Terraform with it, as where the machine fails. */
type Victim = "process" | "group" | "terraform too";
/** When: as soon as something is seen to happen, or so many milliseconds after the start. */
type Moment = { readonly event: string } | { readonly after: number };

/** Processes that run in a folder: tfinvite's and Terraform's. Linux only. */
function processesIn(directory: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readlinkSync(`/proc/${name}/cwd`) === directory ? [Number(name)] : [];
    } catch {
      // It has ended, or is somebody else's.
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

/** Tells of events by name, each time with a number: `POST 0`, `API 2`. */
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

/** Runs the program and kills it at a moment; gives its exit code where it ended before. */
async function killedRun(
  scene: ApplyScene,
  events: Events,
  moment: Moment,
  victim: Victim,
  now: number,
): Promise<number | null> {
  let strike = () => {};
  let timer: NodeJS.Timeout | undefined;
  events.restart((event) => {
    if ("event" in moment && event === moment.event) strike();
  });
  const files = new Set(await scene.listJournals());
  const lockFile = path.join(scene.directory, ".terraform.tfstate.lock.info");
  let isLocked = false;
  const watching = setInterval(() => {
    if (existsSync(lockFile) !== isLocked) {
      isLocked = !isLocked;
      events.tell(isLocked ? "file locked" : "file unlocked");
    }
    for (const name of readdirSync(scene.journals, { recursive: true, encoding: "utf8" })) {
      if (files.has(name)) continue;
      files.add(name);
      events.tell(`file ${name.replace(/^[\d-]+[0-9a-f]*/, "").replace(/\.[0-9a-f-]{36}\./, ".")}`);
    }
  }, 1);
  // Before the first run there is no folder to look into.
  if (files.size === 0) clearInterval(watching);
  const ran = await scene.run(APPLY, {
    now,
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
  // Terraform goes on by itself where it was spared.
  for (let waited = 0; processesIn(scene.directory).length > 0; waited += 1) {
    if (waited > 3000) throw new Error("Terraform does not come to its end");
    await pause(20);
  }
  return ran.code;
}

interface Trial {
  readonly scene: ApplyScene;
  readonly events: Events;
  /** The lock's id, where it is held. */
  lockId(): string | undefined;
}

/** Holds a killed run to what is promised: before or after, the lock free or named, a second run, and the undo. */
async function survive(
  { scene, events, lockId }: Trial,
  moment: Moment,
  victim: Victim,
  turn: number,
): Promise<string> {
  const time = (run: number) => NOW + turn * 60_000 + run * 10_000;
  const [before, after] = [meaningOfState(teamState()), meaningOfState(teamState(), USED)];
  const what = `${JSON.stringify(moment)} ${victim}, turn ${turn}`;
  const code = await killedRun(scene, events, moment, victim, time(0));
  const left = meaningOfState(await scene.readState());
  const isAfter = isDeepStrictEqual(left, after);
  expect(left, what).toEqual(isAfter ? after : before);

  /** Runs it; where a lock was left behind, it has to be named, and broken by the command that is named. */
  const insist = async (args: readonly string[], run: number): Promise<Ran> => {
    const held = lockId();
    const first = await scene.run(args, { now: time(run) });
    if (held === undefined || first.code === 0) return first;
    expect([first.code, first.stdout], what).toEqual([2, ""]);
    expect(first.stderr, what).toContain(`terraform force-unlock ${held}`);
    await forceUnlock(scene, held);
    return scene.run(args, { now: time(run + 1) });
  };
  const second = await insist(APPLY, 1);
  expect([second.code, second.stderr], what).toEqual([0, second.stderr]);
  expect(meaningOfState(await scene.readState()), what).toEqual(after);
  const undone = await insist(UNDO, 3);
  expect([undone.code, undone.stderr], what).toEqual([0, undone.stderr]);
  expect(meaningOfState(await scene.readState()), what).toEqual(before);
  expect((await scene.run(["repair", "--list"])).stderr, what).toBe("");
  return `${isAfter ? "after" : "before"}, ${code === null ? "killed" : "had ended"}`;
}

async function forceUnlock({ directory, env }: ApplyScene, id: string): Promise<void> {
  const child = spawn("terraform", ["force-unlock", "-force", id], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
}

/** So many moments: every boundary that a whole run passes, in turn with each victim, then random ones. */
async function momentsOf(
  { scene, events }: Trial,
  victims: readonly Victim[],
): Promise<{ readonly moment: Moment; readonly victim: Victim }[]> {
  // The first run makes the folder of journals; the second one is watched in it.
  for (const turn of [-2, -1]) {
    const started = performance.now();
    const moment: Moment = { after: 600_000 };
    expect(await killedRun(scene, events, moment, "process", NOW + turn * 60_000)).toBe(0);
    const lasted = performance.now() - started;
    const seen = events.seen;
    expect((await scene.run(UNDO, { now: NOW + turn * 60_000 + 30_000 })).code).toBe(0);
    if (turn === -2) continue;
    const boundaries = seen.flatMap((event) => victims.map((victim) => ({ moment: { event }, victim })));
    if (KILLS < boundaries.length) {
      // Spread over all of them.
      return Array.from({ length: KILLS }, (_, i) => boundaries[Math.floor((i * boundaries.length) / KILLS)]).flatMap(
        (one) => one ?? [],
      );
    }
    const random = Array.from({ length: KILLS - boundaries.length }, (_, i) => ({
      // Mostly in its second half, where things are written.
      moment: { after: Math.floor(lasted * (0.3 + 0.7 * Math.random())) },
      victim: victims[i % victims.length] ?? "process",
    }));
    return [...boundaries, ...random];
  }
  return [];
}

const TIMEOUT = 60_000 + KILLS * 30_000;

describe.skipIf(!hasTerraform || process.platform !== "linux")(
  `tfinvite repair --apply, killed ${WITHOUT_TERRAFORM.replace("where", "on other systems than Linux, and where")}`,
  () => {
    it(
      "behind a backend: the state is as before or as after, and a second run and an undo work",
      () => {
        const events = new Events();
        return withHttpState(
          async (scene, server) => {
            server.onRequest = ({ method }) => events.tell(method);
            server.onAnswered = ({ method }) => events.tell(`${method} answered`);
            const lockId = (): string | undefined =>
              server.lock === undefined ? undefined : JSON.parse(server.lock).ID;
            const trial: Trial = { scene, events, lockId };
            await surviveAll(trial, ["process", "terraform too", "group"]);
          },
          { api: { now: () => tellOf(events) } },
        );
      },
      TIMEOUT,
    );

    it(
      "on a state file: the state is as before or as after, and a second run and an undo work",
      () => {
        const events = new Events();
        return withTeam(
          async (scene) => {
            // Terraform itself writes the file in place, so that it is spared.
            await surviveAll({ scene, events, lockId: () => undefined }, ["process", "group"]);
          },
          { api: { now: () => tellOf(events) } },
        );
      },
      TIMEOUT,
    );
  },
);

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
  // Otherwise it was not killed in the midst of anything.
  expect(outcomes.get("before, killed") ?? 0).toBeGreaterThan(0);
  expect(outcomes.get("after, killed") ?? 0).toBeGreaterThan(0);
  if (KILLS > 8) process.stderr.write(`${path.basename(trial.scene.directory)} ${JSON.stringify([...outcomes])}\n`);
}
