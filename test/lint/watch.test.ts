import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Failure, Interrupted } from "../../src/base/failure.js";
import type { Assessment } from "../../src/invites/planned/assessment.js";
import { findAll } from "../../src/invites/rules/registry.js";
import type { LintOutcome } from "../../src/lint/lint-once.js";
import type { AssessRoot } from "../../src/lint/run-lint.js";
import { watchLint } from "../../src/lint/watch.js";
import { formatCompact } from "../../src/report/compact.js";
import { makeReport } from "../../src/report/report.js";
import { tfinvite } from "../support/program.js";

const BAD = 'resource "openai_invite" "sam" {\n  email = "sam@example.com"\n  projects {\n    id = "p"\n  }\n}\n';
const GOOD = 'resource "openai_invite" "sam" {\n  email = "sam@example.com"\n}\n';
const CALL = (source: string) => `module "people" {\n  source = "${source}"\n}\n`;

/** A watch on root modules in a temporary folder: what it printed, logged and read again. */
class Watching {
  readonly folder: string;
  readonly shown: string[] = [];
  /** Root modules whose files were read, round by round. */
  readonly rounds: string[][] = [];
  said = "";
  screen = "";
  fails = false;
  /** What a pipe does after its reader has ended. */
  closeOutput: () => void = () => undefined;
  readonly #stop = new AbortController();
  readonly #news = new EventEmitter();
  readonly #roots: readonly string[];
  ended: Promise<unknown> = Promise.resolve();

  constructor(files: Readonly<Record<string, string>>, roots: readonly string[]) {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "tfinvite-watch-")));
    mkdirSync(path.join(this.folder, ".git"));
    this.#roots = roots;
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  start(isTTY = false): void {
    const io = {
      cwd: this.folder,
      signal: this.#stop.signal,
      stdout: {
        isTTY,
        rows: 3,
        write: (text: string) => {
          this.screen += text;
        },
        once: (_: "close", listener: () => void) => {
          this.closeOutput = listener;
        },
      },
      stderr: {
        write: (text: string) => {
          this.said += text;
          this.#news.emit("news");
        },
      },
    };
    const job = {
      targets: ["."],
      lint: (assess: AssessRoot) => this.#lint(assess),
      show: async (outcome: LintOutcome) => {
        this.shown.push(formatCompact(outcome.report).replace(/:(\d+):\d+:.*\[(.*)\]$/gm, ":$1 $2"));
      },
    };
    this.ended = watchLint(job, io).catch((reason: unknown) => reason);
  }

  /** Resolves when this many rounds are over and their files are watched. */
  async round(number: number): Promise<string | undefined> {
    while (this.said.split("watch: waiting for changes\n").length - 1 < number) await once(this.#news, "news");
    return this.shown.at(-1);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
    writeFileSync(path.join(this.folder, name), text);
  }

  rename(from: string, to: string): void {
    renameSync(path.join(this.folder, from), path.join(this.folder, to));
  }

  remove(name: string): void {
    rmSync(path.join(this.folder, name), { recursive: true });
  }

  async end(): Promise<unknown> {
    this.#stop.abort(new Interrupted("SIGINT"));
    const reason = await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
    return reason;
  }

  async #lint(assess: AssessRoot): Promise<LintOutcome> {
    if (this.fails) throw new Failure(".tfinvite.json is wrong", "Fix it.");
    const surroundings = { cwd: this.folder, env: {} };
    const assessments: Assessment[] = [];
    const known = new Set(this.#known);
    for (const root of this.#roots) assessments.push(await assess(root, surroundings));
    this.rounds.push(this.#roots.filter((_, index) => !known.has(assessments[index])));
    this.#known = assessments;
    const findings = assessments.flatMap(findAll).filter(({ rule }) => rule === "project-scoped-invite");
    const report = makeReport(
      {
        tool: { name: "tfinvite", version: "0" },
        mode: "static",
        findings,
        silenced: [],
        rules: [],
        errors: [],
        requests: 0,
        now: 0,
      },
      assessments,
    );
    return {
      assessments,
      findings,
      files: [],
      directoryOf: () => undefined,
      removals: [],
      notes: [],
      notKnown: [],
      errors: [],
      roots: [],
      trees: [],
      report,
    };
  }

  #known: readonly (Assessment | undefined)[] = [];
}

async function watching(
  files: Readonly<Record<string, string>>,
  roots: readonly string[],
  use: (one: Watching) => Promise<void>,
): Promise<void> {
  const one = new Watching(files, roots);
  try {
    one.start();
    await one.round(1);
    await use(one);
  } finally {
    await one.end();
  }
}

const FOUND = "project-scoped-invite";

describe("lint --watch", () => {
  it("lints once, and again when a file changes, until it is stopped", async () => {
    const one = new Watching({ "main.tf": GOOD }, ["."]);
    one.start();
    expect(await one.round(1)).toBe("");
    one.write("main.tf", BAD);
    expect(await one.round(2)).toBe(`main.tf:3 ${FOUND}\n`);
    one.write("main.tf", GOOD);
    expect(await one.round(3)).toBe("");
    expect(await one.end()).toMatchObject({ name: "Interrupted", exitCode: 130 });
    expect([one.said, one.screen]).toEqual([
      [
        "watch: waiting for changes",
        "watch: main.tf changed, linting again",
        "watch: waiting for changes",
        "watch: main.tf changed, linting again",
        "watch: waiting for changes",
        "",
      ].join("\n"),
      "",
    ]);
  });

  it("starts each round on an empty screen, and keeps the old output in the scrollback", async () => {
    const one = new Watching({ "main.tf": GOOD }, ["."]);
    one.start(true);
    await one.round(1);
    one.write("main.tf", BAD);
    await one.round(2);
    await one.end();
    expect(one.screen).toBe("\n\n\u001b[H\u001b[J".repeat(2));
  });

  it("ends when the reader of its output has ended", async () => {
    const one = new Watching({ "main.tf": GOOD }, ["."]);
    one.start();
    await one.round(1);
    one.closeOutput();
    expect(await one.ended).toMatchObject({ name: "Interrupted", exitCode: 141 });
    await one.end();
  });

  it.skipIf(process.platform === "win32")("ends like a program with a closed pipe (needs POSIX pipes)", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-watch-"));
    const write = (text: string) => writeFileSync(path.join(folder, "main.tf"), text);
    write(BAD);
    const ran = await tfinvite(["lint", "--watch"], {
      cwd: folder,
      onStart: (child) => {
        child.stdout?.destroy();
        child.stderr?.on("data", (said: Buffer) => {
          if (said.toString().includes("waiting for changes")) write(`\n${BAD}`);
        });
      },
    });
    rmSync(folder, { recursive: true });
    expect([ran.code, ran.stderr]).toEqual([141, expect.not.stringContaining("error")]);
  });

  it("reads again only what depends on the change", () =>
    watching(
      {
        "a/main.tf": CALL("../people"),
        "b/main.tf": CALL("../people"),
        "c/main.tf": GOOD,
        "people/main.tf": GOOD,
      },
      ["a", "b", "c"],
      async (one) => {
        one.write("people/main.tf", BAD);
        expect(await one.round(2)).toBe(`people/main.tf:3 ${FOUND}\n`.repeat(2));
        one.write("c/c.auto.tfvars", "x = 1\n");
        await one.round(3);
        one.write("b/.terraform.lock.hcl", "");
        await one.round(4);
        expect(one.rounds).toEqual([["a", "b", "c"], ["a", "b"], ["c"], ["b"]]);
      },
    ));

  it("notices new, deleted and renamed files", () =>
    watching({ "main.tf": GOOD }, ["."], async (one) => {
      one.write("more.tf", BAD.replace("sam", "kim"));
      expect(await one.round(2)).toBe(`more.tf:3 ${FOUND}\n`);
      one.remove("more.tf");
      expect(await one.round(3)).toBe("");
      one.write("main.tf.new", BAD);
      one.rename("main.tf.new", "main.tf");
      expect(await one.round(4)).toBe(`main.tf:3 ${FOUND}\n`);
      one.write("main.tf.new", GOOD);
      one.rename("main.tf.new", "main.tf");
      expect(await one.round(5)).toBe("");
    }));

  it("notices a called module that was missing", () =>
    watching({ "a/main.tf": GOOD + CALL("../new/people") }, ["a"], async (one) => {
      one.write("new/people/main.tf", BAD);
      expect(await one.round(2)).toBe(`new/people/main.tf:3 ${FOUND}\n`);
      one.write("new/people/main.tf", `\n${BAD}`);
      expect(await one.round(3)).toBe(`new/people/main.tf:4 ${FOUND}\n`);
    }));

  it("notices the files that the configuration reads, also those that do not exist yet", () =>
    watching(
      {
        "a/main.tf": `resource "openai_invite" "sam" {\n  for_each = yamldecode(file("data/people.yaml"))\n  email = each.key\n  projects {\n    id = each.value\n  }\n}\n`,
        "a/data/README.md": "",
      },
      ["a"],
      async (watch) => {
        await watch.round(1);
        watch.write("a/data/people.yaml", "sam@example.com: p\n");
        await watch.round(2);
        expect(watch.rounds).toEqual([["a"], ["a"]]);
        watch.write("a/data/people.yaml", "sam@example.com: q\n");
        await watch.round(3);
        expect(watch.rounds).toEqual([["a"], ["a"], ["a"]]);
      },
    ));

  it("ignores files that are not configuration, and installed modules", () =>
    watching({ "main.tf": GOOD, ".terraform/x.tf": GOOD, "node_modules/x/x.tf": GOOD }, ["."], async (one) => {
      one.write("README.md", "x");
      one.write(".git/index.tf", BAD);
      one.write(".terraform/x.tf", BAD);
      one.write("node_modules/x/x.tf", BAD);
      one.write("node_modules/y/x.tf", BAD);
      one.write("z.tf", BAD.replace("sam", "kim"));
      await one.round(2);
      expect(one.said).toContain("watch: z.tf changed, linting again\n");
    }));

  it("continues while the settings are not valid", () =>
    watching({ "main.tf": BAD, ".tfinvite.json": "{}" }, ["."], async (one) => {
      one.fails = true;
      one.write(".tfinvite.json", "{");
      await one.round(2);
      expect(one.said).toContain("error: .tfinvite.json is wrong\n       Fix it.\n");
      one.fails = false;
      one.write(".tfinvite.json", "{ }");
      expect(await one.round(3)).toBe(`main.tf:3 ${FOUND}\n`);
      expect(one.rounds).toEqual([["."], []]);
    }));

  it("fails if the first round fails", async () => {
    const one = new Watching({}, ["."]);
    one.fails = true;
    one.start();
    expect(await one.ended).toBeInstanceOf(Failure);
    await one.end();
  });
});
