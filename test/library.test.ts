import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, withoutRulePages } from "./support/program.js";
import { inScene } from "./support/recording.js";

const [PROGRAM = "", APPLYING = ""] = [
  ...readFileSync(path.join(ROOT, "docs/library.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm),
].map(([, code]) => code);

/** Without the types of Node.js; every declaration is checked, also those of the package. */
const OPTIONS = {
  target: "ES2023",
  lib: ["ES2023"],
  module: "NodeNext",
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
};

describe("the programs of docs/library.md", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-test-"));

  beforeAll(() => {
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(ROOT, path.join(folder, "node_modules/tfinvite"), "junction");
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    write("package.json", JSON.stringify({ type: "module" }));
    write("tsconfig.json", JSON.stringify({ compilerOptions: OPTIONS, files: ["inspect.ts", "apply.ts"] }));
    write("inspect.ts", PROGRAM);
    write("apply.ts", APPLYING);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("compile without @types/node", () => {
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const compile = () => execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8", stdio: "pipe" });
    expect(compile).not.toThrow();
  });

  it("find the same as the command line", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ directory, api, run }) => {
      const { inspect } = await import(path.join(folder, "inspect.js"));
      const env = { ...process.env, OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url };
      const [lines, code] = await inspect(directory, env);
      const checked = await run(["check", "--fail-on", "warning"]);
      expect([lines[0], code]).toEqual([checked.stdout, checked.code]);
      const planned = await run(["repair"]);
      expect(lines.at(-1)).toBe(planned.stdout.trimEnd());
      const linted = await run(["lint", "--rule", "missing-destroy-guard=off"]);
      expect(lines.filter((line: string) => /^\w+\.tf: /.test(line)).length).toBe(
        linted.stdout.split("\n").filter((line) => line !== "").length,
      );
      expect(withoutRulePages(linted.stderr)).not.toContain("error:");
    }));
});
