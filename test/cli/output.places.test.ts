import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { main } from "../../src/cli/main.js";
import { REPORT_FORMATS } from "../../src/report/formats.js";

const INVITE = 'resource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "chief"\n}\n';
const call = (name: string, source: string) => `module "${name}" {\n  source = "${source}"\n}\n`;

describe("where reports say that findings are", () => {
  let repository: string;
  let texts: Readonly<Record<string, string>>;

  async function lint(flags: readonly string[]): Promise<string> {
    const stdout: string[] = [];
    await main(["lint", ...flags], {
      stdin: Readable.from([]),
      stdout: { write: (text) => stdout.push(text) },
      stderr: { write: () => undefined },
      env: {},
      cwd: path.join(repository, "infra"),
      platform: process.platform,
      signal: new AbortController().signal,
    });
    return stdout.join("");
  }

  /** Lints `infra` from there, in every format. */
  beforeAll(async () => {
    repository = realpathSync(mkdtempSync(path.join(os.tmpdir(), "tfinvite-places-")));
    const write = (files: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
        writeFileSync(path.join(repository, name), text);
      }
    };
    const fetched = { Key: "people", Source: "acme/people/openai", Version: "1.0.0", Dir: ".terraform/modules/people" };
    write({
      ".git/HEAD": "ref: refs/heads/main\n",
      "infra/main.tf": `${INVITE.replaceAll("kim", "lee")}${INVITE.replaceAll("kim", "lee").replace('"lee"', '"again"')}`,
      "infra/calls.tf": [
        call("beside", "../modules/beside"),
        call("linked", "./linked"),
        call("people", "acme/people/openai"),
      ].join(""),
      "infra/.terraform/modules/modules.json": JSON.stringify({
        Modules: [{ Key: "", Source: "", Dir: "." }, fetched],
      }),
      "infra/.terraform/modules/people/main.tf": call("inner", "./inner"),
      "infra/.terraform/modules/people/inner/main.tf": INVITE.replaceAll("kim", "pat"),
      "modules/beside/main.tf": INVITE,
      "modules/other/main.tf": INVITE.replaceAll("kim", "lou"),
    });
    symlinkSync("../modules/other", path.join(repository, "infra/linked"));
    const formats = Object.keys(REPORT_FORMATS);
    const found: Record<string, string> = {};
    for (const format of formats) found[format] = await lint(["--format", format]);
    texts = found;
  });

  afterAll(() => rmSync(repository, { recursive: true, force: true }));

  const uris = z.object({
    runs: z.array(
      z.object({
        results: z.array(
          z.object({
            ruleId: z.string(),
            locations: z.array(
              z.object({
                physicalLocation: z.object({
                  artifactLocation: z.object({ uri: z.string() }),
                  region: z.object({ startLine: z.int() }),
                }),
              }),
            ),
          }),
        ),
      }),
    ),
  });

  const NO_REGION = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  const replacement = z.object({
    deletedRegion: z.object({ startLine: z.int(), startColumn: z.int(), endLine: z.int(), endColumn: z.int() }),
    insertedContent: z.object({ text: z.string() }),
  });
  const change = z.object({ replacements: z.array(replacement) });
  const fix = z.object({ artifactChanges: z.array(change) });
  const fixed = z.object({
    runs: z.array(z.object({ results: z.array(z.object({ fixes: z.array(fix).optional() })) })),
  });

  /** Own file twice, a local module's, behind a link, and fetched. */
  const PLACES = [
    "infra/main.tf:3",
    "infra/main.tf:7",
    "modules/beside/main.tf:3",
    "infra/calls.tf:4",
    "infra/calls.tf:7",
  ];

  it("tells SARIF's from the root of the repository, and points at the call of what is not in it", () => {
    const places = uris
      .parse(JSON.parse(texts["sarif"] ?? ""))
      .runs.flatMap(({ results }) => results)
      .filter(({ ruleId }) => ruleId === "invalid-role")
      .flatMap(({ locations }) =>
        locations.map(
          ({ physicalLocation: { artifactLocation, region } }) => `${artifactLocation.uri}:${region.startLine}`,
        ),
      );
    expect(places.sort()).toEqual([...PLACES].sort());
  });

  it("tells those of GitHub's annotations so, too", () => {
    const annotations = (texts["github"] ?? "").matchAll(/^::error file=([^,]+),line=(\d+).*\(invalid-role\)/gm);
    expect([...annotations].map(([, file, line]) => `${file}:${line}`).sort()).toEqual([...PLACES].sort());
  });

  it("tells those of checkstyle so, too", () => {
    const files = [...(texts["checkstyle"] ?? "").matchAll(/<file name="([^"]+)"/g)].map(([, file]) => file);
    expect(files).toEqual(expect.arrayContaining(["infra/main.tf", "modules/beside/main.tf", "infra/calls.tf"]));
    expect(texts["checkstyle"]).not.toMatch(/name="[^"]*(?:\.terraform|linked)/);
  });

  it.each(["sarif", "gitlab", "github", "checkstyle", "rdjson"])("says in %s where it really is", (format) => {
    expect(texts[format]).toContain("n .terraform/modules/people/inner/main.tf:3");
  });

  it.each(["markdown", "junit", "gitlab"])("tells all paths of %s from the root", (format) => {
    const text = texts[format] ?? "";
    expect(text).toContain("infra/main.tf");
    expect(text).toContain("modules/beside/main.tf");
    expect(text).not.toContain("../modules");
    expect(text).toMatch(/openai_invite.(?:lee|again)`? \(`?infra\/main.tf:\d+`?\)/);
  });

  it.each(["pretty", "compact", "json", "rdjson"])("tells those of %s from where it was started", (format) => {
    expect(texts[format]).toContain("../modules/beside/main.tf");
    expect(texts[format]).not.toContain("infra/main.tf");
  });

  it("fixes in SARIF and suggests in rdjson what --fix does", async () => {
    const file = path.join(repository, "infra/main.tf");
    const before = INVITE.replace('email = "kim', '/* ü😀 */ email = "Kim').replace("chief", "reader");
    writeFileSync(file, before);
    const [sarif, rdjson] = [await lint(["--format", "sarif"]), await lint(["--format", "rdjson"])];
    await lint(["--fix"]);
    const after = readFileSync(file, "utf8");
    expect(after).not.toBe(before);
    const lines = before.split("\n");
    const offset = (line: number, column: number) =>
      lines.slice(0, line - 1).join("\n").length + Math.min(line, 2) - 1 + column - 1;
    const fixes = fixed
      .parse(JSON.parse(sarif))
      .runs.flatMap(({ results }) => results.flatMap((one) => one.fixes ?? []));
    const [{ deletedRegion: region, insertedContent } = { deletedRegion: NO_REGION, insertedContent: { text: "" } }] =
      fixes.flatMap(({ artifactChanges }) => artifactChanges.flatMap(({ replacements }) => replacements));
    expect(
      before.slice(0, offset(region.startLine, region.startColumn)) +
        insertedContent.text +
        before.slice(offset(region.endLine, region.endColumn)),
    ).toBe(after);
    const [suggestion] = JSON.parse(rdjson).diagnostics.flatMap(({ suggestions = [] }) => suggestions);
    const bytes = (text: string) => Buffer.from(text);
    const at = ({ line, column }: { readonly line: number; readonly column: number }) =>
      bytes(
        lines
          .slice(0, line - 1)
          .map((text) => `${text}\n`)
          .join(""),
      ).length +
      column -
      1;
    expect(
      Buffer.concat([
        bytes(before).subarray(0, at(suggestion.range.start)),
        bytes(suggestion.text),
        bytes(before).subarray(at(suggestion.range.end)),
      ]).toString(),
    ).toBe(after);
  });

  it("says in JSON where that is", () => {
    expect(JSON.parse(texts["json"] ?? "")).toMatchObject({ startedIn: "infra" });
  });
});
