import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextStep } from "../../src/openai/strategy.js";

/** Plays a look-up against a list of pages, and counts what it costs. */
function play(pages: readonly (readonly number[])[], wanted: readonly number[]) {
  const listed = new Set(pages.flat());
  const open = new Set(wanted);
  const found = new Set<number>();
  const asked = new Set<number>();
  let read = 0;
  let readings = 0;
  let requests = 0;
  for (;;) {
    const length = readings === 0 ? read : pages.length;
    const more = read < pages.length;
    const step = nextStep({ wanted: wanted.length, missing: open.size, pages: length, more, readings });
    if (step === "done") return { requests, found, missing: open, asked, readings: readings + Number(!more) };
    if (step === "again") {
      readings += 1;
      read = 0;
    }
    if (step === "singles") {
      for (const id of [...open]) {
        requests += 1;
        asked.add(id);
        if (listed.has(id) && open.delete(id)) found.add(id);
      }
      return { requests, found, missing: open, asked, readings };
    }
    requests += 1;
    for (const id of pages[read] ?? []) if (open.delete(id)) found.add(id);
    read += 1;
  }
}

describe("which request comes next", () => {
  const organization = fc
    .tuple(fc.uniqueArray(fc.nat(400), { maxLength: 300 }), fc.integer({ min: 1, max: 10 }))
    .map(([ids, size]) => {
      const pages: number[][] = [];
      for (let at = 0; at < ids.length; at += size) pages.push(ids.slice(at, at + size));
      return pages.length === 0 ? [[]] : pages;
    });

  it("finds what exists and nothing else, in at most twice the requests of the better strategy", () => {
    fc.assert(
      fc.property(organization, fc.uniqueArray(fc.nat(450), { maxLength: 80 }), (pages, wanted) => {
        const listed = new Set(pages.flat());
        const { requests, found, missing } = play(pages, wanted);
        expect([...found].sort()).toEqual(wanted.filter((id) => listed.has(id)).sort());
        expect([...missing].sort()).toEqual(wanted.filter((id) => !listed.has(id)).sort());
        expect(requests).toBeLessThanOrEqual(2 * Math.min(wanted.length, pages.length));
      }),
      { numRuns: 2000 },
    );
  });

  it("reports an invite as missing only after a single read, or when two readings lack it", () => {
    fc.assert(
      fc.property(organization, fc.uniqueArray(fc.nat(450), { maxLength: 80 }), (pages, wanted) => {
        const { missing, asked, readings } = play(pages, wanted);
        for (const id of missing) expect(asked.has(id) || readings === 2).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { what: "nothing wanted", at: { wanted: 0, missing: 0, pages: 0, more: true }, step: "done" },
    { what: "one wanted", at: { wanted: 1, missing: 1, pages: 0, more: true }, step: "singles" },
    { what: "several wanted", at: { wanted: 2, missing: 2, pages: 0, more: true }, step: "page" },
    { what: "all found", at: { wanted: 9, missing: 0, pages: 1, more: true }, step: "done" },
    { what: "the list at its end", at: { wanted: 9, missing: 3, pages: 1, more: false }, step: "again" },
    { what: "few missing at its end", at: { wanted: 9, missing: 1, pages: 1, more: false }, step: "singles" },
    { what: "its second end", at: { wanted: 9, missing: 3, pages: 1, more: false, readings: 1 }, step: "done" },
    { what: "more missing than pages read", at: { wanted: 9, missing: 3, pages: 2, more: true }, step: "page" },
    { what: "as many missing as pages read", at: { wanted: 9, missing: 2, pages: 2, more: true }, step: "singles" },
  ])("$what: $step", ({ at, step }) => {
    expect(nextStep({ readings: 0, ...at })).toBe(step);
  });
});
