import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { startStandIn } from "../stand-in/server.js";
import { bash, NOW, ROOT } from "../support/program.js";
import { onPath } from "../support/shells.js";

const workflowSchema = z.object({
  jobs: z.object({
    tfinvite: z.object({
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          env: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  }),
});

const INVITE = `terraform {
  required_providers {
    openai = { source = "openai/openai", version = "1.1.0" }
  }
}

resource "openai_invite" "kim" {
  email = "kim@example.com"
  role  = "reader"
}
`;

/** npm starts five times, which takes half a minute on a busy machine. */
const PATIENCE = 180_000;

let folder = "";

/** The packed package as npm installs it, without a registry: beside the repository, where npx finds it. */
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
  const tarball = execFileSync(process.execPath, [path.join(ROOT, "scripts/pack.mjs"), folder], { encoding: "utf8" });
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, ".bin"), { recursive: true });
  execFileSync("tar", ["-xzf", path.join(folder, tarball.trim()), "-C", modules]);
  execFileSync("mv", ["package", "tfinvite"], { cwd: modules });
  symlinkSync(path.join(ROOT, "node_modules/@cdktf"), path.join(modules, "@cdktf"));
  const program = path.join(modules, "tfinvite/bin/tfinvite.js");
  chmodSync(program, 0o755);
  symlinkSync(program, path.join(modules, ".bin/tfinvite"));
  // The pipeline's npx looks in a new folder: here, the one with the package.
  writeFileSync(path.join(folder, "mktemp"), `#!/bin/sh\necho '${folder}'\n`, { mode: 0o755 });
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = ["git", "tar", "script"].find((program) => onPath(program) === undefined);

it.skipIf(missing !== undefined)(
  `from a repository with one invite to the check of its pull request in five steps${missing === undefined ? "" : ` (${missing} is not installed)`}`,
  async () => {
    const repository = path.join(folder, "infra");
    mkdirSync(repository);
    writeFileSync(path.join(repository, "main.tf"), INVITE);
    const api = await startStandIn({
      now: () => NOW,
      users: [
        {
          object: "organization.user",
          added_at: 0,
          id: "user-kim",
          email: "kim@example.com",
          name: "Kim",
          role: "reader",
        },
      ],
    });
    const env = {
      ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.com", GIT_COMMITTER_NAME: "a" },
      ...{ GIT_COMMITTER_EMAIL: "a@example.com", GIT_CONFIG_NOSYSTEM: "1", HOME: folder },
      ...{
        npm_config_offline: "true",
        npm_config_update_notifier: "false",
        npm_config_progress: "false",
        npm_config_cache: path.join(folder, "cache"),
      },
    };
    const run = async (script: string, cwd: string, more: Readonly<Record<string, string>> = {}) => {
      const { code, stdout, stderr } = await bash(script, { cwd, programs: folder, env: { ...env, ...more } });
      return `${stdout}${stderr}--- exit ${code}\n`.replaceAll("\r\n", "\n");
    };
    let recorded = "";
    let steps = 0;
    const done = (line: string, shown = "") => {
      steps += 1;
      recorded += `${steps}. ${line}\n${shown}\n`;
    };
    try {
      const before =
        "git init -q -b main && git remote add origin git@github.com:acme/infra.git && git add . && git commit -qm invite";
      expect(await run(before, repository)).toBe("--- exit 0\n");

      const asked = await run("(sleep 1; echo y) | script -qec 'stty -echo; npx tfinvite init' /dev/null", repository);
      done("npx tfinvite init");
      done("y", asked);
      const command = /^ {2}(gh secret set (\w+))/m.exec(asked);
      const [, secret = "", name = ""] = command ?? [];
      done(secret);
      const add = /^ {2}(git add .*)$/m.exec(asked)?.[1] ?? "";
      const commit = `git switch -qc tfinvite && ${add} && git commit -qm 'Check the invites'`;
      done(`${commit} && git push -q origin tfinvite`, await run(commit, repository));
      done("gh pr create --fill");
      expect(steps).toBeLessThanOrEqual(5);

      // What GitHub does: a clone, then the steps of the workflow. One of them is a command.
      await run("git clone -q infra checkout", folder);
      const checkout = path.join(folder, "checkout");
      const file = path.join(checkout, ".github/workflows/tfinvite.yml");
      const workflow = workflowSchema.parse(parse(readFileSync(file, "utf8")));
      const [check, ...others] = workflow.jobs.tfinvite.steps.filter((step) => step.run !== undefined);
      expect(others).toEqual([]);
      const inJob = (secrets: Readonly<Record<string, string>>) => {
        const given = Object.entries(check?.env ?? {}).map(([variable, value]) => {
          const [, wanted = ""] = /^\$\{\{ secrets\.(\w+) \}\}$/.exec(value) ?? [];
          return [variable, secrets[wanted] ?? ""] as const;
        });
        const more = { ...Object.fromEntries(given), OPENAI_BASE_URL: api.url, GITHUB_ACTIONS: "true" };
        return run(check?.run ?? "exit 9", checkout, more);
      };
      recorded += `The check of the pull request:\n${await inJob({ [name]: api.key })}\n`;
      recorded += `The same from a fork, which gets no secrets:\n${await inJob({})}`;
      await expect(recorded).toMatchFileSnapshot("transcripts/init.txt");
    } finally {
      await api.close();
    }
  },
  PATIENCE,
);
