import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Address, formatAddress } from "../../../src/terraform/addresses/address.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import { joinStatements } from "../../../src/terraform/statements/join.js";

const MANY = 6_000;
const NUMBERS = Array.from({ length: MANY }, (_, at) => at);

/** Quadratic work on this many statements takes minutes; linear work takes about a second. */
const MOST_MILLISECONDS = 15_000;

const invite = (name: string, key?: string, module: Address["module"] = []): Address => ({
  ...{ module, mode: "managed", type: "openai_invite", name, key },
});
const moved = (from: string, to: string) => `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
const removed = (from: string) => `removed {\n  from = ${from}\n}\n`;
const CALL = 'module "m" {\n  source = "./m"\n}\n';

const CASES: Readonly<Record<string, { root: string; module?: string; held: readonly Address[]; moves: number }>> = {
  "a removed block for each": {
    root: NUMBERS.map((at) => removed(`openai_invite.r${at}`)).join(""),
    held: NUMBERS.map((at) => invite(`r${at}`)),
    moves: 0,
  },
  "a key moved by each block": {
    root: NUMBERS.map((at) => moved(`openai_invite.a["${at}"]`, `openai_invite.b["${at}"]`)).join(""),
    held: NUMBERS.map((at) => invite("a", `${at}`)),
    moves: MANY,
  },
  "a whole resource moved by each block, one after another": {
    root: NUMBERS.map((at) => moved(`openai_invite.r${at}`, `openai_invite.r${at + 1}`)).join(""),
    held: [invite("r0")],
    moves: 1,
  },
  "a whole resource moved by each block, into others": {
    root: NUMBERS.map((at) => moved(`openai_invite.r${at}`, `openai_invite.s${at}`)).join(""),
    held: NUMBERS.map((at) => invite(`r${at}`)),
    moves: MANY,
  },
  "a key moved by each block of a module": {
    root: CALL,
    module: NUMBERS.map((at) => moved(`openai_invite.a["${at}"]`, `openai_invite.b["${at}"]`)).join(""),
    held: NUMBERS.map((at) => invite("a", `${at}`, [{ name: "m", key: undefined }])),
    moves: MANY,
  },
  "an instance of a module moved by each block": {
    root: NUMBERS.map((at) => moved(`module.a["${at}"]`, `module.b["${at}"]`)).join(""),
    held: NUMBERS.map((at) => invite("a", undefined, [{ name: "a", key: `${at}` }])),
    moves: MANY,
  },
};

describe(`${MANY} statements beside a state of ${MANY} invites are joined in time`, () => {
  it.each(Object.entries(CASES))("%s", async (_, { root, module, held, moves }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "tfinvite-hostile-"));
    try {
      writeFileSync(path.join(folder, "main.tf"), root);
      if (module !== undefined) {
        await mkdir(path.join(folder, "m"));
        writeFileSync(path.join(folder, "m/main.tf"), module);
      }
      const configuration = await loadConfiguration({
        ...{ directory: ".", cwd: folder, types: ["openai_invite"], mention: [""], tool: "terraform", env: {} },
        ...{ varFiles: [], vars: [] },
      });
      const start = performance.now();
      const join = joinStatements(configuration, held);
      const joined = held.map((address) => join.of(address));
      const took = performance.now() - start;
      expect(took).toBeLessThan(MOST_MILLISECONDS);
      expect(
        joined.filter((one, at) => formatAddress(one.address) !== formatAddress(held[at] ?? one.address)),
      ).toHaveLength(moves);
      expect(joined.every(({ movedBy, removedBy }) => movedBy.length > 0 || removedBy !== undefined)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
