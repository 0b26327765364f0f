import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFixed } from "../../src/lint/fix-files.js";
import { fixFor } from "../../src/lint/fixes/fix.js";
import { type LintOutcome, lintOnce } from "../../src/lint/lint-once.js";
import { diffOf } from "../../src/report/diff.js";
import { diskFileSystem } from "../../src/terraform/files/file-system.js";
import { fixFolder, textsIn } from "../support/fix-case.js";
import { ROOT, tfinvite, withoutRulePages } from "../support/program.js";

const canRun = (program: string, args: readonly string[]) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const hasGit = canRun("git", ["--version"]);
const hasTerraform = canRun("terraform", ["version"]);

describe("lint --fix", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-fix-"));
    cpSync(path.join(ROOT, "fixtures/rules"), cwd, {
      recursive: true,
      filter: (file) => !file.endsWith("expected.txt"),
    });
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  const surroundings = () => ({ cwd, env: {}, fileSystem: diskFileSystem });
  const lint = (given: ReturnType<typeof surroundings>) => lintOnce({ targets: ["."] }, given);
  const fix = () => fixFolder(cwd);

  it("fixes the rules' own cases, and says why it skips others", async () => {
    const fixed = await fix();
    await expect(`${await diffOf(fixed.files)}\n${fixed.refused.join("\n")}\n`).toMatchFileSnapshot("fixes.diff");
  });

  it("removes every finding that it fixed, and adds only notices", async () => {
    const before = await lint(surroundings());
    const { outcome, fixed } = await fix();
    const serious = ({ report }: LintOutcome) =>
      report.findings
        .filter(({ severity }) => severity !== "notice")
        .map(({ rule, address, directory }) => `${directory} ${rule} ${address}`);
    expect(serious(outcome).filter((finding) => !serious(before).includes(finding))).toEqual([]);
    expect(before.report.findings.length - outcome.report.findings.length).toBeGreaterThanOrEqual(fixed);
    const fixable = outcome.report.findings.filter((finding) => {
      const assessment = outcome.assessments.find(({ inventory }) => inventory.directory === finding.directory);
      return assessment !== undefined && fixFor(finding, assessment)?.kind === "fix";
    });
    expect(fixable).toEqual([]);
  });

  it("changes the files once; a second run changes nothing", async () => {
    await writeFixed(await fix(), { cwd });
    const again = await fix();
    expect([...again.files.keys()]).toEqual([]);
  });

  it.skipIf(!hasTerraform)("writes as terraform fmt does (skipped: no terraform on the PATH)", async () => {
    await writeFixed(await fix(), { cwd });
    const { stdout, status } = spawnSync("terraform", ["fmt", "-check", "-recursive", cwd], { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  });

  it.skipIf(!hasGit)("shows a diff that git applies (skipped: no git on the PATH)", async () => {
    const fixed = await fix();
    const file = path.join(cwd, "fix.diff");
    writeFileSync(file, await diffOf(fixed.files));
    execFileSync("git", ["init", "-q"], { cwd });
    execFileSync("git", ["apply", "fix.diff"], { cwd });
    for (const [name, { after }] of fixed.files) expect(readFileSync(path.join(cwd, name), "utf8")).toBe(after);
  });

  it.each([
    ["CR LF", (text: string) => text.replaceAll("\n", "\r\n"), (text: string) => text.replaceAll("\r\n", "\n")],
    ["no final line end", (text: string) => text.replace(/\n$/, ""), (text: string) => `${text}\n`],
    ["a byte order mark", (text: string) => `\ufeff${text}`, (text: string) => text.replace(/^\ufeff/, "")],
  ])("does the same to files with %s, and keeps that", async (name, change, undo) => {
    const plain = await fix();
    for (const file of readdirSync(cwd, { recursive: true, encoding: "utf8" })) {
      const full = path.join(cwd, file);
      if (/\.(?:tf|tofu)(?:\.json)?$/.test(file) && statSync(full).isFile())
        writeFileSync(full, change(readFileSync(full, "utf8")));
    }
    const changed = await fix();
    expect([...changed.files.keys()]).toEqual([...plain.files.keys()]);
    for (const [file, { after }] of changed.files) {
      expect(undo(after).trimEnd()).toBe(plain.files.get(file)?.after.trimEnd());
      if (name === "CR LF") expect(after.replaceAll("\r\n", "")).not.toContain("\n");
      if (name === "no final line end") expect(after.endsWith("\n\n")).toBe(false);
    }
  });

  it("does not overwrite a file that changed in the meantime", async () => {
    const fixed = await fix();
    const [first = ""] = fixed.files.keys();
    writeFileSync(path.join(cwd, first), "# mine\n");
    await expect(writeFixed(fixed, { cwd })).rejects.toThrow(`cannot fix ${first}: it has changed since it was read`);
    expect(readFileSync(path.join(cwd, first), "utf8")).toBe("# mine\n");
  });

  it("works from the command line, and shows no key in a diff", async () => {
    const folder = path.join(cwd, "secret");
    cpSync(path.join(ROOT, "fixtures/rules/mixed-case-email/found/literal"), folder, { recursive: true });
    const file = path.join(folder, "main.tf");
    const key = "sk-admin-0123456789abcdefghij";
    writeFileSync(file, `${readFileSync(file, "utf8")}\nvariable "key" {\n  default = "${key}"\n}\n`);
    const dry = await tfinvite(["lint", "--fix-dry-run"], { cwd: folder });
    expect(dry.stdout + dry.stderr).not.toContain(key);
    expect(dry.stdout).toContain('+  email = "sam.smith@example.com"');
    const ran = await tfinvite(["lint", "--fix"], { cwd: folder });
    expect(withoutRulePages(ran.stderr)).toBe(
      "1 finding fixed in 1 file\nmain.tf:2: mixed-case-email fixed: Write the email address in lower case\nexit 1: 1 error\n",
    );
    expect(readFileSync(file, "utf8")).toContain('email = "sam.smith@example.com"');
  });

  it("skips a file that is not UTF-8, and fixes the others", async () => {
    const folder = path.join(cwd, "bytes");
    const invite = (name: string) =>
      `resource "openai_invite" "${name}" {\n  email = "Sam@Example.com"\n  role  = "reader"\n}\n`;
    cpSync(path.join(ROOT, "fixtures/rules/mixed-case-email/found/literal"), folder, { recursive: true });
    const bytes = Buffer.concat([Buffer.from("# caf"), Buffer.from([0xe9, 0x0a]), Buffer.from(invite("a"))]);
    writeFileSync(path.join(folder, "latin.tf"), bytes);
    writeFileSync(path.join(folder, "replaced.tf"), `# caf\ufffd\n${invite("b").replace("Sam", "Kim")}`);
    const { stderr } = await tfinvite(["lint", "--fix"], { cwd: folder });
    expect(stderr).toContain("latin.tf:3: mixed-case-email is not fixed: the file is not UTF-8 throughout\n");
    expect(readFileSync(path.join(folder, "latin.tf")).equals(bytes)).toBe(true);
    expect(readFileSync(path.join(folder, "main.tf"), "utf8")).toContain('"sam.smith@example.com"');
    expect(readFileSync(path.join(folder, "replaced.tf"), "utf8")).toContain(
      '# caf\ufffd\nresource "openai_invite" "b" {\n  email = "kim@example.com"',
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "writes nothing where one of the files cannot be written (skipped: root may write everywhere)",
    async () => {
      const folder = path.join(cwd, "locked");
      cpSync(path.join(ROOT, "fixtures/fixes/blocks/before"), folder, { recursive: true });
      cpSync(path.join(ROOT, "fixtures/fixes/for-each/before/main.tf"), path.join(folder, "team.tf"));
      chmodSync(path.join(folder, "team.tf"), 0o444);
      const before = textsIn(folder);
      const { code, stderr } = await tfinvite(["lint", "--fix"], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain("cannot fix team.tf: EACCES");
      expect(stderr).toContain("Nothing was written: all files are as they were.");
      expect(textsIn(folder)).toEqual(before);
    },
  );

  it("reports what it fixed and what it skipped, with places", async () => {
    const folder = path.join(cwd, "reported");
    cpSync(path.join(ROOT, "fixtures/fixes/for-each/before"), folder, { recursive: true });
    cpSync(path.join(ROOT, "fixtures/fixes/left-variable/before/main.tf"), path.join(folder, "variable.tf"));
    writeFileSync(
      path.join(folder, "variable.tf"),
      readFileSync(path.join(folder, "variable.tf"), "utf8").replace(
        '"openai_invite" "team"',
        '"openai_invite" "rest"',
      ),
    );
    const dry = await tfinvite(["lint", "--fix-dry-run"], { cwd: folder });
    const ran = await tfinvite(["lint", "--fix"], { cwd: folder });
    const reported = withoutRulePages(ran.stderr);
    expect(dry.stderr.replace("would be fixed", "fixed")).toBe(reported);
    expect(reported).toBe(
      `1 finding fixed in 1 file
${readFileSync(path.join(ROOT, "fixtures/fixes/for-each/reported.txt"), "utf8")}${readFileSync(path.join(ROOT, "fixtures/fixes/left-variable/reported.txt"), "utf8").replace("main.tf", "variable.tf")}`,
    );
    expect(readFileSync(path.join(folder, "main.tf"), "utf8")).toBe(
      readFileSync(path.join(ROOT, "fixtures/fixes/for-each/after/main.tf"), "utf8"),
    );
  });
});
