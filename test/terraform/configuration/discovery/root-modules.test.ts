import fc from "fast-check";
import { expect, test } from "vitest";
import { modulesThatMatter, rootModules } from "../../../../src/terraform/configuration/discovery/root-modules.js";

const graph = fc.dictionary(
  fc.constantFrom(..."abcdefgh"),
  fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 4 }),
  { minKeys: 1, noNullPrototype: true },
);

function reached(from: string, calls: Readonly<Record<string, readonly string[]>>): Set<string> {
  const seen = new Set([from]);
  for (const place of seen) for (const called of calls[place] ?? []) if (called in calls) seen.add(called);
  return seen;
}

test("every module is reached from exactly the fewest roots, the first of each cycle among them", () => {
  fc.assert(
    fc.property(graph, (calls) => {
      const all = Object.keys(calls).sort();
      // A root is a module that is reached only by modules that it reaches itself, and is the first of them.
      const wanted = all.filter((place) => {
        const callers = all.filter((other) => reached(other, calls).has(place));
        return callers.every((other) => reached(place, calls).has(other) && other >= place);
      });
      expect(rootModules(all.toReversed(), (place) => calls[place] ?? [])).toEqual(wanted);
    }),
  );
});

test("a module matters when it reaches a mention", () => {
  fc.assert(
    fc.property(graph, fc.subarray([..."abcdefgh"]), (calls, mentioning) => {
      const matters = modulesThatMatter(Object.keys(calls), (place) => ({
        mentions: mentioning.includes(place),
        calls: calls[place] ?? [],
      }));
      for (const place of Object.keys(calls)) {
        const below = [place, ...[...reached(place, calls)].flatMap((each) => calls[each] ?? [])];
        expect(matters.has(place)).toBe(below.some((each) => mentioning.includes(each)));
      }
    }),
  );
});

test("a chain of calls may be long", () => {
  const length = 20_000;
  const names = Array.from({ length }, (_, index) => `m${String(index).padStart(6, "0")}`);
  const next = (place: string) => [names[(Number(place.slice(1)) + 1) % length] ?? ""];
  expect(rootModules(names, next)).toEqual(["m000000"]);
});
