import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readState, readStateFile } from "../../../src/terraform/state/read-state.js";
import { summarise } from "./summary.js";

const FOLDER = fileURLToPath(new URL("../../../fixtures/states", import.meta.url));
const wantedTypes = new Set(["openai_invite"]);

async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** Every folder holds one input and the expected result. */
const CASES = readdirSync(FOLDER).map((name) => {
  const input = readdirSync(path.join(FOLDER, name)).find((file) => file.startsWith("input."));
  if (input === undefined) throw new Error(`${name} has no input`);
  const expected: unknown = JSON.parse(readFileSync(path.join(FOLDER, name, "expected.json"), "utf8"));
  return { name, input, file: path.join(FOLDER, name, input), expected };
});

describe.each(CASES)("fixtures/states/$name", ({ name, input, file, expected }) => {
  it("is read from the file", async () => {
    const result = await readStateFile(file, { wantedTypes, origin: input });
    expect(summarise(result)).toEqual(expected);
    expect(result.ok).toBe(!name.startsWith("bad-"));
  });

  it.each([1, 3, 1000])("is read the same in pieces of %i bytes", async (length) => {
    const result = await readState(pieces(readFileSync(file), length), { wantedTypes, origin: input });
    expect(summarise(result)).toEqual(expected);
  });

  it("gives errors without any text of the state", async () => {
    const result = await readStateFile(file, { wantedTypes, origin: input });
    if (!result.ok) expect(JSON.stringify(result.error)).not.toMatch(/secret|example\.com|invite-/i);
  });
});
