import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { bash, ROOT } from "../support/program.js";
import { onPath } from "../support/shells.js";

const MIRROR = path.join(ROOT, "integrations/pre-commit");
const HOOKS = z
  .array(
    z.object({ id: z.string(), entry: z.string(), files: z.string(), additional_dependencies: z.array(z.string()) }),
  )
  .parse(parse(readFileSync(path.join(MIRROR, ".pre-commit-hooks.yaml"), "utf8")));
const PACKAGE = z.looseObject({ version: z.string(), devDependencies: z.unknown().optional() });
const readPackage = (folder: string) =>
  PACKAGE.parse(JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")));

const RUNTIME = ["@cdktf/hcl2json", "fs-extra", "graceful-fs", "jsonfile", "universalify"];

/** Packs the built program with what it depends on inside, so that npm installs it without a registry. */
async function packWhole(folder: string): Promise<string> {
  const { devDependencies: _, ...rest } = readPackage(ROOT);
  const staged = path.join(folder, "package");
  for (const part of ["bin", "dist", "docs/rules", ...RUNTIME.map((name) => `node_modules/${name}`)])
    cpSync(path.join(ROOT, part), path.join(staged, part), { recursive: true, dereference: true });
  writeFileSync(
    path.join(staged, "package.json"),
    JSON.stringify({ ...rest, bundleDependencies: ["@cdktf/hcl2json"] }),
  );
  await promisify(execFile)("npm", ["pack", "--offline", "--pack-destination", folder], { cwd: staged });
  return path.join(folder, `tfinvite-${rest.version}.tgz`);
}

const VERSIONS = `
terraform {
  required_providers {
    openai = { source = "openai/openai", version = "1.1.0" }
  }
}
`;
const invite = (email: string, role = "reader") =>
  `resource "openai_invite" "one" {\n  email = "${email}"\n  role  = "${role}"\n}\n`;

describe("the hooks of pre-commit", () => {
  it("install this version of tfinvite", () => {
    const { version } = readPackage(ROOT);
    expect(readPackage(MIRROR).version).toBe(version);
    expect(HOOKS.map((hook) => hook.additional_dependencies)).toEqual(HOOKS.map(() => [`tfinvite@${version}`]));
  });

  it.skipIf(onPath("pre-commit") === undefined)(
    "report and fix what changed, each root module for itself (skipped where pre-commit is not on the PATH)",
    { timeout: 240_000 },
    async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));
      try {
        const tarball = await packWhole(folder);
        const repository = path.join(folder, "infra");
        const write = (file: string, text: string) => {
          mkdirSync(path.dirname(path.join(repository, file)), { recursive: true });
          writeFileSync(path.join(repository, file), text);
        };
        write("eu/main.tf", VERSIONS + invite("ann@example.com"));
        write("us/versions.tf", VERSIONS);
        write("us/main.tf", invite("Bo@example.com", "reder"));
        const mirror = path.join(folder, "mirror");
        cpSync(MIRROR, mirror, { recursive: true });
        const hooks = HOOKS.map(({ id }) => ({ id, additional_dependencies: [tarball] }));
        write(".pre-commit-config.yaml", stringify({ repos: [{ repo: mirror, rev: "HEAD", hooks }] }));

        const shell = (script: string) =>
          bash(script, {
            cwd: repository,
            programs: folder,
            env: { HOME: folder, PRE_COMMIT_HOME: path.join(folder, "cache"), npm_config_offline: "true" },
          });
        const set = "git -c user.name=a -c user.email=a@example.com -c init.defaultBranch=main";
        const made = await shell(
          `set -e; for d in ../mirror .; do (cd "$d"; ${set} init -q; git add -A; ${set} commit -qm x); done
           sed -i "s/HEAD/$(git -C ../mirror rev-parse HEAD)/" .pre-commit-config.yaml; git add -A`,
        );
        expect([made.code, made.stderr]).toEqual([0, ""]);

        const all = await shell("pre-commit run --all-files --color never");
        expect(all.code).toBe(1);
        expect(all.stdout).toContain(
          'us/main.tf:3:11: error: openai_invite.one: "reder" is not a valid organization role',
        );
        expect(all.stdout).not.toContain("eu/main.tf:");
        // Which of the three failed, and that the second one changed a file.
        expect(all.stdout.match(/^- .*$/gm)).toEqual([
          "- hook id: tfinvite-lint",
          "- exit code: 1",
          "- hook id: tfinvite-fix",
          "- exit code: 1",
          "- files were modified by this hook",
          "- hook id: tfinvite-check-offline",
          "- exit code: 1",
        ]);
        expect(readFileSync(path.join(repository, "us/main.tf"), "utf8")).toContain("bo@example.com");

        const one = await shell("pre-commit run tfinvite-lint --files eu/main.tf --color never");
        expect([one.code, one.stdout]).toEqual([0, expect.stringMatching(/^tfinvite lint\.+Passed\n$/)]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
