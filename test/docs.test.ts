import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PUBLISHED, VERSION } from "../src/base/version.js";
import { makeProgram } from "../src/cli/program.js";
import { RULES } from "../src/invites/rules/registry.js";
import { ROOT } from "./support/program.js";

const PAGES = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll("\\", "/")}`),
];

/** A page without its code blocks, which contain no links or headings. */
function proseOf(page: string): string {
  return readFileSync(path.join(ROOT, page), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "code");
}

/** The targets of a page's links, without those in code. */
function linksOf(page: string): string[] {
  const text = proseOf(page).replaceAll(/`[^`\n]*`/g, "code");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchor that GitHub gives to a heading. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The file and heading of this repository that a link points to; undefined where it points elsewhere. */
function insideOf(page: string, link: string): { readonly file: string; readonly anchor?: string } | undefined {
  const isPublished = link.startsWith(PUBLISHED);
  if (!isPublished && /^[a-z]+:/.test(link)) return undefined;
  const [target = "", anchor] = (isPublished ? link.slice(PUBLISHED.length) : link).split("#");
  const file = isPublished ? target : target === "" ? page : path.posix.join(path.posix.dirname(page), target);
  return { file, ...(anchor !== undefined && { anchor }) };
}

describe.each(PAGES)("%s", (page) => {
  it("has no broken link", () => {
    const inside = linksOf(page).flatMap((link) => insideOf(page, link) ?? []);
    const broken = inside.filter(
      ({ file, anchor }) =>
        !existsSync(path.join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it("links with https only", () => {
    expect(linksOf(page).filter((link) => /^[a-z]+:/.test(link) && !link.startsWith("https://"))).toEqual([]);
  });
});

it("the pages have links to test", () => {
  expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(120);
  expect(insideOf("docs/rules/a.md", "b.md#c")).toEqual({ file: "docs/rules/b.md", anchor: "c" });
  expect(insideOf("README.md", `${PUBLISHED}docs/configuration.md`)).toEqual({ file: "docs/configuration.md" });
});

it("the index links to every page that is not about one rule, and the table of rules to each rule", () => {
  const reachedFrom = (page: string) => new Set(linksOf(page).flatMap((link) => insideOf(page, link)?.file ?? []));
  const pages = PAGES.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  const isRule = (page: string) => page.startsWith("docs/rules/") && page !== "docs/rules/README.md";
  const index = reachedFrom("docs/README.md");
  expect(pages.filter((page) => !isRule(page) && !index.has(page))).toEqual([]);
  const rules = reachedFrom("docs/rules/README.md");
  expect(pages.filter((page) => isRule(page) && !rules.has(page))).toEqual([]);
});

it("every page names this version of tfinvite, and no other", () => {
  const named = PAGES.flatMap((page) =>
    [...readFileSync(path.join(ROOT, page), "utf8").matchAll(/tfinvite@(\d[\w.-]*\w)/g)].map(([, version]) => version),
  );
  expect([...new Set(named)]).toEqual([VERSION]);
});

it("every page of a rule is about a rule", () => {
  const named = PAGES.flatMap((page) => /^docs\/rules\/([a-z-]+)\.md$/.exec(page)?.[1] ?? []);
  expect(named.sort()).toEqual(Object.keys(RULES).sort());
});

describe("commands of tfinvite in the pages", () => {
  const stream = { isTTY: false, write: () => true };
  const program = makeProgram(
    {
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      env: {},
      cwd: ROOT,
      platform: "linux",
      signal: new AbortController().signal,
    },
    () => undefined,
  );
  /** `tfinvite COMMAND WORDS` as code names it, up to a pipe, comment or placeholder. */
  const named = PAGES.flatMap((page) =>
    [
      ...readFileSync(path.join(ROOT, page), "utf8").matchAll(
        /(?<![\w./@"'-])tfinvite ([a-z]+)((?: +[^\s`|;&)<,\]]+)*)/g,
      ),
    ].flatMap(([text, name = "", words = ""]) =>
      /^`|--/.test(words) ? [{ page, text, name, words: words.trim().split(/ +/) }] : [],
    ),
  );

  it("are many", () => expect(named.length).toBeGreaterThan(100));

  it("have only flags that exist", () => {
    const wrong = named.filter(({ name, words }) => {
      const command = program.commands.find((one) => one.name() === name);
      const flags = words.flatMap((word) => /^--[a-z][a-z0-9-]*/.exec(word)?.[0] ?? []);
      const known = [...(command?.options ?? []), ...program.options].flatMap(({ long }) => long ?? []);
      return flags.some((flag) => flag !== "--help" && !known.includes(flag));
    });
    expect(wrong.map(({ page, text }) => `${page}: ${text}`)).toEqual([]);
  });
});
