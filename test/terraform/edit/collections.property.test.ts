import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../../src/terraform/configuration/syntax/parse-file.js";
import { collectionsIn, withoutItems } from "../../../src/terraform/edit/collections.js";
import { applyEdits } from "../../../src/terraform/edit/text-edit.js";
import { quoteHclString } from "../../../src/terraform/hcl-string.js";
import { type Plain, plainValue } from "../configuration/evaluation/plain-values.js";

interface Written {
  readonly file: string;
  readonly text: string;
  readonly keys: readonly string[];
  readonly gone: ReadonlySet<string>;
}

const key = fc.oneof(
  fc.emailAddress(),
  fc.constantFrom(
    "o'neil@example.com",
    'a "quoted" one',
    "$" + "{x}",
    "#no",
    "//",
    "/*",
    "a,b",
    "]",
    "}",
    "größe",
    "\n",
  ),
);

const GAPS = {
  list: [", ", ",", " , ", ",\n    ", ", # noted\n    ", ",\n\n    // above\n    ", ", /* in */ ", "\n    , "],
  map: [", ", ",\n    ", "\n    ", " # noted\n    ", "\n\n    # above\n    ", " /* in */\n    "],
} as const;

const OPENINGS = ["", " ", "\n    ", " # opens\n    ", "\n    # first of all\n    "] as const;
const CLOSINGS = ["", " ", "\n  ", " # last\n  ", "\n  # over\n  "] as const;

const hcl = fc
  .record({
    kind: fc.constantFrom("list" as const, "map" as const),
    items: fc.uniqueArray(fc.record({ key, long: fc.boolean(), gap: fc.nat(7) }), {
      selector: (item) => item.key,
      minLength: 1,
      maxLength: 7,
    }),
    gone: fc.array(fc.nat(6), { minLength: 1, maxLength: 7 }),
    opening: fc.constantFrom(...OPENINGS),
    closing: fc.constantFrom(...CLOSINGS),
    trailing: fc.boolean(),
    crlf: fc.boolean(),
    mark: fc.boolean(),
  })
  .map(({ kind, items, gone, opening, closing, trailing, crlf, mark }): Written => {
    const written = items.map((item) => {
      if (kind === "list") return quoteHclString(item.key);
      return `${quoteHclString(item.key)} = ${item.long ? '{\n      role = "reader" # inside\n    }' : '"reader"'}`;
    });
    const gaps = GAPS[kind];
    const body = written
      .map((text, at) => (at === 0 ? "" : (gaps[(items[at]?.gap ?? 0) % gaps.length] ?? "")) + text)
      .join("");
    const [open, close] = kind === "list" ? ["[", "]"] : ["{", "}"];
    const collection = `${open}${opening}${body}${trailing ? "," : ""}${closing}${close}`;
    const text = `locals {\n  # before\n  team = ${collection} # behind\n  next = ["x"]\n}\n`;
    return {
      file: "main.tf",
      text: (mark ? "\ufeff" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text),
      keys: items.map((item) => item.key),
      gone: new Set(gone.flatMap((at) => items[at]?.key ?? [])),
    };
  });

const json = fc
  .record({
    kind: fc.constantFrom("list" as const, "map" as const),
    keys: fc.uniqueArray(
      key.filter((text) => !/[$%]\{/.test(text)),
      { minLength: 1, maxLength: 7 },
    ),
    gone: fc.array(fc.nat(6), { minLength: 1, maxLength: 7 }),
    indent: fc.constantFrom(undefined, 2, "\t"),
  })
  .map(({ kind, keys, gone, indent }): Written => {
    const team = kind === "list" ? keys : Object.fromEntries(keys.map((one) => [one, { role: "reader" }]));
    return {
      file: "main.tf.json",
      text: JSON.stringify({ locals: { team, next: ["x"] } }, null, indent),
      keys,
      gone: new Set(gone.flatMap((at) => keys[at] ?? [])),
    };
  });

async function teamIn(file: string, text: string) {
  const parsed = await parseFile(file, text, { validate: true });
  const value = parsed.body.blocks("locals", 0)[0]?.body.attribute("team")?.value;
  if (value === undefined) throw new Error(`no collection in ${text}`);
  const plain: Plain | undefined = plainValue(value);
  const keys = Array.isArray(plain) ? plain : Object.keys(typeof plain === "object" && plain !== null ? plain : {});
  const written = collectionsIn(parsed).find(({ start }) => start === value.range.start.offset + 1);
  if (written === undefined) throw new Error(`not found in ${text}`);
  return { parsed, keys: keys.map(String), written };
}

describe("keys removed from a collection", () => {
  it.each([
    ["in native syntax", hcl],
    ["in JSON syntax", json],
  ])("are all that changes, %s", async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ file, text, keys, gone }) => {
        const before = await teamIn(file, text);
        expect(before.parsed.problems).toEqual([]);
        expect([...before.keys].sort()).toEqual([...keys].sort());
        const order = before.written.items;
        const isGone = (item: (typeof order)[number]) => gone.has(keys[order.indexOf(item)] ?? "");
        const edits = withoutItems(text, before.written, isGone);
        const after = await teamIn(file, applyEdits(text, edits) ?? "");
        expect(after.parsed.problems).toEqual([]);
        expect([...after.keys].sort()).toEqual(keys.filter((one) => !gone.has(one)).sort());
        for (const { start, end, text: added } of edits) {
          expect(added).toBe("");
          // Besides the items: blanks, commas, and a comment behind an item that has its own line.
          let rest = text.slice(start, end);
          for (const item of order.filter((one) => isGone(one) && one.start >= start && one.end <= end)) {
            rest = rest.replace(text.slice(item.start, item.end), "");
          }
          expect(rest.replace(/(?:#|\/\/)[^\n]*\n/g, "")).toMatch(/^[\s,]*$/);
          expect(order.filter((one) => !isGone(one) && one.start < end && start < one.end)).toEqual([]);
        }
        // A second run has nothing to remove.
        expect(withoutItems(text, before.written, () => false)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
