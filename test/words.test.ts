import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "rolldown/utils";
import { describe, expect, it } from "vitest";
import { FORBIDDEN_WORDS } from "./support/forbidden-words.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const READ = /\.(?:ts|mts|mjs|js|md|json|snap|txt|diff|tf|tofu|vue|css|html|yml|yaml|sh)$/;
/** The tested folders; recordings, other projects' schemas and the fuzzer's corpus are not our texts. */
const HELD = [
  ...["src", "test", "docs", "schema", "demo", "bench", "fuzz", "scripts", "bin", "fixtures"],
  ...["integrations", "templates", ".github"],
];
const NOT_OURS =
  /^(?:fixtures\/recordings\/.*(?<!\.md)|fixtures\/(?:schemas|data-files)\/.*|fuzz\/corpus\/.*|.*\/node_modules\/.*|docs\/\.vitepress\/(?:dist|cache)\/.*|test\/(?:words\.test\.ts|words-to-clean\.json|support\/forbidden-words\.ts))$/;

/** The number of hits in each file that is not cleaned yet. The numbers only fall; the list ends empty. */
const TO_CLEAN_FILE = path.join(ROOT, "test/words-to-clean.json");

interface Hit {
  readonly file: string;
  readonly line: number;
  readonly word: string;
  readonly better: string;
}

function heldFiles(): string[] {
  const folders = HELD.filter((folder) => existsSync(path.join(ROOT, folder))).flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join("/")),
  );
  const documents = readdirSync(ROOT).filter((file) => file.endsWith(".md") || file === "action.yml");
  return [...documents, ...folders].filter((file) => READ.test(file) && !NOT_OURS.test(file)).sort();
}

/** The text without its code: comments and strings keep their places, and names in code are removed. */
function proseOf(file: string, text: string): string {
  if (!/\.m?[jt]s$/.test(file)) return text;
  const kept: [number, number][] = [];
  const { program, comments } = parseSync(file, text, { astType: "ts" });
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === "string") kept.push([node.start, node.end]);
    },
    TemplateElement: (node) => void kept.push([node.start, node.end]),
  }).visit(program);
  for (const { start, end } of comments) kept.push([start, end]);
  const prose = text.replace(/[^\n]/g, "\0").split("");
  for (const [start, end] of kept) for (let at = start; at < end; at++) prose[at] = text.charAt(at);
  return prose.join("");
}

/** Between words: spaces, or the end of a line and the beginning of the next line of a comment. */
const BETWEEN = "(?:[\\s*#>|]|//)+";
/** A name in code or in an address does not count. */
const BEFORE = "(?<![\\w$@./-])";
const AFTER = "(?![\\w$@/=-]|\\.\\w|\\()";

const PATTERNS = FORBIDDEN_WORDS.map(({ word, better }) => ({
  better,
  pattern: new RegExp(`${BEFORE}(?:${word.replaceAll(" ", BETWEEN)})${AFTER}`, "gi"),
}));

function hitsIn(file: string, text: string): Hit[] {
  const prose = proseOf(file, text);
  return PATTERNS.flatMap(({ pattern, better }) =>
    [...prose.matchAll(pattern)].flatMap((match) => {
      const quoted = `${prose.charAt(match.index - 1)}${prose.charAt(match.index + match[0].length)}`;
      if (/^(["'`])\1$/.test(quoted)) return [];
      const line = prose.slice(0, match.index).split("\n").length;
      return [{ file, line, word: match[0].replace(/[\s\0]+/g, " "), better }];
    }),
  ).sort((a, b) => a.line - b.line);
}

const toClean: Record<string, number> = existsSync(TO_CLEAN_FILE)
  ? JSON.parse(readFileSync(TO_CLEAN_FILE, "utf8"))
  : {};

describe("the words", () => {
  it("are plain, current English, one for each thing", { timeout: 120_000 }, () => {
    // WORDS=src/report lists every hit below a path. UPDATE_WORDS=1 lowers the numbers.
    const only = process.env["WORDS"];
    const found = heldFiles().map((file) => ({
      file,
      hits: hitsIn(file, readFileSync(path.join(ROOT, file), "utf8")),
    }));
    if (process.env["UPDATE_WORDS"] !== undefined) {
      const counts = found.map(({ file, hits }) => [file, Math.min(hits.length, toClean[file] ?? 0)] as const);
      const left = Object.fromEntries(counts.filter(([, count]) => count > 0));
      writeFileSync(TO_CLEAN_FILE, `${JSON.stringify(left, undefined, 2)}\n`);
    }
    const wrong = found.filter(({ file, hits }) =>
      only === undefined ? hits.length > (toClean[file] ?? 0) : file.startsWith(only),
    );
    const lines = wrong.flatMap(({ hits }) =>
      hits.map(({ file, line, word, better }) => `${file}:${line}: "${word}": better: ${better}`),
    );
    expect(lines.length, lines.join("\n")).toBe(0);
  });
});
