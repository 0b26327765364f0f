import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

  /** Lints `infra` from there, in every format at once. */
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
      "infra/main.tf": INVITE.replaceAll("kim", "lee"),
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
    const stdout: string[] = [];
    const found: Record<string, string> = {};
    for (const format of formats) {
      stdout.length = 0;
      await main(["lint", "--format", format], {
        stdin: Readable.from([]),
        stdout: { write: (text) => stdout.push(text) },
        stderr: { write: () => undefined },
        env: {},
        cwd: path.join(repository, "infra"),
        platform: process.platform,
        signal: new AbortController().signal,
      });
      found[format] = stdout.join("");
    }
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

  /** Own file, a local module's, behind a link, and fetched. */
  const PLACES = ["infra/main.tf:3", "modules/beside/main.tf:3", "infra/calls.tf:4", "infra/calls.tf:7"];

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
  });

  it.each(["pretty", "compact", "json", "rdjson"])("tells those of %s from where it was started", (format) => {
    expect(texts[format]).toContain("../modules/beside/main.tf");
    expect(texts[format]).not.toContain("infra/main.tf");
  });

  it("says in JSON where that is", () => {
    expect(JSON.parse(texts["json"] ?? "")).toMatchObject({ startedIn: "infra" });
  });
});
