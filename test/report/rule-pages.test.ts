import { describe, expect, it } from "vitest";
import { REPORT_FORMATS } from "../../src/report/formats.js";
import { closingText } from "../../src/report/next-text.js";
import { look } from "../support/reports.js";
import { CONTEXT, findingWith, rangeAt, reportWith, roleFinding } from "./hostile.js";

const { compact, ...LINKING } = REPORT_FORMATS;

const FINDINGS = [
  roleFinding("boss", { range: rangeAt("main.tf", 3, 2, 4), address: "openai_invite.kim" }),
  findingWith({ range: rangeAt("main.tf", 2, 2, 4) }),
  findingWith({ severity: "notice" }),
];
const PAGES = ["https://example.com/invalid-role.md", "https://example.com/duplicate-invite.md"];

describe("a finding leads to the page of its rule", () => {
  it.each(Object.entries(LINKING))("in %s", async (_name, format) => {
    // A terminal shows the page as a link on the rule ID.
    const text = await format(reportWith(FINDINGS), { ...CONTEXT, style: look({ links: true }) });
    for (const page of PAGES) expect(text).toContain(page);
  });

  it("in github, for any length of the message", async () => {
    const text = await LINKING.github(
      reportWith([roleFinding("%\n".repeat(3000), { address: "x".repeat(9000) })]),
      CONTEXT,
    );
    expect(text).toMatch(/%0Ahttps:\/\/example\.com\/invalid-role\.md\n$/);
    const message = text.slice(text.lastIndexOf("::") + 2);
    expect(message.replaceAll("%0A", "\n").replaceAll("%25", "%").trimEnd().length).toBe(4096);
  });

  it("behind the lines of compact, which keep their form", async () => {
    const report = reportWith(FINDINGS);
    expect(await compact(report, CONTEXT)).not.toContain("https://");
    expect(`\n${closingText(report, CONTEXT)}`).toMatchInlineSnapshot(`
      "
      More: tfinvite explain RULE, or https://example.com/RULE.md
      "
    `);
    expect(closingText(reportWith(FINDINGS.slice(0, 1)), CONTEXT)).toContain("https://example.com/invalid-role.md\n");
    expect(closingText(reportWith([]), CONTEXT)).toBe("");
  });
});
