import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JsonScanner } from "../../../src/terraform/document/json-scanner.js";
import { readRawResource } from "../../../src/terraform/state/raw-state.js";
import { readState, readStateFile } from "../../../src/terraform/state/read-state.js";
import { pieces } from "../../support/pieces.js";

const wantedTypes = new Set(["openai_invite"]);
const options = { wantedTypes, origin: "input" };

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** Text for a JSON value with any white space and any order of keys. */
function serialize(value: unknown, gaps: () => string, shuffle: <T>(items: T[]) => T[]): string {
  const gap = gaps();
  if (Array.isArray(value)) {
    return `[${gap}${value.map((item) => serialize(item, gaps, shuffle)).join(`${gaps()},${gaps()}`)}${gaps()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = shuffle(Object.entries(value)).map(
      ([key, member]) => `${JSON.stringify(key)}${gaps()}:${gaps()}${serialize(member, gaps, shuffle)}`,
    );
    return `{${gap}${members.join(`${gaps()},${gaps()}`)}${gaps()}}`;
  }
  return JSON.stringify(value);
}

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
const text = fc.string({ unit: "binary", maxLength: 12 });

const instance = (key: unknown) =>
  fc.record(
    {
      index_key: fc.constant(key),
      status: fc.constantFrom("tainted"),
      schema_version: fc.nat(3),
      attributes: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
      private: text,
      dependencies: fc.array(name, { maxLength: 2 }),
    },
    { requiredKeys: ["index_key", "attributes"] },
  );

const resource = fc
  .tuple(
    fc.uniqueArray(fc.oneof(fc.nat(20), text), { maxLength: 3, selector: (key) => JSON.stringify(key) }),
    fc.record({
      mode: fc.constantFrom("managed", "data"),
      type: fc.constantFrom("openai_invite", "openai_invite", "openai_user", "aws_s3_bucket"),
      name,
      provider: fc.constantFrom('provider["registry.terraform.io/openai/openai"]', 'module.m.provider["a.b/c/d"].eu'),
      extra: fc.jsonValue({ maxDepth: 2 }),
    }),
  )
  .chain(([keys, rest]) => fc.tuple(...keys.map((key) => instance(key))).map((instances) => ({ ...rest, instances })));

const state = fc.record({
  version: fc.constant(4),
  terraform_version: fc.constant("1.11.4"),
  serial: fc.nat(),
  lineage: fc.uuid(),
  outputs: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })),
  resources: fc.uniqueArray(resource, { maxLength: 6, selector: (item) => `${item.mode} ${item.type} ${item.name}` }),
  check_results: fc.jsonValue({ maxDepth: 3 }),
});

describe("readState", () => {
  it("gives what JSON.parse gives, for any white space, order of keys and size of pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        state,
        fc.array(space, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 }),
        async (document, gapTexts, order, lengths) => {
          let turn = 0;
          const serialized = serialize(
            document,
            () => gapTexts[turn++ % gapTexts.length] ?? "",
            (items) =>
              items
                .map((item, index) => ({ item, rank: order[(turn + index * 7) % order.length] ?? 0 }))
                .toSorted((a, b) => a.rank - b.rank)
                .map(({ item }) => item),
          );
          const result = await readState(pieces(Buffer.from(serialized), lengths), options);
          const expected = document.resources
            .filter(({ type }) => wantedTypes.has(type))
            .flatMap((item) => readRawResource(JSON.parse(JSON.stringify(item)), "a resource"));
          expect(result).toEqual({
            ok: true,
            state: {
              format: "v4",
              terraformVersion: "1.11.4",
              serial: document.serial,
              lineage: document.lineage,
              resourceCount: document.resources.length,
              instances: expected,
            },
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses a state that is cut off anywhere", async () => {
    const whole = Buffer.from(
      JSON.stringify(
        {
          version: 4,
          serial: 12,
          resources: [
            {
              mode: "managed",
              type: "aws_x",
              name: "a",
              instances: [{ attributes: { t: 'q"\u00e9\\', n: [1.5e3, true] } }],
            },
            {
              mode: "managed",
              type: "openai_invite",
              name: "b",
              instances: [{ attributes: { email: "k@example.com" } }],
            },
          ],
        },
        undefined,
        1,
      ),
    );
    for (let length = 0; length < whole.length; length++) {
      const result = await readState(pieces(whole.subarray(0, length)), options);
      expect(result.ok).toBe(false);
      if (!result.ok && length > 0)
        expect(result.error).toMatchObject({ kind: "truncated", position: { offset: length } });
    }
    expect((await readState(pieces(whole), options)).ok).toBe(true);
  });

  it("never throws, for any bytes", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
      fc
        .string({ unit: fc.constantFrom(...'{}[]",:\\ue019-+.truefalsn\n '), maxLength: 60 })
        .map((value) => Buffer.from(value)),
      // A state with one byte of it changed.
      fc.tuple(state, fc.nat(), fc.nat(255)).map(([document, at, byte]) => {
        const buffer = Buffer.from(JSON.stringify(document));
        buffer[at % buffer.length] = byte;
        return buffer;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (input, length) => {
        const result = await readState(pieces(Buffer.from(input), [length]), options);
        expect(typeof result.ok).toBe("boolean");
      }),
      { numRuns: 1000 },
    );
  });

  it("distinguishes a failure of the source from a bad state", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"version": 4,');
      throw Object.assign(new Error("read EIO"), { code: "EIO" });
    }
    const result = await readState(broken(), options);
    expect(result).toMatchObject({ ok: false, error: { kind: "unreadable", message: expect.stringContaining("EIO") } });
  });
});

describe("JsonScanner", () => {
  const accepts = (bytes: Buffer, length: number) => {
    const scanner = new JsonScanner({ key() {}, enter: () => false, leave() {} });
    for (let at = 0; at < bytes.length; at += length) {
      if (scanner.push(bytes.subarray(at, at + length)) !== undefined) return false;
    }
    return scanner.done;
  };
  const parses = (source: string) => {
    try {
      JSON.parse(source);
      return true;
    } catch {
      return false;
    }
  };

  it("accepts exactly the containers that JSON.parse accepts", () => {
    const almost = fc.string({
      unit: fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"a"',
        '"',
        ",",
        ":",
        "1",
        "-",
        "0",
        ".",
        "e",
        "+",
        "true",
        "null",
        "\\",
        "\\u00e9",
        " ",
        "\n",
        "\u0001",
      ),
      maxLength: 14,
    });
    const changed = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom(...'{}[]",:\\0.-eE+ tnu', ""))
      .map(([value, at, character]) => {
        const source = JSON.stringify(value);
        const place = at % source.length;
        return source.slice(0, place) + character + source.slice(place + 1);
      });
    fc.assert(
      fc.property(fc.oneof(almost, changed), fc.integer({ min: 1, max: 9 }), (inner, length) => {
        // In a container, because a number at the top level has no end mark.
        const source = `[${inner}]`;
        expect(accepts(Buffer.from(source), length)).toBe(parses(source));
      }),
      { numRuns: 5000 },
    );
  });

  it("reads as deep as Terraform's own decoder, and no deeper", () => {
    const nested = (depth: number) => Buffer.from("[".repeat(depth) + "]".repeat(depth));
    expect(accepts(nested(10_000), 4096)).toBe(true);
    expect(accepts(nested(10_001), 4096)).toBe(false);
  });
});

describe("readStateFile", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-state-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const kindOf = async (file: string) => {
    const result = await readStateFile(file, { wantedTypes });
    if (result.ok) return "ok";
    expect(result.error.message).toContain(`cannot read the state from ${file}: `);
    return result.error.kind;
  };

  it("distinguishes a missing file, a directory, a file in place of a folder and a loop of links", async () => {
    const file = path.join(folder, "a.tfstate");
    await writeFile(file, '{"version":4}');
    await symlink("loop", path.join(folder, "loop"));
    expect(await kindOf(file)).toBe("ok");
    expect(await kindOf(path.join(folder, "none"))).toBe("missing");
    expect(await kindOf(path.join(file, "below"))).toBe("missing");
    expect(await kindOf(folder)).toBe("directory");
    expect(await kindOf(path.join(folder, "loop"))).toBe("unreadable");
  });

  it.skipIf(process.getuid === undefined || process.getuid() === 0)(
    "says when permission is missing (skipped for root, who may read everything)",
    async () => {
      const file = path.join(folder, "locked.tfstate");
      await writeFile(file, '{"version":4}');
      await chmod(file, 0o000);
      expect(await kindOf(file)).toBe("no-permission");
    },
  );
});
