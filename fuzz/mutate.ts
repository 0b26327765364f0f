import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Random } from "./random.js";

/** A text that must never be shown, put into inputs here and there. */
export const SECRET = "sk-admin-Fuzz0123456789abcdefghijFuzz";

/** The files below a folder whose path matches, as bytes, without large ones, which find no other bugs. */
export function seedsIn(folder: string, wanted: RegExp): readonly Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => wanted.test(file))
    .sort()
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile() && statSync(file).size < 20_000)
    .map((file) => readFileSync(file));
}

/** Mutations of a seed: of its words, its JSON values, its lines, or its bytes. */
export function mutated(random: Random, seeds: readonly Buffer[], pieces: readonly string[]): Buffer {
  if (random.below(12) === 0) return random.bytes(random.below(2000));
  if (random.below(8) === 0) return soup(random, pieces, random.below(200));
  let bytes: Buffer = Buffer.from(random.pick(seeds));
  for (let times = random.below(5); times >= 0; times -= 1) {
    const change = random.pick([inWords, inLines, inJson, inBytes]);
    bytes = change(random, bytes, { seeds, pieces });
  }
  return bytes;
}

export function soup(random: Random, pieces: readonly string[], length: number): Buffer {
  const parts = Array.from({ length }, () =>
    random.below(20) === 0 ? random.bytes(3) : Buffer.from(random.pick(pieces)),
  );
  return Buffer.concat(parts);
}

interface Stock {
  readonly seeds: readonly Buffer[];
  readonly pieces: readonly string[];
}

function inWords(random: Random, bytes: Buffer, { pieces }: Stock): Buffer {
  const words = bytes.toString("utf8").split(/(\s+|[^\w\s])/);
  const at = random.below(words.length);
  const other = random.pick(words);
  const [from, to] = random.pick<readonly [number, readonly string[]]>([
    [1, []],
    [1, [other]],
    [1, [random.pick(pieces)]],
    [0, [random.pick(pieces)]],
    [0, [other]],
    [1, [SECRET]],
  ]);
  words.splice(at, from, ...to);
  return Buffer.from(words.join(""));
}

function inLines(random: Random, bytes: Buffer, { seeds }: Stock): Buffer {
  const lines = bytes.toString("utf8").split("\n");
  const others = random.pick(seeds).toString("utf8").split("\n");
  const from = random.below(others.length);
  const added = random.below(2) === 0 ? [] : others.slice(from, from + 1 + random.below(4));
  lines.splice(random.below(lines.length + 1), random.below(3), ...added);
  return Buffer.from(lines.join(random.below(20) === 0 ? "\r\n" : "\n"));
}

/** Replaces a value by another one; a text that is not JSON is not changed. */
function inJson(random: Random, bytes: Buffer, { pieces }: Stock): Buffer {
  let left: number;
  const replace = (_: string, value: unknown): unknown => {
    left -= 1;
    if (left !== 0) return value;
    const nested = Array.from({ length: 120 }).reduce<unknown>((inside) => [inside], value);
    return random.pick([null, true, -1, 1e21, "", [], {}, [value], nested, { value }, random.pick(pieces), SECRET]);
  };
  try {
    left = 1 + random.below(1 + bytes.length / 16);
    return Buffer.from(JSON.stringify(JSON.parse(bytes.toString("utf8"), replace), null, random.below(3)) ?? "");
  } catch {
    return bytes;
  }
}

function inBytes(random: Random, bytes: Buffer, { seeds, pieces }: Stock): Buffer {
  const at = random.below(bytes.length + 1);
  const gone = random.below(4) === 0 ? random.below(bytes.length - at + 1) : random.below(4);
  const other = random.pick(seeds);
  const from = random.below(other.length);
  const piece =
    random.below(3) === 0 ? other.subarray(from, from + random.below(200)) : soup(random, pieces, random.below(6));
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + gone)]);
}
