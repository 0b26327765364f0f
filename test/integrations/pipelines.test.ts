import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse as parseHcl } from "@cdktf/hcl2json";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { BAD, GOOD, inJob, RECORDING, withServer } from "../support/ci-job.js";
import { ROOT } from "../support/program.js";
import { RECORDINGS } from "../support/recording.js";
import { onPath } from "../support/shells.js";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const { version: VERSION } = z.object({ version: z.string() }).parse(JSON.parse(read("package.json")));

/** The documents of a YAML file, which must parse without a warning. */
function documentsOf(file: string): unknown[] {
  const documents = parseAllDocuments(read(file));
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document): unknown => document.toJS());
}

const inputValue = z.union([z.string(), z.boolean()]).transform(String);

/** The text without GitLab's or Azure's expressions for inputs. */
function withInputs(text: string, pattern: RegExp, inputs: Readonly<Record<string, string>>): string {
  return text.replace(pattern, (all: string, name: string) => inputs[name] ?? all);
}

describe("the GitLab component", () => {
  const [header, body] = documentsOf("templates/tfinvite/template.yml");
  const { inputs } = z
    .object({ spec: z.object({ inputs: z.record(z.string(), z.object({ default: inputValue })) }) })
    .parse(header).spec;
  const defaults = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default]));
  const [job] = Object.values(
    z
      .record(
        z.string(),
        z.object({
          variables: z.record(
            z.string(),
            z.union([z.string(), z.object({ value: z.string() }).transform((v) => v.value)]),
          ),
          script: z.array(z.string()),
          after_script: z.array(z.string()),
        }),
      )
      .parse(body),
  );
  const variables = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(job?.variables ?? {}).map(([name, value]) => [
        name,
        withInputs(value, /\$\[\[ inputs\.([\w-]+) \]\]/g, { ...defaults, ...given }),
      ]),
    );
  const script = job?.script.join("\n") ?? "";

  it("gives its inputs to its scripts as variables, and installs this version", () => {
    expect(defaults["version"]).toBe(VERSION);
    expect([script, ...(job?.after_script ?? [])].join("\n")).not.toContain("$[[");
    const unused = Object.keys(inputs).filter(
      (name) => !read("templates/tfinvite/template.yml").includes(`inputs.${name} `),
    );
    expect(unused).toEqual([]);
  });

  it("checks a plan, writes its report, and returns the exit code", () =>
    inJob(BAD, async ({ directory, runScript, installed }) => {
      const { code, stdout } = await runScript(script, variables({ plan: "plan.json" }));
      expect(code).toBe(1);
      expect(stdout).toMatch(/^invites\.tf:4:\d+: error: openai_invite\.alice: /m);
      const report = z
        .array(z.object({ check_name: z.string() }))
        .parse(JSON.parse(readFileSync(path.join(directory, "gl-tfinvite.json"), "utf8")));
      expect(report.map(({ check_name }) => check_name)).toContain("replace-will-fail");
      expect(installed()).toEqual([`tfinvite@${VERSION}`]);
    }));

  it("ignores a report that the checkout has", () =>
    inJob(GOOD, async ({ directory, runScript }) => {
      writeFileSync(path.join(directory, "secret"), "precious");
      symlinkSync("secret", path.join(directory, "tfinvite.md"));
      writeFileSync(path.join(directory, "gl-tfinvite.json"), "[]");
      await runScript(script, { ...variables({ "without-key": "fail" }), OPENAI_ADMIN_KEY: "" });
      expect(["tfinvite.md", "gl-tfinvite.json"].filter((name) => existsSync(path.join(directory, name)))).toEqual([]);
      expect(readFileSync(path.join(directory, "secret"), "utf8")).toBe("precious");
    }));

  it("without a key: lints, passes what is unknown, or fails", () =>
    inJob(GOOD, async ({ runScript }) => {
      const run = async (choice: string) =>
        (await runScript(script, { ...variables({ plan: "plan.json", "without-key": choice }), OPENAI_ADMIN_KEY: "" }))
          .code;
      expect([await run("lint"), await run("offline"), await run("fail")]).toEqual([0, 0, 2]);
    }));

  it.each([
    ["is added if the token has no note yet", 2, "POST /projects/5/merge_requests/7/notes"],
    ["is updated, also if it is on the second page", 9, "PUT /projects/5/merge_requests/7/notes/2"],
  ])("the note %s", (_, author, expected) =>
    inJob(BAD, async ({ directory, runScript }) => {
      const marker = "<!-- tfinvite-note: infra%2Feu -->";
      const notes = [
        { id: 1, body: "hello", author: { id: 9 } },
        { id: 2, body: `${marker}\nold`, author: { id: author } },
      ];
      writeFileSync(path.join(directory, "tfinvite.md"), "new");
      const written: string[] = [];
      await withServer(
        ({ method, url = "", headers }, text, response) => {
          expect(headers["private-token"]).toBe("note-token");
          if (method !== "GET") written.push(`${method} ${url}`, text);
          if (url === "/user") response.end('{"id":9}');
          else if (method !== "GET") response.end("{}");
          else {
            // One note on each page.
            const page = Number(new URL(url, "http://localhost").searchParams.get("page"));
            const next = page < notes.length ? String(page + 1) : "";
            response.setHeader("x-next-page", next).end(JSON.stringify(notes.slice(page - 1, page)));
          }
        },
        async (url) => {
          const { code, stderr } = await runScript(job?.after_script.join("\n") ?? "", {
            ...variables({ directory: "infra/eu", note: "true" }),
            CI_API_V4_URL: url,
            CI_PROJECT_ID: "5",
            CI_MERGE_REQUEST_IID: "7",
            NOTE_TOKEN: "note-token",
          });
          expect([code, stderr]).toEqual([0, ""]);
        },
      );
      expect(written).toEqual([expected, JSON.stringify({ body: `${marker}\nnew` })]);
    }),
  );
});

describe("the Azure Pipelines template", () => {
  const [template] = documentsOf("integrations/azure/tfinvite.yml");
  const { parameters, steps } = z
    .object({
      parameters: z.array(z.object({ name: z.string(), default: inputValue })),
      steps: z.array(z.object({ bash: z.string().default(""), env: z.record(z.string(), z.string()).default({}) })),
    })
    .parse(template);
  const defaults = Object.fromEntries(parameters.map(({ name, default: value }) => [name, value]));
  const [step] = steps;
  const env = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(step?.env ?? {}).map(([name, value]) => [
        name,
        withInputs(value, /\$\{\{ parameters\.(\w+) \}\}/g, { ...defaults, ...given }),
      ]),
    );

  it("gives its parameters to its script as variables, and installs this version", () => {
    expect(defaults["version"]).toBe(VERSION);
    expect(step?.bash).not.toContain("${{");
    expect(env({})["OPENAI_ADMIN_KEY"]).toBe("$(openaiAdminKeyRead)");
    const unused = parameters.filter(
      ({ name }) => !read("integrations/azure/tfinvite.yml").includes(`parameters.${name} `),
    );
    expect(unused).toEqual([]);
  });

  it("checks a plan, with a summary and test results", () =>
    inJob(BAD, async ({ runScript, temporary, api, installed }) => {
      const { code, stdout } = await runScript(step?.bash ?? "", {
        ...env({ plan: "plan.json" }),
        OPENAI_ADMIN_KEY: api.key,
        AGENT_TEMPDIRECTORY: temporary,
      });
      expect(code).toBe(1);
      expect(stdout).toContain("replacing an accepted invite will fail");
      const [, summary = ""] = /^##vso\[task\.uploadsummary\](.*)$/m.exec(stdout) ?? [];
      expect(readFileSync(summary, "utf8")).toContain("replace-will-fail");
      expect(existsSync(path.join(temporary, "tfinvite.xml"))).toBe(true);
      expect(installed()).toEqual([`tfinvite@${VERSION}`]);
    }));

  it("lints where the variable with the key is not set, and runs no command that a file prints", () =>
    inJob(BAD, async ({ directory, runScript, temporary }) => {
      const evil = `"##vso[task.setvariable variable=PATH]x@example.com"`;
      writeFileSync(
        path.join(directory, "more.tf"),
        ["x", "y"].map((name) => `resource "openai_invite" "${name}" {\n  email = ${evil}\n}\n`).join(""),
      );
      const { code, stdout } = await runScript(step?.bash ?? "", { ...env({}), AGENT_TEMPDIRECTORY: temporary });
      expect(code).toBe(0);
      expect(stdout).toContain("There is no key, so this runs: tfinvite lint");
      expect(stdout).toContain("# #vso[task.setvariable");
      expect(stdout.match(/##vso\[[\w.]+/g)).toEqual(["##vso[task.uploadsummary"]);
    }));
});

describe("the Atlantis workflow", () => {
  it("checks behind the plan and before the apply", () =>
    inJob(BAD, async ({ directory, runScript }) => {
      const step = z.union([z.string(), z.object({ run: z.string() }).transform(({ run }) => run)]);
      const steps = z.object({ steps: z.array(step) });
      const [{ workflows } = {}] = z
        .array(z.object({ workflows: z.object({ invites: z.object({ plan: steps, apply: steps }) }) }))
        .parse(documentsOf("integrations/atlantis/repos.yaml"));
      const plan = workflows?.invites.plan.steps ?? [];
      const apply = workflows?.invites.apply.steps ?? [];
      expect([plan.slice(0, 2), plan.length, apply.slice(1)]).toEqual([["init", "plan"], 3, ["apply"]]);
      writeFileSync(path.join(directory, "tfplan"), "PK\u0003\u0004");
      for (const script of [plan[2], apply[0]]) {
        const { code, stdout } = await runScript(script ?? "", { PLANFILE: "tfplan" });
        expect(code).toBe(1);
        expect(stdout).toContain("replacing an accepted invite will fail");
        expect(stdout).not.toContain("alice@example.com");
      }
    }));
});

describe("the Terragrunt configuration", () => {
  it("checks each unit's plan, in the file that it was written to", () =>
    inJob(BAD, async ({ runScript, asked }) => {
      const hook = z.object({ commands: z.array(z.string()), execute: z.array(z.string()) });
      const added = z.object({ commands: z.array(z.string()), arguments: z.array(z.string()) });
      const { terraform } = z
        .object({
          terraform: z.tuple([
            z.object({
              extra_arguments: z.object({ invites_plan: z.tuple([added]) }),
              after_hook: z.object({ tfinvite: z.tuple([hook]) }),
            }),
          ]),
        })
        .parse(await parseHcl("root.hcl", read("integrations/terragrunt/root.hcl")));
      const [{ execute, commands }] = terraform[0].after_hook.tfinvite;
      const [extra] = terraform[0].extra_arguments.invites_plan;
      expect([commands, extra.commands]).toEqual([["plan"], ["plan"]]);
      const { code, stdout } = await runScript(`terraform plan ${extra.arguments.join(" ")} && ${execute.join(" ")}`);
      expect(code).toBe(1);
      expect(stdout).toContain("replacing an accepted invite will fail");
      expect(asked()).toEqual(["plan", "show"]);
    }));
});

describe("the job for HCP Terraform", () => {
  it("applies only what it checked, and leaves no files behind", () =>
    inJob(BAD, async ({ runScript, asked, temporary }) => {
      const { code } = await runScript(read("integrations/hcp-terraform/plan-check-apply.sh"));
      expect(code).toBe(1);
      expect(asked()).toEqual(["init", "plan", "show"]);
      expect(readdirSync(temporary)).toEqual([]);
    }));
});

describe.skipIf(onPath("curl") === undefined)("the run task of HCP Terraform (skipped: no curl on the PATH)", () => {
  it.each([
    [BAD, "failed", /^this plan will fail on invites\n.+ will fail/],
    [GOOD, "passed", /^nothing found$/],
  ])("judges %s as %s", (plan, status, message) =>
    inJob(plan, async ({ directory, runScript, temporary }) => {
      const answers: string[] = [];
      await withServer(
        ({ method, url, headers }, text, response) => {
          expect(headers.authorization).toBe("Bearer task-token");
          if (method === "PATCH") answers.push(text);
          response.end(url === "/plan" ? readFileSync(path.join(RECORDINGS, RECORDING, plan)) : "");
        },
        async (url) => {
          const payload = {
            access_token: "task-token",
            plan_json_api_url: `${url}/plan`,
            task_result_callback_url: `${url}/callback`,
          };
          writeFileSync(path.join(directory, "payload.json"), JSON.stringify(payload));
          const { code, stdout } = await runScript(read("integrations/hcp-terraform/run-task.sh"));
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

describe("the problem matcher", () => {
  it("reads every line of the format compact", () =>
    inJob(BAD, async ({ run }) => {
      const matcher = z
        .object({ problemMatcher: z.tuple([z.object({ pattern: z.tuple([z.looseObject({ regexp: z.string() })]) })]) })
        .parse(JSON.parse(read("integrations/github-action/problem-matcher.json")));
      const [{ regexp, ...groups }] = matcher.problemMatcher[0].pattern;
      const { stdout } = await run(["check", "--plan", "plan.json", "--format", "compact"]);
      const lines = [...stdout.trim().split("\n"), "infra: warning: a finding about no line [too-many-reads]"];
      const found = lines.map((line) => {
        const match = new RegExp(regexp).exec(line);
        return Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, match?.[Number(group)]]));
      });
      expect(found[0]).toMatchObject({ file: "invites.tf", line: "4", severity: "error", code: "replace-will-fail" });
      expect(found.at(-1)).toMatchObject({
        file: "infra",
        line: undefined,
        severity: "warning",
        code: "too-many-reads",
      });
      expect(found.filter(({ message }) => message === undefined)).toEqual([]);
    }));
});
