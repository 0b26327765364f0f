import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgsStringToArgv } from "string-argv";
import { expect, it } from "vitest";
import { ROOT } from "./support/program.js";
import { inScene } from "./support/recording.js";

const README = path.join(ROOT, "README.md");

/** `<!-- output: COMMAND -->`, then what it prints in a code block, then `<!-- end -->`; `(first 2)` leaves out paragraphs behind the second but the last. */
const BLOCK = /(<!-- output: tfinvite (.+?)(?: \(first (\d+)\))? -->\n)[\s\S]*?(<!-- end -->)/g;

function abridge(output: string, paragraphs: string | undefined): string {
  if (paragraphs === undefined) return output;
  const parts = output.split("\n\n");
  return [...parts.slice(0, Number(paragraphs)), "…", parts.at(-1)].join("\n\n");
}

it("the README shows what the program prints (UPDATE_README=1 writes it)", () =>
  inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
    const readme = readFileSync(README, "utf8");
    let real = readme;
    for (const [block, start, command = "", paragraphs, end] of readme.matchAll(BLOCK)) {
      const { stdout, stderr } = await run([...parseArgsStringToArgv(command)]);
      const output = abridge([stderr, stdout].filter((text) => text !== "").join("\n"), paragraphs);
      real = real.replace(block, () => `${start}\`\`\`\n$ tfinvite ${command}\n${output}\`\`\`\n${end}`);
    }
    if (process.env["UPDATE_README"] === "1") writeFileSync(README, real);
    else expect(readme).toBe(real);
    expect(real.match(BLOCK)).toHaveLength(4);
  }));
