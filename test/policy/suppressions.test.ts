import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, RuleId } from "../../src/invites/rules/finding.js";
import { type AppliedSuppressions, applySuppressions, type SuppressionPolicy } from "../../src/policy/suppressions.js";
import { LineIndex } from "../../src/terraform/configuration/syntax/line-index.js";
import { parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import { hclFile } from "../terraform/configuration/syntax/hcl-arbitrary.js";

const OPEN: SuppressionPolicy = { ignorable: () => true, requiresReason: () => false, asked: () => true };

/** A finding of a rule at each place where a text holds `needle`. */
function findingsAt(text: string, needle: string, rule: RuleId, file = "main.tf"): Finding[] {
  const lines = new LineIndex(file, text);
  const found: Finding[] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1))
    found.push(finding(lines, at, rule));
  return found;
}

/** Only the rule and the place of the finding matter here. */
function finding(lines: LineIndex, offset: number, rule: RuleId): Finding {
  const args = { why: "no-rule" } as const;
  const range = lines.range(offset, offset + 1);
  const made: Finding = {
    rule: "unused-suppression",
    arguments: args,
    directory: ".",
    severity: "warning",
    docs: "",
    range,
  };
  return Object.assign(made, { rule });
}

async function apply(
  text: string,
  findings: readonly Finding[],
  policy: Partial<SuppressionPolicy> = {},
  file = "main.tf",
): Promise<AppliedSuppressions> {
  const parsed = await parseFile(file, text, { validate: false });
  return applySuppressions(findings, [parsed, parsed], { ...OPEN, ...policy });
}

/** The lines of the findings that stay, and the problems of the comments. */
function told({ kept, problems }: AppliedSuppressions): { kept: number[]; problems: string[] } {
  return {
    kept: kept.map(({ range }) => range?.start.line ?? 0),
    problems: problems.map(
      ({ range, arguments: args }) => `${range?.start.line}:${range?.start.column} ${JSON.stringify(args)}`,
    ),
  };
}

const IGNORE = "tfinvite-ignore: mixed-case-email";

describe("the scope of a suppression", () => {
  it.each([
    ["its own line", `a = F # ${IGNORE}\nb = F\n`, [2]],
    ["the next line of code, other comments and empty lines aside", `# ${IGNORE}\n# and so\n\na = F\nb = F\n`, [5]],
    ["the whole argument that begins there", `# ${IGNORE}\na = [\n  F,\n]\nb = F\n`, [5]],
    ["the whole argument that begins before it on its line", `a = [ # ${IGNORE}\n  F,\n]\nb = F\n`, [4]],
    ["the whole block that begins there", `# ${IGNORE}\nx "F" {\n  a = F\n}\nb = F\n`, [5]],
    ["the block whose first line it ends", `x "F" { # ${IGNORE}\n  y {\n    a = F\n  }\n}\nb = F\n`, [6]],
    ["the block that it is in, header included", `x "F" {\n  a = F\n\n  # ${IGNORE}\n}\nb = F\n`, [6]],
    ["the innermost block only", `x "F" {\n  y {\n    # ${IGNORE}\n    a = F\n  }\n  b = F\n}\n`, [1, 6]],
    ["in locals the next line only", `locals {\n  # ${IGNORE}\n  a = F\n  b = F\n}\n`, [4]],
    ["a line of a block, when there is code before it", `x "F" {\n  a = F # ${IGNORE}\n  b = F\n}\n`, [1, 3]],
    ["a block comment's lines", `/* ${IGNORE}\n*/ a = F\nb = F\n`, [3]],
    [
      "the file, from the top",
      `/*\n * x\n */\n// tfinvite-ignore-file: mixed-case-email -- old\nx "F" {\n  a = F\n}\n`,
      [],
    ],
    ["half-written files", `x "F" {\n  # ${IGNORE}\n  a = F\n  b = "\n`, []],
    ["a byte order mark", `\ufeff# tfinvite-ignore-file: mixed-case-email\r\na = F\r\n`, []],
  ])("%s", async (_, text, kept) => {
    expect(told(await apply(text, findingsAt(text, "F", "mixed-case-email")))).toEqual({ kept, problems: [] });
  });

  it.each([
    ["the object that holds it, its key included", `{"x": {"F": {"//": "${IGNORE}", "a": "F"}},\n"b": "F"}`, [2]],
    ["one of several strings", `{"x": {"F": {"//": ["x", "${IGNORE}"], "a": "F"}},\n"b": "F"}`, [2]],
    ["the file, at the top", `{"//": "${IGNORE}",\n"b": "F"}`, []],
    ["the file, by name", `{"//": "tfinvite-ignore-file: mixed-case-email",\n"b": "F"}`, []],
  ])("in JSON: %s", async (_, text, kept) => {
    const findings = findingsAt(text, "F", "mixed-case-email", "a.tf.json");
    expect(told(await apply(text, findings, {}, "a.tf.json"))).toEqual({ kept, problems: [] });
  });

  it("does not affect other rules, other files, and findings without a place", async () => {
    const text = `# tfinvite-ignore-file: mixed-case-email\na = F\n`;
    const others = [
      ...findingsAt(text, "F", "invalid-role"),
      ...findingsAt(text, "F", "mixed-case-email", "other.tf"),
      ...findingsAt(text, "F", "mixed-case-email").map(({ range: _, ...rest }) => rest as Finding),
    ];
    const applied = await apply(text, [...others, ...findingsAt(text, "F", "mixed-case-email")]);
    expect(applied.kept).toEqual(others);
    expect(applied.problems).toEqual([]);
  });

  it("keeps the reason", async () => {
    const text = "# tfinvite-ignore: mixed-case-email, invalid-role -- HR spells it so -- for now\na = F\n";
    const { silenced } = await apply(text, [
      ...findingsAt(text, "F", "mixed-case-email"),
      ...findingsAt(text, "F", "invalid-role"),
    ]);
    expect(silenced.map(({ by, reason }) => [by, reason])).toEqual([
      ["comment", "HR spells it so -- for now"],
      ["comment", "HR spells it so -- for now"],
    ]);
  });
});

describe("a suppression without effect is reported", () => {
  it("with the place of each name", async () => {
    const text = [
      "a = F # tfinvite-ignore: mixed-case-email, invalid-role",
      "b = 1 # tfinvite-ignore: mixd-case-email",
      "c = 1 # tfinvite-ignore: mixed-case-email because he wants it",
      "d = 1 # tfinvite-ignore: all",
      "e = 1 # tfinvite-ignore:",
      "f = 1 # tfinvite-ignore mixed-case-email",
      "g = 1 # tfinvite-ignore-line: mixed-case-email",
      "h = 1 # tfinvite-ignore-file: mixed-case-email",
      "i = 1 # tfinvite-ignore: unused-suppression",
      "j = 1 # tfinvite-ignore: mixed-case-email--he wants it",
      "k = 1 # write tfinvite-ignore comments sparingly",
    ].join("\n");
    expect(told(await apply(text, findingsAt(text, "F", "mixed-case-email"))).problems).toEqual([
      '1:44 {"why":"unused","name":"invalid-role"}',
      '2:26 {"why":"unknown-rule","meant":"mixed-case-email","name":"mixd-case-email"}',
      '3:26 {"why":"unknown-rule","meant":"mixed-case-email","name":"mixed-case-email because he wants it"}',
      '4:26 {"why":"unknown-rule","name":"all"}',
      '5:9 {"why":"no-rule"}',
      '6:9 {"why":"no-rule"}',
      '7:9 {"why":"no-rule"}',
      '8:31 {"why":"unused","name":"mixed-case-email"}',
      '9:26 {"why":"not-ignorable","name":"unused-suppression"}',
      '10:26 {"why":"unknown-rule","meant":"mixed-case-email","name":"mixed-case-email--he wants it"}',
    ]);
  });

  it("but not when its rule did not run", async () => {
    const text = "a = 1 # tfinvite-ignore: accepted-invite\n";
    expect(told(await apply(text, [], { asked: (rule) => rule !== "accepted-invite" })).problems).toEqual([]);
  });

  it("and silences nothing when the settings forbid it, or require a reason", async () => {
    const text = `a = F # ${IGNORE}\nb = F # ${IGNORE} -- because\n`;
    const findings = findingsAt(text, "F", "mixed-case-email");
    expect(told(await apply(text, findings, { ignorable: () => false }))).toEqual({
      kept: [1, 2],
      problems: [1, 2].map((line) => `${line}:26 {"why":"not-ignorable","name":"mixed-case-email"}`),
    });
    expect(told(await apply(text, findings, { requiresReason: () => true }))).toEqual({
      kept: [1],
      problems: ['1:9 {"why":"no-reason"}'],
    });
  });
});

describe("removing unused suppressions", () => {
  async function without(text: string, used: RuleId[] = [], file = "main.tf"): Promise<string> {
    const findings = used.flatMap((rule) => findingsAt(text, "F", rule, file));
    const { removals } = await apply(text, findings, {}, file);
    return removals
      .toSorted((a, b) => b.edit.start - a.edit.start)
      .reduce((left, { edit }) => left.slice(0, edit.start) + edit.text + left.slice(edit.end), text);
  }

  it.each([
    ["a comment with its line", `a = 1\r\n  # ${IGNORE} -- why\r\nb = 2\r\n`, "a = 1\r\nb = 2\r\n"],
    ["a comment behind code", `a = 1   # ${IGNORE}\r\nb = 2`, "a = 1\r\nb = 2"],
    ["a comment in an expression", `a = 1 + /* ${IGNORE} */ 2`, "a = 1 +  2"],
    ["a comment between two words", `x/*${IGNORE}*/"y" {}`, 'x "y" {}'],
    ["a line of a longer comment", `/*\n * kept\n * ${IGNORE}\n * too\n */\n`, "/*\n * kept\n * too\n */\n"],
    ["the end of a comment", `a = 1 # kept; ${IGNORE}\n`, "a = 1 # kept;\n"],
    ["the file's last line", `a = 1\n# ${IGNORE}`, "a = 1\n"],
    ["a line behind a byte order mark", `\ufeff# ${IGNORE}\na = 1\n`, "\ufeffa = 1\n"],
    ["nothing of an unknown name", `a = 1 # tfinvite-ignore: mixt\n`, `a = 1 # tfinvite-ignore: mixt\n`],
  ])("%s", async (_, text, expected) => {
    expect(await without(text)).toBe(expected);
  });

  it.each([
    ["first", "invalid-role,  mixed-case-email", "mixed-case-email"],
    ["last", "mixed-case-email , invalid-role", "mixed-case-email"],
    ["middle", "mixed-case-email,invalid-role, invite-as-user -- x", "mixed-case-email, invite-as-user -- x"],
  ])("the %s of several names", async (_, before, after) => {
    const text = `a = F # tfinvite-ignore: ${before}\n`;
    expect(await without(text, ["mixed-case-email", "invite-as-user"])).toBe(`a = F # tfinvite-ignore: ${after}\n`);
  });

  it.each([
    [`{"a": 1, "//": "${IGNORE}"}`, '{"a": 1}'],
    [`{\n  "//": "${IGNORE}",\n  "a": 1\n}`, '{\n  "a": 1\n}'],
    [`{\n  "//": ["x", "${IGNORE}"],\n  "a": 1\n}`, '{\n  "//": ["x"],\n  "a": 1\n}'],
    [`{\n  "//": ["${IGNORE}"],\n  "a": 1\n}`, '{\n  "a": 1\n}'],
    [`{"x": {\n  "//": "${IGNORE}"\n}}`, '{"x": {\n}}'],
  ])("in JSON: %j", async (text, expected) => {
    expect(await without(text, [], "main.tf.json")).toBe(expected);
  });

  it("changes no other byte of a file", async () => {
    await fc.assert(
      fc.asyncProperty(hclFile, fc.nat(), fc.boolean(), async ({ text }, where, alone) => {
        const newline = text.includes("\r\n") ? "\r\n" : "\n";
        const places = alone ? lineStarts(text) : lineEnds(text);
        fc.pre(places.length > 0);
        const at = places[where % places.length] ?? 0;
        const added = alone ? `  # ${IGNORE} -- x${newline}` : ` # ${IGNORE}`;
        const whole = text.slice(0, at) + added + text.slice(at);
        const { problems } = await apply(whole, []);
        // Inside another comment, it is part of that comment.
        fc.pre(problems.length === 1 && problems[0]?.range?.start.column !== undefined && isOwnComment(text, at));
        expect(await without(whole)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it("never changes the findings of other places", async () => {
    await fc.assert(
      fc.asyncProperty(hclFile, fc.nat(), async ({ text, body }, where) => {
        const newline = text.includes("\r\n") ? "\r\n" : "\n";
        const starts = lineStarts(text);
        const at = starts[where % starts.length] ?? 0;
        const added = `# ${IGNORE}${newline}`;
        const whole = text.slice(0, at) + added + text.slice(at);
        const lines = new LineIndex("main.tf", whole);
        const moved = (offset: number) => (offset < at ? offset : offset + added.length);
        const offsets = body.blocks.flatMap((block) => [
          block.start,
          ...block.body.attributes.map(({ start }) => start),
        ]);
        const findings = offsets.map((offset) => finding(lines, moved(offset), "mixed-case-email"));
        const { kept, silenced } = await apply(whole, findings);
        fc.pre(isOwnComment(text, at));
        expect(kept.length + silenced.length).toBe(findings.length);
        const inside = body.blocks.find(({ start, end }) => start < at && at < end);
        const next = body.blocks.find(({ start }) => start >= at);
        for (const { finding: one } of silenced) {
          const offset = one.range?.start.offset ?? 0;
          const blocks = [inside, next].filter((block) => block !== undefined);
          expect(blocks.some(({ start, end }) => moved(start) <= offset && offset < moved(end))).toBe(true);
        }
        const nested = inside?.body.blocks.some(({ start, end }) => start < at && at < end) ?? true;
        if (inside === undefined || nested) return;
        for (const one of kept) {
          const offset = one.range?.start.offset ?? 0;
          expect(moved(inside.start) <= offset && offset < moved(inside.end)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});

function lineStarts(text: string): number[] {
  const first = text.startsWith("\ufeff") ? 1 : 0;
  return [first, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function lineEnds(text: string): number[] {
  return [...text.matchAll(/(?<=[^\s])\r?\n/g)].map(({ index }) => index);
}

/** Whether a place is outside of comments; the strings of these files have no line ends. */
function isOwnComment(text: string, at: number): boolean {
  const before = text.slice(0, at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return before.lastIndexOf("/*") <= before.lastIndexOf("*/") && !/#|\/\/|\/\*|<</.test(line);
}

describe("a suppression with a last day", () => {
  const END = Date.parse("2027-02-01T00:00:00Z");
  const on = (text: string, now: number) =>
    apply(`${text}\na = F\n`, findingsAt(`${text}\na = F\n`, "F", "mixed-case-email"), { now });

  it("silences to the end of that day in UTC, and is reported from then on", async () => {
    const text = `# ${IGNORE} until 2027-01-31 -- the HR system`;
    const before = await on(text, END - 1);
    expect(told(before)).toEqual({ kept: [], problems: [] });
    expect(before.silenced).toMatchObject([
      { by: "comment", until: "2027-01-31", reason: "the HR system", comment: { start: { line: 1, column: 3 } } },
    ]);
    expect(told(await on(text, END))).toEqual({
      kept: [2],
      problems: ['1:3 {"why":"expired","until":"2027-01-31"}'],
    });
  });

  it.each(["2027-02-30", "soon", ""])("silences nothing with the date %j, and is reported", async (date) => {
    const applied = await on(`# ${IGNORE} until ${date}`.trimEnd(), 0);
    expect(told(applied)).toEqual({ kept: [2], problems: [`1:3 ${JSON.stringify({ why: "no-date", until: date })}`] });
    expect(applied.removals).toEqual([]);
  });
});

describe("a suppression at the call of a module", () => {
  const TEXT = `# ${IGNORE} -- theirs\nmodule "a" {\n}\nmodule "b" {\n}\n`;
  const lines = new LineIndex("main.tf", TEXT);
  const call = (name: string) => {
    const start = TEXT.indexOf(`module "${name}"`);
    return lines.range(start, start + 10);
  };
  const inside = finding(new LineIndex("modules/x/main.tf", "F"), 0, "mixed-case-email");
  const applied = (ways: readonly (readonly string[])[], text = TEXT) =>
    apply(text, [inside], { callsOf: () => ways.map((calls) => calls.map(call)) });

  it.each([
    [[["a"]], 0],
    [[["b"]], 1],
    // The call of a call, and two calls of one module.
    [[["b", "a"]], 0],
    [[["a"], ["b"]], 1],
    [[["a"], ["a", "b"]], 0],
    [[], 1],
  ])("silences what is reached by %j only through it", async (ways, kept) => {
    const { kept: left, silenced, problems } = await applied(ways);
    expect([left.length, silenced.length, problems.length]).toEqual([kept, 1 - kept, kept]);
  });

  it("does not do so for a whole file", async () => {
    const { kept } = await applied([["a"]], TEXT.replace("ignore:", "ignore-file:"));
    expect(kept).toHaveLength(1);
  });
});
