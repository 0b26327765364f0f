import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { PUBLISHED } from "../../src/base/version.js";
import { BAD, type Job as CiJob, GOOD, inJob as inCiJob, withServer } from "../support/ci-job.js";
import { type Ran, ROOT } from "../support/program.js";

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({
    steps: z.array(
      z.object({
        id: z.string().optional(),
        if: z.string().optional(),
        run: z.string(),
        env: z.record(z.string(), z.string()),
      }),
    ),
  }),
});
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const ACTION = actionSchema.parse(parse(read("action.yml")));

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}

interface JobResult extends Ran {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

interface Job extends CiJob {
  /**
   * Runs the action's steps one after another, as GitHub does: the log, what each wrote to its outputs, the exit code.
   * With the outputs of an earlier run, the check itself is not run again.
   */
  runAction(
    inputs?: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string>>,
    checked?: Readonly<Record<string, string>>,
  ): Promise<JobResult>;
  readonly github: GitHub;
}

/** A stand-in of GitHub's API for comments. */
class GitHub {
  readonly comments: Comment[] = [];
  /** What it was asked to do. */
  readonly asked: string[] = [];
  refuses = false;

  answer(method: string, url: URL, authorization: string | undefined, body: string): readonly [number, unknown] {
    this.asked.push(`${method} ${url.pathname}`);
    if (authorization !== "Bearer ghs_made-up" || this.refuses) return [403, {}];
    if (method === "GET") {
      const page = Number(url.searchParams.get("page"));
      return [200, this.comments.slice((page - 1) * 100, page * 100)];
    }
    const given = z.object({ body: z.string() }).parse(JSON.parse(body));
    if (method === "POST") {
      const comment = { id: this.comments.length + 1, ...given, user: { type: "Bot" } };
      this.comments.push(comment);
      return [201, comment];
    }
    const comment = this.comments.find(({ id }) => url.pathname.endsWith(`/issues/comments/${id}`));
    if (comment === undefined) return [404, {}];
    comment.body = given.body;
    return [200, comment];
  }
}

/** A job for a pull request. */
async function inJob(play: (job: Job) => Promise<void>, plan = BAD): Promise<void> {
  const github = new GitHub();
  await inCiJob(plan, (job) =>
    withServer(
      ({ method = "", url = "", headers }, body, response) => {
        const [status, value] = github.answer(method, new URL(url, "http://localhost"), headers.authorization, body);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      },
      async (url) => {
        const at = (name: string) => path.join(job.temporary, name);
        writeFileSync(at("event.json"), JSON.stringify({ pull_request: { number: 7 } }));
        const usual = {
          GITHUB_ACTION_PATH: ROOT,
          GITHUB_API_URL: url,
          GITHUB_EVENT_PATH: at("event.json"),
          GITHUB_OUTPUT: at("output"),
          GITHUB_REPOSITORY: "acme/infra",
          GITHUB_STEP_SUMMARY: at("summary"),
        };
        const runAction: Job["runAction"] = async (inputs = {}, env = {}, checked = {}) => {
          const defaults = Object.entries(ACTION.inputs).map(([name, input]) => [name, input.default]);
          const given: Record<string, string> = {
            ...Object.fromEntries(defaults),
            "github-token": "ghs_made-up",
            ...inputs,
          };
          const outputs: Record<string, string> = { ...checked };
          const expand = (text: string) =>
            text.replace(
              /\$\{\{ (inputs|steps\.check\.outputs)\.([\w-]+) \}\}/g,
              (_, from: string, name: string) => (from === "inputs" ? given[name] : outputs[name]) ?? "",
            );
          let all: Ran = { code: 0, stdout: "", stderr: "" };
          writeFileSync(usual.GITHUB_STEP_SUMMARY, "");
          for (const step of ACTION.runs.steps) {
            if (step.if !== undefined && given["comment"] !== "true") continue;
            if (step.id !== undefined && "verdict" in checked) continue;
            writeFileSync(usual.GITHUB_OUTPUT, "");
            const stepEnv = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, expand(value)]));
            // As GitHub's runner starts it.
            const ran = await job.runScript(`set -eo pipefail\n${step.run}`, { ...usual, ...env, ...stepEnv });
            all = { code: ran.code, stdout: all.stdout + ran.stdout, stderr: all.stderr + ran.stderr };
            for (const line of readFileSync(usual.GITHUB_OUTPUT, "utf8").trim().split("\n")) {
              const [name = "", ...value] = line.split("=");
              if (name !== "") outputs[name] = value.join("=");
            }
            if (ran.code !== 0) break;
          }
          return { ...all, outputs, summary: readFileSync(usual.GITHUB_STEP_SUMMARY, "utf8") };
        };
        await play({ ...job, github, runAction });
      },
    ),
  );
}

describe("the GitHub Action", () => {
  it("gives every input to its scripts as a variable, and installs this version", () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read("package.json")));
    expect(ACTION.inputs["version"]?.default).toBe(version);
    expect(ACTION.runs.steps.filter(({ run }) => run.includes("${{"))).toEqual([]);
    const given = ACTION.runs.steps.flatMap(({ env }) => Object.values(env));
    const unused = Object.keys(ACTION.inputs).filter((name) => !given.includes(`\${{ inputs.${name} }}`));
    // A condition reads it.
    expect(unused).toEqual(["comment"]);
  });

  it("checks a plan: annotations in the log, a summary, every declared output, and the exit code last", async () => {
    await inJob(async ({ runAction, installed }) => {
      const { code, stdout, outputs, summary } = await runAction({ plan: "plan.json" });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^::error file=invites\.tf,line=4,/m);
      expect(outputs).toMatchObject({ "exit-code": "1", used: "7" });
      expect(Number(outputs["findings"])).toBeGreaterThan(1);
      const report = z
        .object({ findings: z.array(z.unknown()) })
        .parse(JSON.parse(readFileSync(outputs["report"] ?? "", "utf8")));
      expect(String(report.findings.length)).toBe(outputs["findings"]);
      expect(readFileSync(outputs["sarif"] ?? "", "utf8")).toContain('"replace-will-fail"');
      expect(summary).toContain("replace-will-fail");
      for (const { value } of Object.values(ACTION.outputs)) {
        const [, name = ""] = /steps\.check\.outputs\.([\w-]+)/.exec(value) ?? [];
        expect(outputs[name]).toBeTruthy();
      }
      // The package alone: npm had no key.
      expect(installed()).toEqual([`tfinvite@${ACTION.inputs["version"]?.default}`]);
    });
  });

  it.each([
    ["lint", "tfinvite lint", 0, { "exit-code": "0", used: "" }],
    ["offline", "tfinvite check --offline", 1, { "exit-code": "1", used: "6" }],
    ["fail", "OPENAI_ADMIN_KEY is not set for this step", 2, { "exit-code": "2" }],
    ["guess", "without-key must be one of lint, offline, fail", 2, { "exit-code": "2" }],
  ])("without a key: %s", async (choice, said, expected, outputs) => {
    await inJob(async ({ runAction }) => {
      const ran = await runAction({ plan: "plan.json", "without-key": choice }, { OPENAI_ADMIN_KEY: "" });
      expect(ran.stdout).toContain(said);
      expect(ran.code).toBe(expected);
      expect(ran.outputs).toMatchObject(outputs);
    });
  });

  it("a check that failed has no numbers, and is commented on", async () => {
    await inJob(async ({ runAction, github }) => {
      const { code, outputs } = await runAction({ directory: "nowhere", comment: "true" });
      expect([code, outputs["exit-code"], outputs["findings"], outputs["used"]]).toEqual([
        2,
        "2",
        undefined,
        undefined,
      ]);
      expect(github.comments.at(-1)?.body).toContain("incomplete");
    });
  });

  it("without a key: an unknown status is an output, and does not fail the job", async () => {
    await inJob(async ({ runAction }) => {
      const inputs = { plan: "plan.json", "without-key": "offline", "fail-on": "never" };
      const { code, outputs } = await runAction(inputs, { OPENAI_ADMIN_KEY: "" });
      expect([code, outputs["exit-code"]]).toEqual([0, "3"]);
    }, GOOD);
  });

  it("keeps one comment for each directory, up to date, changes no other, and warns where it can't", async () => {
    await inJob(async ({ runAction, github }) => {
      const people = Array.from({ length: 120 }, (_, id) => ({ id: 1000 + id, body: "LGTM", user: { type: "User" } }));
      const mine = { id: 999, body: "<!-- tfinvite-action: . -->\nmine", user: { type: "User" } };
      github.comments.push(...people, mine);
      // Without a key, since that is the fastest.
      const comment = (more: Readonly<Record<string, string>> = {}, checked?: JobResult) =>
        runAction({ comment: "true", "fail-on": "warning", ...more }, { OPENAI_ADMIN_KEY: "" }, checked?.outputs);
      const ours = () => github.comments.filter(({ user }) => user.type === "Bot");
      expect((await comment({ redact: "true" })).stdout).toContain("A comment was added.");
      expect(ours()[0]?.body).toMatch(/^<!-- tfinvite-action: \. -->\n/);
      expect(ours()[0]?.body).toContain("project-scoped-invite");
      expect(ours()[0]?.body).not.toContain("sam@example.com");
      expect(ours()[0]?.body).toContain(`(${PUBLISHED}docs/rules/project-scoped-invite.md)`);

      const second = await comment();
      expect(second.stdout).toContain("The comment was updated.");
      expect(ours()[0]?.body).toContain("sam@example.com");
      expect((await comment({}, second)).stdout).toContain("The comment is up to date.");
      const other = await comment({ directory: "modules/squad" });
      expect(other.stdout).toContain("Nothing was found, so no comment is needed.");
      expect(ours()).toHaveLength(1);
      expect(mine.body).toContain("mine");
      expect(github.asked.filter((one) => one.startsWith("POST"))).toEqual([
        "POST /repos/acme/infra/issues/7/comments",
      ]);

      github.refuses = true;
      const { code, stdout } = await comment({}, second);
      expect(stdout).toContain("::warning title=tfinvite::The comment could not be written: GitHub answered 403");
      expect(code).toBe(1);
    });
  });

  it("runs nothing that an input or the checkout holds", async () => {
    await inJob(async ({ directory, runAction, github }) => {
      // A directory that exists, so that the comment names it; its files try a command of the runner.
      const evil = "--> $(touch pwned) `touch pwned` ; touch pwned";
      cpSync(path.join(directory, "invites.tf"), path.join(directory, evil, "invites.tf"));
      const twice = `"##[set-output name=findings]0@example.com"`;
      writeFileSync(
        path.join(directory, evil, "more.tf"),
        ["a", "b"].map((name) => `resource "openai_invite" "${name}" {\n  email = ${twice}\n}\n`).join(""),
      );
      mkdirSync(path.join(directory, "node_modules/.bin"), { recursive: true });
      writeFileSync(path.join(directory, "node_modules/.bin/tfinvite"), "#!/bin/sh\ntouch pwned\n", { mode: 0o755 });
      const { outputs, stdout } = await runAction(
        { directory: evil, comment: "true", format: "compact" },
        { OPENAI_ADMIN_KEY: "" },
      );
      expect(outputs["exit-code"]).toBe("0");
      expect(stdout).toContain("# #[set-output name=findings]0@example.com");
      expect(stdout).not.toContain("##[");
      const body = github.comments.at(-1)?.body ?? "";
      expect(body.startsWith(`<!-- tfinvite-action: ${encodeURIComponent(evil)} -->\n`)).toBe(true);
      expect(body.split("\n")[1]).toBe("`--? ??touch pwned? ?touch pwned? ? touch pwned`");
      for (const inputs of [{ plan: evil, "fail-on": evil, format: evil }, { "without-key": evil }, { redact: evil }]) {
        expect((await runAction(inputs)).outputs["exit-code"]).toBe("2");
      }
      expect(readdirSync(directory, { recursive: true }).filter((file) => String(file).endsWith("/pwned"))).toEqual([]);
      expect(existsSync(path.join(directory, "pwned"))).toBe(false);
    });
  });
});
