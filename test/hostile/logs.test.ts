import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { REPORT_FORMATS, STATUS_FORMATS } from "../../src/report/formats.js";
import { anInvite, aUser, type StandIn, startStandIn } from "../stand-in/server.js";
import { NOW, ROOT, tfinvite } from "../support/program.js";

const FIXTURE = path.join(ROOT, "fixtures/hostile/logs");
const NAMES = z.array(z.string()).parse(JSON.parse(readFileSync(path.join(FIXTURE, "names.json"), "utf8")));
const HAS_CONTROLS = /[\p{Cc}\p{Bidi_Control}\u2028]/u;

/** Directories whose names, with keys and comments in them, are commands to terminals, shells and runners of CI jobs. */
describe.skipIf(process.platform === "win32")("the log of a CI job", () => {
  let folder = "";
  let api: StandIn;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    const sent = NOW / 1000 - 86_400;
    const accepted = { status: "accepted", accepted_at: sent + 60 } as const;
    api = await startStandIn({
      now: () => NOW,
      invites: ["invite-1", "invite-2"].map((id) => ({ ...anInvite(id, `${id}@example.com`, sent), ...accepted })),
      users: ["invite-1", "invite-2"].map((id) => aUser(`user-${id}`, `${id}@example.com`, sent + 60)),
    });
    env = { OPENAI_BASE_URL: api.url, OPENAI_ADMIN_KEY: api.key };
    folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-logs-"));
    mkdirSync(path.join(folder, ".git"));
    for (const name of NAMES) {
      cpSync(path.join(FIXTURE, "main.tf"), path.join(folder, name, "main.tf"));
      cpSync(path.join(FIXTURE, "terraform.tfstate"), path.join(folder, name, "terraform.tfstate"));
    }
  });
  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  /** Holds an output to contain nothing that a terminal or a runner obeys, but for annotations of our own. */
  function expectHarmless(output: string): void {
    for (const line of output.split("\n")) {
      // Columns of status are parted by tabs.
      expect(line.replaceAll("\t", "")).not.toMatch(HAS_CONTROLS);
      expect(line.replace(/^::(?:error|warning|notice) [^:]*::|^::(?:group|endgroup)::/, "")).not.toMatch(/^\s*::/);
      // What follows such an annotation is its text.
      if (!line.startsWith("::")) expect(line).not.toMatch(/##[a-z]*\[/i);
    }
    // A directory of that name turns no flag on.
    expect(output).not.toMatch(/tfinvite [^\n]*\s--yes(?:\s|$)/);
    expect(output).not.toMatch(/tfinvite [^\n]*--apply[^\n]*\s--apply(?:\s|$)/);
  }

  /** One run that writes all formats. */
  async function inAllFormats(args: readonly string[], formats: readonly string[]): Promise<Map<string, string>> {
    const flags = formats.flatMap((format) => ["--format", `${format}:${path.join(folder, `out.${format}`)}`]);
    const { stderr } = await tfinvite([...args, ...flags], { cwd: folder });
    expectHarmless(stderr);
    return new Map(formats.map((format) => [format, readFileSync(path.join(folder, `out.${format}`), "utf8")]));
  }

  it("is not commanded by check, lint and status in any format", async () => {
    const outputs = [
      ...(await inAllFormats(["check", "--offline", "--recursive"], Object.keys(REPORT_FORMATS))),
      ...(await inAllFormats(["lint"], Object.keys(REPORT_FORMATS))),
      ...(await inAllFormats(["status", "--offline", "--recursive"], Object.keys(STATUS_FORMATS))),
    ];
    for (const [format, output] of outputs) {
      expect(output).toContain("openai_invite");
      // XML has no escape for them that every reader shows.
      if (format !== "checkstyle" && format !== "junit") expectHarmless(output);
    }
  }, 120_000);

  it("is not commanded by previews and diffs", async () => {
    const directory = path.join(folder, "--yes");
    for (const args of [
      ["lint", "--fix-dry-run"],
      ["repair"],
      ["repair", "--as", "json"],
      ["repair", "--write", "--dry-run"],
    ]) {
      const { stdout, stderr } = await tfinvite(args, { cwd: directory, env });
      expectHarmless(`${stdout}\n${stderr}`);
    }
    expect(readdirSync(directory).sort()).toEqual(["main.tf", "terraform.tfstate"]);
  }, 60_000);

  it.each(["esc\u001b[31m", "new\n::set-output name=approved::true", "##[set-output name=approved;]true", "--yes"])(
    "is not commanded by repair in a directory called %j",
    async (name) => {
      const { code, stdout, stderr } = await tfinvite(["repair", "--", name], { cwd: folder, env });
      expectHarmless(`${stdout}\n${stderr}`);
      // No terminal can show a command with control characters in it.
      const command = HAS_CONTROLS.test(name) ? "" : expect.stringMatching(/^terraform \S*-chdir=.* state rm /);
      expect([code, stdout], stderr).toEqual([HAS_CONTROLS.test(name) ? 2 : 0, command]);
    },
    60_000,
  );
});
