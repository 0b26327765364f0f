import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { textsIn } from "../support/fix-case.js";
import { FORGET_CASES, forgetCases, ownTexts, sentInvites, withProvider } from "../support/forget-case.js";
import { ROOT, transcript } from "../support/program.js";
import { inScene } from "../support/recording.js";

describe("repair --as blocks", () => {
  it.each(forgetCases())("writes the blocks and edits the configuration: %s", async (name) => {
    const folder = path.join(FORGET_CASES, name);
    const before = textsIn(path.join(folder, "before"));
    const { state, api } = await sentInvites(path.join(folder, "before"));
    const files = { ...withProvider(before, {}), "terraform.tfstate": state, ".git/HEAD": "" };
    await inScene({ state: null, files, api }, async ({ directory, run }) => {
      const printed = await run(["repair", "--as", "blocks"]);
      expect([...ownTexts(directory)]).toEqual([...before]);
      const write = ["repair", "--as", "blocks", "--write", "--yes"];
      const written = await run(write);
      const said = `${transcript(["repair", "--as", "blocks"], printed)}\n${transcript(write, written)}`;
      await expect(said).toMatchFileSnapshot(path.join(folder, "said.txt"));
      const after = ownTexts(directory);
      for (const [file, text] of after) await expect(text).toMatchFileSnapshot(path.join(folder, "after", file));
      const expected = existsSync(path.join(folder, "after")) ? [...textsIn(path.join(folder, "after")).keys()] : [];
      expect([...after.keys()]).toEqual(expected);
      // A second run has nothing left to change.
      const again = await run(write);
      expect([...ownTexts(directory)]).toEqual([...after]);
      expect(again.code).toBe(written.code);
    });
  });
});

/** A file of a case, shown in the page. */
const SNIPPET = /<!-- fixture: (\S+) -->\n```(\w+)\n([\s\S]*?)```/g;

it("docs/repair-as-code.md shows the cases as they are (UPDATE_DOCS=1 writes it)", () => {
  const page = path.join(ROOT, "docs/repair-as-code.md");
  const text = readFileSync(page, "utf8");
  const real = text.replace(SNIPPET, (_, name: string, language: string) => {
    const file = readFileSync(path.join(FORGET_CASES, name), "utf8").trimEnd();
    return `<!-- fixture: ${name} -->\n\`\`\`${language}\n${file}\n\`\`\``;
  });
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, real);
  else expect(text).toBe(real);
});
