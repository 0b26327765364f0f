import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { BAD, GOOD, inJob } from "./support/ci-job.js";
import { ROOT } from "./support/program.js";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const PAGE = read("docs/ci.md");
const { version: VERSION } = z.object({ version: z.string() }).parse(JSON.parse(read("package.json")));

/** The files that CI services and pre-commit run, from the page or without it. */
const FILES = [
  "action.yml",
  ...["integrations", "templates"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
  ),
];

const BLOCKS = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));
const DOCUMENTS = BLOCKS.filter(({ language }) => language === "yaml").flatMap(({ text }) => parseAllDocuments(text));

/** Each call of tfinvite in the shell code of the page and the files, with continued lines joined. */
const CALLS = [
  ...new Set(
    [...BLOCKS.map(({ text }) => text), ...FILES.filter((file) => file.endsWith(".sh")).map(read)].flatMap((script) =>
      [...script.replaceAll(/\\\n\s*/g, "").matchAll(/npx --yes tfinvite@\S+ [^|&;>\n]+/g)].map(([call]) =>
        call.trim(),
      ),
    ),
  ),
];

function objectsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsOf);
  return Array.isArray(value) ? inner : [{ ...value }, ...inner];
}

describe("docs/ci.md", () => {
  it("is short, and has YAML that parses without a warning", () => {
    expect(PAGE.split("\n").length).toBeLessThanOrEqual(151);
    expect(DOCUMENTS.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(DOCUMENTS.length).toBe(4);
  });

  it("names files that there are, and each of them", () => {
    const named = [...PAGE.matchAll(/`((?:integrations|templates)\/[^`]+|action\.yml)`/g)].map(([, file = ""]) => file);
    expect(named.filter((file) => !FILES.some((one) => one.startsWith(file)))).toEqual([]);
    const folders = new Set(FILES.map((file) => file.split("/").slice(0, 2).join("/")));
    expect([...folders].filter((folder) => !named.some((file) => file.startsWith(folder)))).toEqual([]);
  });

  it("names this version of tfinvite everywhere, as the files do", () => {
    const text = [PAGE, ...FILES.map(read)].join("\n");
    const versions = [...text.matchAll(/tfinvite(?:@v?|-pre-commit\n +rev: v|, ref: refs\/tags\/v)(\d[\w.-]+)/g)];
    expect(versions.length).toBeGreaterThan(8);
    expect([...new Set(versions.map(([, version]) => version))]).toEqual([VERSION]);
  });

  it("uses only actions of GitHub and HashiCorp, each with its major version, and its own", () => {
    const used = DOCUMENTS.flatMap((document) => objectsOf(document.toJS())).flatMap(({ uses }) => uses ?? []);
    expect(used.filter((action) => !/^(?:actions|github|hashicorp)\/[\w/-]+@v\d+$/.test(String(action)))).toEqual([
      `OWNER/tfinvite@v${VERSION}`,
    ]);
  });

  it("gives the action inputs that it has", () => {
    const { inputs } = z
      .object({ inputs: z.record(z.string(), z.unknown()) })
      .parse(parseAllDocuments(read("action.yml"))[0]?.toJS());
    const [step] = DOCUMENTS.flatMap((document) => objectsOf(document.toJS())).filter(({ uses }) =>
      String(uses).startsWith("OWNER/"),
    );
    const given = Object.keys(z.record(z.string(), z.unknown()).parse(step?.["with"]));
    expect(given.filter((name) => !(name in inputs))).toEqual([]);
    expect(given.length).toBeGreaterThan(1);
  });

  it.each(CALLS)("%s is a call that the program accepts", (call) =>
    inJob(BAD, async ({ directory, runScript }) => {
      writeFileSync(path.join(directory, "tfplan"), "PK\u0003\u0004");
      const ran = await runScript(`${call} < plan.json`, { plans: directory });
      expect(ran.stderr).not.toContain("error:");
      expect(ran.stderr).toMatch(/exit 1: 1 error\n$/);
      expect(ran.code).toBe(1);
    }),
  );
});

describe("the pipeline in plain shell", () => {
  const [script = ""] = BLOCKS.filter(({ language }) => language === "bash").map(({ text }) => text);

  it.each([
    ["does not apply a plan that will fail", BAD, {}, 1, ["init", "plan", "show"]],
    ["applies a plan that will succeed", GOOD, {}, 0, ["init", "plan", "show", "apply"]],
    ["does not apply a plan if the look-up failed", GOOD, { OPENAI_ADMIN_KEY: "" }, 3, ["init", "plan", "show"]],
  ])("%s, and leaves no files behind", (_, plan, env, expected, calls) =>
    inJob(plan, async ({ runScript, asked, temporary }) => {
      const { code } = await runScript(script, env);
      expect(code).toBe(expected);
      expect(asked()).toEqual(calls);
      expect(readdirSync(temporary)).toEqual([]);
    }),
  );
});
