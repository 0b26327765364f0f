import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { escapeControls } from "../../src/report/escape.js";
import { padTo, shorten, shortenMiddle, shortenPath, shortenStart, widest, wrap } from "../../src/report/text-width.js";
import { awkwardText } from "../support/address-arbitraries.js";

describe("clean", () => {
  it("does not change letters of any script", () => {
    const text = 'o\'neil@example.com 日本語 ключ é 👩‍👧 "quoted"';
    expect(escapeControls(text)).toBe(text);
  });

  it("makes control characters visible", () => {
    expect(escapeControls("a\u001b[2J\u009b\u202e\u200f\u061c\u2029\tb")).toBe(
      "a\\u001b[2J\\u009b\\u202e\\u200f\\u061c\\u2029\\u0009b",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeControls(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });
});

describe("shortening", () => {
  it.each([
    [shorten, "contractor@example.com", 10, "contracto…"],
    [shorten, "日本語日本語", 6, "日本…"],
    [shorten, "👩‍👧👩‍👧👩‍👧", 5, "👩‍👧👩‍👧…"],
    [shorten, "e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301…"],
    [shortenStart, "modules/squad/main.tf:9", 12, "…d/main.tf:9"],
    [shortenMiddle, 'team["dan@example.com"]', 13, 'team["….com"]'],
    [shortenPath, "modules/squad/main.tf:9", 22, "…/squad/main.tf:9"],
    [shortenPath, "modules/squad/main.tf:9", 12, "…/main.tf:9"],
    [shortenPath, "modules/squad/main.tf:9", 8, "…in.tf:9"],
    [shorten, "fits", 4, "fits"],
    [shorten, "too long", 0, ""],
  ] as const)("%o of %s to %i is %s", (change, text, width, expected) => {
    expect(change(text, width, "…")).toBe(expected);
  });

  it("keeps to the width, and does not change what fits", () => {
    const change = fc.constantFrom(shorten, shortenStart, shortenMiddle, shortenPath);
    fc.assert(
      fc.property(
        change,
        awkwardText.map(escapeControls),
        fc.nat({ max: 60 }),
        fc.constantFrom("…", "..."),
        (f, text, width, mark) => {
          const short = f(text, width, mark);
          expect(stringWidth(short)).toBeLessThanOrEqual(width);
          if (stringWidth(text) <= width) expect(short).toBe(text);
        },
      ),
    );
  });
});

describe("padTo and widest", () => {
  it("count wide letters twice and accents not at all", () => {
    expect(widest(["abc", "日本", "e\u0301"])).toBe(4);
    expect(widest([])).toBe(0);
    expect(padTo("日本", 6)).toBe("日本  ");
    expect(padTo("longer", 3)).toBe("longer");
  });
});

describe("wrap", () => {
  it("breaks at spaces, and does not break a long word", () => {
    expect(wrap("a sentence of some words", 12)).toEqual(["a sentence", "of some", "words"]);
    expect(wrap("see https://example.com/a/b/c there", 10)).toEqual(["see", "https://example.com/a/b/c", "there"]);
    expect(wrap("not broken without a width", undefined)).toEqual(["not broken without a width"]);
  });

  it("keeps quoted keys and addresses together", () => {
    expect(wrap('drop "core infra" from it', 12)).toEqual(["drop", '"core infra"', "from it"]);
    expect(wrap('see module.squads["core infra"].x now', 10)).toEqual(["see", 'module.squads["core infra"].x', "now"]);
    expect(wrap('say "a \\" b" twice', 9)).toEqual(["say", '"a \\" b"', "twice"]);
  });

  it("breaks a quotation that no line can hold, and is not confused by a lone quote", () => {
    expect(wrap('it said "no such thing here" then', 10)).toEqual(["it said", '"no such', "thing", 'here" then']);
    expect(wrap('5" wide and long', 8)).toEqual(['5" wide', "and long"]);
  });

  it("begins behind the text that is already on the line", () => {
    expect(wrap("two words", 12, 6)).toEqual(["two", "words"]);
    expect(wrap("words", 12, 10)).toEqual(["", "words"]);
  });

  it("loses nothing", () => {
    fc.assert(
      fc.property(
        awkwardText.map(escapeControls),
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 20 }),
        (text, width, taken) => {
          const lines = wrap(text, width, taken);
          // An empty first line may be an empty word of the text, or mean that nothing fitted there.
          const readings = lines[0] === "" ? [lines, lines.slice(1)] : [lines];
          expect(readings.map((reading) => reading.join(" "))).toContain(text);
        },
      ),
    );
  });
});
