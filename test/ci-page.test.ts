import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { BIN, bash, FIXED_CLOCK, type Ran, ROOT } from "./support/program.js";
import { inScene, RECORDINGS, type Scene } from "./support/recording.js";
import { onPath } from "./support/shells.js";

const PAGE = readFileSync(path.join(ROOT, "docs/ci.md"), "utf8");
// Our own file.
const { version: VERSION }: { version: string } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
const RECORDING = "openai-openai-1.1.0";

/** A plan whose apply fails, and one that at worst sends an invitation. */
const BAD = "plan-role-change.json";
const GOOD = "plan-after-acceptance.json";

const MARK = "<!-- tfinvite -->";

const BLOCKS = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

function blockWith(language: string, words: string): string {
  const found = BLOCKS.filter((block) => block.language === language && block.text.includes(words));
  expect(found).toHaveLength(1);
  return found[0]?.text ?? "";
}

const DOCUMENTS = BLOCKS.filter(({ language }) => language === "yaml").flatMap(({ text }) => parseAllDocuments(text));

/** Every text in a YAML document, including scripts. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The script of a named GitHub Actions step, from the first document that has one. */
function stepScript(name: string): string {
  const steps = DOCUMENTS.flatMap((document) => objectsOf(document.toJS())).filter((value) => value["name"] === name);
  const [step] = steps;
  if (typeof step?.["run"] !== "string") throw new Error(`the page has no step ${name}`);
  return step["run"];
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsOf);
  return Array.isArray(value) ? inner : [{ ...value }, ...inner];
}

/** Each call of tfinvite in the shell code of the blocks: one simple command, with continued lines joined. */
const CALLS = [
  ...new Set(
    [
      ...DOCUMENTS.flatMap((document) => textsOf(document.toJS())),
      ...BLOCKS.filter(({ language }) => ["sh", "bash"].includes(language)).map(({ text }) => text),
    ].flatMap((script) =>
      [...script.replaceAll(/\\\n\s*/g, "").matchAll(/npx --yes tfinvite@\S+ [^|&;>\n]+/g)].map(([call]) =>
        call.trim(),
      ),
    ),
  ),
];

/** A folder with programs for a job: the built tfinvite as `npx`, and a `terraform` that prints a recorded plan and logs its calls. */
function programsOf(directory: string, plan: string): string {
  const folder = path.join(directory, ".bin");
  mkdirSync(folder);
  program(
    folder,
    "npx",
    `[ "$1 $2" = "--yes tfinvite@${VERSION}" ] || exit 99
shift 2
exec '${process.execPath}' --import '${FIXED_CLOCK}' '${BIN}' "$@"`,
  );
  program(
    folder,
    "terraform",
    `echo "$1" >> '${path.join(directory, "asked.log")}'
case "$1" in
  plan) for word in "$@"; do case "$word" in -out=*) printf 'PK\\003\\004' > "\${word#-out=}" ;; esac; done ;;
  show) cat '${path.join(RECORDINGS, RECORDING, plan)}' ;;
esac`,
  );
  return folder;
}

function program(folder: string, name: string, script: string): void {
  writeFileSync(path.join(folder, name), `#!/usr/bin/env bash\nset -eu\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

interface Job extends Scene {
  readonly programs: string;
  /** The folder of the job's temporary files. */
  readonly temporary: string;
  runScript(script: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** The calls of Terraform, in order. */
  asked(): string[];
}

/** A checkout of the recorded root module in a CI job. */
async function inJob(plan: string, play: (job: Job) => Promise<void>): Promise<void> {
  await inScene({ recording: RECORDING, plan }, async (scene) => {
    const { directory, api } = scene;
    const programs = programsOf(directory, plan);
    const temporary = path.join(directory, ".tmp");
    mkdirSync(temporary);
    const usual = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, TMPDIR: temporary, RUNNER_TEMP: temporary };
    await play({
      ...scene,
      programs,
      temporary,
      runScript: (script, env = {}) => bash(script, { cwd: directory, programs, env: { ...usual, ...env } }),
      asked: () => readFileSync(path.join(directory, "asked.log"), "utf8").trim().split("\n"),
    });
  });
}

/** Answers requests on loopback while a function runs. */
async function withServer(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  play: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += piece.toString();
    });
    request.on("end", () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    await play(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("docs/ci.md", () => {
  it("has YAML that parses without a warning", () => {
    expect(DOCUMENTS.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(DOCUMENTS.length).toBeGreaterThan(4);
  });

  it("names this version of tfinvite everywhere", () => {
    const versions = [...PAGE.matchAll(/tfinvite@([\w.-]+)/g)].map(([, version]) => version);
    expect([...new Set(versions)]).toEqual([VERSION]);
  });

  it("uses only actions of GitHub and HashiCorp, each with its major version", () => {
    const used = DOCUMENTS.flatMap((document) => objectsOf(document.toJS())).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(6);
    expect(used.filter((action) => !/^(?:actions|github|hashicorp)\/[\w/-]+@v\d+$/.test(String(action)))).toEqual([]);
  });

  it("finds the calls that the next tests make", () => {
    expect(CALLS.length).toBeGreaterThan(12);
    // All calls in blocks, except one sentence and the Dockerfile.
    const inBlocks = BLOCKS.flatMap(({ text }) => text.match(/npx --yes tfinvite@/g) ?? []).length;
    const made = CALLS.reduce((number, call) => number + PAGE.replaceAll(/\\\n\s*/g, "").split(call).length - 1, 0);
    expect(made).toBeGreaterThanOrEqual(inBlocks - 1);
  });

  it.each(CALLS)("%s is a call that the program accepts", (call) =>
    inJob(BAD, async ({ directory, runScript }) => {
      writeFileSync(path.join(directory, "tfplan"), "PK\u0003\u0004");
      const everywhere = ["plans", "PLANS", "RUNNER_TEMP", "AGENT_TEMPDIRECTORY", "CI_PROJECT_DIR", "work"];
      const env = { ...Object.fromEntries(everywhere.map((name) => [name, directory])), PLANFILE: "tfplan" };
      const ran = await runScript(`${call} < plan.json`, env);
      expect(ran.stderr).not.toContain("error:");
      expect(ran.code).toBe(call.includes(" lint ") ? 0 : 1);
      if (!call.includes(" lint ")) expect(ran.stderr).toMatch(/exit 1: 1 error\n$/);
      const wrong = await runScript(`${call} --formt github < plan.json`, env);
      expect(wrong.code).toBe(2);
    }),
  );
});

describe("the pipeline in plain shell", () => {
  const script = blockWith("bash", 'terraform apply -input=false "$plans/tfplan" ;;');

  it("does not apply a plan that will fail, and leaves no files behind", () =>
    inJob(BAD, async ({ runScript, asked, temporary }) => {
      const { code, stdout, stderr } = await runScript(script);
      expect(code).toBe(1);
      expect(stdout).toContain("replacing an accepted invite will fail");
      expect(stderr).toContain("Not applied: the findings above");
      expect(asked()).toEqual(["init", "plan", "show"]);
      expect(readdirSync(temporary)).toEqual([]);
    }));

  it("applies a plan that will succeed", () =>
    inJob(GOOD, async ({ runScript, asked, temporary }) => {
      const { code, stderr } = await runScript(script);
      expect([code, stderr]).toEqual([0, ""]);
      expect(asked()).toEqual(["init", "plan", "show", "apply"]);
      expect(readdirSync(temporary)).toEqual([]);
    }));

  it("does not apply a plan if the look-up failed", () =>
    inJob(GOOD, async ({ runScript, asked }) => {
      const { code, stderr } = await runScript(script, { OPENAI_ADMIN_KEY: "" });
      expect(code).toBe(3);
      expect(stderr).toContain("Not applied: not every invite could be looked up");
      expect(asked()).toEqual(["init", "plan", "show"]);
    }));
});

describe("the workflow of GitHub Actions", () => {
  const outputs = (directory: string) => ({
    GITHUB_OUTPUT: path.join(directory, "output.txt"),
    GITHUB_STEP_SUMMARY: path.join(directory, "summary.md"),
  });
  const strict = (name: string) => `set -eo pipefail\n${stepScript(name)}`;

  it("plans, annotates, summarizes, and returns the exit code", () =>
    inJob(BAD, async ({ directory, runScript, temporary }) => {
      const env = outputs(directory);
      expect((await runScript(strict("Plan"))).code).toBe(0);
      const { code, stdout } = await runScript(strict("Check"), env);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^::error file=invites\.tf,line=4,/m);
      expect(readFileSync(env.GITHUB_OUTPUT, "utf8")).toBe("code=1\nreported=true\n");
      expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8").startsWith(MARK)).toBe(true);
      expect(existsSync(path.join(temporary, "tfinvite.sarif"))).toBe(true);
      expect((await runScript(strict("Delete the plan"))).code).toBe(0);
      expect(readdirSync(temporary).sort()).toEqual(["comment.md", "tfinvite.sarif"]);
      expect((await runScript(strict("Verdict"), { CODE: "1" })).code).toBe(1);
    }));

  it.each([
    ["writes a new comment if there is no old one", "", "POST repos/o/r/issues/7/comments"],
    ["updates the first of its comments", "41\\n57", "PATCH repos/o/r/issues/comments/41"],
  ])("%s", (_, ids, expected) =>
    inJob(BAD, async ({ directory, programs, runScript }) => {
      const log = path.join(directory, "gh.log");
      // `gh api --paginate` reads; with --method it writes.
      program(
        programs,
        "gh",
        `case "$*" in *--method*) echo "$4 $5 $7" > '${log}' ;; *) [ -z '${ids}' ] || printf '${ids}\\n' ;; esac`,
      );
      const { code, stderr } = await runScript(strict("Comment"), { GITHUB_REPOSITORY: "o/r", NUMBER: "7" });
      expect([code, stderr]).toEqual([0, ""]);
      expect(readFileSync(log, "utf8")).toBe(`${expected} body=@${path.join(directory, ".tmp/comment.md")}\n`);
    }),
  );
});

describe("the note of GitLab CI", () => {
  const script = blockWith("js", "NOTE_TOKEN");

  it.each([
    ["is created if there is no old one", [{ id: 1, body: "hello" }], "POST /projects/5/merge_requests/7/notes"],
    [
      "is updated, also if it is on the second page",
      [
        { id: 1, body: "hello" },
        { id: 2, body: `${MARK}\nold` },
      ],
      "PUT /projects/5/merge_requests/7/notes/2",
    ],
  ])("%s", (_, notes, expected) =>
    inJob(BAD, async ({ directory, runScript }) => {
      writeFileSync(path.join(directory, "note.mjs"), script);
      writeFileSync(path.join(directory, "tfinvite.md"), `${MARK}\nnew`);
      const written: string[] = [];
      await withServer(
        ({ method, url = "", headers }, body, response) => {
          expect(headers["private-token"]).toBe("note-token");
          if (method !== "GET") {
            written.push(`${method} ${url}`, body);
            response.end("{}");
            return;
          }
          // One note on each page.
          const page = Number(new URL(url, "http://localhost").searchParams.get("page"));
          const next = page < notes.length ? String(page + 1) : "";
          response.setHeader("x-next-page", next).end(JSON.stringify(notes.slice(page - 1, page)));
        },
        async (url) => {
          const env = {
            CI_API_V4_URL: url,
            CI_PROJECT_ID: "5",
            CI_PROJECT_DIR: directory,
            CI_MERGE_REQUEST_IID: "7",
            NOTE_TOKEN: "note-token",
          };
          const { code, stderr } = await runScript("node note.mjs", env);
          expect([code, stderr]).toEqual([0, ""]);
        },
      );
      expect(written).toEqual([expected, JSON.stringify({ body: `${MARK}\nnew` })]);
    }),
  );
});

describe.skipIf(onPath("curl") === undefined)("the run task of HCP Terraform (skipped: no curl on the PATH)", () => {
  const script = blockWith("bash", "task_result_callback_url");

  it.each([
    [BAD, "failed", /^this plan will fail on invites\n.+ will fail/],
    [GOOD, "passed", /^nothing found$/],
  ])("judges %s as %s", (plan, status, message) =>
    inJob(plan, async ({ directory, runScript, temporary }) => {
      const answers: string[] = [];
      await withServer(
        ({ method, url, headers }, body, response) => {
          expect(headers.authorization).toBe("Bearer task-token");
          if (method === "PATCH") answers.push(body);
          response.end(url === "/plan" ? readFileSync(path.join(RECORDINGS, RECORDING, plan)) : "");
        },
        async (url) => {
          const payload = {
            access_token: "task-token",
            plan_json_api_url: `${url}/plan`,
            task_result_callback_url: `${url}/callback`,
          };
          writeFileSync(path.join(directory, "payload.json"), JSON.stringify(payload));
          const { code, stdout } = await runScript(script);
          expect([code, stdout]).toEqual([0, ""]);
        },
      );
      expect(answers.map((answer): unknown => JSON.parse(answer))).toEqual([
        { data: { type: "task-results", attributes: { status, message: expect.stringMatching(message) } } },
      ]);
      expect(readdirSync(temporary)).toEqual([]);
    }),
  );
});
