import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, RuleId } from "../../src/invites/rules/finding.js";
import {
  applyBaseline,
  type Baseline,
  EMPTY_BASELINE,
  printBaseline,
  readBaselineText,
  staleDiscovery,
  updateBaseline,
} from "../../src/policy/baseline.js";
import { LineIndex } from "../../src/terraform/configuration/syntax/line-index.js";

const ALL = { directory: () => true, rule: () => true };
const same = (shown: string) => shown;

interface Place {
  readonly rule: RuleId;
  readonly directory: string;
  readonly address?: string;
  readonly file?: string;
}

/** Only the fields that a baseline reads matter here. */
function finding({ rule, directory, address, file }: Place): Finding {
  const made: Finding = {
    rule: "unused-suppression",
    arguments: { why: "no-rule" },
    directory,
    severity: "warning",
    docs: "",
    ...(address !== undefined && { address }),
    ...(file !== undefined && { range: new LineIndex(file, "a = 1\n").range(0, 1) }),
  };
  return Object.assign(made, { rule });
}

const place: fc.Arbitrary<Place> = fc
  .record({
    rule: fc.constantFrom<RuleId>("accepted-invite", "invalid-role", "mixed-case-email"),
    directory: fc.constantFrom(".", "live/eu", "live/us"),
    address: fc.option(fc.constantFrom("openai_invite.a", 'openai_invite.b["x\\"y"]'), { nil: undefined }),
    file: fc.option(fc.constantFrom("main.tf", "modules/é.tf"), { nil: undefined }),
  })
  .map(({ rule, directory, address, file }) => ({
    rule,
    directory,
    ...(address !== undefined && { address }),
    ...(file !== undefined && { file }),
  }));

const findings = fc.array(place.map(finding), { maxLength: 12 });

describe("a baseline", () => {
  const alice: Place = { rule: "accepted-invite", directory: ".", address: "openai_invite.alice", file: "main.tf" };
  const key: Place = { rule: "hardcoded-admin-key", directory: ".", file: "main.tf" };

  it("is written with one entry per line, sorted, without line and column numbers", () => {
    const written = updateBaseline(
      EMPTY_BASELINE,
      [key, alice, key, { ...alice, directory: "eu" }].map(finding),
      ALL,
      same,
    );
    expect(printBaseline(written)).toBe(`{
  "version": 1,
  "findings": [
    { "rule": "accepted-invite", "directory": ".", "address": "openai_invite.alice" },
    { "rule": "hardcoded-admin-key", "directory": ".", "file": "main.tf", "count": 2 },
    { "rule": "accepted-invite", "directory": "eu", "address": "openai_invite.alice" }
  ]
}
`);
    expect(printBaseline(EMPTY_BASELINE)).toBe('{\n  "version": 1,\n  "findings": []\n}\n');
  });

  it("silences the number of findings in its count, and reports stale entries", () => {
    const baseline: Baseline = {
      version: 1,
      findings: [
        { rule: "hardcoded-admin-key", directory: ".", file: "main.tf" },
        { rule: "accepted-invite", directory: ".", address: "openai_invite.alice", count: 3 },
        { rule: "accepted-invite", directory: "eu", address: "openai_invite.alice" },
      ],
    };
    const found = [key, key, alice].map(finding);
    const here = { directory: (directory: string) => directory === ".", rule: () => true };
    const { kept, silenced, stale } = applyBaseline(found, baseline, here, same);
    expect(kept).toEqual([found[1]]);
    expect(silenced).toEqual([
      { finding: found[0], by: "baseline" },
      { finding: found[2], by: "baseline" },
    ]);
    expect(stale).toEqual([{ rule: "accepted-invite", directory: ".", address: "openai_invite.alice", count: 2 }]);
    expect(stale.map((entry) => staleDiscovery(entry, "known.json", (directory) => `./${directory}`))).toEqual([
      {
        rule: "stale-baseline",
        arguments: { baseline: "known.json", rule: "accepted-invite", subject: "openai_invite.alice" },
        directory: "./.",
        address: "openai_invite.alice",
      },
    ]);
  });

  it("never contains findings about suppressions and baselines", () => {
    const about = finding({ rule: "unused-suppression", directory: ".", file: "main.tf" });
    expect(updateBaseline(EMPTY_BASELINE, [about], ALL, same)).toEqual(EMPTY_BASELINE);
  });

  it("silences all that it was updated with, with nothing stale; a second update changes nothing", () => {
    fc.assert(
      fc.property(findings, findings, (before, after) => {
        const first = updateBaseline(updateBaseline(EMPTY_BASELINE, before, ALL, same), after, ALL, same);
        expect(applyBaseline(after, first, ALL, same)).toMatchObject({ kept: [], stale: [] });
        expect(printBaseline(updateBaseline(first, [...after].reverse(), ALL, same))).toBe(printBaseline(first));
        const read = readBaselineText(printBaseline(first));
        expect(read).toEqual({ ok: true, value: first });
      }),
    );
  });

  it("keeps the entries of what was not checked", () => {
    fc.assert(
      fc.property(findings, findings, (before, after) => {
        const eu = {
          directory: (directory: string) => directory === "live/eu",
          rule: (rule: string) => rule !== "invalid-role",
        };
        const mine = ({ directory, rule }: { directory: string; rule: string }) =>
          eu.directory(directory) && eu.rule(rule);
        const old = updateBaseline(EMPTY_BASELINE, before, ALL, same);
        const updated = updateBaseline(old, after.filter(mine), eu, same);
        expect(updated.findings.filter((entry) => !mine(entry))).toEqual(old.findings.filter((entry) => !mine(entry)));
        expect(applyBaseline(after.filter(mine), updated, eu, same)).toMatchObject({ kept: [], stale: [] });
      }),
    );
  });

  it.each([
    ['{ "version": 1, "findings": [', 29, "missing closing bracket"],
    ["", 0, "expected a value"],
    ["[]", 0, "must be an object"],
    ['{ "version": 2, "findings": [] }', 13, '"version": must be 1, the version that this tfinvite reads'],
    ['{ "version": 1, "findings": [{ "rule": 1, "directory": "." }] }', 39, '"findings[0].rule": must be a string'],
  ])("reports the place of the mistake in %j", (text, offset, message) => {
    const read = readBaselineText(text);
    expect(read.ok ? [] : read.problems[0]).toEqual({ offset, message });
  });
});
