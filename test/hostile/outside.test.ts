import { execFileSync, type spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { ROOT, tfinvite } from "../support/program.js";

const FIXTURE = path.join(ROOT, "fixtures/hostile/outside");

/** A repository with links out of it, and a module above it, as a pull request may contain them. */
describe.skipIf(process.platform === "win32").each(["with a repository", "without one"])("%s", (which) => {
  let top = "";
  let repository = "";
  let before: ReadonlyMap<string, string>;
  const outside = () => {
    const folder = path.join(top, "outside");
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
  };

  beforeEach(() => {
    top = mkdtempSync(path.join(os.tmpdir(), "tfinvite-outside-"));
    cpSync(FIXTURE, top, { recursive: true });
    repository = path.join(top, "repository");
    if (which === "with a repository") mkdirSync(path.join(repository, ".git"));
    symlinkSync("../outside", path.join(repository, "folder"));
    symlinkSync("../outside/linked.tf", path.join(repository, "linked.tf"));
    before = outside();
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it("nothing outside is rewritten, and the remaining findings are reported", async () => {
    const { code, stderr } = await tfinvite(["lint", "--fix"], { cwd: repository });
    expect(outside()).toEqual(before);
    expect(stderr).toContain("linked.tf:4: project-scoped-invite is not fixed: it is outside the repository");
    expect(stderr).toContain("0 findings fixed in 0 files");
    expect(code).toBe(1);
  });

  it("every format has the file and line of what is outside, but no text of it", async () => {
    const formats = Object.keys(REPORT_FORMATS);
    const flags = formats.flatMap((format) => ["--format", `${format}:out.${format}`]);
    const { stdout, stderr } = await tfinvite(["lint", ...flags], { cwd: repository });
    expect(`${stdout}${stderr}`).not.toContain("MARKED");
    for (const format of formats) {
      const report = readFileSync(path.join(repository, `out.${format}`), "utf8");
      expect(report).not.toContain("MARKED");
      if (format !== "junit") expect(report).toMatch(/linked\.tf/);
    }
  });

  it("reports only the place of a syntax error outside", async () => {
    const { stderr } = await tfinvite(["lint", "--format", "json"], { cwd: repository });
    expect(stderr).toContain("../outside/broken.tf:2");
    expect(stderr).not.toContain("MARKED");
  });

  it("a report is not written through a link that leads out", async () => {
    symlinkSync("../outside/linked.tf", path.join(repository, "report.md"));
    symlinkSync("../outside/new.md", path.join(repository, "new.md"));
    for (const file of ["report.md", "new.md", "folder/deep.md"]) {
      const { code, stderr } = await tfinvite(["lint", "--format", `markdown:${file}`], { cwd: repository });
      expect([code, stderr]).toEqual([2, expect.stringContaining("it is a link that leads out of the repository")]);
    }
    expect(outside()).toEqual(before);
  });

  it("a path that the user has named may be anywhere", async () => {
    const [report, baseline] = [path.join(top, "report.json"), path.join(top, "baseline.json")];
    await tfinvite(["lint", "--format", `json:${report}`, "--baseline", baseline, "--update-baseline"], {
      cwd: repository,
    });
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ version: 1 });
    expect(JSON.parse(readFileSync(baseline, "utf8"))).toMatchObject({ version: 1 });
    // A directory that was named is a separate tree.
    const { stdout } = await tfinvite(["lint", ".", "../outside", "--format", "pretty"], { cwd: repository });
    expect(stdout).toContain("MARKED-COMMENT");
  });
});

describe.skipIf(process.platform === "win32")("pipes and devices", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-pipes-"));
    writeFileSync(path.join(folder, "main.tf"), 'resource "openai_invite" "a" {\n  email = "a@example.com"\n}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const pipe = (name: string) => execFileSync("mkfifo", [path.join(folder, name)]);

  it.each(["b.tf", "terraform.tfvars", ".tfinvite.json", ".terraform.lock.hcl", ".gitignore", "terraform.tfstate"])(
    "does not wait for a pipe or an endless device named %s",
    async (name) => {
      const commands = [["lint"], ["check", "--offline"]];
      for (const make of [() => pipe(name), () => symlinkSync("/dev/zero", path.join(folder, name))]) {
        make();
        for (const args of commands) {
          const { code, stderr } = await tfinvite(args, { cwd: folder });
          expect([0, 2, 3]).toContain(code);
          if (/\.tf$|tfvars|tfinvite\.json/.test(name)) {
            expect(code).toBe(2);
            expect(stderr).toContain("it is not a regular file");
          }
        }
        rmSync(path.join(folder, name));
      }
    },
  );

  it("does not wait for a baseline from the settings that is a pipe", async () => {
    writeFileSync(path.join(folder, ".tfinvite.json"), '{ "baseline": "known.json" }');
    pipe("known.json");
    for (const args of [["lint"], ["check", "--offline"], ["lint", "--update-baseline"]]) {
      const { code, stderr } = await tfinvite(args, { cwd: folder });
      expect(stderr).toContain("known.json: it is not a regular file");
      expect(code).toBe(2);
    }
  });

  it("does not write a baseline from the settings into .git, even through a link", async () => {
    mkdirSync(path.join(folder, ".git/hooks"), { recursive: true });
    symlinkSync(".git/hooks", path.join(folder, "hooks"));
    for (const baseline of [".git/hooks/post-checkout", "hooks/post-checkout", ".GIT/post-checkout"]) {
      writeFileSync(path.join(folder, ".tfinvite.json"), JSON.stringify({ baseline }));
      const { code, stderr } = await tfinvite(["lint", "--update-baseline"], { cwd: folder });
      expect([code, stderr]).toEqual([2, expect.stringContaining(`the baseline ${baseline} is in the folder .git`)]);
    }
    expect(readdirSync(path.join(folder, ".git/hooks"))).toEqual([]);
  });

  it("does not guess the selected workspace when its file cannot be read", async () => {
    mkdirSync(path.join(folder, ".terraform"));
    symlinkSync("/dev/zero", path.join(folder, ".terraform/environment"));
    const { code, stderr } = await tfinvite(["status", "--offline"], { cwd: folder });
    expect(stderr).toContain("the selected workspace is not known");
    expect(code).toBe(2);
  });

  it.each([
    ["status", "--state", "SIGTERM", 15],
    ["check", "--plan", "SIGHUP", 1],
    ["lint", "--baseline", "SIGINT", 2],
    ["check", "--var-file", "SIGTERM", 15],
  ] as const)("%s %s PIPE is ended by %s", async (command, flag, signal, number) => {
    pipe("p");
    const stop = (child: ReturnType<typeof spawn>) => void setTimeout(() => child.kill(signal), 1000);
    let ended: NodeJS.Signals | null = null;
    const { code } = await tfinvite([command, flag, "p"], {
      cwd: folder,
      onStart: (child) => {
        child.once("exit", (_, by) => {
          ended = by;
        });
        stop(child);
      },
    });
    expect(code ?? ended).toBe(code === null ? signal : 128 + number);
  });
});
