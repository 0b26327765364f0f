import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import { overlayFileSystem } from "../../src/terraform/files/overlay-file-system.js";
import { fixFolder, textsIn } from "../support/fix-case.js";
import { casesIn } from "../support/lint-case.js";
import { ROOT } from "../support/program.js";

const FIXTURES = path.join(ROOT, "fixtures/fixes");
const PAGE = path.join(ROOT, "docs/fixes.md");
const UPDATE = process.env["UPDATE_DOCS"] === "1";

/** A case is `before/`, the changed files in `after/`, and the messages in `reported.txt` (UPDATE_DOCS=1 writes the last two). */
describe.each(casesIn(FIXTURES))("%s", (name) => {
  const folder = path.join(FIXTURES, name);
  const before = path.join(folder, "before");
  const after = path.join(folder, "after");

  it("is fixed as its folder shows", async () => {
    const { files, done, refused } = await fixFolder(before);
    const reported = [...done, ...refused].map((line) => `${line}\n`).join("");
    const texts = new Map([...files].map(([file, text]) => [file, text.after]));
    if (UPDATE) {
      rmSync(after, { recursive: true, force: true });
      for (const [file, text] of texts) {
        mkdirSync(path.dirname(path.join(after, file)), { recursive: true });
        writeFileSync(path.join(after, file), text);
      }
      writeFileSync(path.join(folder, "reported.txt"), reported);
    }
    expect(texts).toEqual(existsSync(after) ? textsIn(after) : new Map());
    expect(reported).toBe(readFileSync(path.join(folder, "reported.txt"), "utf8"));
    expect(reported).not.toBe("");
  });

  it("is valid afterwards, and a second run changes nothing", async () => {
    const { files } = await fixFolder(before);
    for (const [file, { after: text }] of files)
      expect((await parseFile(file, text, { validate: true })).problems).toEqual([]);
    const texts = new Map([...files].map(([file, text]) => [path.resolve(before, file), text.after]));
    const again = await fixFolder(before, overlayFileSystem(texts));
    expect([...again.files]).toEqual([]);
  });

  it("is fixed in the same way with CR LF, a byte order mark and no final line end", async () => {
    const plain = await fixFolder(before);
    const own = [...textsIn(before)].filter(([file]) => /\.(?:tf|tofu)(?:\.json)?$/.test(file));
    const change = (text: string) => `\ufeff${text.replace(/\n$/, "").replaceAll("\n", "\r\n")}`;
    const changed = new Map(own.map(([file, text]) => [path.resolve(before, file), change(text)]));
    const fixed = await fixFolder(before, overlayFileSystem(changed));
    expect(fixed.done).toEqual(plain.done);
    expect(fixed.refused).toEqual(plain.refused);
    expect(new Map([...fixed.files].map(([file, text]) => [file, text.after]))).toEqual(
      new Map([...plain.files].map(([file, text]) => [file, change(text.after)])),
    );
  });
});

/** A fixture named in a comment, and the code block below it. */
const SNIPPET = /<!-- fixture: (\S+) -->\n```(\w+)\n([\s\S]*?)```/g;

describe("docs/fixes.md", () => {
  it("shows its fixtures (UPDATE_DOCS=1 writes them into it)", () => {
    const page = readFileSync(PAGE, "utf8");
    const real = page.replace(SNIPPET, (_, name: string, language: string) => {
      const text = readFileSync(path.join(FIXTURES, name), "utf8");
      return `<!-- fixture: ${name} -->\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
    });
    if (UPDATE) writeFileSync(PAGE, real);
    else expect(page).toBe(real);
    expect(page.match(SNIPPET)?.length ?? 0).toBeGreaterThan(5);
  });

  it("names every reason to skip a fix", () => {
    const page = readFileSync(PAGE, "utf8");
    const left = casesIn(FIXTURES).filter((name) => name.startsWith("left-"));
    expect(left.filter((name) => !page.includes(`fixtures/fixes/${name}`))).toEqual([]);
  });
});
