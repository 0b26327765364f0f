import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { bash, FIXED_CLOCK, type Ran, ROOT } from "../support/program.js";
import { inScene } from "../support/recording.js";

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
const ACTION = actionSchema.parse(parse(readFileSync(path.join(ROOT, "action.yml"), "utf8")));
const RECORDING = "openai-openai-1.1.0";
/** A plan whose apply fails, and one about which OpenAI has to be asked. */
const BAD = "plan-role-change.json";
const GOOD = "plan-after-acceptance.json";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}

interface Job {
  /** Runs the action's steps one after another, as GitHub does: the log, what each wrote to its outputs, the exit code. */
  run(inputs?: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>): Promise<JobResult>;
  readonly directory: string;
  readonly comments: Comment[];
  /** What the comment API was asked to do. */
  readonly asked: string[];
  refuseComments: boolean;
}

interface JobResult extends Ran {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A checkout with the recorded root module, and a stand-in of GitHub's API for comments. */
async function inJob(play: (job: Job) => Promise<void>, plan = BAD): Promise<void> {
  await inScene({ recording: RECORDING, plan }, async ({ directory, api }) => {
    const job: { comments: Comment[]; asked: string[]; refuseComments: boolean } = {
      comments: [],
      asked: [],
      refuseComments: false,
    };
    const github = createServer((request, response) => {
      let text = "";
      request.on("data", (piece: Buffer) => {
        text += piece.toString();
      });
      request.on("end", () => {
        job.asked.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
        const { body = "" } = z.object({ body: z.string().optional() }).parse(text === "" ? {} : JSON.parse(text));
        const answer = (status: number, value: unknown) => {
          response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
        };
        if (request.headers.authorization !== "Bearer ghs_made-up" || job.refuseComments) return answer(403, {});
        if (request.method === "GET") {
          const page = Number(new URL(`http://x${request.url}`).searchParams.get("page"));
          return answer(200, job.comments.slice((page - 1) * 100, page * 100));
        }
        if (request.method === "POST") {
          const comment = { id: job.comments.length + 1, body, user: { type: "Bot" } };
          job.comments.push(comment);
          return answer(201, comment);
        }
        const id = Number(request.url?.split("/").at(-1));
        const comment = job.comments.find((one) => one.id === id);
        if (comment === undefined) return answer(404, {});
        comment.body = body;
        return answer(200, comment);
      });
    });
    await new Promise<void>((resolve) => github.listen(0, "127.0.0.1", resolve));
    const address = github.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const programs = path.join(directory, ".bin");
    mkdirSync(programs);
    // Instead of npm's registry, the built program; what npm was given is recorded.
    writeFileSync(
      path.join(programs, "npm"),
      `#!/usr/bin/env bash
set -eu
{ printf '%s\\n' "\${@: -1}"; env | grep '^OPENAI_ADMIN_KEY' || true; } >> '${directory}/npm.log'
[ "$1" = install ] && [[ " $* " == *" --ignore-scripts "* ]] && [[ "$PWD" == '${directory}/.tmp/'* ]]
mkdir node_modules && ln -s '${ROOT}' node_modules/tfinvite
`,
    );
    chmodSync(path.join(programs, "npm"), 0o755);
    const temporary = path.join(directory, ".tmp");
    mkdirSync(temporary);
    writeFileSync(path.join(temporary, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
    const usual = {
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: path.join(temporary, "event.json"),
      GITHUB_OUTPUT: path.join(temporary, "output"),
      GITHUB_REPOSITORY: "acme/infra",
      GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
      OPENAI_ADMIN_KEY: api.key,
      OPENAI_BASE_URL: api.url,
      NODE_OPTIONS: `--import=${FIXED_CLOCK}`,
      RUNNER_TEMP: temporary,
    };
    const run: Job["run"] = async (inputs = {}, env = {}) => {
      const given: Record<string, string> = {
        ...Object.fromEntries(Object.entries(ACTION.inputs).map(([name, input]) => [name, input.default])),
        "github-token": "ghs_made-up",
        ...inputs,
      };
      const outputs: Record<string, string> = {};
      const expand = (text: string) =>
        text.replace(
          /\$\{\{ (inputs|steps\.check\.outputs)\.([\w-]+) \}\}/g,
          (_, from: string, name: string) => (from === "inputs" ? given[name] : outputs[name]) ?? "",
        );
      let all: Ran = { code: 0, stdout: "", stderr: "" };
      writeFileSync(usual.GITHUB_STEP_SUMMARY, "");
      for (const step of ACTION.runs.steps) {
        if (step.if !== undefined && given["comment"] !== "true") continue;
        writeFileSync(usual.GITHUB_OUTPUT, "");
        const stepEnv = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, expand(value)]));
        // As GitHub's runner starts it.
        const ran = await bash(`set -eo pipefail\n${step.run}`, {
          cwd: directory,
          programs,
          env: { ...usual, ...env, ...stepEnv },
        });
        all = { code: ran.code, stdout: all.stdout + ran.stdout, stderr: all.stderr + ran.stderr };
        for (const line of readFileSync(usual.GITHUB_OUTPUT, "utf8").trim().split("\n")) {
          const [name = "", ...value] = line.split("=");
          if (name !== "") outputs[name] = value.join("=");
        }
        if (ran.code !== 0) break;
      }
      return { ...all, outputs, summary: readFileSync(usual.GITHUB_STEP_SUMMARY, "utf8") };
    };
    try {
      await play(Object.assign(job, { run, directory }));
    } finally {
      github.close();
    }
  });
}

describe("the GitHub Action", () => {
  it("gives every input to its scripts as a variable, and installs this version", () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")));
    expect(ACTION.inputs["version"]?.default).toBe(version);
    expect(ACTION.runs.steps.filter(({ run }) => run.includes("${{"))).toEqual([]);
    const given = ACTION.runs.steps.flatMap(({ env }) => Object.values(env));
    const unused = Object.keys(ACTION.inputs).filter((name) => !given.includes(`\${{ inputs.${name} }}`));
    // A condition reads it.
    expect(unused).toEqual(["comment"]);
  });

  it("checks a plan: annotations in the log, a summary, every declared output, and the exit code last", async () => {
    await inJob(async ({ directory, run }) => {
      const { code, stdout, outputs, summary } = await run({ plan: "plan.json" });
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
      expect(readFileSync(path.join(directory, "npm.log"), "utf8")).toBe(
        `tfinvite@${ACTION.inputs["version"]?.default}\n`,
      );
    });
  });

  it.each([
    ["lint", "tfinvite lint", 0, { "exit-code": "0", used: "" }],
    ["offline", "tfinvite check --offline", 1, { "exit-code": "1", used: "6" }],
    ["fail", "OPENAI_ADMIN_KEY is not set for this step", 2, { "exit-code": "2" }],
    ["guess", "without-key must be one of lint, offline, fail", 2, { "exit-code": "2" }],
  ])("without a key: %s", async (choice, said, expected, outputs) => {
    await inJob(async ({ run }) => {
      const ran = await run({ plan: "plan.json", "without-key": choice }, { OPENAI_ADMIN_KEY: "" });
      expect(ran.stdout).toContain(said);
      expect(ran.code).toBe(expected);
      expect(ran.outputs).toMatchObject(outputs);
    });
  });

  it("without a key: an unknown status is an output, and does not fail the job", async () => {
    await inJob(async ({ run }) => {
      const inputs = { plan: "plan.json", "without-key": "offline", "fail-on": "never" };
      const { code, outputs } = await run(inputs, { OPENAI_ADMIN_KEY: "" });
      expect([code, outputs["exit-code"]]).toEqual([0, "3"]);
    }, GOOD);
  });

  it("keeps one comment for each directory, up to date, changes no other, and warns where it can't", async () => {
    await inJob(async (job) => {
      const { run, comments, asked } = job;
      const people = Array.from({ length: 120 }, (_, id) => ({ id: 1000 + id, body: "LGTM", user: { type: "User" } }));
      comments.push(...people, { id: 999, body: "<!-- tfinvite-action: . -->\nmine", user: { type: "User" } });
      // Without a key, since that is the fastest.
      const comment = (more: Readonly<Record<string, string>> = {}) =>
        run({ comment: "true", "fail-on": "warning", ...more }, { OPENAI_ADMIN_KEY: "" });
      expect((await comment({ redact: "true" })).stdout).toContain("A comment was added.");
      const [ours] = comments.filter(({ user }) => user.type === "Bot");
      expect(ours?.body).toMatch(/^<!-- tfinvite-action: \. -->\n/);
      expect(ours?.body).toContain("project-scoped-invite");
      expect(ours?.body).not.toContain("sam@example.com");

      expect((await comment()).stdout).toContain("The comment was updated.");
      expect(ours?.body).toContain("sam@example.com");
      expect((await comment()).stdout).toContain("The comment is up to date.");
      const other = await comment({ directory: "modules/squad" });
      expect(other.stdout).toContain("Nothing was found, so no comment is needed.");
      expect(comments.filter(({ user }) => user.type === "Bot")).toHaveLength(1);
      expect(comments.find(({ id }) => id === 999)?.body).toContain("mine");
      expect(asked.filter((one) => one.startsWith("POST"))).toEqual(["POST /repos/acme/infra/issues/7/comments"]);

      job.refuseComments = true;
      const { code, stdout } = await comment();
      expect(stdout).toContain("::warning title=tfinvite::The comment could not be written: GitHub answered 403");
      expect(code).toBe(1);
    });
  });

  it("runs nothing that an input or the checkout holds", async () => {
    await inJob(async ({ directory, run, comments }) => {
      // A directory that exists, so that the comment names it.
      const evil = "--> $(touch pwned) `touch pwned` ; touch pwned";
      cpSync(path.join(directory, "invites.tf"), path.join(directory, evil, "invites.tf"));
      mkdirSync(path.join(directory, "node_modules/.bin"), { recursive: true });
      writeFileSync(path.join(directory, "node_modules/.bin/tfinvite"), "#!/bin/sh\ntouch pwned\n", { mode: 0o755 });
      const { outputs } = await run({ directory: evil, comment: "true" }, { OPENAI_ADMIN_KEY: "" });
      expect(outputs["exit-code"]).toBe("0");
      const [heading] = comments.at(-1)?.body.split("\n").slice(1) ?? [];
      expect(comments.at(-1)?.body.startsWith(`<!-- tfinvite-action: ${encodeURIComponent(evil)} -->\n`)).toBe(true);
      expect(heading).toBe("`--? ??touch pwned? ?touch pwned? ? touch pwned`");
      for (const inputs of [{ plan: evil, "fail-on": evil, format: evil }, { "without-key": evil }, { redact: evil }]) {
        expect((await run(inputs)).outputs["exit-code"]).toBe("2");
      }
      expect(readdirSync(directory, { recursive: true }).filter((file) => String(file).endsWith("/pwned"))).toEqual([]);
      expect(existsSync(path.join(directory, "pwned"))).toBe(false);
    });
  });
});
