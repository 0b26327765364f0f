import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suppressionsOf } from "../../src/policy/suppression-comments.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";

const blank = fc.constantFrom("", " ", "\t", "  ");
const gap = fc.constantFrom(" ", "\t", "  ");
const name = fc.stringMatching(/^[a-z]{1,6}(?:-[a-z]{1,6}){0,2}$/).filter((text) => text !== "until");
const list = fc.array(fc.tuple(blank, name, blank), { minLength: 1, maxLength: 4 });
const day = fc
  .date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const reason = fc.stringMatching(/^[a-z][a-z -]{0,12}[a-z]$/);

async function read(directive: string) {
  const [found] = suppressionsOf(await parseFile("main.tf", `# tfinvite-ignore:${directive}\n`, { validate: false }));
  if (found === undefined) throw new Error("no suppression");
  const { names, until, reason: why } = found;
  return { names: names.map((one) => one.name), until, reason: why };
}

describe("a suppression as it is written", () => {
  it("is read whole: rules, last day and reason, with any blanks between them", () =>
    fc.assert(
      fc.asyncProperty(
        list,
        fc.option(fc.tuple(gap, gap, day), { nil: undefined }),
        fc.option(fc.tuple(gap, gap, reason), { nil: undefined }),
        async (names, until, why) => {
          const text = [
            names.map((parts) => parts.join("")).join(","),
            until === undefined ? "" : `${until[0]}until${until[1]}${until[2]}`,
            why === undefined ? "" : `${why[0]}--${why[1]}${why[2]}`,
          ].join("");
          const end = until === undefined ? Number.NaN : Date.parse(until[2]) + 86_400_000;
          expect(await read(text)).toEqual({
            names: names.map(([, one]) => one),
            until: until === undefined ? undefined : { text: until[2], end },
            reason: why?.[2],
          });
        },
      ),
      { numRuns: 200 },
    ));

  it("has an end exactly if the calendar has the day", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        async (year, month, date) => {
          const two = (number: number) => String(number).padStart(2, "0");
          const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
          const days = [
            31,
            year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
            31,
            30,
            31,
            30,
            31,
            31,
            30,
            31,
            30,
            31,
          ];
          const isDay = date >= 1 && date <= (days[month - 1] ?? 0);
          const { until } = await read(` a until ${text}`);
          expect({ text: until?.text, isDay: until?.end !== undefined }).toEqual({ text, isDay });
        },
      ),
      { numRuns: 200 },
    ));

  it.each([
    " a until",
    " a until tomorrow",
    " a until 2027-1-1",
    " a until 2027-01-31, b",
    " a until 2027-01-31T10:00Z",
  ])("has no end in %j", async (text) => {
    const { until } = await read(text);
    expect(until).toBeDefined();
    expect(until?.end).toBeUndefined();
  });

  it.each([" until-now", " not-until -- until 2027-01-31"])("has no last day in %j", async (text) => {
    expect((await read(text)).until).toBeUndefined();
  });
});
