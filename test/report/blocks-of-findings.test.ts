import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Finding, SEVERITIES } from "../../src/invites/rules/finding.js";
import { blocksOf } from "../../src/report/blocks-of-findings.js";
import { wordsOf } from "../../src/report/messages/words.js";
import { formatPretty } from "../../src/report/pretty.js";
import { look } from "../support/reports.js";
import { CONTEXT, findingWith, rangeAt, reportWith, roleFinding } from "./hostile.js";

const parts = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  directory: fc.constantFrom(".", "prod"),
  address: fc.constantFrom("openai_invite.a", 'openai_invite.b["x y"]', "module.long_name.openai_invite.c"),
  range: fc
    .tuple(fc.constantFrom("a.tf", "b.tf"), fc.integer({ min: 1, max: 3 }))
    .map(([file, line]) => rangeAt(file, line)),
});

const finding: fc.Arbitrary<Finding> = fc.oneof(
  parts.map((given) => findingWith(given)),
  fc.tuple(fc.constantFrom("boss", "chief"), parts).map(([role, given]) => roleFinding(role, given)),
  parts.map(({ address: _, range: __, ...given }) => findingWith(given)),
);

const findings = fc.array(finding, { maxLength: 40 });

describe("blocksOf", () => {
  it("loses no finding, and shows none twice", () => {
    fc.assert(
      fc.property(findings, (given) => {
        const blocks = blocksOf(reportWith(given));
        const inBlocks = blocks.flatMap((block) => block.findings);
        const inRows = blocks.flatMap(({ rows }) => rows.flatMap((row) => row.instances.map((one) => one.finding)));
        expect(inBlocks).toHaveLength(given.length);
        expect(new Set(inBlocks)).toEqual(new Set(given));
        expect(inRows).toHaveLength(given.length);
        expect(new Set(inRows)).toEqual(new Set(given));
      }),
    );
  });

  it("groups findings with the same texts, and no others", () => {
    const saying = (one: Finding) => JSON.stringify([one.rule, one.severity, wordsOf(one), one.remedy?.kind]);
    fc.assert(
      fc.property(findings, (given) => {
        const blocks = blocksOf(reportWith(given));
        for (const block of blocks) expect(new Set(block.findings.map(saying)).size).toBe(1);
        expect(blocks).toHaveLength(new Set(given.map(saying)).size);
      }),
    );
  });

  it("has errors first, then warnings, then notices, and keeps the order of the report otherwise", () => {
    fc.assert(
      fc.property(findings, (given) => {
        const blocks = blocksOf(reportWith(given));
        const order = blocks.map(({ severity }) => SEVERITIES.indexOf(severity));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        for (const { findings: those } of blocks) {
          const places = those.map((one) => given.indexOf(one));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        }
        for (const severity of SEVERITIES) {
          const firsts = blocks
            .filter((block) => block.severity === severity)
            .map((block) => given.indexOf(block.findings[0] ?? given[0] ?? findingWith({})));
          expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe("formatPretty", () => {
  it("keeps to the width at 30 to 120 columns, and breaks no word", () => {
    fc.assert(
      fc.property(findings, fc.integer({ min: 30, max: 120 }), (given, width) => {
        const report = reportWith(given);
        const wide = formatPretty(report, CONTEXT);
        const words = new Set(wide.split(/\s+/));
        const text = formatPretty(report, { ...CONTEXT, style: look({ width }) });
        for (const line of text.split("\n")) {
          // A single word stays whole at any width; a row of a table has several words.
          const isOneWord = !line.trim().includes(" ");
          if (!isOneWord) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
          for (const word of line.split(/\s+/)) expect(words, line).toContain(word);
        }
      }),
      { numRuns: 60 },
    );
  });
});
