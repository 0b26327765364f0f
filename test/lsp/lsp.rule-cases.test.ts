import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import { ROOT, tfinvite } from "../support/program.js";
import { applied, Client, editsOf } from "./client.js";

const RULES = path.join(ROOT, "fixtures/rules");
const CONFIGURATION = /\.(?:tf|tofu|tfvars)(?:\.json)?$/;

/** Every case with an expected finding, with the file that the rule's page shows. */
const CASES = readdirSync(RULES).flatMap((rule) =>
  readdirSync(path.join(RULES, rule, "found")).flatMap((name) => {
    const folder = path.join(rule, "found", name);
    const main = readdirSync(path.join(RULES, folder)).find((one) => /^main\.(?:tf|tofu)(?:\.json)?$/.test(one));
    return main === undefined ? [] : [{ name: `${rule}/${name}`, folder, file: path.join(folder, main) }];
  }),
);

const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };

function textIn(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

function count(diagnostics: readonly Diagnostic[], code: Diagnostic["code"]): number {
  return diagnostics.filter((one) => one.code === code).length;
}

describe("on the rules' own cases", () => {
  let temporary: string;
  let fixed: string;
  let untouched: string;
  let client: Client;

  beforeAll(async () => {
    temporary = realpathSync(mkdtempSync(path.join(os.tmpdir(), "tfinvite-cases-")));
    fixed = path.join(temporary, "fixed");
    untouched = path.join(temporary, "untouched");
    for (const copy of [fixed, untouched]) cpSync(RULES, copy, { recursive: true });
    await tfinvite(["lint", "--fix", "--format", "compact", ...CASES.map(({ file }) => file)], { cwd: fixed });
    client = new Client(untouched);
    await client.start([untouched]);
  });

  afterAll(async () => {
    expect([await client.stop(), client.stderr, client.logged]).toEqual([0, "", []]);
    client.connection.dispose();
    rmSync(temporary, { recursive: true });
  });

  it("lint --fix has something to do", () => {
    expect(CASES.filter(({ file }) => textIn(fixed, file) !== textIn(untouched, file)).length).toBeGreaterThan(10);
  });

  it.each(CASES)(
    "$name: fix all does the same as lint --fix, and each offered comment silences its finding",
    async (one) => {
      const files = readdirSync(path.join(untouched, one.folder), { recursive: true, encoding: "utf8" })
        .filter((name) => CONFIGURATION.test(name))
        .map((name) => ({ file: path.join(one.folder, name), text: textIn(untouched, path.join(one.folder, name)) }));
      for (const { file, text } of files) await client.open(uriOf(file), text, languageOf(file));

      const [all] = await client.actions(uriOf(one.file), EVERYWHERE, { only: ["source.fixAll.tfinvite"] });
      const changed = files.map(({ file, text }) => [file, applied(text, editsOf(all, uriOf(file)))]);
      expect(changed).toEqual(files.map(({ file }) => [file, textIn(fixed, file)]));

      let comments = 0;
      for (const { file, text } of files) {
        const before = await client.version(uriOf(file), 1);
        const ignores: (readonly [Diagnostic, CodeAction | undefined])[] = [];
        for (const diagnostic of before) {
          const offered = await client.actions(uriOf(file), diagnostic.range, { diagnostics: [diagnostic] });
          const isMeant = ({ title, diagnostics }: CodeAction) =>
            title === `Ignore ${diagnostic.code} with a reason` && diagnostics?.[0]?.code === diagnostic.code;
          ignores.push([diagnostic, offered.find(isMeant)]);
        }
        for (const [index, [{ code }, ignore]] of ignores.entries()) {
          expect([code, ignore]).toEqual([code, expect.anything()]);
          await client.change(uriOf(file), index + 2, applied(text, editsOf(ignore, uriOf(file))));
          const after = await client.version(uriOf(file), index + 2);
          expect(count(after, code)).toBeLessThan(count(before, code));
          for (const other of [undefined, "unused-suppression"]) expect(count(after, other)).toBe(count(before, other));
          comments += 1;
        }
        await client.change(uriOf(file), 1000, text);
      }
      expect(comments).toBeGreaterThan(0);
      for (const { file } of files) await client.close(uriOf(file));
    },
  );

  function uriOf(file: string): string {
    return pathToFileURL(path.join(untouched, file)).href;
  }
});

function languageOf(file: string): string {
  return file.endsWith(".json") ? "json" : "terraform";
}
