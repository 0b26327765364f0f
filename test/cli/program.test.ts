import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../../src/cli/program.js";
import { ROOT } from "../support/program.js";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const PROGRAM = makeProgram(
  {
    stdin: Readable.from([]),
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    env: {},
    cwd: ROOT,
    platform: process.platform,
    signal: new AbortController().signal,
  },
  () => undefined,
);
const COMMANDS = PROGRAM.commands.map((command) => command.name());

describe("the commands", () => {
  it("are all the files of src/cli/ that return an exit code", () => {
    const files = readdirSync(path.join(ROOT, "src/cli")).filter(
      (file) =>
        file.endsWith(".ts") &&
        /^export (?:async )?function \w+\([^{]*\): Promise<ExitStatus>/m.test(read(`src/cli/${file}`)),
    );
    expect(files.sort()).toEqual(COMMANDS.map((name) => `${name}.ts`).sort());
  });

  it.each(COMMANDS)("%s has tests under its name, and is in the index of the docs", (name) => {
    const folders = ["test/cli", `test/${name}`].filter((folder) => existsSync(path.join(ROOT, folder)));
    const tests = folders.flatMap((folder) =>
      readdirSync(path.join(ROOT, folder)).filter((file) => file.startsWith(`${name}.`) && file.endsWith(".test.ts")),
    );
    expect(tests, `test/${name}/${name}.test.ts or test/cli/${name}.test.ts`).not.toEqual([]);
    expect(read("docs/README.md")).toContain(`\`tfinvite ${name}`);
  });
});
