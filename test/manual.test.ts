import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { makeProgram } from "../src/cli/program.js";
import { ROOT } from "./support/program.js";
import { onPath } from "./support/shells.js";

const PAGE = path.join(ROOT, packageJson.man);
const silent = { write: () => undefined };
const program = makeProgram(
  {
    ...{ stdin: Readable.from([]), stdout: silent, stderr: silent, env: {}, cwd: ROOT, platform: "linux" as const },
    signal: new AbortController().signal,
  },
  () => undefined,
);

describe("the manual page", () => {
  it("has every command and every option that the help has", () => {
    const page = readFileSync(PAGE, "utf8").replaceAll("\\-", "-");
    for (const command of program.commands) {
      const start = page.indexOf(`.SS tfinvite ${command.name()} `);
      const part = page.slice(start, page.indexOf("\n.S", start + 1));
      const wanted = command.options.filter(({ hidden }) => !hidden).map(({ flags }) => `.B ${flags}\n`);
      expect([command.name(), start > 0, wanted.filter((one) => !part.includes(one))]).toEqual([
        command.name(),
        true,
        [],
      ]);
    }
  });

  it.skipIf(onPath("groff") === undefined)(
    `is read by groff without a warning${onPath("groff") === undefined ? " (groff is not installed)" : ""}`,
    () => {
      const run = spawnSync("groff", ["-man", "-Tutf8", "-ww", PAGE], {
        encoding: "utf8",
      });
      expect([run.status, run.stderr]).toEqual([0, ""]);
      for (const example of [
        'tfinvite status --status used --only "*@example.com"',
        'eval "$(tfinvite completion bash)"',
      ])
        expect(run.stdout).toContain(example);
    },
  );
});
